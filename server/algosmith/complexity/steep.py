"""Whether measured work grows so much faster than a claim that its exact class does not matter.

A curve between O(n) and O(n log n) leaves the class open, and is no O(log n) all the same.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

from algosmith.complexity.notation import rate

if TYPE_CHECKING:
    from collections.abc import Sequence

_LAST = 3
"""Steps between sizes that all have to show it."""
_MORE, _MUCH_MORE = 0.7, 2.0
"""By how much the slope of the curve, as a power of the size, is above the claim's."""
_FEW = 16
"""Below so many the smallest parts of a sum still tell: a power seems larger than it is, and single
steps go up and down."""


def is_steeper(claim: str, points: Sequence[tuple[int, int]]) -> bool:
    """Whether the last steps of the curve are all far steeper than the claimed power."""
    claimed = rate(claim)
    if claimed is None or claimed.level or len(points) <= _LAST:
        return False
    known = sorted({n: work for n, work in points if n > 1 and work > 0}.items())[-_LAST - 1 :]
    if len(known) <= _LAST:
        return False
    power = float(claimed.power) + (0.3 if claimed.logs else 0.0)
    if known[0][0] < _FEW:
        return _slope(known[0], known[-1]) >= 2 * power + _MUCH_MORE
    return min(itertools.starmap(_slope, itertools.pairwise(known))) >= power + _MORE


def _slope(before: tuple[int, int], after: tuple[int, int]) -> float:
    """The power of the size by which the work grew."""
    return math.log(after[1] / before[1]) / math.log(after[0] / before[0])
