"""Whether a curve leaves a claim far behind, whatever its exact class is."""

import math

import pytest

from algosmith.complexity.steep import is_steeper

FACTORIAL = [(n, math.factorial(n)) for n in range(1, 8)]
UNEVEN = [(1, 5), (2, 22), (3, 33), (4, 602), (5, 2481), (6, 4496), (7, 132851)]
CHOSEN = [(n, math.comb(n, 3)) for n in range(3, 12)]
LINE = [(2**k, 3 * 2**k) for k in range(4, 12)]
LOGARITHMIC = [(2**k, k * 2**k) for k in range(4, 12)]


@pytest.mark.parametrize(
    ("claim", "points", "wanted"),
    [
        ("O(n^3)", FACTORIAL, True),
        ("O(n^3)", UNEVEN, True),
        ("O(n!)", FACTORIAL, False),
        ("O(2^n)", FACTORIAL, False),
        ("O(n^3)", CHOSEN, False),
        ("O(n^3)", FACTORIAL[:3], False),
        ("O(log n)", LINE, True),
        ("O(1)", LINE, True),
        ("O(sqrt n)", LINE, False),
        ("O(n)", LOGARITHMIC, False),
        ("O(n)", [(n, n * n) for n in range(16, 400, 16)], True),
        ("O(n)", [(0, 0), (1, 0), (2, 1), (3, 5)], False),
        ("no class", LINE, False),
    ],
)
def test_only_what_is_far_behind_counts(
    claim: str, points: list[tuple[int, int]], wanted: bool
) -> None:
    assert is_steeper(claim, points) is wanted
