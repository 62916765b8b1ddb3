"""``algosmith tasks PATH…``: the TODOs in files and folders, and why some are no tasks."""

import argparse
import json
from pathlib import Path

from algosmith.cli.files import load_settings, read_snapshot, source_files
from algosmith.cli.importing import LANGUAGES, import_problem
from algosmith.cli.records import task_record
from algosmith.errors import TaskError
from algosmith.model import Task
from algosmith.syntax.tasks import find_tasks
from algosmith.syntax.unsupported import UnsupportedTodo, unsupported


def run(args: list[str]) -> int:
    """Prints one line, or one JSON object, for each task; files that can't be read are skipped."""
    parser = argparse.ArgumentParser("algosmith tasks", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[Path()], metavar="PATH")
    parser.add_argument("--json", action="store_true", help="one JSON object on each line")
    parser.add_argument(
        "--import",
        dest="problem",
        type=Path,
        metavar="FILE",
        help="make a starter file and samples of a problem (JSON of Competitive Companion or cph)",
    )
    parser.add_argument(
        "--language",
        choices=LANGUAGES,
        default="python",
        help="of the starter file (default python)",
    )
    options = parser.parse_args(args)
    if options.problem is not None:
        folder = options.paths[0]
        if not folder.is_dir():
            raise TaskError(f"{folder}: is no folder; name the one to write the problem to.")
        for path in import_problem(options.problem, folder, options.language):
            print(path)
        return 0
    keywords = load_settings().keywords
    for file in source_files(options.paths):
        try:
            snapshot = read_snapshot(file)
        except TaskError:
            if file in options.paths:
                raise
            continue
        found, left = find_tasks(snapshot, keywords), unsupported(snapshot, keywords)
        lines = [(task.line, _task(file, task, as_json=options.json)) for task in found]
        lines += [(one.line, _unsupported(file, one, as_json=options.json)) for one in left]
        for _, text in sorted(lines, key=lambda line: line[0]):
            print(text)
    return 0


def _task(file: Path, task: Task, *, as_json: bool) -> str:
    record = task_record(task)
    if as_json:
        return json.dumps({"file": str(file), **record}, ensure_ascii=False)
    place = f" in {record['function']}" if record["function"] else ""
    return f"{file}:{task.line}: {task.keyword} ({task.kind}{place})" + _words(task.text)


def _unsupported(file: Path, one: UnsupportedTodo, *, as_json: bool) -> str:
    if as_json:
        record = {"keyword": one.keyword, "text": one.text, "kind": None, "line": one.line}
        return json.dumps({"file": str(file), **record, "reason": one.reason}, ensure_ascii=False)
    return f"{file}:{one.line}: {one.keyword} (not supported: {one.reason})" + _words(one.text)


def _words(text: str) -> str:
    return f": {text}".replace("\n", " ") if text else ""
