"""Judges candidates: placed, parse, signature, placeholder, scan, run, examples, agreement.

``assess`` is the whole judgement. More candidates of the same task go to it with what it said
before: they are compared with all earlier ones, and nothing that ran is run again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.programs.cage import ProgramSandbox
from algosmith.verify import (
    advice,
    asides,
    examples,
    facts,
    ladder,
    modules,
    narrowing,
    observing,
    other_programs,
    placing,
    probing,
    select,
    standard_input,
)
from algosmith.verify.running import Runner
from algosmith.verify.statements import ExampleSet
from algosmith.verify.telling import for_repair, refused
from algosmith.verify.types import Advice, Assessment, Case, Need, Probes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from algosmith.config import Settings
    from algosmith.errors import EditError
    from algosmith.model import Candidate, Edit
    from algosmith.programs.types import Problem
    from algosmith.sandbox.types import Sandbox
    from algosmith.verify.statements import Example
    from algosmith.verify.types import Judgement, Observation, Placement, Records, Trial

    New = Sequence[tuple[Candidate, Edit | EditError | None]]
    Report = Callable[[int, int], None]

__all__ = ["Assessment", "Case", "assess", "judge"]


async def judge(
    case: Case,
    candidates: Sequence[Candidate],
    edits: Sequence[Edit | EditError | None],
    sandbox: Sandbox | None,
    settings: Settings,
    report: Report | None = None,
) -> Assessment:
    """All candidates of a task at once: ``assess`` where nothing came before."""
    new = list(zip(candidates, edits, strict=True))
    return await assess(case, new, sandbox, settings, report=report)


async def assess(
    case: Case,
    new: New,
    sandbox: Sandbox | None,
    settings: Settings,
    previous: Assessment | None = None,
    report: Report | None = None,
) -> Assessment:
    """Verdicts, groups and an order for the earlier and the new candidates of one task.

    Args:
        case: The task and what may be looked at; nothing runs unless it is trusted. Only its
            ``advice`` may differ from that of the previous assessment.
        new: What the model (or another tool) wrote, each with where it goes; for one that can't
            be placed why, or None.
        sandbox: The cage, or None: then everything that fits is ``unchecked``.
        settings: The limits of a run and the seed of the generated inputs.
        previous: What was said about earlier candidates; their indices stay.
        report: Told how many of the new candidates to run have run.
    """
    case, found, problem = await asyncio.to_thread(_said, case, new, previous)
    said = (case, found, problem)
    if sandbox is None or not case.trusted or not other_programs.needs_python(case, problem):
        return await _assessed(said, new, (sandbox, sandbox), settings, previous, report)
    async with other_programs.python_cage() as checkers:
        return await _assessed(said, new, (sandbox, checkers), settings, previous, report)


async def _assessed(
    said: tuple[Case, ExampleSet, Problem | None],
    new: New,
    cages: tuple[Sandbox | None, Sandbox | None],
    settings: Settings,
    previous: Assessment | None,
    report: Report | None,
) -> Assessment:
    """The judgement on what was said; the user's checker runs in the second of the cages."""
    (case, found, problem), (sandbox, checkers) = said, cages
    placed = await asyncio.to_thread(_placed, case, new, found, problem, previous)
    if sandbox is not None and case.trusted and settings.verify.enabled and previous is None:
        found, problem = await _settled(case, found, problem, sandbox, settings, checkers)
    whys = [_why_not_run(case, sandbox, one, settings, found) for one in placed]
    unrun = [ladder.without_run(one, why) for one, why in zip(placed, whys, strict=True)]
    judged = {one.placed.index: one for one in unrun if one is not None}
    runnable = [one for one in placed if one.index not in judged]
    if sandbox is None or not runnable:
        used = None if sandbox is None else found
        return replace(_finished(placed, judged, found, used), problem=problem)
    fitting = _fitting(found, runnable)
    records = previous.records if previous else {}
    runner = _runner(case, sandbox, settings, problem, records, checkers)
    probes = await asyncio.to_thread(
        _probes, case, runnable, fitting, problem, settings.seed or 0, previous
    )
    trial, failures, alone = await _tried(case, runner, runnable, probes, fitting, report)
    placed = tuple(alone.get(one.index, one) for one in placed)
    for one in (one for one in placed if one.index in failures):
        judged[one.index] = ladder.not_run(one, f"not runnable ({failures[one.index]})")
    judged |= {one.index: ladder.judged(trial, one) for one in trial.observed}
    assessment = _told(case, _finished(placed, judged, found, trial.found, trial), failures)
    wants = _wants(case, trial) if problem is None else frozenset[Need]()
    return replace(assessment, records=records, wants=wants, problem=problem)


async def _tried(
    case: Case,
    runner: Runner,
    runnable: Sequence[Placement],
    probes: Probes,
    found: ExampleSet,
    report: Report | None,
) -> tuple[Trial, Mapping[int, str], Mapping[int, Placement]]:
    """What they did, why some can't be run, and those that were run without their module.

    Where all of a module does not load here, what the function needs of it may.
    """
    trial, failures = await observing.observe(case, runner, runnable, probes, found, report)
    unloaded = [o for o in runnable if o.part and runner.record(o.text, o.entry).failure]
    if not unloaded:
        return trial, failures, {}
    alone = {one.index: placing.alone(one) for one in unloaded}
    runnable = [alone.get(one.index, one) for one in runnable]
    trial, failures = await observing.observe(case, runner, runnable, probes, found, report)
    return trial, failures, alone


def _said(
    case: Case, new: New, previous: Assessment | None
) -> tuple[Case, ExampleSet, Problem | None]:
    """The case with no more of its file than counts, and what the user said: it is read once."""
    narrow = narrowing.narrowed(case, new)
    if previous is not None:
        return narrow if previous.problem is None else case, previous.found, previous.problem
    found = examples.study(
        narrow.snapshot, case.task, case.roots if case.trusted and case.tests else ()
    )
    problem = standard_input.problem_of(case, new, found)
    if problem is None:
        return narrow, found, None
    return case, standard_input.found_of(problem), problem


async def _settled(
    case: Case,
    found: ExampleSet,
    problem: Problem | None,
    sandbox: Sandbox,
    settings: Settings,
    checkers: Sandbox | None,
) -> tuple[ExampleSet, Problem | None]:
    """What the user said once it was worked out in the cage, without any candidate."""
    if problem is None:
        return await asides.settle(found, case, _runner(case, sandbox, settings, None, {})), None
    problem, found = await standard_input.checked(problem, checkers or sandbox)
    return found, problem


def _placed(
    case: Case, new: New, found: ExampleSet, problem: Problem | None, previous: Assessment | None
) -> tuple[Placement, ...]:
    """The earlier candidates and the new ones in their places."""
    earlier = tuple(one.placed for one in previous.judged) if previous else ()
    numbered = enumerate(new, len(earlier))
    if problem is not None:
        return (*earlier, *(standard_input.place(case, i, c, e, problem) for i, (c, e) in numbered))
    named = frozenset(e.name for e in found.examples)
    used = examples.names_in(found)
    return (*earlier, *(placing.place(case, i, c, e, named, used) for i, (c, e) in numbered))


def _why_not_run(
    case: Case, sandbox: Sandbox | None, one: Placement, settings: Settings, found: ExampleSet
) -> str:
    """Why a candidate is not run; empty where it is."""
    if case.brief and not found.examples:
        return "there is no example"
    if one.why_not_run:
        return f"not runnable ({one.why_not_run})"
    if not settings.verify.enabled:
        return "not run (verify.enabled is off)"
    if not case.trusted:
        return f"not run ({case.why_not_run or 'this workspace is not trusted'})"
    if sandbox is None:
        return f"not run ({case.why_not_run or 'no cage on this machine'})"
    return ""


def _told(case: Case, assessment: Assessment, failures: Mapping[int, str]) -> Assessment:
    """With the compiler's word on the best candidate, where that is all there is to repair."""
    if not assessment.order or assessment.evidence:
        return assessment
    failure = failures.get(assessment.order[0], "")
    return replace(assessment, evidence=refused(case.snapshot.language, failure))


def _runner(
    case: Case,
    sandbox: Sandbox,
    settings: Settings,
    problem: Problem | None,
    records: Records,
    checkers: Sandbox | None = None,
) -> Runner:
    """Where the candidates run, and for how long."""
    seconds = settings.verify.timeout_seconds
    if problem is not None:
        sandbox = ProgramSandbox(sandbox, problem, checkers)
        seconds = standard_input.seconds_of(problem, seconds)
    file = examples.path_of(case.snapshot)
    search_path = modules.search_path(file, case.roots)
    return Runner(sandbox, seconds, search_path, modules.name_of(file), records)


def _probes(
    case: Case,
    runnable: Sequence[Placement],
    found: ExampleSet,
    problem: Problem | None,
    seed: int,
    previous: Assessment | None,
) -> Probes:
    """What the candidates are run on."""
    if case.brief:
        return Probes((), 0, 0, "none was asked for")
    if problem is not None:
        return standard_input.probes(problem, found, seed, case.advice.calls)
    earlier = previous.trial.probes if previous and previous.trial else None
    return probing.probes(case.task, runnable, found, seed, case.advice.calls, earlier)


def _fitting(found: ExampleSet, runnable: Sequence[Placement]) -> ExampleSet:
    """What was said of a function that some candidate defines."""
    return replace(
        found,
        examples=tuple(e for e in found.examples if _is_for(e, runnable)),
        hints=tuple(e for e in found.hints if _is_for(e, runnable)),
    )


def _is_for(example: Example, runnable: Sequence[Placement]) -> bool:
    return any(one.entry.rsplit(".", 1)[-1] == example.name for one in runnable)


def _wants(case: Case, trial: Trial) -> frozenset[Need]:
    asked = case.advice != Advice() or bool(trial.found.contradictions)
    asked = asked or case.snapshot.language != "python"  # the model's tests are read as Python
    return frozenset() if asked else advice.wanted(trial)


def _finished(
    placed: Sequence[Placement],
    judged: Mapping[int, Judgement],
    found: ExampleSet,
    used: ExampleSet | None,
    trial: Trial | None = None,
) -> Assessment:
    """Puts verdicts, order and choice together; ``used`` is what was found and used."""
    order = _order(placed, judged, trial)
    first = judged[order[0]].verdict if order else None
    free = first is not None and first.level != "refuted" and not first.adds
    used = used or ExampleSet()
    wrong = trial is not None and first is not None and first.level == "refuted"
    unanswered = (o.index for o in trial.observed if not _answers(trial, o)) if trial else ()
    return Assessment(
        tuple(judged[one.index] for one in placed),
        order,
        order[0] if free and not used.contradictions else None,
        found,
        trial,
        evidence=_evidence(trial, order) if wrong and trial else "",
        notes=(*used.notes, *(_contradiction(a, b) for a, b in used.contradictions)),
        examples=used.examples,
        unanswered=frozenset(unanswered),
    )


def _answers(trial: Trial, one: Observation) -> bool:
    """Whether it gives a value on a deciding input that the model did not choose."""
    own = [i for i in trial.inputs if i < trial.probes.own]
    return facts.answered(one, own) > 0


def _order(
    placed: Sequence[Placement], judged: Mapping[int, Judgement], trial: Trial | None
) -> tuple[int, ...]:
    ranked = select.ranking(trial) if trial else ()
    place = {index: n for n, index in enumerate(ranked)}
    shapes = Counter(one.shape for one in placed)

    def rank(one: Placement) -> tuple[object, ...]:
        level = judged[one.index].verdict.level
        step = {"verified": 0, "refuted": 2}.get(level, 1)
        size = one.size if trial else 0
        return (step, place.get(one.index, len(ranked)), bool(one.adds), -shapes[one.shape], size,
                one.index)  # fmt: skip

    return tuple(one.index for one in sorted(placed, key=rank))


def _evidence(trial: Trial, order: Sequence[int]) -> str:
    """What the best candidate that ran did wrong."""
    by_index = {one.index: one for one in trial.observed}
    best = next((by_index[i] for i in order if i in by_index), None)
    return for_repair(best, trial.examples, trial.seconds) if best else ""


def _contradiction(one: Example, other: Example) -> str:
    return f"the task is inconsistent: {one.text} ({one.source}), but {other.text} ({other.source})"
