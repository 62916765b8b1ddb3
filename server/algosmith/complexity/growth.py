"""The growth laws that ``fit`` chooses from, and which lower terms go with each."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

_Shape: TypeAlias = "Callable[[float], float]"


def _log(n: float) -> float:
    return math.log2(n) if n > 1 else 0.5


SHAPES: dict[str, _Shape] = {
    "O(1)": lambda n: 1.0,
    "O(log n)": _log,
    "O(log^2 n)": lambda n: _log(n) ** 2,
    "O(sqrt n)": math.sqrt,
    "O(n)": float,
    "O(n log n)": lambda n: n * _log(n),
    "O(n log^2 n)": lambda n: n * _log(n) ** 2,
    "O(n sqrt n)": lambda n: n * math.sqrt(n),
    "O(n^2)": lambda n: n**2,
    "O(n^2 log n)": lambda n: n**2 * _log(n),
    "O(n^3)": lambda n: n**3,
    "O(n^3 log n)": lambda n: n**3 * _log(n),
    "O(n^4)": lambda n: n**4,
    "O(n^5)": lambda n: n**5,
}
"""Simplest first."""
DECOYS = frozenset(
    {"O(log^2 n)", "O(n log^2 n)", "O(n sqrt n)", "O(n^3 log n)", "O(n^4)", "O(n^5)"}
)
"""Shapes that take part so that nothing else has to explain their points."""
LOWER: dict[str, tuple[str, ...]] = {
    "O(1)": (),
    "O(log n)": ("O(1)",),
    "O(log^2 n)": ("O(log n)", "O(1)"),
    "O(sqrt n)": ("O(log n)", "O(1)"),
    "O(n)": ("O(sqrt n)", "O(log n)", "O(1)"),
    "O(n log n)": ("O(n)", "O(1)"),
    "O(n log^2 n)": ("O(n log n)", "O(n)"),
    "O(n sqrt n)": ("O(n)", "O(1)"),
    "O(n^2)": ("O(n log n)", "O(n)", "O(1)"),
    "O(n^2 log n)": ("O(n^2)", "O(n)"),
    "O(n^3)": ("O(n^2)", "O(n)", "O(1)"),
    "O(n^3 log n)": ("O(n^3)", "O(n^2)"),
    "O(n^4)": ("O(n^3)", "O(n^2)", "O(n)"),
    "O(n^5)": ("O(n^4)", "O(n^3)"),
}
