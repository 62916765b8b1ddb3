"""TODOs that are no tasks, and why: told, so that nothing is silently missing."""

from dataclasses import dataclass

from algosmith.model import Snapshot
from algosmith.syntax.comments import Todo, hints
from algosmith.syntax.document import open_document
from algosmith.syntax.parse import is_readable
from algosmith.syntax.positions import line_of
from algosmith.syntax.tasks import place_of
from algosmith.syntax.todos import anywhere, todos


@dataclass(frozen=True, slots=True)
class UnsupportedTodo:
    """A TODO that is no task."""

    line: int
    """1-based line of the keyword."""
    keyword: str
    text: str
    reason: str


def unsupported(snapshot: Snapshot, keywords: tuple[str, ...]) -> tuple[UnsupportedTodo, ...]:
    """The TODOs of a snapshot that are no task, in the order they stand."""
    if not is_readable(snapshot.data) or not hints(snapshot.data, keywords):
        return ()
    document = open_document(snapshot)
    found = todos(document, keywords)
    tasks = {one.span for one in found if place_of(document, one, keywords) is not None}
    could_stand = {one.span for one in found}
    return tuple(
        UnsupportedTodo(
            line_of(snapshot.data, one.keyword_start) + 1,
            one.keyword,
            one.text,
            _why_not(one, could_stand=one.span in could_stand),
        )
        for one in anywhere(document, keywords)
        if one.span not in tasks
    )


def _why_not(todo: Todo, *, could_stand: bool) -> str:
    if todo.form == "docstring":
        return "in a docstring only the TODO of a function that is not written yet is a task"
    if not could_stand:
        return "no statement can stand there; put it on a line of its own among statements"
    if not todo.text:
        return "it says nothing and code stands around it; say in words what to write"
    return "no code can be put there; put it on a line of its own inside a function"
