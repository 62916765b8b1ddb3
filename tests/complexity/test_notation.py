"""Complexity as people and models write it."""

import pytest

from algosmith.complexity.notation import better, canonical, contradicts, pretty


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O(1)", "O(1)"),
        ("O(n log n)", "O(n log n)"),
        ("O(N^2)", "O(n^2)"),
        ("O(n²)", "O(n^2)"),
        ("O(n**3)", "O(n^3)"),
        ("O(m*n)", "O(n^2)"),
        ("O(m × n)", "O(n^2)"),
        ("O(V + E)", "O(n)"),
        ("O(len(a)·len(b))", "O(n^2)"),
        ("O(nlogn)", "O(n log n)"),
        ("O(nlog n)", "O(n log n)"),
        ("O(logn)", "O(log n)"),
        ("n^2", "O(n^2)"),
        ("O(n * log(n))", "O(n log n)"),
        ("O(log(min(a, b)))", "O(log n)"),
        ("O(√n)", "O(sqrt n)"),
        ("O(sqrt(n))", "O(sqrt n)"),
        ("O(n^1.5)", None),
        ("O(log^2 n)", None),
        ("O(E log V)", "O(n log n)"),
        ("O((m + n) log n)", "O(n log n)"),
        ("O(2^n)", "O(2^n)"),
        ("O(2ⁿ)", "O(2^n)"),
        ("O(n * 2^n)", "O(2^n)"),
        ("O(n!)", "O(n!)"),
        ("O(n/2)", "O(n)"),
        ("linear", "O(n)"),
        ("Quadratic time", "O(n^2)"),
        ("线性", "O(n)"),
        ("O(n),其中 n 是长度", "O(n)"),
        ("时间复杂度:O(n log n)", "O(n log n)"),
        ("O(?)", None),
        ("depends", None),
        ("", None),
        ("O(" * 50, None),
    ],
)
def test_canonical(text: str, expected: str | None) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(
    ("claim", "measured", "flagged"),
    [
        ("O(n)", "O(n^2)", True),
        ("O(n log n)", "O(n^2)", True),
        ("O(log n)", "O(n)", True),
        ("O(log n + k)", "O(n)", True),
        ("O(log n + k)", "O(log len(a) + k)", False),
        ("O(n^2)", "O(n)", False),
        ("O(m*n)", "O(len(a)·len(b))", False),
        ("O(n)", "O(len(a)·len(b))", True),
        ("O(V+E)", "O(V + E)", False),
        ("O(2^n)", "O(n!)", True),
        ("who knows", "O(n)", False),
        ("O(n)", None, False),
    ],
)
def test_contradicts(claim: str, measured: str | None, flagged: bool) -> None:
    assert contradicts(claim, measured) is flagged


def test_better_is_the_other_way_round() -> None:
    assert better("O(n^2)", "O(n)")
    assert not better("O(n)", "O(n)")


def test_pretty() -> None:
    assert pretty("O(n^2 log n)") == "O(n² log n)"
    assert pretty("O(sqrt n)") == "O(√n)"
    assert pretty("O(2^n)") == "O(2ⁿ)"
