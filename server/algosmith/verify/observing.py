"""Runs the candidates of a task on the same inputs; of those run before only what is new runs."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from algosmith.sandbox.types import Session
from algosmith.verify import (
    adequacy,
    advice,
    behaviour,
    checking,
    facts,
    fitting,
    large,
    patience,
    probing,
    proofs,
    select,
    transcript,
)
from algosmith.verify.running import gather, split
from algosmith.verify.types import Observation, Trial

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping, Sequence

    from algosmith.sandbox.types import Answer
    from algosmith.verify.running import Runner
    from algosmith.verify.statements import Example, ExampleSet
    from algosmith.verify.types import Adequacy, Behaviour, Case, Placement, Probes, View

_MOST_PINNED = 4
"""Different sources whose small changes are run, the best first: each takes up to 17 runs."""


async def observe(
    case: Case,
    runner: Runner,
    runnable: Sequence[Placement],
    probes: Probes,
    found: ExampleSet,
    report: Callable[[int, int], None] | None,
) -> tuple[Trial, Mapping[int, str]]:
    """What the candidates do; for those that can't be run why, by index."""
    behaviours = await _behaviours(case, runner, runnable, probes, found, report)
    words = words_of(case)
    view = checking.view_of(words, found.examples)
    observed: list[Observation] = []
    failures: dict[int, str] = {}
    for one, seen in zip(runnable, behaviours, strict=True):
        missing = behaviour.missing_module(seen.answers[: probes.own])
        if missing and found.examples and all(_passed(found.examples, seen.told, words)):
            missing = ""  # only inputs of ours come to it
        if seen.failure or missing:
            failures[one.index] = seen.failure or missing
        else:
            observed.append(_observed(one, seen, probes, found.examples, view, words))
    observed = [_patient(one, found.examples, runner.seconds) for one in observed]
    if not case.standing:
        misfits = await fitting.misfits(case, runner, observed, found.examples)
        language = case.snapshot.language
        observed = [_answerable(one, found.examples, language, misfits) for one in observed]
    found, observed = _without_excused(found, observed)
    found = _consistent(found, observed)
    observed = await _on_large(runner, observed, probes, view)
    inputs = facts.deciding(observed, probes)
    groups = facts.groups_of(observed, probes, inputs)
    tests = advice.settled(case.advice.tests, found.examples)
    held = {o.index: sum(_passed(tests, _on(tests, o, probes), words)) for o in observed}
    hinted = {o.index: _passed(found.hints, o.behaviour.told[-len(found.hints) :], words)
              for o in observed if found.hints}  # fmt: skip
    trial = Trial(
        observed, found, probes, inputs, groups, case.sampled, view, checking.leeway_in(words),
        runner.seconds,
        advice=replace(case.advice, tests=tests), tie_breaks=held, hinted=hinted,
    )  # fmt: skip
    if case.brief:
        return trial, failures
    return replace(trial, pins=await _pins(runner, select.without_advice(trial))), failures


async def _behaviours(
    case: Case,
    runner: Runner,
    runnable: Sequence[Placement],
    probes: Probes,
    found: ExampleSet,
    report: Callable[[int, int], None] | None,
) -> list[Behaviour]:
    """What each does: those that never ran are counted for ``report``."""
    distinct = {(one.text, one.entry): one for one in reversed(runnable)}
    fresh = [p for p in distinct if (*p, runner.seconds) not in runner.records]
    known = [p for p in distinct if p not in fresh]
    words = words_of(case)
    told = [example.job for example in (*found.examples, *found.hints)]
    jobs = [*told, *probes.calls]
    # Tests run last: what they set up may hang, whatever the candidate does.
    tests = [e.job for e in (*found.examples, *found.hints) if e.script and e.kind == "test"]
    first = [job for job in told if job not in tests]
    order, decide = [*first, *probes.calls, *tests], len(first) + probes.shown

    async def twice(program: tuple[str, str]) -> Behaviour:
        await runner.behave(*program, order, decide)
        whole = await runner.behave(*program, jobs, decide)
        if whole.failure:
            return whole
        seen = split(whole, len(told))
        passed = _passed(found.examples, seen.told, words)
        if all(passed):
            if case.brief:
                return seen
            await runner.again(*program, jobs)
        else:
            # What it displays, and what it fails on: that may hang on the order of a set.
            python = case.snapshot.language == "python"
            failed = {i for i, held in enumerate(passed) if python and not held}
            again = [job for i, job in enumerate(told) if i in failed or isinstance(job, Session)]
            await runner.again(*program, again, blamed=python)
        return split(await runner.behave(*program, jobs, decide), len(told))

    seen = dict(zip(fresh, await gather([partial(twice, p) for p in fresh], report), strict=True))
    seen |= zip(known, await gather([partial(twice, p) for p in known]), strict=True)
    return [seen[one.text, one.entry] for one in runnable]


async def _on_large(
    runner: Runner, observed: Sequence[Observation], probes: Probes, view: View
) -> list[Observation]:
    """What those do on larger inputs that pass the examples, where two of them may differ."""
    passing = {(o.placed.text, o.placed.entry) for o in observed if o.passes}
    if len(passing) < 2 or not probes.large:
        return list(observed)
    quick = replace(runner, seconds=min(large.SECONDS, runner.seconds))
    count = len(probes.large)
    jobs = [partial(quick.behave, *p, probes.large, count) for p in sorted(passing)]
    seen = dict(zip(sorted(passing), await gather(jobs), strict=True))

    def keys(one: Observation) -> tuple[Hashable, ...]:
        answers = seen[one.placed.text, one.placed.entry].answers if one.passes else ()
        pairs = zip(answers, probes.large, strict=False)
        return tuple(
            behaviour.key(answer, view, call) if answer and answer.status == "value" else None
            for answer, call in pairs
        )

    return [replace(one, large=keys(one)) for one in observed]


def _observed(
    one: Placement,
    seen: Behaviour,
    probes: Probes,
    examples: Sequence[Example],
    view: View,
    words: str,
) -> Observation:
    pairs = zip(seen.answers, probes.calls, strict=True)
    keys = tuple(behaviour.key(answer, view, call) for answer, call in pairs)
    passed = _passed(examples, seen.told, words)
    excuses = {
        i: reason
        for i, holds in enumerate(passed)
        if not holds
        and (
            reason := _excuse(examples[i], seen, i)
            or transcript.shared(examples[i], one.code)
            or transcript.empty_folders(examples[i], one.code)
        )
    }
    return Observation(one, seen, passed, excuses, keys)


def _patient(one: Observation, examples: Sequence[Example], seconds: float) -> Observation:
    """With excuses for the examples on which it came to our limits: these are not the user's."""
    limits: dict[int, str] = {}
    jobs = zip(examples, one.behaviour.told, strict=False)
    cut = any(patience.excuse(example.job, answer, seconds) for example, answer in jobs)
    for i, example in enumerate(examples):
        answer = one.behaviour.told[i]
        reason = patience.excuse(example.job, answer, seconds)
        if answer is None and cut:
            reason = patience.NOT_REACHED
        if reason and not one.passed[i] and i not in one.excuses:
            limits[i] = f"`{example.call_text}` {reason}"
    return replace(one, excuses={**one.excuses, **limits}, limits=frozenset(limits))


def _excuse(example: Example, seen: Behaviour, index: int) -> str:
    if index in seen.wavering:
        return f"not the same result twice: {example.call_text}"
    return transcript.excuse(example, seen.told[index])


def _answerable(
    one: Observation, examples: Sequence[Example], language: str, misfits: frozenset[int]
) -> Observation:
    """An answer of a model: what it does itself on an example takes that away from nobody."""
    own = {
        i
        for i in one.excuses
        if not transcript.not_its_doing(
            examples[i], one.behaviour.told[i], language, fits=i not in misfits
        )
    }
    return replace(one, limits=one.limits | own)


def _without_excused(
    found: ExampleSet, observed: Sequence[Observation]
) -> tuple[ExampleSet, list[Observation]]:
    """Without the examples that say nothing of any candidate: the notes name them, and why.

    One that a candidate answers otherwise each time says much of that candidate.
    """
    wavering = {i for one in observed for i in one.behaviour.wavering}
    every = range(len(found.examples))
    void = [
        i
        for i in every
        if observed
        and i not in wavering
        and all(i in one.excuses and i not in one.limits for one in observed)
    ]
    if not void:
        return found, [*observed]
    kept = [i for i in every if i not in void]
    place = {i: n for n, i in enumerate(kept)}
    notes = [
        f"{found.examples[i].source}: left out: {found.examples[i].text}: {observed[0].excuses[i]}"
        for i in void
    ]
    left = replace(
        found,
        examples=tuple(found.examples[i] for i in kept),
        notes=(*found.notes, *dict.fromkeys(notes)),
    )
    return left, [_kept(one, kept, place) for one in observed]


def _consistent(found: ExampleSet, observed: Sequence[Observation]) -> ExampleSet:
    """Without contradictions that are none: a function that counts its calls passes both."""

    def holds(pair: tuple[Example, Example], one: Observation) -> bool:
        return all(one.passed[i] for i, e in enumerate(found.examples) if e in pair)

    left = tuple(
        pair for pair in found.contradictions if not any(holds(pair, one) for one in observed)
    )
    return replace(found, contradictions=left)


def _kept(one: Observation, kept: Sequence[int], place: Mapping[int, int]) -> Observation:
    """What was observed on some of the examples only; the hints' answers stand behind them."""
    behind = one.behaviour.told[len(one.passed) :]
    told = (*(one.behaviour.told[i] for i in kept), *behind)
    places = {**place, **{len(one.passed) + n: len(kept) + n for n in range(len(behind))}}
    wavering = tuple(places[i] for i in one.behaviour.wavering if i in places)
    return replace(
        one,
        behaviour=replace(one.behaviour, told=told, wavering=wavering),
        passed=tuple(one.passed[i] for i in kept),
        excuses={place[i]: reason for i, reason in one.excuses.items() if i in place},
        limits=frozenset(place[i] for i in one.limits if i in place),
    )


async def _pins(runner: Runner, trial: Trial) -> dict[int, Adequacy]:
    """How well the examples pin down each candidate that has everything else."""
    measured: dict[str, Adequacy] = {}
    pins: dict[int, Adequacy] = {}
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


def _on(tests: Sequence[Example], one: Observation, probes: Probes) -> list[Answer | None]:
    """What the candidate did on the calls of the model's tests."""
    place = {probing.call_key(call): i for i, call in enumerate(probes.calls)}
    found = (test.call for test in tests if test.call)
    return [one.behaviour.answers[place[probing.call_key(call)]] for call in found]


def _passed(
    examples: Sequence[Example], answers: Sequence[Answer | None], words: str
) -> tuple[bool, ...]:
    leeway = checking.leeway_in(words)
    padded = (*answers, *[None] * len(examples))
    return tuple(
        checking.satisfies(example, answer, leeway)
        for example, answer in zip(examples, padded, strict=False)
    )


def words_of(case: Case) -> str:
    """What the user wrote about the function."""
    docstring = case.task.function.docstring if case.task.function else ""
    return f"{case.task.text}\n{docstring or ''}"
