"""How sure a measured class is: agreement of counts, code and claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from algosmith.complexity.notation import rate

if TYPE_CHECKING:
    from algosmith.complexity.fit import Fit
    from algosmith.complexity.notation import Rate
    from algosmith.model import Claims

_CLOSE_FIT = 0.12
LARGE_DEVIATION = 0.2
"""From here on people are told how far the counts are from the curve."""
LOW_DEVIATION = 0.02
NARROW_MARGIN = 6.0
"""Up to here another class fits almost as well."""
_LOG_MORE = {"O(n)": "O(n log n)", "O(n^2)": "O(n^2 log n)", "O(n log n)": "O(n log^2 n)",
             "O(n^3)": "O(n^3 log n)"}  # fmt: skip


def is_unclear(found: Fit) -> bool:
    """Whether the counts leave room for another class: people are told so, too."""
    return found.error > LARGE_DEVIATION or is_rivalled(found)


def is_rivalled(found: Fit) -> bool:
    """Whether another class fits almost as well.

    A logarithm more is none where the curve is close: it was looked for by itself.
    """
    resolved = found.error < LOW_DEVIATION and _LOG_MORE.get(found.name or "") == found.runner_up
    return bool(found.runner_up) and found.margin < NARROW_MARGIN and not resolved


def confidence(
    found: Fit, static: Rate | None, report: dict[str, Any], claims: Claims | None
) -> Literal["high", "medium", "low"]:
    """``high`` when counts and code agree, or the counts alone leave no doubt."""
    measured = rate(found.name or "")
    if measured is None or report.get("slow"):
        return "low"
    claimed = rate(claims.time) if claims is not None and claims.time else None
    agrees = measured in (static, claimed)
    unclear = is_unclear(found)
    doubts = bool(report.get("uncosted")) + (found.error > 0.35) + (report["ended"] == "raised")
    if agrees and not doubts and not unclear:
        return "high"
    clear = not doubts and not unclear and found.error < _CLOSE_FIT
    if agrees or (clear and measured != rate("O(1)")):
        return "medium"
    return "low"
