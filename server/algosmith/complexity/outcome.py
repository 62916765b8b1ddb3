"""What one run at one size gave.

Standard library only: it is sent to the cage as source, and read outside of it as well.
"""

from __future__ import annotations

from typing import Any


class Outcome:
    """How one run ended."""

    def __init__(self, status: str, work: int, error: str = "") -> None:
        self.status = status
        """ok, limit, raised, deep, unfed, unfit."""
        self.work = work
        self.error = error
        self.size = 0
        """Values in the arguments: what making them cost."""
        self.peak = 0
        self.depth = 0
        self.lines: dict[int, int] = {}
        self.uncosted: set[str] = set()
        self.kind = ""
        """Name of the result's type."""


def cells(value: Any) -> int:
    """How many values an argument holds: what making it costs."""
    if not hasattr(value, "__len__"):
        return 1
    count = len(value)
    if count and not isinstance(value, str | bytes | dict):
        first = next(iter(value))
        count *= len(first) if hasattr(first, "__len__") else 1
    return count
