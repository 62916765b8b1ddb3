"""``algosmith split FILE:LINE``: plans a TODO as helper functions, and solves them in order.

Without ``--plan`` or ``--apply`` the plan is only printed: keep it in a file, change it, and give
it back with ``--plan FILE``. Each helper is solved and checked, then the TODO itself; one diff.
"""

import argparse
import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from algosmith import languages
from algosmith.cli.files import load_settings, offset_of, parse_place, read_snapshot, safe
from algosmith.cli.progress import ProgressLine
from algosmith.cli.solve import diff
from algosmith.errors import TaskError
from algosmith.features import services as building
from algosmith.features import split
from algosmith.features.files import replace_file
from algosmith.model import Outcome, Snapshot, Span, Task
from algosmith.syntax.tasks import task_at


def run(args: list[str]) -> int:
    """Exit status 0: a plan was made, or all parts were solved."""
    parser = argparse.ArgumentParser("algosmith split", description=__doc__)
    parser.add_argument("place", metavar="FILE:LINE", help="the line of the TODO")
    parser.add_argument("--plan", type=Path, metavar="FILE", help="the plan to follow")
    parser.add_argument("--solve", action="store_true", help="solve by the plan, print a diff")
    parser.add_argument("--apply", action="store_true", help="solve, and write it to the file")
    parser.add_argument("--model", metavar="M", help="model name, folder or GGUF file")
    options = parser.parse_args(args)
    file, line = parse_place(options.place)
    snapshot = read_snapshot(file)
    settings = load_settings()
    settings = replace(settings, model=options.model) if options.model else settings
    at = offset_of(snapshot, file, line or 1)
    task = task_at(snapshot, Span(at, at), settings.keywords)
    if task is None:
        raise TaskError(f"{options.place}: no task here; `algosmith tasks {file}` lists them.")
    given, root = _given(options.plan, snapshot.language), file.resolve().parent
    solves = bool(options.plan or options.solve or options.apply)
    with ProgressLine() as report:
        done = asyncio.run(_work(settings, root, snapshot, task, given, report, solves=solves))
    if isinstance(done, str):
        print(safe(done))
        return 0
    print(diff(done, file), end="")
    print(safe(done.message), file=sys.stderr)
    if options.apply:
        _write(file, snapshot, done)
    return 0


def _given(file: Path | None, language: str) -> tuple[split.Part, ...]:
    if file is None:
        return ()
    try:
        parts = split.parts_in(file.read_text("utf-8"), language)
    except (OSError, UnicodeDecodeError) as error:
        raise TaskError(f"{file}: can't be read: {error}") from error
    if not parts:
        raise TaskError(
            f"{file}: no parts; write one a line: `1. {languages.of(language).head}: what`."
        )
    return parts


async def _work(  # noqa: PLR0913  plain data of one run
    settings: building.Settings,
    root: Path,
    snapshot: Snapshot,
    task: Task,
    given: tuple[split.Part, ...],
    report: ProgressLine,
    *,
    solves: bool,
) -> Outcome | str:
    made = building.build(settings, trusted=True, roots=(root,))
    try:
        parts = given or await split.plan(made, snapshot, task, report)
        if not solves:
            return split.plan_text(parts)
        return await split.solve_parts(made, snapshot, task, parts, report)
    finally:
        await made.close()


def _write(file: Path, snapshot: Snapshot, done: Outcome) -> None:
    edit = done.solutions[0].edit
    if edit is None or file.read_bytes() != snapshot.data:
        raise TaskError(f"{file} changed meanwhile; nothing was written.")
    replace_file(file, edit.apply(snapshot.data))
    print(f"{file}: written", file=sys.stderr)
