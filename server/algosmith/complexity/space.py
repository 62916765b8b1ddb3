"""Growth of memory: the peak beyond the input, and the depth of nested calls, the worse of both.

Bytes come in steps (lists grow by chunks), so a class is read from slopes and not from a curve.
No n log n here, and growth of a few KiB counts as constant unless it is plainly a line.
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

from algosmith.complexity.fit import fit, slope
from algosmith.complexity.notation import Rate, rate
from algosmith.model import Growth

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOISE = 4096
"""Bytes by which small objects, caches and frames may differ between runs."""
_SHOWS = 256
"""Bytes from which on growth that the smallest sizes do not show is no accident."""
_BENT = 1.55
"""From this slope on; lists that grow by chunks come to 1.5."""
_POWERS = ((0.25, "O(1)"), (1.45, "O(n)"), (2.75, "O(n^2)"), (3.4, "O(n^3)"))


def space_growth(report: dict[str, Any]) -> Growth:
    """The class of memory use; its points are bytes."""
    classes: list[str] = []
    reason = report.get("no_space") or "too few sizes could be run with memory traced"
    works = {int(n): int(work) for n, work in report["points"]}
    best: tuple[tuple[int, int], ...] = ()
    for series in report.get("space", []):
        peaks = [(int(n), int(size)) for n, size, _ in series]
        depths = [(int(n), int(depth)) for n, _, depth in series]
        heap = _heap(peaks, works)
        if heap is None:
            continue
        found = max((heap, _stack(depths)), key=_rate)
        if not classes or _rate(found) > max(map(_rate, classes)):
            best = tuple(peaks)
        classes.append(found)
    if not classes:
        return Growth(None, reason=reason)
    return Growth(max(classes, key=_rate), "medium", points=best)


def _rate(name: str) -> Rate:
    return rate(name) or Rate()


def _heap(peaks: Sequence[tuple[int, int]], works: dict[int, int]) -> str | None:
    if len(peaks) < (3 if works and max(works) <= 12 else 4):
        return None
    least = min(size for _, size in peaks)
    grown = [(n, max(1, size - least)) for n, size in peaks]
    (first, _), (last, growth) = grown[0], grown[-1]
    if growth < _NOISE:
        return "O(n)" if _is_line(grown, first, last, growth) else "O(1)"
    if last <= 32:
        return _small_sizes(grown, works, peaks)
    start = 8 if last >= 48 else first
    late = [(n, size) for n, size in grown if n >= start and size > 64]
    if len(late) < 3:
        return "O(n)"
    seen = (slope(late) + slope([point for point in peaks if point[0] >= start])) / 2
    seen = max(seen, _bent(late))
    return next((name for limit, name in _POWERS if seen < limit), None)


def _bent(grown: Sequence[tuple[int, int]]) -> float:
    """The slope of the largest sizes where slopes only rise: what each item costs hid it below.

    So it is with texts that are cut off a text: each has a head of 50 bytes. 0 for other curves;
    what grows in steps rises and falls.
    """
    last = [slope(pair) for pair in itertools.pairwise(grown[-5:])]
    rises = all(b > a - 0.05 for a, b in itertools.pairwise(last))
    bent = len(last) == 4 and last[0] > 0.9 and rises and last[-1] > _BENT
    return last[-1] if bent else 0.0


def _is_line(grown: Sequence[tuple[int, int]], first: int, last: int, growth: int) -> bool:
    """Small but steady growth: at least a byte for each n, half of it in each half of the range."""
    if growth < 0.9 * (last - first) or last > 4000 or len(grown) < 6:
        return False
    if _is_even(grown, 0):
        return True
    rise = _rise(grown)
    return growth >= _SHOWS and len(rise) > 3 and _is_even(rise, rise[0][1])


def _rise(grown: Sequence[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    """From where it rises at every size: what the smallest sizes need hides a copy of the input."""
    start = len(grown) - 1
    while start and grown[start - 1][1] < grown[start][1]:
        start -= 1
    return grown[start:]


def _is_even(grown: Sequence[tuple[int, int]], low: int) -> bool:
    """Whether half of the growth lies in each half of the range."""
    (first, _), (last, high) = grown[0], grown[-1]
    middle = min(grown, key=lambda point: abs(point[0] - (first + last) / 2))
    share = (middle[1] - low) / (high - low) / ((middle[0] - first) / (last - first))
    return 0.75 < share < 1.25


def _small_sizes(
    grown: Sequence[tuple[int, int]], works: dict[int, int], peaks: Sequence[tuple[int, int]]
) -> str | None:
    """Only an exponential function stops this early; its memory may still be a line.

    It is exponential too when it keeps up with the work.
    """
    tail = [(n, size) for n, size in grown if size > 64][-6:]
    if len(tail) < 2:
        return "O(1)"
    (a, x), (b, y) = tail[0], tail[-1]
    ratio = math.exp(math.log(y / x) / (b - a)) if y > x else 1.0
    work = math.log(max(2, works.get(b, 2)) / max(1, works.get(a, 1)))
    if ratio > 1.3 and math.log(y / x) > 0.5 * work:
        rising = [q[1] / p[1] for p, q in itertools.pairwise(peaks[-4:])]
        return "O(n!)" if ratio > 3.5 and rising[-1] > rising[0] else "O(2^n)"
    if b <= 12:
        return "O(n)"
    seen = slope(tail)
    return next((name for limit, name in _POWERS if seen < limit), None)


def _stack(depths: Sequence[tuple[int, int]]) -> str:
    """Growth of the number of calls that are open at once; 1 is the function itself."""
    (first, shallow), (last, deep) = depths[0], depths[-1]
    if deep - shallow < 3:
        return "O(1)"
    if (deep - shallow) >= 0.2 * (last - first):
        return "O(n)"
    found = fit(depths).name
    return "O(log n)" if found == "O(log n)" or deep <= 4 * math.log2(last) + 4 else "O(n)"
