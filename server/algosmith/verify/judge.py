"""Judges candidates: placed, parse, signature, placeholder, scan, run, examples, agreement."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from algosmith.verify import (
    adequacy,
    advice,
    behaviour,
    checking,
    examples,
    facts,
    ladder,
    ordering,
    probing,
    proofs,
    select,
)
from algosmith.verify.behaviour import Runner
from algosmith.verify.facts import Ran
from algosmith.verify.ladder import Ladder
from algosmith.verify.placing import Standing, stand
from algosmith.verify.select import Field
from algosmith.verify.types import Advice, Case, Example, Found, Judgement, Need

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from algosmith.config import Settings
    from algosmith.errors import EditError
    from algosmith.model import Candidate, Edit, Verdict
    from algosmith.sandbox.types import Sandbox
    from algosmith.verify.adequacy import Pinned
    from algosmith.verify.behaviour import Behaviour
    from algosmith.verify.probing import Probes

__all__ = ["Case", "Judgement", "judge"]

_MOST_PINNED = 4
"""Different sources whose small changes are run, the best first: each takes up to 17 runs."""


async def judge(
    case: Case,
    candidates: Sequence[Candidate],
    edits: Sequence[Edit | EditError | None],
    sandbox: Sandbox | None,
    settings: Settings,
    report: Callable[[int, int], None] | None = None,
) -> Judgement:
    """Verdicts, groups and an order for the candidates of one task.

    Args:
        case: The task and what may be looked at; nothing runs unless it is trusted.
        candidates: What the model (or another tool) wrote.
        edits: Where each goes; for one that can't be placed why, or None.
        sandbox: The cage, or None: then everything that fits is ``unchecked``.
        settings: The limits of a run and the seed of the generated inputs.
        report: Told how many of the candidates to run have run.
    """
    return (await assess(case, candidates, edits, sandbox, settings, report))[0]


async def assess(
    case: Case,
    candidates: Sequence[Candidate],
    edits: Sequence[Edit | EditError | None],
    sandbox: Sandbox | None,
    settings: Settings,
    report: Callable[[int, int], None] | None = None,
) -> tuple[Judgement, Field | None]:
    """The judgement, and what the runs showed: None where nothing ran."""
    found, standings = await asyncio.to_thread(_look, case, candidates, edits)
    verdicts: dict[int, Verdict] = {}
    runnable: list[Standing] = []
    for standing in standings:
        refused = ladder.refused(standing)
        if refused is not None:
            verdicts[standing.index] = refused
        elif why := _why_not_run(case, sandbox, standing, settings):
            verdicts[standing.index] = ladder.not_run(standing, why)
        else:
            runnable.append(standing)
    seen = Found() if sandbox is None else found
    if sandbox is None or not runnable:
        return ordering.finished(standings, verdicts, None, seen, settings), None
    runner = Runner(sandbox, settings.verify.timeout_seconds, _search_path(case))
    fitting = tuple(e for e in found.examples if _is_for(e, runnable))
    found = replace(found, examples=fitting)
    field, failures = await _run(case, runner, runnable, found, settings, report)
    for standing in runnable:
        if standing.index in failures:
            why = f"not runnable ({failures[standing.index]})"
            verdicts[standing.index] = ladder.not_run(standing, why)
    field = replace(field, pins=await _pins(runner, field.without_advice(), found))
    bare = field.without_advice()
    stairs = Ladder(field, bare, found, settings.verify.timeout_seconds, len(field.ran))
    for one in field.ran:
        verdicts[one.index] = ladder.verdict(stairs, one)
    judgement = ordering.finished(standings, verdicts, field, found, settings)
    asked = case.advice != Advice() or bool(found.contradictions)
    silent = (one.index for one in field.ran if not facts.answered(one, bare.inputs))
    wants = frozenset[Need]() if asked else advice.wanted(field)
    return replace(judgement, wants=wants, unanswered=frozenset(silent)), field


def _look(
    case: Case, candidates: Sequence[Candidate], edits: Sequence[Edit | EditError | None]
) -> tuple[Found, list[Standing]]:
    """Everything that needs no run."""
    roots = case.roots if case.trusted else ()
    found = examples.study(case.snapshot, case.task, roots)
    named = frozenset(e.name for e in found.examples)
    pairs = zip(candidates, edits, strict=True)
    return found, [stand(case, i, c, e, named) for i, (c, e) in enumerate(pairs)]


def _why_not_run(
    case: Case, sandbox: Sandbox | None, standing: Standing, settings: Settings
) -> str:
    """Why a candidate is not run; empty where it is."""
    if standing.why_not_run:
        return f"not runnable ({standing.why_not_run})"
    if not settings.verify.enabled:
        return "not run (verify.enabled is off)"
    if not case.trusted:
        return f"not run ({case.why_not_run or 'this workspace is not trusted'})"
    if sandbox is None:
        return f"not run ({case.why_not_run or 'no cage on this machine'})"
    return ""


def _search_path(case: Case) -> tuple[Path, ...]:
    """Where modules of the workspace may be imported from."""
    file = examples.path_of(case.snapshot)
    inside = [r for r in case.roots if file and file.resolve().is_relative_to(r.resolve())]
    folders = [file.parent, *inside, *(r / "src" for r in inside)] if file and inside else []
    return tuple(dict.fromkeys(f.resolve() for f in folders if f.is_dir()))


async def _run(
    case: Case,
    runner: Runner,
    runnable: Sequence[Standing],
    found: Found,
    settings: Settings,
    report: Callable[[int, int], None] | None,
) -> tuple[Field, Mapping[int, str]]:
    """Runs the candidates: twice where the first run left them standing."""
    fitting = found.examples
    seed = settings.seed or 0
    probes = await asyncio.to_thread(
        probing.probes, case.task, runnable, found, seed, case.advice.calls
    )
    distinct = {(s.text, s.entry): s for s in reversed(runnable)}
    programs = list(distinct)
    jobs = [partial(_both, runner, s, probes, fitting, case) for s in distinct.values()]
    behaviours = dict(zip(programs, await behaviour.gather(jobs, report), strict=True))
    view = checking.view_of(_words(case), fitting)
    ran: list[Ran] = []
    failures: dict[int, str] = {}
    for standing in runnable:
        seen = behaviours[standing.text, standing.entry]
        missing = seen.failure or behaviour.missing_module(seen.answers[: probes.own])
        if missing:
            failures[standing.index] = missing
        else:
            pairs = zip(seen.answers, probes.calls, strict=True)
            keys = tuple(behaviour.key(answer, view, call) for answer, call in pairs)
            ran.append(Ran(standing, seen, _passed(fitting, seen, case), keys))
    inputs = facts.deciding(ran, probes)
    groups = facts.groups_of(ran, probes, inputs)
    tests = advice.settled(case.advice.tests, fitting)
    held = {one.index: sum(_passed(tests, _on(tests, one, probes), case)) for one in ran}
    known = replace(case.advice, tests=tests)
    field = Field(ran, probes, inputs, groups, view, advice=known, tie_breaks=held)
    return field, failures


def _on(tests: Sequence[Example], one: Ran, probes: Probes) -> Behaviour:
    """What the candidate did on the calls of the model's tests."""
    place = {probing.call_key(call): i for i, call in enumerate(probes.calls)}
    answers = (one.behaviour.answers[place[probing.call_key(test.call)]] for test in tests)
    return replace(one.behaviour, answers=tuple(answers))


async def _pins(runner: Runner, field: Field, found: Found) -> dict[int, Pinned]:
    """How well the examples pin down each candidate that has everything else."""
    measured: dict[str, Pinned] = {}
    pins: dict[int, Pinned] = {}
    by_index = {one.index: one for one in field.ran}
    for one in (by_index[i] for i in select.ranking(field) if found.examples):
        if not one.passes or one.behaviour.unsteady or one.standing.adds:
            continue
        if not proofs.promising(proofs.proof_of(field, one, found.examples)):
            continue
        shape = one.standing.shape
        if shape not in measured and len(measured) < _MOST_PINNED:
            measured[shape] = await adequacy.pinned(runner, field, one, found.examples)
        if shape in measured:
            pins[one.index] = measured[shape]
    return pins


async def _both(
    runner: Runner, standing: Standing, probes: Probes, fitting: Sequence[Example], case: Case
) -> Behaviour:
    first = await runner.behave(standing.text, standing.entry, probes.calls, probes.shown)
    if first.failure is not None or not all(_passed(fitting, first, case)):
        return first
    return await runner.again(standing.text, standing.entry, probes.calls, first)


def _is_for(example: Example, runnable: Sequence[Standing]) -> bool:
    return any(s.entry.rsplit(".", 1)[-1] == example.name for s in runnable)


def _passed(fitting: Sequence[Example], seen: Behaviour, case: Case) -> tuple[bool, ...]:
    words = _words(case)
    unordered, in_place = checking.says_any_order(words), checking.says_in_place(words)
    answers = seen.answers or (None,) * len(fitting)
    return tuple(
        checking.satisfies(example, answers[i], unordered=unordered, in_place=in_place)
        for i, example in enumerate(fitting)
    )


def _words(case: Case) -> str:
    docstring = case.task.function.docstring if case.task.function else ""
    return f"{case.task.text}\n{docstring or ''}"
