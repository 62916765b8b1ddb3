"""Measured complexity of a solution or of a function that stands in a file."""

import hashlib
import logging
from pathlib import Path

from algosmith import languages
from algosmith.complexity import measure as measuring
from algosmith.errors import SandboxError, TaskError
from algosmith.features import annotation
from algosmith.features.services import Services
from algosmith.features.store import Report
from algosmith.model import Edit, Function, Measurement, Snapshot, Solution, Step, Task
from algosmith.syntax import functions, remark

log = logging.getLogger(__name__)


async def measure_solution(
    services: Services, snapshot: Snapshot, task: Task, solution: Solution
) -> Measurement | None:
    """Measures a placed candidate; None where nothing can be told about its language."""
    if not services.settings.complexity.enabled or solution.edit is None:
        return None
    after = _after(snapshot, solution.edit)
    written = written_by(snapshot, task, solution.edit)
    if written is None or not is_counted(snapshot.language):
        return None
    try:
        return await _measure(services, after, written, solution)
    except Exception:
        # Contained: an answer is not thrown away because its complexity could not be told.
        log.exception("measuring %r failed", written.qualified_name)
        return None


def is_counted(language: str) -> bool:
    """Whether the work of functions of a language can be counted."""
    running = languages.running(language)
    return language == "python" or (running is not None and running.counted is not None)


def written_by(snapshot: Snapshot, task: Task, edit: Edit) -> Function | None:
    """The function that the edit writes or fills, as it then stands."""
    after = _after(snapshot, edit)
    return functions.function_at(after, _inside(after, task, edit))


async def measure_function(
    services: Services, snapshot: Snapshot, function: Function, report: Report
) -> Measurement:
    """Measures a function of the user's; raises TaskError for a language that can't be measured."""
    if not is_counted(snapshot.language):
        raise TaskError(f"Work is not counted in {languages.of(snapshot.language).name} yet.")
    report(Step("measuring", f"measuring {function.qualified_name}"))
    measurement = await _measure(services, snapshot, function, None)
    services.store.measurements.put(_key(snapshot, function), measurement)
    return measurement


def cached_measurement(
    services: Services, snapshot: Snapshot, function: Function
) -> Measurement | None:
    """An earlier measurement of the same text."""
    return services.store.measurements.get(_key(snapshot, function))


def annotate(snapshot: Snapshot, function: Function, measurement: Measurement) -> Edit:
    """The edit that writes the measured figures as the first comment of the function."""
    notes = annotation.measurement_lines("en", measurement)
    if not notes:
        reason = measurement.time.reason or "the evidence carries no class"
        raise TaskError(f"There is no figure to write: {reason}.")
    return remark.remark(snapshot, function, notes)


async def _measure(
    services: Services, snapshot: Snapshot, function: Function, solution: Solution | None
) -> Measurement:
    try:
        cage = await services.cage(snapshot.language)
    except SandboxError:
        cage = None
    return await measuring.measure_at(
        snapshot,
        function,
        cage,
        seconds=services.settings.complexity.seconds,
        claims=solution.candidate.claims if solution else None,
    )


def _after(snapshot: Snapshot, edit: Edit) -> Snapshot:
    return Snapshot(snapshot.uri, snapshot.language, edit.apply(snapshot.data))


def _inside(after: Snapshot, task: Task, edit: Edit) -> int:
    """An offset inside the function that the edit wrote or filled."""
    if task.function is not None and task.kind != "function":
        return edit.span.start
    start, end = edit.span.start, edit.span.start + len(edit.new_text.encode())
    inner = [f for f in functions.functions(after) if start <= f.span.start and f.span.end <= end]
    return inner[-1].body.start if inner else edit.span.start


def _key(snapshot: Snapshot, function: Function) -> str:
    parts = (function.qualified_name.encode(), snapshot.data, Path(snapshot.uri).name.encode())
    return hashlib.sha256(b"\0".join(parts)).hexdigest()
