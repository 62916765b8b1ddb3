"""From what is known of a task to its outcome: solutions once each, measured and annotated."""

import asyncio
import time
from dataclasses import replace

from algosmith.errors import EditError
from algosmith.features import annotation, words
from algosmith.features.knowledge import Knowledge
from algosmith.features.measure import measure_solution
from algosmith.features.services import Services
from algosmith.features.store import Report
from algosmith.model import Edit, ModelAnswer, Outcome, Snapshot, Solution, Step, Task
from algosmith.verify.statements import ExampleSet
from algosmith.verify.types import Assessment

_MOST_MEASURED = 3
"""Solutions that get a measurement: the chosen one and those listed next to it."""


async def outcome_of(
    services: Services, snapshot: Snapshot, task: Task, known: Knowledge, report: Report
) -> Outcome:
    """The outcome; measures the first solutions, which takes a second or two."""
    found = known.assessment or Assessment((), (), None, ExampleSet())
    solutions = _distinct(known, found)
    measured = await _measured(services, snapshot, task, solutions, known, report)
    form = services.settings.annotation
    annotated = await asyncio.to_thread(
        lambda: tuple(replace(s, edit=annotation.place(snapshot, task, s, form)) for s in measured)
    )
    chosen = found.chosen
    return Outcome(
        snapshot,
        task,
        _model(services, known, chosen),
        annotated,
        0 if chosen is not None else None,
        words.outcome_message(annotated, chosen is not None, task.prose),
        known.tokens,
        time.monotonic() - known.begun,
        _answered(known, found),
        known.rounds(),
        next((s for a, s in zip(known.answers, known.seconds, strict=True) if _edit(a.edit)), None),
        known.seconds[chosen] if chosen is not None else None,
        tuple(example.text for example in found.examples if not example.drawn),
    )


def _distinct(known: Knowledge, found: Assessment) -> dict[int, Solution]:
    """By answer, best first; of those whose text would be the same only the first."""
    solutions: dict[int, Solution] = {}
    seen: set[str] = set()
    for index in found.order:
        answer, edit = known.answers[index], _edit(known.answers[index].edit)
        if edit is None or edit.new_text not in seen:
            solutions[index] = Solution(answer.candidate, edit, found.verdicts[index])
        if edit is not None:
            seen.add(edit.new_text)
    return solutions


async def _measured(
    services: Services,
    snapshot: Snapshot,
    task: Task,
    solutions: dict[int, Solution],
    known: Knowledge,
    report: Report,
) -> list[Solution]:
    """The solutions in order, the first ones measured.

    Growth on inputs that a function does not accept is no measurement of it.
    """
    silent = known.assessment.unanswered if known.assessment else frozenset[int]()
    offered = [i for i, s in solutions.items() if s.edit and s.verdict.level != "refuted"]
    worth = [i for i in offered[:_MOST_MEASURED] if i not in silent]
    if worth and services.settings.complexity.enabled:
        report(Step("measuring", words.measuring(task.prose)))
    found = await asyncio.gather(
        *(measure_solution(services, snapshot, task, solutions[i]) for i in worth)
    )
    by_index = dict(zip(worth, found, strict=True))
    return [replace(s, measurement=by_index.get(i)) for i, s in solutions.items()]


def _answered(known: Knowledge, found: Assessment) -> tuple[ModelAnswer, ...]:
    kinds = tuple(dict.fromkeys(known.kinds))
    return tuple(
        ModelAnswer(
            answer.candidate,
            _edit(answer.edit),
            found.verdicts[index].level,
            known.seconds[index],
            kinds.index(known.kinds[index]),
        )
        for index, answer in enumerate(known.answers)
    )


def _edit(edit: Edit | EditError) -> Edit | None:
    return None if isinstance(edit, EditError) else edit


def _model(services: Services, known: Knowledge, chosen: int | None) -> str:
    """The model whose answer is chosen."""
    thought = chosen is not None and known.kinds[chosen] == "thinking"
    return (services.settings.second() if thought else services.settings).model_name
