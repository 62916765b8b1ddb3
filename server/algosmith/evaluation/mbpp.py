"""MBPP problems as files with a TODO: the first assert stands in the file, the rest is hidden."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.errors import ConfigError
from algosmith.model import Snapshot
from algosmith.syntax import tasks
from algosmith.verify.examples import target_of, tests

if TYPE_CHECKING:
    from pathlib import Path

    from algosmith.model import Task
    from algosmith.verify.examples.reading import Target
    from algosmith.verify.types import Example

_DOCSTRING = re.compile(r"'''(.*?)'''", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem."""

    id: str
    snapshot: Snapshot
    task: Task
    reference: str
    """The whole function as the data set solves it."""
    shown: tuple[Example, ...]
    """The first assert, which stands in the file."""
    hidden: tuple[Example, ...]
    """The asserts that stand nowhere in the file."""


def load(file: Path, shown: int = 1) -> tuple[Problem, ...]:
    """All problems of a JSONL file that have a hidden assert which can be read.

    The first ``shown`` asserts stand in the file.

    Raises ConfigError when the file is not what is expected.
    """
    try:
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
        found = [_problem(row, shown) for row in rows]
    except OSError as error:
        raise ConfigError(
            f"{file} can't be read ({error}); give the data set with --data"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{file} is no MBPP file as expected: {error!r}") from error
    return tuple(problem for problem in found if problem is not None)


def _problem(row: dict[str, str], count: int) -> Problem | None:
    document = _DOCSTRING.search(row["prompt"])
    head = row["prompt"][: document.start()].rstrip() if document else row["prompt"].rstrip()
    words = " ".join(document[1].split()) if document else row["task_id"]
    body = ast.parse(row["test"]).body[0]
    asserts = [n for n in getattr(body, "body", []) if isinstance(n, ast.Assert)]
    visible = "\n".join(map(ast.unparse, asserts[:count]))
    text = f"{head}\n    # TODO: {words}\n\n\n{visible}\n"
    snapshot = Snapshot(f"file:///{row['task_id'].replace('/', '_')}.py", "python", text.encode())
    found = tasks.find_tasks(snapshot, ("TODO",))
    if len(found) != 1 or found[0].function is None:
        return None
    target = target_of(found[0], None)
    shown, hidden = (_read(a, target, row["task_id"]) for a in (asserts[:count], asserts[count:]))
    if not hidden:
        return None
    reference = f"{head}\n{row['canonical_solution']}"
    return Problem(row["task_id"], snapshot, found[0], reference, shown, hidden)


def _read(asserts: list[ast.Assert], target: Target, place: str) -> tuple[Example, ...]:
    return tests.read(ast.Module(list(asserts), []), target, place, "test").examples
