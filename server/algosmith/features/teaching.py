"""Folders in which a teacher lets nobody have the solution: hints only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from algosmith.errors import TaskError

if TYPE_CHECKING:
    from algosmith.config import Settings

REFUSED = (
    "In this folder algosmith gives hints, not solutions (your setting teaching.hints_only): "
    "ask for a hint or a review"
)


def only_hints(settings: Settings, uri: str) -> bool:
    """Whether a document lies in one of the folders of ``teaching.hints_only``."""
    folders = settings.teaching.hints_only
    if not folders:
        return False
    parts = urlsplit(uri)
    file = Path(unquote(parts.path) if parts.scheme else uri)
    try:
        file = file.expanduser().resolve()
        return any(file.is_relative_to(Path(one).expanduser().resolve()) for one in folders)
    except (OSError, RuntimeError, ValueError):  # a link to itself, a user that is not there
        return True


def refuse_solution(settings: Settings, uri: str) -> None:
    """Raises TaskError where only hints are given."""
    if only_hints(settings, uri):
        raise TaskError(f"{REFUSED}.")
