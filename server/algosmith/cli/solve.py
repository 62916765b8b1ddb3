"""``algosmith solve FILE[:LINE]``: solves a TODO; shows a diff, prints JSON or applies it."""

import argparse
import asyncio
import contextlib
import difflib
import json
import os
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from algosmith.cli.files import load_settings, parse_place, read_snapshot
from algosmith.cli.progress import ProgressLine
from algosmith.cli.records import outcome_record
from algosmith.config import Settings
from algosmith.errors import TaskError
from algosmith.features import services as building
from algosmith.features.solve import solve
from algosmith.model import Outcome, Snapshot, Task
from algosmith.syntax.tasks import find_tasks

_TERMINATED = 128 + signal.SIGTERM


def run(args: list[str]) -> int:
    """Exit status 0: a solution was chosen for every task; 1: not for all of them."""
    options = _parser().parse_args(args)
    file, line = parse_place(options.place)
    snapshot = read_snapshot(file)
    settings = _settings(options)
    tasks = _wanted(find_tasks(snapshot, settings.keywords), file, line, every=options.all)
    if tasks is None:
        return 1
    root = file.resolve().parent
    try:
        with ProgressLine() as report:
            outcomes = asyncio.run(_solve_all(settings, snapshot, tasks, report, root))
    except asyncio.CancelledError:
        print("stopped; nothing was written", file=sys.stderr)
        return _TERMINATED
    for outcome in outcomes:
        _show(outcome, file, as_json=options.json)
    if options.apply:
        written = _apply(file, snapshot, outcomes)
        print(f"{file}: {_written(written, len(outcomes))}", file=sys.stderr)
    return 0 if all(outcome.chosen is not None for outcome in outcomes) else 1


def diff(outcome: Outcome, file: Path) -> str:
    """A unified diff of the best placeable solution; empty when there is none."""
    edit = next((s.edit for s in outcome.solutions if s.edit), None)
    if edit is None:
        return ""
    before = outcome.snapshot.text.splitlines(keepends=True)
    after = edit.apply(outcome.snapshot.data).decode("utf-8").splitlines(keepends=True)
    lines = difflib.unified_diff(before, after, f"a/{file.name}", f"b/{file.name}")
    return "".join(part if part.endswith("\n") else part + "\n" for part in lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("algosmith solve", description=__doc__)
    parser.add_argument("place", metavar="FILE[:LINE]", help="the file, and the line of the TODO")
    parser.add_argument("--all", action="store_true", help="solve every TODO of the file")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--apply", action="store_true", help="write the chosen solution to the file")
    shape.add_argument("--diff", action="store_true", help="print a diff (the default)")
    shape.add_argument("--json", action="store_true", help="print one object as json.md says")
    parser.add_argument("-n", type=int, metavar="N", help="number of candidates")
    parser.add_argument("--model", metavar="M", help="model name, folder or GGUF file")
    parser.add_argument(
        "--seed", type=int, help="the same seed gives the same candidates again; slower"
    )
    return parser


def _settings(options: argparse.Namespace) -> Settings:
    settings = load_settings()
    given = {"candidates": options.n, "model": options.model, "seed": options.seed}
    return replace(settings, **{name: value for name, value in given.items() if value is not None})


def _wanted(
    tasks: Sequence[Task], file: Path, line: int | None, *, every: bool
) -> Sequence[Task] | None:
    """The tasks to solve; None when the user has to choose (the list is printed)."""
    if line is not None:
        near = [t for t in tasks if t.line == line or _covers(t, line)]
        if not near:
            raise TaskError(f"{file}:{line}: no task here; `algosmith tasks {file}` lists them.")
        return near[:1]
    if not tasks:
        raise TaskError(f"{file}: no TODO found.")
    if every or len(tasks) == 1:
        return tasks
    print(f"{file} has {len(tasks)} tasks; name one as {file}:LINE or use --all:", file=sys.stderr)
    for task in tasks:
        print(f"{file}:{task.line}: {task.keyword}: {task.text}", file=sys.stderr)
    return None


def _covers(task: Task, line: int) -> bool:
    return task.line <= line <= task.line + task.text.count("\n")


async def _solve_all(
    settings: Settings, snapshot: Snapshot, tasks: Sequence[Task], report: ProgressLine, root: Path
) -> list[Outcome]:
    """Bottom up, so that the edits of several tasks can be applied one after another."""
    services = building.build(settings, trusted=True, roots=(root,))
    _cancel_on_terminate()
    try:
        ordered = sorted(tasks, key=lambda t: t.target.start, reverse=True)
        return [await solve(services, snapshot, task, report) for task in ordered]
    finally:
        await services.close()


def _cancel_on_terminate() -> None:
    task = asyncio.current_task()
    if task is not None:
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in asyncio
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)


def _show(outcome: Outcome, file: Path, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(outcome_record(outcome), ensure_ascii=False, indent=2))
        return
    print(diff(outcome, file), end="")
    rate = outcome.tokens / outcome.seconds if outcome.seconds else 0.0
    count = len(outcome.solutions)
    candidates = "1 candidate" if count == 1 else f"{count} different candidates"
    print(
        f"{outcome.message}\n{outcome.model}: {candidates}, "
        f"{outcome.tokens:,} tokens, {outcome.seconds:.1f} s, {rate:.0f} tok/s",
        file=sys.stderr,
    )


def _written(written: int, asked: int) -> str:
    if not written:
        return "nothing was written"
    return "written" if asked == 1 else f"{written} of {asked} answers written"


def _apply(file: Path, snapshot: Snapshot, outcomes: Sequence[Outcome]) -> int:
    """Writes the chosen solutions and says how many; the file is replaced whole or not at all."""
    chosen = [o.solutions[o.chosen].edit for o in outcomes if o.chosen is not None]
    edits = [edit for edit in chosen if edit is not None]
    data = snapshot.data
    for edit in edits:
        data = edit.apply(data)
    if data == snapshot.data:
        return 0
    if file.read_bytes() != snapshot.data:
        raise TaskError(f"{file} changed meanwhile; nothing was written.")
    try:
        _replace(file.resolve(), data)
    except OSError as error:
        raise TaskError(f"{file}: not written: {error.strerror}; the file is as it was.") from error
    return len(edits)


def _replace(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".algosmith-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
        temporary.chmod(target.stat().st_mode & 0o7777)
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
