"""A problem: a file with one TODO, and the hidden truth its answers are held to.

Nothing of the truth stands in the file; what the file shows are the examples a user would write.
"""

from dataclasses import dataclass

from algosmith.errors import ConfigError
from algosmith.model import Snapshot, Task
from algosmith.sandbox.types import Call, Value
from algosmith.syntax import tasks
from algosmith.syntax.languages import LANGUAGES
from algosmith.verify.other_programs import programs_of


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


@dataclass(frozen=True, slots=True)
class Like:
    """Doing what the problem's reference does: the truth in other languages than Python."""


Truth = Script | Results | Streams | Like


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


def problem(
    id_: str,
    text: str,
    truth: Truth,
    entry: str = "",
    reference: str = "",
    language: str = "python",
) -> Problem:
    """The problem of a file; ConfigError when the file does not hold exactly one task."""
    if language not in LANGUAGES:
        raise ConfigError(f"{id_}: the language {language!r} is none of {', '.join(LANGUAGES)}")
    file_name = "".join(c if c.isalnum() or c in "-_." else "_" for c in id_)
    suffix = LANGUAGES[language].suffixes[0]
    snapshot = Snapshot(f"file:///{file_name}{suffix}", language, text.encode())
    found = tasks.find_tasks(snapshot, ("TODO",))
    if len(found) != 1:
        raise ConfigError(f"{id_}: the file must hold one TODO, it holds {len(found)}")
    task = found[0]
    programs = programs_of(language)
    is_program = isinstance(truth, Streams) or (programs is not None and programs.reads(reference))
    if not entry and not is_program:
        if task.function is None:
            raise ConfigError(f'{id_}: say which function the tests call, as "entry"')
        entry = task.function.qualified_name
    return Problem(id_, snapshot, task, truth, entry, reference)
