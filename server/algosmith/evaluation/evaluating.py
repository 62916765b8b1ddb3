"""Whole evaluations: many problems, by one or more arms, on disk row by row."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from algosmith import paths, sandbox
from algosmith.config import Settings
from algosmith.errors import EngineError
from algosmith.evaluation import mutated, pools
from algosmith.evaluation.differing import Differ
from algosmith.evaluation.marking import Marker
from algosmith.evaluation.pools import Pool
from algosmith.evaluation.problems import Problem
from algosmith.evaluation.references import References
from algosmith.evaluation.rows import Row
from algosmith.evaluation.runs import Run
from algosmith.evaluation.trial import Trial, TrialOptions
from algosmith.features.services import Services
from algosmith.features.store import Report
from algosmith.model import Step
from algosmith.sandbox.types import Sandbox

_MOST_FAILURES = 3
"""So many requests in a row that fail end the run, to go on later."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One way of solving: services with their settings, and the run that keeps its rows."""

    services: Services
    run: Run
    wanted: TrialOptions = field(default_factory=TrialOptions)
    prompts: Path | None = None
    """Folder whose prompts are tried before the user's and the built-in ones."""


async def evaluate(problems: Sequence[Problem], arms: Sequence[Arm], report: Report) -> None:
    """Solves and marks what the arms' runs lack; each row is kept at once.

    Arms take turns problem by problem, the first one changing: what makes the machine slow for a
    while, and what a request leaves in the engine's cache, falls on all of them.

    Raises:
        EngineError: Several requests in a row failed; what was done is kept.
    """
    async with marking_cage() as cage, aclosing(References()) as references:
        marker, differ = Marker(cage, references=references), Differ(cage)
        failures = 0
        todo = list(_missing(problems, arms))
        for number, (problem, arm) in enumerate(todo):
            if problem.reference and not await marker.right_text(problem, problem.reference):
                continue  # its own solution fails its tests on this machine: they measure nothing
            place = f"{number + 1} of {len(todo)}, {problem.id}"

            def told(step: Step, place: str = place, number: int = number) -> None:
                words = f"{place}: {step.message}"
                report(Step(step.phase, words, number / len(todo)))

            trial = Trial(arm.services, marker, differ, arm.wanted)
            with paths.trying_prompts(arm.prompts):
                row = await trial.row(problem, told)
            arm.run.add(row)
            failures = failures + 1 if row.problem else 0
            if failures == _MOST_FAILURES:
                raise EngineError(f"{row.problem} (the run can go on later: start it again)")


def _missing(problems: Sequence[Problem], arms: Sequence[Arm]) -> Iterator[tuple[Problem, Arm]]:
    for number, problem in enumerate(problems):
        turned = arms if number % 2 == 0 else arms[::-1]
        for arm in turned:
            known = arm.run.rows.get(problem.id)
            if known is None or known.problem:
                yield problem, arm


async def judge_run(
    problems: Sequence[Problem], rows: dict[str, Row], settings: Settings, report: Report
) -> list[Pool]:
    """The answers of a run judged anew, without the model."""
    known = [problem for problem in problems if problem.id in rows]
    found: list[Pool] = []
    async with marking_cage() as cage, aclosing(References()) as references:
        marker = Marker(cage, references=references)
        for number, problem in enumerate(known):
            report(Step("checking", f"judging {problem.id}", number / len(known)))
            language, row = problem.snapshot.language, rows[problem.id]
            runs_it = cage if language == "python" else await references.cage(language)
            found.append(await pools.judge_again(problem, row, runs_it, settings, marker))
    return found


async def judge_mutants(
    problems: Sequence[Problem], count: int, settings: Settings, report: Report
) -> list[Pool]:
    """Rewrites and mutants of the references judged, ``count`` for each problem."""
    found: list[Pool] = []
    async with marking_cage() as cage:
        marker = Marker(cage)
        for number, problem in enumerate(problems):
            report(Step("checking", f"judging {problem.id}", number / len(problems)))
            codes = mutated.pool(problem, count, settings.seed or 0)
            if codes:
                found.append(await pools.judge_pool(problem, codes, cage, settings, marker))
    return found


@asynccontextmanager
async def marking_cage() -> AsyncGenerator[Sandbox]:
    """A cage of the marking's own."""
    cage = await sandbox.open_sandbox()
    try:
        yield cage
    finally:
        await cage.close()
