"""The fit on known series: right class, or none."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest

from algosmith.complexity.combine import combined
from algosmith.complexity.fit import curve, fit
from algosmith.complexity.guard import hidden_work

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = [*range(1, 25), 32, 45, 64, 90, 128, 181, 256, 362, 512, 724, 1024]
LAWS: dict[str, Callable[[int], float]] = {
    "O(1)": lambda n: 7,
    "O(log n)": lambda n: 3 * math.log2(n + 1) + 5,
    "O(sqrt n)": lambda n: 2 * math.sqrt(n) + 3,
    "O(n)": lambda n: 2 * n + 40,
    "O(n log n)": lambda n: n * math.log2(n + 1) + 3 * n,
    "O(n^2)": lambda n: n * (n - 1) / 2 + 9 * n,
    "O(n^2 log n)": lambda n: n * n * math.log2(n + 1) + n,
    "O(n^3)": lambda n: n**3 / 6 + n * n,
}


@pytest.mark.parametrize("law", LAWS)
def test_known_laws(law: str) -> None:
    points = [(n, round(LAWS[law](n))) for n in SIZES]
    found = fit(points)
    assert found.name == law
    assert len(curve(points)) > 5


@pytest.mark.parametrize("law", LAWS)
def test_noise_of_a_few_per_cent_changes_nothing(law: str) -> None:
    points = [(n, round(LAWS[law](n) * (1 + 0.03 * math.sin(7 * n)))) for n in SIZES]
    assert fit(points).name == law


@pytest.mark.parametrize(
    ("name", "grow", "last"),
    [
        ("O(2^n)", lambda n: 2**n, 18),
        ("O(2^n)", lambda n: 1.618**n * 3, 24),
        ("O(2^n)", lambda n: n * 2**n, 16),
        ("O(n!)", lambda n: 3 * math.factorial(n), 8),
    ],
)
def test_exponential_growth(name: str, grow: Callable[[int], float], last: int) -> None:
    assert fit([(n, round(grow(n))) for n in range(1, last + 1)]).name == name


@pytest.mark.parametrize(
    "grow", [lambda n: n**4, lambda n: n**2.5, lambda n: math.comb(n, 4) * 9, lambda n: n**5]
)
def test_what_is_none_of_ours_has_no_class(grow: Callable[[int], float]) -> None:
    assert fit([(n, round(grow(n)) + 1) for n in SIZES]).name is None


def test_stubs_have_no_class() -> None:
    assert fit([]).name is None
    assert fit([(1, 5), (2, 9), (3, 12)]).name is None
    assert fit([(n, 3 * n) for n in range(1, 11)]).name is None
    jumping = [(n, n * 10 if n % 3 else 5) for n in SIZES]
    assert fit(jumping).name is None


def test_sizes_are_named() -> None:
    line = {"len(a)": "O(n)", "len(b)": "O(n)"}
    assert combined("O(n^2)", line, list(line)) == "O(len(a)·len(b))"
    assert combined("O(n)", line, list(line)) == "O(len(a) + len(b))"
    assert combined("O(n)", {"V": "O(n)", "E": "O(n)"}, ["V", "E"]) == "O(V + E)"
    assert combined("O(n)", {"len(a)": "O(n)", "k": "O(1)"}, ["len(a)", "k"]) == "O(n)"
    logs = {"len(a)": "O(n)", "k": "O(log n)"}
    assert combined("O(n log n)", logs, list(logs)) == "O(len(a)·log k)"
    matrix = {"len(m)": "O(n)", "len(m[0])": "O(n)"}
    assert combined("O(n^2)", matrix, list(matrix)) == "O(n^2)"


def test_guard_sees_uncharged_work() -> None:
    points = [(n, 3 * n) for n in SIZES]
    assert hidden_work(points, [(n, n * n) for n in SIZES])
    assert not hidden_work(points, [(n, 60 * n) for n in SIZES])
