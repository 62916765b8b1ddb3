"""Tasks as problems for ``algosmith eval``: ``python -m tests.languages.problems cpp``.

Right is what does the same as the task's right answer (``server/docs/evaluation.md``).
"""

import json
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from algosmith.model import Snapshot
from algosmith.syntax import splice
from algosmith.syntax.functions import functions
from algosmith.syntax.languages import LANGUAGES
from algosmith.syntax.tasks import find_tasks

HERE = Path(__file__).parent
FILES = {
    "cpp": ("cpp", HERE / "cpp/tasks.toml"),
    "c": ("c", HERE / "cpp/tasks_c.toml"),
    "java": ("java", HERE / "java/tasks.toml"),
    "go": ("go", HERE / "go/tasks.toml"),
    "rust": ("rust", HERE / "rust/tasks.toml"),
    "javascript": ("javascript", HERE / "tasks/javascript.toml"),
    "typescript": ("typescript", HERE / "tasks/typescript.toml"),
}


def problems(name: str) -> Iterator[dict[str, str]]:
    """The rows of one language."""
    language, file = FILES[name]
    for task in tomllib.loads(file.read_text("utf-8"))["task"]:
        text = task["file"].lstrip("\n")
        uri = f"file:///{task['name']}{LANGUAGES[language].suffixes[0]}"
        snapshot = Snapshot(uri, language, text.encode())
        (todo,) = find_tasks(snapshot, ("TODO",))
        reference = splice.place(snapshot, todo, task["right"], (), "none").apply(snapshot.data)
        row = {"id": task["name"], "language": language, "file": text}
        if todo.function is None and (new := functions(Snapshot(uri, language, reference))):
            row["entry"] = new[-1].qualified_name
        yield {**row, "reference": reference.decode()}


if __name__ == "__main__":
    for one in sys.argv[1:]:
        for row in problems(one):
            print(json.dumps(row))
