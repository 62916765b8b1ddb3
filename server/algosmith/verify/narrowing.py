"""The part of a large file that a case is about, so that no more is read for each candidate."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.model import Span
from algosmith.sandbox.source import uses_package
from algosmith.syntax.excerpt import excerpted, without_checks
from algosmith.verify import modules, source
from algosmith.verify.examples import path_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.errors import EditError
    from algosmith.model import Candidate, Edit, Snapshot
    from algosmith.verify.types import Case

_LARGE = 20_000
"""Bytes from which on a file is narrowed; smaller ones only where Python can't work on them."""
_WHOLE = 1_000_000
"""The same for a module that imports its own package, which may ask for any part of it."""
_WORD = re.compile(r"[^\W\d]\w*")
_CALLED = re.compile(r"([^\W\d]\w*)\s*\(")


def narrowed(case: Case, new: Sequence[tuple[Candidate, Edit | EditError | None]]) -> Case:
    """The case with all blank in its file that neither task nor candidates nor examples need.

    Offsets stay, so that the candidates' edits fit.
    """
    snapshot, task = case.snapshot, case.task
    if snapshot.language != "python":
        return case
    whole = _is_needed_whole(snapshot)
    if len(snapshot.data) < _LARGE and not source.too_much(snapshot.text):
        return case
    place = task.function.span if task.function is not None else task.target
    place = Span(_comment_start(snapshot.data, place.start), place.end)
    needed = {word for candidate, _ in new for word in _WORD.findall(candidate.code)}
    about = set(_CALLED.findall(task.text))
    if task.function is not None and task.kind != "function":
        about = {task.function.name}
    data = excerpted(snapshot, place, needed, about)
    runs = replace(snapshot, data=without_checks(snapshot, place)) if whole else None
    return replace(case, snapshot=replace(snapshot, data=data), whole=runs)


def _comment_start(data: bytes, start: int) -> int:
    """Where the comment lines directly above a place begin: they may hold examples."""
    above = data[:start].splitlines(keepends=True)
    while above and (not above[-1].endswith(b"\n") or above[-1].lstrip().startswith(b"#")):
        start -= len(above.pop())
    return start


def _is_needed_whole(snapshot: Snapshot) -> bool:
    """Whether its package may be asked for, by the file or by examples in it."""
    package = modules.package_of(path_of(snapshot)) if len(snapshot.data) < _WHOLE else ""
    if not package:
        return False
    top = package.partition(".")[0]
    named = re.search(rf"\b{re.escape(top)}\b", snapshot.text) is not None
    return named or uses_package(snapshot.text, package)
