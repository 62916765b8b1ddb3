"""CPU time as a guard against work that was not charged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.complexity.fit import slope

if TYPE_CHECKING:
    from algosmith.complexity.fit import Points


def hidden_work(points: Points, clock: Points) -> bool:
    """True when CPU time grows clearly faster than the counts: some work was not charged.

    A guard against gross errors only; a missing log factor it cannot see.
    """
    seen = [(n, t) for n, t in clock if t > 1500]
    sizes = {n for n, _ in seen}
    counted = [(n, work) for n, work in points if n in sizes]
    if len(seen) < 5 or len(counted) < 5:
        return False
    return slope(seen) > slope(counted) + 0.4
