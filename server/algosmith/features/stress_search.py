"""A counterexample searched for what stands at a place of a file: by an editor, or by its line."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.errors import TaskError
from algosmith.features import checking, stress, stress_report
from algosmith.features.parties import here, party_of
from algosmith.model import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from algosmith.config import Settings
    from algosmith.features.findings import Finding, FunctionReport
    from algosmith.features.services import Services
    from algosmith.features.store import Report
    from algosmith.features.stress_aims import Aim
    from algosmith.model import Function, Snapshot
    from algosmith.sandbox.types import Sandbox

SECONDS = 10.0
"""How long an editor's search goes on."""


@dataclass(frozen=True, slots=True)
class SearchReport:
    """The end of a search, whatever it was about."""

    text: str
    """The report for people."""
    findings: tuple[Finding, ...]


async def search(services: Services, snapshot: Snapshot, aim: Aim, report: Report) -> SearchReport:
    """Runs the search in the cage; raises TaskError or SandboxError where it can't be run."""
    if aim.kind == "examples":
        cage = await services.required_cage(snapshot.language)
        settings, roots = services.settings, services.roots
        made = await on_examples(snapshot, aim.function, snapshot.uri, roots, cage, settings)
        return of_examples(aim.function, made)
    question = await asyncio.to_thread(question_of, snapshot, aim, services.roots)
    aimed = aim.title

    def tell(tried: int, left: float) -> None:
        done = 1 - left / question.seconds
        report(Step("checking", f"{tried:,} inputs tried, {left:.0f} s left", min(1.0, done)))

    report(Step("checking", aimed))
    done = await run(services, question, tell)
    found = stress_report.finding(done)
    return SearchReport(stress_report.words(done), (found,) if found else ())


async def run(
    services: Services, question: stress.Question, tell: Callable[[int, float], None] | None = None
) -> stress.StressResult:
    """The search in the cages of the languages; raises TaskError or SandboxError."""
    cage = await services.required_cage(question.one.language)
    other = await services.required_cage(question.other.language) if question.other else None
    return await stress.stress(question, cage, tell, other=other)


def question_of(snapshot: Snapshot, aim: Aim, roots: tuple[Path, ...]) -> stress.Question:
    """The search that an aim asks for; raises TaskError where the code can't be run."""
    file, folders = here(snapshot, roots)
    one = party_of(snapshot, aim.function, file, folders)
    other = party_of(snapshot, aim.other, file, folders) if aim.other else None
    valid = party_of(snapshot, aim.valid, file, folders, examples=False) if aim.valid else None
    return stress.Question(one, other, valid, SECONDS)


async def on_examples(
    snapshot: Snapshot,
    function: Function,
    file: str,
    roots: Sequence[Path],
    cage: Sandbox,
    settings: Settings,
) -> FunctionReport | None:
    """A function held to its own examples and to the property tests of the workspace."""
    subject, ask = checking.Subject(function, ()), checking.Ask(measure=False)
    return await checking.check_function(snapshot, subject, file, roots, cage, settings, ask)


def of_examples(function: Function, checked: FunctionReport | None) -> SearchReport:
    """What came of that; raises TaskError where there was nothing to hold it to."""
    if checked is None or checked.status == "not checked":
        why = checked.note if checked else "it has no examples and no property tests"
        raise TaskError(
            f"{function.name} can't be stressed alone ({why}): write an example, or a slower "
            "function that does the same beside it."
        )
    lines = [
        # What refutes it without any input, as an empty body, is no counterexample.
        ("" if found.message.startswith("refuted") else "counterexample: ") + found.message
        for found in checked.findings
    ]
    plural = "" if checked.examples == 1 else "s"
    held = f"no counterexample among {checked.examples} example{plural}; that is no proof"
    return SearchReport("\n".join(lines) or held, checked.findings)
