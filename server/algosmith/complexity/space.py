"""Growth of memory: the peak beyond the input, and the depth of nested calls, the worse of both."""

from __future__ import annotations

from typing import Any

from algosmith.complexity.fit import Fit, fit
from algosmith.complexity.notation import rate
from algosmith.model import Growth

_FAMILY = frozenset({"O(1)", "O(log n)", "O(n)", "O(n^2)", "O(n^3)", "O(2^n)", "O(n!)"})
_NOISE = 4096
"""Bytes by which small objects, caches and frames may differ between runs."""


def space_growth(report: dict[str, Any], nothing: bool) -> Growth:
    """The class of memory use; bytes as points."""
    peaks = [(int(n), int(size)) for n, size in report.get("space", [])]
    depths = [(int(n), int(depth)) for n, depth in report.get("depth", [])]
    if nothing or len(peaks) < 5:
        return Growth(None, points=tuple(peaks), reason="too few sizes could be run with memory traced")
    heap, stack = _heap(peaks), _stack(depths)
    if heap.name is None:
        return Growth(None, points=tuple(peaks), reason=heap.reason)
    worst = max((heap.name, stack or "O(1)"), key=lambda name: rate(name) or rate("O(1)"))  # type: ignore[arg-type,return-value]  # both are ours and read
    return Growth(worst, "medium", points=tuple(peaks))


def _heap(peaks: list[tuple[int, int]]) -> Fit:
    least = min(size for _, size in peaks)
    grown = [(n, max(0, size - least)) for n, size in peaks]
    if peaks[-1][1] - least < _NOISE and peaks[-1][0] >= 64:
        return Fit("O(1)")
    tail = [(n, size) for n, size in grown if size > _NOISE // 8] or grown
    if len(tail) < 4 and peaks[-1][1] - least < _NOISE:
        return Fit("O(1)")
    found = fit(tail if len(tail) >= 6 else grown, family=None)
    if found.name is None:
        return found
    simple = {"O(n log n)": "O(n)", "O(sqrt n)": "O(n)", "O(n^2 log n)": "O(n^2)"}
    name = simple.get(found.name, found.name)
    return Fit(name if name in _FAMILY else None, found.reason, found.error)


def _stack(depths: list[tuple[int, int]]) -> str | None:
    if not depths or depths[-1][1] <= 3:
        return None
    found = fit(depths)
    if found.name in ("O(n)", "O(log n)", "O(1)"):
        return found.name
    ratio = depths[-1][1] / depths[-1][0]
    return "O(n)" if ratio > 0.2 else None
