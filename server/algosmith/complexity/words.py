"""How a measurement speaks: inputs, range, notes. Never more than was measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from algosmith.complexity.confidence import is_rivalled
from algosmith.complexity.fit import Fit, fit
from algosmith.complexity.notation import name_of, pretty, rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.complexity.notation import Rate
    from algosmith.inputs.kinds import Parameter


def inputs(parameters: Sequence[Parameter], expressions: list[str], report: dict[str, Any]) -> str:
    """``n = len(nums) up to 55,000; random, ascending, equal``."""
    names = [e for e in expressions if e != "E"] or [p.name for p in parameters]
    if report.get("generated"):
        return f"n up to {report['points'][-1][0]:,}; inputs by the model's own generator"
    shown = " = ".join(names[:3]) if names else ""
    largest = report["points"][-1][0]
    head = f"n = {shown} up to {largest:,}" if shown and shown != "n" else f"n up to {largest:,}"
    families = [report["family"], *report.get("families", [])]
    kinds = list(dict.fromkeys(family.partition("/")[0] for family in families))
    return f"{head}; {', '.join(kinds[:4])}; most work on {kinds[0]} inputs"


def notes(
    found: Fit, report: dict[str, Any], uncosted: list[str], static: Rate | None, name: str | None
) -> tuple[str, ...]:
    """What a reader should know beside the class."""
    said: list[str] = []
    average = fit([(int(n), int(w)) for n, w in report.get("average", [])])
    if name and average.name and rate(average.name) != rate(found.name or ""):
        family = report["family"].partition("/")[0]
        said.append(f"{pretty(average.name)} on random input, {pretty(name)} on {family} input")
    if found.name and found.error:
        said.append(f"largest deviation from the curve {found.error:.1%}")
    if is_rivalled(found):
        said.append(f"{pretty(found.runner_up)} fits almost as well")
    if uncosted:
        said.append(f"the work inside {', '.join(uncosted[:4])} is not counted")
    read = name_of(static) if static is not None else None
    if read and found.name and static != rate(found.name):
        said.append(f"read from the code alone it looks like {pretty(read)}")
    return tuple(said)


def hottest(report: dict[str, Any]) -> int | None:
    """The line of the source with most work."""
    lines = list(report.get("lines", {}))
    return int(lines[0]) if lines else None
