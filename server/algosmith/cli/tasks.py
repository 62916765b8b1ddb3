"""``algosmith tasks PATH…``: the TODOs in files and folders."""

import argparse
import json
from pathlib import Path

from algosmith.cli.files import load_settings, read_snapshot, source_files
from algosmith.cli.records import task_record
from algosmith.errors import TaskError
from algosmith.syntax.tasks import find_tasks


def run(args: list[str]) -> int:
    """Prints one line, or one JSON object, for each task; files that can't be read are skipped."""
    parser = argparse.ArgumentParser("algosmith tasks", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, default=[Path()], metavar="PATH")
    parser.add_argument("--json", action="store_true", help="one JSON object on each line")
    options = parser.parse_args(args)
    keywords = load_settings().keywords
    for file in source_files(options.paths):
        try:
            snapshot = read_snapshot(file)
        except TaskError:
            if file in options.paths:
                raise
            continue
        for task in find_tasks(snapshot, keywords):
            record = task_record(task)
            if options.json:
                print(json.dumps({"file": str(file), **record}, ensure_ascii=False))
            else:
                words = task.text.replace("\n", " ")
                place = f" in {record['function']}" if record["function"] else ""
                print(f"{file}:{task.line}: {task.keyword} ({task.kind}{place}): {words}")
    return 0
