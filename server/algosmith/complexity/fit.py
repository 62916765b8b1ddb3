"""Fits a growth class to exact counts: relative least squares, vetoes, decoys, and no answer.

Pure functions on (n, work) pairs. A class means growth on the range seen, not a proof.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from algosmith.complexity.algebra import solve
from algosmith.complexity.growth import DECOYS, LOWER, SHAPES

if TYPE_CHECKING:
    from collections.abc import Sequence

Points: TypeAlias = "Sequence[tuple[int, int]]"


@dataclass(frozen=True, slots=True)
class Fit:
    """What a series of points says."""

    name: str | None
    """The class in the notation of ``notation``; None when none carries the points."""
    reason: str = ""
    """Why there is none."""
    error: float = 0.0
    """Largest relative deviation from the fitted curve."""
    runner_up: str = ""
    margin: float = 0.0
    """Distance of the runner-up, in units of the information criterion."""
    coefficients: tuple[tuple[str, float], ...] = ()
    slope: float = 0.0
    """Log-log slope over the last quarter of the range."""


_Scored: TypeAlias = "tuple[float, int, str, tuple[tuple[str, float], ...], float]"
"""Criterion, rank, class, coefficients, largest deviation."""
_FLOOR = 0.02
_CLOSE = 3.0
_CLEAR = 0.25
"""Deviation below which a known class is believed although a decoy comes closer still."""


def fit(points: Points, *, family: frozenset[str] | None = None) -> Fit:
    """The class of the points.

    Args:
        points: (n, work) in growing n; counts, so there is no noise but the input's own.
        family: Classes that may be the answer; by default all of them but the decoys.
    """
    usable = [(n, work) for n, work in points if n > 0 and work >= 0]
    if len(usable) < 6:
        return Fit(None, "too few sizes could be run")
    exponential = _exponential(usable)
    if exponential is not None:
        return exponential
    if usable[-1][0] < 16:
        return Fit(None, f"only sizes up to {usable[-1][0]} could be run")
    tail = _upper(usable)
    if _is_flat(tail):
        return Fit("O(1)", error=_spread(tail), slope=0.0)
    allowed = family if family is not None else frozenset(SHAPES) - DECOYS
    return _choose(tail, allowed)


def _upper(points: Points) -> list[tuple[int, int]]:
    """The upper 60 % of the range in log size: start-up effects are below."""
    low, high = math.log(points[0][0]), math.log(points[-1][0])
    cut = math.exp(low + 0.4 * (high - low))
    kept = [(n, work) for n, work in points if n >= cut]
    return kept if len(kept) >= 6 else list(points[-6:])


def _spread(points: Points) -> float:
    works = [work for _, work in points]
    return (max(works) - min(works)) / max(1, max(works))


def _is_flat(points: Points) -> bool:
    half = points[len(points) // 2 :]
    works = [work for _, work in half]
    if max(works) - min(works) <= 1:
        return True
    return _spread(half) < 0.12 and abs(slope(half)) < 0.02


def slope(points: Points) -> float:
    """Log-log slope by least squares."""
    pairs = [(math.log(n), math.log(max(1, work))) for n, work in points]
    count = len(pairs)
    mean_x = sum(x for x, _ in pairs) / count
    mean_y = sum(y for _, y in pairs) / count
    spread = sum((x - mean_x) ** 2 for x, _ in pairs)
    return sum((x - mean_x) * (y - mean_y) for x, y in pairs) / spread if spread else 0.0


def _exponential(points: Points) -> Fit | None:
    """Exponential growth: only small sizes were reached, and the ratio per unit stays up."""
    last = points[-1][0]
    if last > 64 or points[-1][1] < 200:
        return None
    tail = [(n, w) for n, w in points if n >= last * 0.6 and w > 0][-12:]
    tail = tail if len(tail) >= 4 else [(n, w) for n, w in points[-4:] if w > 0]
    if len(tail) < 4:
        return None
    (a, x), (b, y) = tail[0], tail[-1]
    ratio = (y / x) ** (1 / (b - a))
    if ratio < math.exp(0.25) or slope(tail) <= 4.2:
        return None
    (c, middle) = tail[len(tail) // 2]
    first, second = (middle / x) ** (1 / (c - a)), (y / middle) ** (1 / (b - c))
    if second < 1 + 0.8 * (first - 1) and slope(tail) < 6.5:
        return None
    rises = second - first
    factorial = ratio > 3.5 and rises > 0.3 * (b - a) / 2
    return Fit("O(n!)" if factorial else "O(2^n)", slope=slope(tail), error=abs(rises) / ratio)


def _choose(points: list[tuple[int, int]], allowed: frozenset[str]) -> Fit:
    top = points[-1][0] / 4
    late = [(n, w) for n, w in points if n >= top]
    late = late if len(late) >= 4 else points[-4:]
    seen = slope(late)
    scored: list[_Scored] = []
    for rank, (name, shape) in enumerate(SHAPES.items()):
        if name == "O(1)":
            continue
        ideal = slope([(n, max(1, round(1000 * shape(n)))) for n, _ in late])
        if not ideal - 0.45 <= seen <= ideal + 0.25:
            continue
        coefficients, error, score = _score(points, name)
        if coefficients[0][1] > 0:
            scored.append((score, rank, name, coefficients, error))
    if not scored:
        return Fit(None, "its growth fits none of the known classes", slope=seen)
    best = min(score for score, *_ in scored)
    chosen = min((s for s in scored if s[0] <= best + _CLOSE), key=lambda s: s[1])
    if chosen[2] in DECOYS:
        known = [s for s in scored if s[2] not in DECOYS and s[4] < _CLEAR]
        chosen = min(known, key=lambda s: s[0]) if known else chosen
    chosen = _without_log(points, chosen, scored)
    others = sorted(s for s in scored if s[2] != chosen[2])
    runner_up, margin = (others[0][2], others[0][0] - chosen[0]) if others else ("", 99.0)
    if chosen[4] > 0.4:
        return Fit(None, "its work jumps about too much for a class", chosen[4], slope=seen)
    if chosen[2] not in allowed:
        return Fit(None, f"it grows like {chosen[2]}, outside the known classes", slope=seen)
    return Fit(chosen[2], "", chosen[4], runner_up, margin, chosen[3], seen)


def _without_log(points: list[tuple[int, int]], chosen: _Scored, scored: list[_Scored]) -> _Scored:
    """N log n only where work for each n really rises; a drift of a few per cent is not a log."""
    plain = {"O(n log n)": "O(n)", "O(n^2 log n)": "O(n^2)"}.get(chosen[2])
    other = next((s for s in scored if s[2] == plain), None)
    if plain is None or other is None:
        return chosen
    (a, x), (b, y) = points[0], points[-1]
    rise = (y / SHAPES[plain](b)) / (max(1, x) / SHAPES[plain](a))
    return other if rise < 1.12 else chosen


def _score(
    points: list[tuple[int, int]], name: str
) -> tuple[tuple[tuple[str, float], ...], float, float]:
    """Coefficients, largest deviation and information criterion of the best small model."""
    best: tuple[tuple[tuple[str, float], ...], float, float] | None = None
    lower = LOWER[name]
    choices = [(), *((one,) for one in lower)]
    choices += [(a, b) for i, a in enumerate(lower) for b in lower[i + 1 :]]
    for extra in choices:
        terms = (name, *extra)
        solution = _least_squares(points, terms)
        if solution is None:
            continue
        deviations = [_deviation(n, work, terms, solution) for n, work in points]
        mean = sum(d * d for d in deviations) / len(points)
        score = len(points) * math.log(mean + _FLOOR**2) + len(terms) * math.log(len(points))
        if best is None or score < best[2]:
            coefficients = tuple(zip(terms, solution, strict=True))
            best = (coefficients, max(map(abs, deviations)), score)
    return best if best is not None else (((name, 0.0),), math.inf, math.inf)


def _deviation(n: int, work: int, terms: tuple[str, ...], solution: list[float]) -> float:
    value = sum(c * SHAPES[t](n) for c, t in zip(solution, terms, strict=True))
    return (value - work) / max(1, work)


def _least_squares(points: Points, terms: tuple[str, ...]) -> list[float] | None:
    """Relative least squares; None when a coefficient is negative or the system is singular."""
    rows = [[SHAPES[t](n) / max(1, work) for t in terms] for n, work in points]
    size = len(terms)
    matrix = [
        [sum(row[i] * row[j] for row in rows) for j in range(size)] + [sum(row[i] for row in rows)]
        for i in range(size)
    ]
    scale = [math.sqrt(matrix[i][i]) or 1.0 for i in range(size)]
    for i in range(size):
        for j in range(size):
            matrix[i][j] /= scale[i] * scale[j]
        matrix[i][size] /= scale[i]
    solution = solve(matrix)
    if solution is None:
        return None
    solution = [value / s for value, s in zip(solution, scale, strict=True)]
    return solution if min(solution) >= 0 else None


def curve(points: Points) -> list[tuple[int, float]]:
    """The fitted curve at the sizes it was fitted on; empty where nothing carries the points."""
    found = fit(points)
    tail = _upper([(n, w) for n, w in points if n > 0])
    if found.name == "O(1)":
        mean = sum(w for _, w in tail) / len(tail)
        return [(n, mean) for n, _ in tail]
    if found.name in ("O(2^n)", "O(n!)"):
        return [(n, float(w)) for n, w in tail]
    return [(n, sum(c * SHAPES[t](n) for t, c in found.coefficients)) for n, _ in tail]
