"""Runs the candidates of a task on the same inputs; of those run before only what is new runs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from algosmith.verify import (
    adequacy,
    advice,
    behaviour,
    checking,
    facts,
    large,
    probing,
    proofs,
    select,
)
from algosmith.verify.running import gather
from algosmith.verify.types import Observed, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from algosmith.sandbox.types import Answer
    from algosmith.verify.running import Runner
    from algosmith.verify.types import Behaviour, Case, Example, Found, Pinned, Placed, Probes, View

_MOST_PINNED = 4
"""Different sources whose small changes are run, the best first: each takes up to 17 runs."""


async def observe(
    case: Case,
    runner: Runner,
    runnable: Sequence[Placed],
    probes: Probes,
    found: Found,
    report: Callable[[int, int], None] | None,
) -> tuple[Trial, Mapping[int, str]]:
    """What the candidates do; for those that can't be run why, by index."""
    behaviours = await _behaviours(case, runner, runnable, probes, found, report)
    words = words_of(case)
    view = checking.view_of(words, found.examples)
    observed: list[Observed] = []
    failures: dict[int, str] = {}
    for one, seen in zip(runnable, behaviours, strict=True):
        missing = seen.failure or behaviour.missing_module(seen.answers[: probes.own])
        if missing:
            failures[one.index] = missing
        else:
            pairs = zip(seen.answers, probes.calls, strict=True)
            keys = tuple(behaviour.key(answer, view, call) for answer, call in pairs)
            passed = _passed(found.examples, seen.answers, words)
            observed.append(Observed(one, seen, passed, keys))
    observed = await _on_large(runner, observed, probes, view)
    inputs = facts.deciding(observed, probes)
    groups = facts.groups_of(observed, probes, inputs)
    tests = advice.settled(case.advice.tests, found.examples)
    held = {o.index: sum(_passed(tests, _on(tests, o, probes), words)) for o in observed}
    trial = Trial(
        observed, found, probes, inputs, groups, case.sampled, view, runner.seconds,
        advice=replace(case.advice, tests=tests), tie_breaks=held,
    )  # fmt: skip
    return replace(trial, pins=await _pins(runner, select.without_advice(trial))), failures


async def _behaviours(
    case: Case,
    runner: Runner,
    runnable: Sequence[Placed],
    probes: Probes,
    found: Found,
    report: Callable[[int, int], None] | None,
) -> list[Behaviour]:
    """What each does: those that never ran are counted for ``report``."""
    distinct = {(one.text, one.entry): one for one in reversed(runnable)}
    fresh = [p for p in distinct if (*p, runner.seconds) not in runner.records]
    known = [p for p in distinct if p not in fresh]
    words = words_of(case)

    async def twice(program: tuple[str, str]) -> Behaviour:
        first = await runner.behave(*program, probes.calls, probes.shown)
        if first.failure or not all(_passed(found.examples, first.answers, words)):
            return first
        return await runner.again(*program, probes.calls)

    seen = dict(zip(fresh, await gather([partial(twice, p) for p in fresh], report), strict=True))
    seen |= zip(known, await gather([partial(twice, p) for p in known]), strict=True)
    return [seen[one.text, one.entry] for one in runnable]


async def _on_large(
    runner: Runner, observed: Sequence[Observed], probes: Probes, view: View
) -> list[Observed]:
    """What those do on larger inputs that pass the examples, where two of them may differ."""
    passing = {(o.placed.text, o.placed.entry) for o in observed if o.passes}
    if len(passing) < 2 or not probes.large:
        return list(observed)
    quick = replace(runner, seconds=min(large.SECONDS, runner.seconds))
    count = len(probes.large)
    jobs = [partial(quick.behave, *p, probes.large, count) for p in sorted(passing)]
    seen = dict(zip(sorted(passing), await gather(jobs), strict=True))

    def keys(one: Observed) -> tuple[Hashable, ...]:
        answers = seen[one.placed.text, one.placed.entry].answers if one.passes else ()
        pairs = zip(answers, probes.large, strict=False)
        return tuple(
            behaviour.key(answer, view, call) if answer and answer.status == "value" else None
            for answer, call in pairs
        )

    return [replace(one, large=keys(one)) for one in observed]


async def _pins(runner: Runner, trial: Trial) -> dict[int, Pinned]:
    """How well the examples pin down each candidate that has everything else."""
    measured: dict[str, Pinned] = {}
    pins: dict[int, Pinned] = {}
    by_index = {one.index: one for one in trial.observed}
    for one in (by_index[i] for i in select.ranking(trial) if trial.examples):
        if not one.passes or one.behaviour.unsteady or one.placed.adds:
            continue
        if not proofs.promising(proofs.proof_of(trial, one)):
            continue
        shape = one.placed.shape
        if shape not in measured and len(measured) < _MOST_PINNED:
            measured[shape] = await adequacy.pinned(runner, trial, one)
        if shape in measured:
            pins[one.index] = measured[shape]
    return pins


def _on(tests: Sequence[Example], one: Observed, probes: Probes) -> list[Answer | None]:
    """What the candidate did on the calls of the model's tests."""
    place = {probing.call_key(call): i for i, call in enumerate(probes.calls)}
    return [one.behaviour.answers[place[probing.call_key(test.call)]] for test in tests]


def _passed(
    examples: Sequence[Example], answers: Sequence[Answer | None], words: str
) -> tuple[bool, ...]:
    unordered, in_place = checking.says_any_order(words), checking.says_in_place(words)
    padded = (*answers, *[None] * len(examples))
    return tuple(
        checking.satisfies(example, answer, unordered=unordered, in_place=in_place)
        for example, answer in zip(examples, padded, strict=False)
    )


def words_of(case: Case) -> str:
    """What the user wrote about the function."""
    docstring = case.task.function.docstring if case.task.function else ""
    return f"{case.task.text}\n{docstring or ''}"
