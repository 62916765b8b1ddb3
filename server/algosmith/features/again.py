"""A function solved again, with what speaks against the code that stands there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.errors import TaskError
from algosmith.features.solve import solve
from algosmith.features.teaching import refuse_solution
from algosmith.model import Edit, Span
from algosmith.verify import standing

if TYPE_CHECKING:
    from algosmith.features.services import Services
    from algosmith.features.store import Report
    from algosmith.model import Function, Snapshot

_MOST_WORDS = 600


async def solve_again(
    services: Services, snapshot: Snapshot, function: Function, evidence: str, report: Report
) -> tuple[Edit, str]:
    """The edit that replaces the function's statements, and how the answer was checked.

    Raises TaskError where no answer may be used unseen.
    """
    refuse_solution(services.settings, snapshot.uri)
    opened = standing.open_function(snapshot, function.body.start)
    words = f"Write it anew: what stood here was wrong. {evidence[:_MOST_WORDS]}"
    key = f"{opened.task.key}:{hash((words, snapshot.data))}"
    task = replace(opened.task, text=words, key=key)
    outcome = await solve(services, opened.snapshot, task, report)
    chosen = outcome.solutions[outcome.chosen] if outcome.chosen is not None else None
    if chosen is None or chosen.edit is None:
        raise TaskError(f"Nothing was changed. {outcome.message}")
    after = chosen.edit.apply(opened.snapshot.data)
    if after == snapshot.data:
        raise TaskError("Nothing was changed: the model writes the same again.")
    return difference(snapshot.data, after), outcome.message


def difference(before: bytes, after: bytes) -> Edit:
    """The one edit between two texts, cut to what differs."""
    start = 0
    most = min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    while start and before[start - 1] != 0x0A:  # whole lines: no character is cut
        start -= 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    while end and before[len(before) - end - 1] != 0x0A:
        end -= 1
    new = after[start : len(after) - end].decode("utf-8", "surrogatepass")
    return Edit(Span(start, len(before) - end), new)
