"""``algosmith complexity FILE:LINE``: measures how a function's work and memory grow; no model."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.cli.files import offset_of, parse_place, read_snapshot, seconds
from algosmith.cli.records import measurement_record
from algosmith.complexity.measure import measure, measure_at
from algosmith.complexity.notation import pretty
from algosmith.complexity.plot import write_plot
from algosmith.complexity.subject import Subject, subject_of
from algosmith.complexity.whole import ENTRY, as_function
from algosmith.errors import SandboxError, TaskError
from algosmith.features.measure import is_counted
from algosmith.programs.detect import is_script
from algosmith.programs.inputs import generator_source
from algosmith.sandbox.opening import open_sandbox
from algosmith.syntax.functions import function_at, functions
from algosmith.verify.source import tree_of
from algosmith.verify.standard_input import problem_of
from algosmith.verify.standing import open_function, open_program
from algosmith.verify.statements import ExampleSet
from algosmith.verify.types import Case

if TYPE_CHECKING:
    from algosmith.model import Function, Growth, Measurement, Snapshot

_NAMES = {"measured": "measured", "estimated": "estimated from the code, not run"}


def run(args: list[str]) -> int:
    """Exit status 0: a class was measured; 1: none could be."""
    options = _parser().parse_args(args)
    file, line = parse_place(options.place)
    snapshot = read_snapshot(file)
    if snapshot.language == "python":
        made = _of_python(snapshot, file, line, options.seconds)
    elif is_counted(snapshot.language):
        function = _function(snapshot, file, line)
        made = asyncio.run(_of_other(snapshot, function, options.seconds))
    else:
        name = languages.of(snapshot.language).name
        raise TaskError(f"{file}: complexity is not measured in {name} yet.")
    if options.plot and made.basis == "measured":
        write_plot(made, Path(options.plot))
    print(json.dumps(record(made), ensure_ascii=False) if options.json else report(made))
    return 0 if made.basis == "measured" and made.time.complexity_class else 1


def _of_python(snapshot: Snapshot, file: Path, line: int | None, seconds: float) -> Measurement:
    subject, generator = _subject(snapshot, file, line)
    made = asyncio.run(_measure(subject, generator, seconds))
    if generator is None:
        return made
    # Its text is another than the file's: lines would be wrong.
    return replace(made, function=file.stem, hottest_line=None, inputs=_inputs(made))


async def _of_other(snapshot: Snapshot, function: Function, seconds: float) -> Measurement:
    running = languages.running(snapshot.language)
    try:
        sandbox = await running.opened() if running is not None else None
    except SandboxError as error:
        made = await measure_at(snapshot, function, None)
        return replace(made, notes=(*made.notes, str(error)))
    try:
        return await measure_at(snapshot, function, sandbox, seconds=seconds)
    finally:
        if sandbox is not None:
            await sandbox.close()


def record(made: Measurement) -> dict[str, object]:
    """The object that ``--json`` prints: a class only where it was measured."""
    if made.basis == "measured":
        return measurement_record(made)
    estimate = made.time.complexity_class
    reason = made.time.reason or "not run"
    if estimate:
        reason = f"{reason} (from the code alone it looks like {pretty(estimate)})"
    time = replace(made.time, complexity_class=None, confidence=None, reason=reason)
    return {**measurement_record(replace(made, time=time)), "estimate": estimate}


def report(made: Measurement) -> str:
    """The same for people."""
    lines = [made.function]
    for name, growth in (("Time", made.time), ("Space", made.space)):
        lines.append(f"  {name}: {_shown(growth, made)}")
        lines += [f"    {size}: {pretty(one)}" for size, one in growth.per_parameter]
    if made.inputs:
        lines.append(f"  Inputs: {made.inputs}")
    if made.hottest_line is not None:
        lines.append(f"  Most work in line {made.hottest_line}")
    lines += [f"  Note: {note}" for note in made.notes]
    return "\n".join([*lines, f"  {made.seconds:.1f} s"])


def _shown(growth: Growth, made: Measurement) -> str:
    if growth.complexity_class is None:
        return f"unknown: {growth.reason}" if growth.reason else "unknown"
    words = f"{pretty(growth.complexity_class)} {_NAMES[made.basis]}"
    sure = f", {growth.confidence} confidence" if made.basis == "measured" else ""
    return f"{words}{sure}" + (f": {growth.reason}" if growth.reason else "")


def _function(snapshot: Snapshot, file: Path, line: int | None) -> Function:
    if line is None:
        found = functions(snapshot)
        if len(found) == 1:
            return found[0]
        raise TaskError(f"{file}: name the function by a line, as in {file}:12.")
    found = function_at(snapshot, offset_of(snapshot, file, line))
    if found is None:
        raise TaskError(f"{file}:{line}: there is no function at this line.")
    return found


def _subject(snapshot: Snapshot, file: Path, line: int | None) -> tuple[Subject, str | None]:
    """What to measure; for a program that reads standard input also how its inputs are made."""
    function: Function | None = None
    try:
        function = _function(snapshot, file, line)
        opened = open_function(snapshot, function.body.start)
    except TaskError:
        tree = tree_of(snapshot.text)
        if function is not None or tree is None or not is_script(tree):
            raise
        opened = open_program(snapshot)
    case = Case(opened.snapshot, opened.task, trusted=True)
    problem = problem_of(case, [(opened.candidate, opened.edit)], ExampleSet())
    generator = generator_source(problem) if problem is not None else None
    if generator is not None:
        return Subject(as_function(snapshot.text), ENTRY), generator
    if function is None:
        raise TaskError(f"{file}: a program is measured on inputs like its samples; write one.")
    return subject_of(snapshot, function), None


def _inputs(made: Measurement) -> str:
    return made.inputs.replace("inputs by the model's own generator", "laid out as the samples")


async def _measure(subject: Subject, generator: str | None, seconds: float) -> Measurement:
    try:
        sandbox = await open_sandbox()
    except SandboxError as error:
        made = await measure(subject.source, subject.entry, None)
        return replace(made, notes=(*made.notes, str(error)))
    try:
        return await measure(
            subject.source, subject.entry, sandbox, seconds=seconds, generator=generator
        )
    finally:
        await sandbox.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith complexity", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE", help="a line of the function, from 1")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--plot", metavar="FILE", help="draw the points and the curve (svg, png)")
    parser.add_argument(
        "--seconds", type=seconds, default=1.0, help="budget (default 1); more reaches larger sizes"
    )
    return parser
