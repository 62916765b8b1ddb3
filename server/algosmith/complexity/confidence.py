"""How sure a measured class is: agreement of counts, code and claim."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from algosmith.complexity.notation import rate

if TYPE_CHECKING:
    from algosmith.complexity.fit import Fit
    from algosmith.complexity.notation import Rate
    from algosmith.model import Claims

_CLOSE_FIT = 0.12


def confidence(
    found: Fit, static: Rate | None, report: dict[str, Any], claims: Claims | None
) -> Literal["high", "medium", "low"]:
    """``high`` when counts and code agree, or the counts alone leave no doubt."""
    measured = rate(found.name or "")
    if measured is None or report.get("slow"):
        return "low"
    claimed = rate(claims.time) if claims is not None and claims.time else None
    agrees = measured in (static, claimed)
    doubts = bool(report.get("uncosted")) + (found.error > 0.35) + (report["ended"] == "raised")
    if agrees and not doubts:
        return "high"
    if agrees or (doubts == 0 and found.error < _CLOSE_FIT and measured != rate("O(1)")):
        return "medium"
    return "low"
