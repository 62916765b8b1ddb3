"""The lines written above a solution: the idea, and complexity marked measured or claimed."""

from typing import Literal

from algosmith.complexity import notation
from algosmith.errors import EditError
from algosmith.model import Edit, Growth, Measurement, Prose, Snapshot, Solution, Task
from algosmith.syntax import splice

Form = Literal["comment", "docstring", "none"]

_WORDS = {
    "en": {"measured": "measured", "estimated": "estimated", "claimed": "claimed"},
    "zh": {"measured": "实测", "estimated": "估计", "claimed": "模型声称"},
}


def place(snapshot: Snapshot, task: Task, solution: Solution, form: Form) -> Edit | None:
    """The edit with its annotation; without one where the annotation can't be placed."""
    if solution.edit is None:
        return None
    notes = lines(task.prose, solution)
    try:
        return splice.place(snapshot, task, solution.candidate.code, notes, form)
    except EditError:
        return solution.edit


def lines(prose: Prose, solution: Solution) -> tuple[str, ...]:
    """Plain text lines: approach, then time and space; nothing where nothing is known."""
    figures = _figures(prose, solution)
    approach = solution.candidate.approach
    if approach in solution.candidate.code:
        approach = ""  # a comment of the code says it already
    label = "思路:" if prose == "zh" else "Approach: "
    written = (f"{label}{approach}",) if approach else ()
    return written + ((figures,) if figures else ())


def measurement_lines(prose: Prose, measurement: Measurement) -> tuple[str, ...]:
    """The complexity line alone, for a function that stands already."""
    time = _measured(prose, measurement.time, measurement.basis)
    space = _measured(prose, measurement.space, measurement.basis)
    line = _joined(prose, time, space)
    return (line,) if line else ()


def _figures(prose: Prose, solution: Solution) -> str:
    claims, measurement = solution.candidate.claims, solution.measurement
    basis = measurement.basis if measurement else "measured"
    time = measurement and _measured(prose, measurement.time, basis)
    space = measurement and _measured(prose, measurement.space, basis)
    return _joined(
        prose, time or _claimed(prose, claims.time), space or _claimed(prose, claims.space)
    )


def _measured(prose: Prose, growth: Growth, basis: Literal["measured", "estimated"]) -> str:
    if growth.complexity_class is None:
        return ""
    return _figure(prose, growth.complexity_class, basis)


def _claimed(prose: Prose, claim: str | None) -> str:
    return _figure(prose, claim, "claimed") if claim else ""


def _figure(prose: Prose, text: str, basis: str) -> str:
    word = _WORDS[prose][basis]
    shown = notation.pretty(text)
    return f"{shown}({word})" if prose == "zh" else f"{shown} {word}"


def _joined(prose: Prose, time: str, space: str) -> str:
    if prose == "zh":
        parts = [f"时间复杂度:{time}" if time else "", f"空间复杂度:{space}" if space else ""]
        return " ".join(filter(None, parts))
    parts = [f"Time: {time}" if time else "", f"Space: {space}" if space else ""]
    return " · ".join(filter(None, parts))
