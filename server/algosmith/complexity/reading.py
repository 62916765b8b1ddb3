"""Reads the cage's report: fits the points, puts the classes together, says what limits them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from algosmith.complexity import words
from algosmith.complexity.combine import combined
from algosmith.complexity.confidence import confidence
from algosmith.complexity.fit import Fit, fit
from algosmith.complexity.guard import hidden_work
from algosmith.complexity.space import space_growth
from algosmith.inputs.sizes import sizes_of
from algosmith.model import Growth, Measurement

if TYPE_CHECKING:
    from algosmith.complexity.notation import Rate
    from algosmith.inputs.kinds import Parameter, Signature
    from algosmith.model import Claims

_BOUNDED = 40
"""A function that raises before this size has a bounded domain: no growth can be told."""


def measurement_of(
    entry: str,
    signature: Signature,
    report: dict[str, Any],
    static: Rate | None,
    claims: Claims | None,
) -> Measurement:
    """The measurement that a report with points carries."""
    readings: list[tuple[Parameter, ...]] = [signature.parameters, *signature.alternatives]
    parameters = readings[int(report["reading"])]
    points = _points(report["points"])
    found = fit(points)
    found = _stopped_early(_doubted(found, report, parameters), points, static)
    expressions = [size.expression for size in sizes_of(parameters)]
    fits = {e: fit(_points(report["alone"].get(e, []))) for e in expressions}
    alone = {e: each.name for e, each in fits.items()}
    name = combined(found.name, alone, expressions)
    uncosted: list[str] = report.get("uncosted", [])
    sure = confidence(found, static, report, claims) if name else None
    shown = expressions if len(expressions) > 1 else []
    growth = Growth(
        name,
        sure,
        tuple((e, alone[e] or "unknown") for e in shown) if name else (),
        tuple(points),
        reason=found.reason or None,
    )
    notes = words.notes(found, report, uncosted, static, name)
    return Measurement(
        function=entry,
        basis="measured",
        time=growth,
        space=space_growth(report),
        inputs=words.inputs(parameters, expressions, report),
        hottest_line=words.hottest(report),
        notes=notes,
    )


def _points(raw: list[list[int]]) -> list[tuple[int, int]]:
    return [(int(n), int(work)) for n, work in raw]


def _doubted(found: Fit, report: dict[str, Any], parameters: tuple[Parameter, ...]) -> Fit:
    """Takes a class back when the way the runs ended says that it rests on a stub."""
    last = report["points"][-1][0]
    if report["ended"] == "raised" and last < _BOUNDED:
        error = report["errors"][0] if report["errors"] else "an error"
        return Fit(None, f"no input larger than {last} is accepted ({error}): a bounded domain")
    if report.get("uncosted") and hidden_work(report["points"], report["clock"]):
        names = ", ".join(report["uncosted"][:3])
        return Fit(None, f"its time grows faster than its counted steps: {names} hides work")
    formatted = [p.name for p in parameters if "format" in p.kind.traits]
    if formatted and len(formatted) == len(parameters):
        return Fit("O(1)", "its input has a fixed format, so its size is constant")
    return found


def _stopped_early(found: Fit, points: list[tuple[int, int]], static: Rate | None) -> Fit:
    """Constant work where the code loops over its input: every input tried ended it early."""
    loops = static is not None and not static.level and static.power >= 1
    if found.name == "O(1)" and loops and points and points[-1][1] < points[-1][0] / 50:
        return Fit(None, "it stops early on every input tried")
    return found


def reason_for(report: dict[str, Any], signature: Signature) -> str:
    """Why there are no points, in words for people."""
    if report.get("reason"):
        return str(report["reason"])
    errors: list[str] = [e for e in report.get("errors", []) if not e.startswith("no value of")]
    if not errors:
        return "no input could be made for it"
    refused = [e for e in errors if ":" not in e]
    if refused:
        words = refused[0]
        return words if words.startswith("it") else f"not run: it {words}"
    return f"none of the inputs tried was accepted ({errors[0]})"
