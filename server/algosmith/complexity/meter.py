"""The counters of one run: ticks, charges, work by line, depth of calls. Runs in the cage."""

# Values of any type pass through; strict checking would only list them all as unknown.
# pyright: standard

from __future__ import annotations

import itertools
import types
from typing import Any

from algosmith.complexity.charges import SIZED, WorkLimit

UNSIZED = types.GeneratorType
SCALARS = frozenset({int, float, bool, type(None)})
"""Nothing to charge: most values are these, so they are looked at first."""


class _Over:
    def __iter__(self) -> _Over:
        return self

    def __next__(self) -> int:
        raise WorkLimit


class Steps:
    """Counts one run after another."""

    def __init__(self) -> None:
        self.reset(1 << 40)

    def reset(self, limit: int) -> None:
        """Starts a new run of at most ``limit`` units."""
        self.limit = limit
        self.tick = itertools.chain(range(1, limit + 1), _Over()).__next__
        self.extra = 0
        self.lines: dict[int, int] = {}
        self.current = 0
        self.depth = self.deepest = 0
        self.uncosted: set[str] = set()

    def charge(self, work: int) -> None:
        """Adds work that one step did inside C."""
        self.extra += work
        if self.current:
            self.lines[self.current] = self.lines.get(self.current, 0) + work
        if self.extra > self.limit:
            raise WorkLimit

    def work(self) -> int:
        """Everything counted so far; the count itself is one step and is taken off."""
        try:
            return self.tick() - 1 + self.extra
        except WorkLimit:
            return self.limit + self.extra

    def line(self, number: int) -> None:
        """A statement of this line runs."""
        self.current = number
        self.lines[number] = self.lines.get(number, 0) + 1

    def enter(self) -> None:
        """A function is entered."""
        self.depth += 1
        self.deepest = max(self.deepest, self.depth)

    def leave(self) -> None:
        """And left."""
        self.depth -= 1

    def counted(self, values: Any) -> Any:
        """``values``, charged for its length; an unsized C iterator is counted as it is used."""
        if isinstance(values, (*SIZED, range)):
            self.charge(len(values))
            return values
        if hasattr(values, "__next__") and not isinstance(values, UNSIZED):
            return self.each(values)
        return values

    def each(self, values: Any) -> Any:
        """The values one after another, each a unit of work."""
        for value in values:
            self.charge(1)
            yield value

    def whole(self, value: Any) -> Any:
        """A sequence that is copied or appended as a whole."""
        if value.__class__ in SCALARS:
            return value
        if isinstance(value, SIZED):
            self.charge(len(value))
        return value

    same = whole
