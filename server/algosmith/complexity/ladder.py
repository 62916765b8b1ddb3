"""Sizes to climb and families to keep, by what was counted so far. Runs in the cage."""

from __future__ import annotations

import itertools


def best(
    works: dict[str, list[int]], exploded: dict[str, int], keep: int, first: str
) -> dict[str, list[int]]:
    """The families with most work, and the first one, which is the plainest."""
    order = ranked(works, exploded)
    kept = set(order[:keep]) | {first}
    return {family: works[family] for family in works if family in kept}


def ranked(works: dict[str, list[int]], exploded: dict[str, int]) -> list[str]:
    """Families by work: those that ran out of it earliest first, then by the last count."""
    names = list(works)

    def key(family: str) -> tuple[int, int, int]:
        work = works[family][-1] if works[family] else 0
        return (exploded.get(family, 1 << 60), -work, names.index(family))

    return sorted((f for f in names if works[f]), key=key)


def jumps(points: list[list[int]]) -> bool:
    """Work that falls again and again: inputs of this family differ in kind from size to size."""
    late = [work for _, work in points[len(points) // 2 :]]
    falls = sum(b < 0.8 * a for a, b in itertools.pairwise(late))
    return falls * 6 > len(late)


def steps(last: int) -> list[int]:
    """Sizes of a ladder: dense at first, then in even steps of their logarithm."""
    sizes = list(range(1, 25))
    while sizes[-1] < last:
        n = sizes[-1]
        factor = 2**0.25 if n < 256 else 2**0.5 if n < 1 << 20 else 2
        sizes.append(min(last, max(n + 1, int(n * factor))))
    return sizes


def expected(points: list[list[int]], n: int) -> float:
    """Work at ``n``, by the growth seen between the last points."""
    if len(points) < 4:
        return points[-1][1] * 2 if points else 0
    (a, x), (b, y) = points[-3], points[-1]
    if not x or not y:
        return 0
    return y * (y / x) ** ((n - b) / (b - a)) if b < 40 else y * (n / b) ** 3


def middle(points: list[list[int]], budget: int) -> int:
    """A size at which one parameter is held while another one is varied."""
    cheap = [n for n, work in points if work <= budget // 400]
    return max(2, min(24, cheap[-1] if cheap else 2))
