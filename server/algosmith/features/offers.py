"""What can be offered at a place in a file: never talks to the engine or the cage."""

from dataclasses import dataclass
from typing import Literal

from algosmith.config import Settings
from algosmith.errors import TaskError
from algosmith.features import annotation, words
from algosmith.features.services import Services
from algosmith.features.teaching import only_hints, refuse_solution
from algosmith.model import Edit, Outcome, Snapshot, Span, Task
from algosmith.syntax import tasks

_MOST_INSERTS = 5


@dataclass(frozen=True, slots=True)
class Offer:
    """One entry of the code-action menu."""

    id: str
    title: str
    task_key: str
    index: int | None
    """Which ready solution; None where none is meant."""
    kind: Literal["solve", "insert", "take"]
    preferred: bool = False
    """Only a verified solution is."""


def offers(services: Services, snapshot: Snapshot, span: Span) -> tuple[Offer, ...]:
    """Ready solutions for the task at the place, best first, then "Solve TODO"; or nothing.

    While it is being solved, the best so far can be taken instead.
    """
    task = tasks.task_at(snapshot, span, services.settings.keywords)
    if task is None or only_hints(services.settings, snapshot.uri):
        return ()
    outcome = services.store.outcomes.get(task.key)
    ready = _inserts(task, outcome) if outcome else ()
    best = services.store.best_so_far(task.key)
    if best:
        title = words.take_title(best, task.prose)
        return (Offer(f"take:{task.key}", title, task.key, None, "take"), *ready)
    return (*ready, Offer(f"solve:{task.key}", words.solve_title(task), task.key, None, "solve"))


def edit_for(services: Services, snapshot: Snapshot, task_key: str, index: int) -> Edit:
    """The edit of a ready solution, for the text as it is now; TaskError when it is gone."""
    refuse_solution(services.settings, snapshot.uri)
    outcome = services.store.outcomes.get(task_key)
    if outcome is None or index >= len(outcome.solutions):
        raise TaskError("That solution is no longer kept; run Solve TODO again.")
    return reanchor(outcome, index, snapshot, services.settings)


def reanchor(outcome: Outcome, index: int, snapshot: Snapshot, settings: Settings) -> Edit:
    """The solution's edit in a later state of the document: the task is found by its content."""
    solution = outcome.solutions[index]
    if solution.edit is None:
        raise TaskError(f"That answer can't be placed: {solution.verdict.summary}.")
    if snapshot.data == outcome.snapshot.data:
        return solution.edit
    if outcome.parts:
        raise TaskError("The file changed meanwhile; solve the TODO in parts again.")
    task = tasks.refind(snapshot, outcome.task, settings.keywords)
    if task is None:
        raise TaskError("The TODO or its function changed meanwhile; nothing was inserted.")
    edit = annotation.place(snapshot, task, solution, settings.annotation)
    if edit is None:
        raise TaskError("The text around the TODO changed; run Solve TODO again.")
    return edit


def _inserts(task: Task, outcome: Outcome) -> tuple[Offer, ...]:
    shown = [
        Offer(
            f"insert:{task.key}:{index}",
            words.insert_title(solution, task.prose),
            task.key,
            index,
            "insert",
            preferred=solution.verdict.level == "verified" and index == outcome.chosen,
        )
        for index, solution in enumerate(outcome.solutions)
        if solution.edit is not None
    ]
    return tuple(shown[:_MOST_INSERTS])
