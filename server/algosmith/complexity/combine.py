"""Puts together what growth along several sizes says: ``O(len(a)·len(b))``, ``O(V + E)``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.complexity.notation import Rate, rate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def combined(
    together: str | None, alone: Mapping[str, str | None], sizes: Sequence[str]
) -> str | None:
    """The class in the names of the sizes where they explain what all of them together gave.

    Args:
        together: Class with all sizes equal to n.
        alone: Class by size expression with the others held still; None where none was found.
        sizes: The expressions, in the order of the parameters.
    """
    if together is None or len(sizes) < 2:
        return together
    whole = rate(together)
    growing = {s: alone.get(s) for s in sizes if alone.get(s) not in ("O(1)", None)}
    if whole is None or whole.constant or len(growing) < 2:
        return together
    if _same_container(sizes):
        return together
    rates = {s: found for s, name in growing.items() if (found := rate(name or "")) is not None}
    if any(found.level for found in rates.values()) or whole.level:
        return together
    if _product(rates) == whole:
        return f"O({'·'.join(_factor(s, found) for s, found in rates.items())})"
    if max(rates.values()) == whole:
        return f"O({' + '.join(_factor(s, found) for s, found in rates.items())})"
    return together


def _same_container(sizes: Sequence[str]) -> bool:
    """Rows and columns of one matrix: n is its side."""
    return len({size.removesuffix("[0])").removesuffix(")") for size in sizes}) == 1


def _product(rates: Mapping[str, Rate]) -> Rate:
    power = sum((found.power for found in rates.values()), start=Rate().power)
    logs = sum((found.logs for found in rates.values()), start=Rate().logs)
    return Rate(0, power, logs)


def _factor(size: str, found: Rate) -> str:
    factors: list[str] = []
    if found.power == 1:
        factors.append(size)
    elif found.power.denominator == 1 and found.power:
        factors.append(f"{size}^{found.power}")
    elif found.power:
        factors.append(f"sqrt {size}")
    if found.logs:
        factors.append(f"log {size}" if found.logs == 1 else f"log^{found.logs} {size}")
    return " ".join(factors)
