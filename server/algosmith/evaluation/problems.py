"""A problem: a file with one TODO, and the hidden truth its answers are held to.

Nothing of the truth stands in the file; what the file shows are the examples a user would write.
"""

from dataclasses import dataclass

from algosmith.errors import ConfigError
from algosmith.model import Snapshot, Task
from algosmith.sandbox.types import Call, Value
from algosmith.syntax import tasks


@dataclass(frozen=True, slots=True)
class Script:
    """Hidden tests as Python source; an answer is right when none of it raises."""

    source: str
    names: frozenset[str]
    """What the tests call the function: its own name, ``candidate``."""


@dataclass(frozen=True, slots=True)
class Results:
    """Hidden calls and the results they must have."""

    cases: tuple[tuple[Call, Value], ...]


@dataclass(frozen=True, slots=True)
class Streams:
    """Hidden pairs of standard input and the output it must give, compared token by token."""

    cases: tuple[tuple[str, str], ...]


Truth = Script | Results | Streams


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem."""

    id: str
    snapshot: Snapshot
    """The file as a user would have it, with the TODO."""
    task: Task
    truth: Truth
    entry: str = ""
    """The callable that the truth calls: ``two_sum``, ``Solution.twoSum``; empty for a program."""
    reference: str = ""
    """Source of a solution known to be right; empty where there is none."""


def problem(id_: str, text: str, truth: Truth, entry: str = "", reference: str = "") -> Problem:
    """The problem of a Python file; ConfigError when the file does not hold exactly one task."""
    file_name = "".join(c if c.isalnum() or c in "-_." else "_" for c in id_)
    snapshot = Snapshot(f"file:///{file_name}.py", "python", text.encode())
    found = tasks.find_tasks(snapshot, ("TODO",))
    if len(found) != 1:
        raise ConfigError(f"{id_}: the file must hold one TODO, it holds {len(found)}")
    task = found[0]
    if not entry and not isinstance(truth, Streams):
        if task.function is None:
            raise ConfigError(f'{id_}: say which function the tests call, as "entry"')
        entry = task.function.qualified_name
    return Problem(id_, snapshot, task, truth, entry, reference)
