"""Reads data sets: one problem a line, the form told from the fields.

A row that can't be used costs only itself: it is counted and named, the others are read.
"""

import json
import pickle
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from algosmith.errors import ConfigError
from algosmith.evaluation import humaneval, livecodebench
from algosmith.evaluation.problems import Like, Problem, Script, Streams, Truth, problem

Form = Literal["own", "mbpp", "humaneval", "livecodebench"]
_UNUSABLE = (
    ValueError, TypeError, LookupError, AttributeError, EOFError, SyntaxError, RecursionError,
    zlib.error, pickle.UnpicklingError, ConfigError,
)  # fmt: skip
FORMS: tuple[str, ...] = (*get_args(Form), "math")
"""``math`` is read by ``evaluation.mathematics``: its problems hold no code."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """What a file gave."""

    problems: tuple[Problem, ...]
    left_out: tuple[str, ...] = ()
    """For people: ``line 7: no "prompt"``."""


def load(file: Path, form: Form | None = None, shown: int = 1) -> DataSet:
    """The problems of a JSONL file, or of a JSON file that holds a list.

    Args:
        file: What the user named.
        form: The data set's form; by default told from each row's fields.
        shown: MBPP and HumanEval: how many of the hidden asserts stand in the file as examples.
            HumanEval's docstrings have their own, so that none is added there by default.

    Raises:
        ConfigError: The file can't be read, or holds nothing that can be used.
    """
    problems: dict[str, Problem] = {}
    left_out: list[str] = []
    for number, line in lines_of(file):
        try:
            one = _problem(line, form, shown)
            if one.id in problems:
                raise ConfigError(f"a second problem with the id {one.id}")
            problems[one.id] = one
        except KeyError as error:
            left_out.append(f"line {number}: it has no {error.args[0]!r}")
        except _UNUSABLE as error:
            left_out.append(f"line {number}: {error}")
    if not problems:
        why = f" ({left_out[0]})" if left_out else ": it is empty"
        raise ConfigError(f"{file} holds no problem that can be used{why}")
    return DataSet(tuple(problems.values()), tuple(left_out))


def lines_of(file: Path) -> Iterator[tuple[int, str]]:
    """The rows of a JSONL file, or of a JSON list, with their numbers; ConfigError for neither."""
    if file.exists() and not file.is_file():
        raise ConfigError(f"{file} can't be read: it is no ordinary file")
    try:
        text = file.read_text("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file} can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file} is not UTF-8 text; give JSONL, one problem a line") from error
    if text.lstrip().startswith("["):
        try:
            rows = cast("list[object]", json.loads(text))
        except ValueError as error:
            raise ConfigError(f"{file} is no JSON: {error}") from error
        yield from enumerate(map(json.dumps, rows), 1)
        return
    # Not splitlines(): JSON text may hold U+2028 and its like.
    yield from ((n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip())


def _problem(line: str, form: Form | None, shown: int) -> Problem:
    row: object = json.loads(line)
    if not isinstance(row, dict):
        raise ConfigError("it is no JSON object")
    fields = cast("dict[str, Any]", row)
    match form or _form(fields):
        case "livecodebench":
            return livecodebench.livecodebench(fields)
        case "humaneval":
            return humaneval.humaneval(fields, 0)
        case "mbpp" if "test_list" in fields:
            return humaneval.mbpp(fields, shown)
        case "mbpp":
            return humaneval.mbpp_as_humaneval(fields, shown)
        case _:
            return _own(fields)


def _form(row: dict[str, Any]) -> Form:
    if "question_content" in row:
        return "livecodebench"
    if "test_list" in row:
        return "mbpp"
    if "entry_point" in row:
        return "mbpp" if "mbpp" in str(row.get("task_id", "")).lower() else "humaneval"
    return "own"


def _own(row: dict[str, Any]) -> Problem:
    """Our own form: ``server/docs/evaluation.md``."""
    id_, text = str(row["id"]), str(row["file"])
    entry, reference = str(row.get("entry", "")), str(row.get("reference", ""))
    truth: Truth
    language = str(row.get("language", "python"))
    if language != "python":
        return problem(id_, text, Like(), entry, str(row["reference"]), language)
    if "streams" in row:
        pairs = tuple((str(s["input"]), str(s["output"])) for s in row["streams"])
        return problem(id_, text, Streams(pairs), "", reference)
    lines = row["tests"]
    source = lines if isinstance(lines, str) else "\n".join(map(str, lines))
    compile(source, id_, "exec", flags=_ONLY_PARSE)
    named = problem(id_, text, Script(source, frozenset()), entry, reference)
    truth = Script(source, frozenset({named.entry.rpartition(".")[2]}))
    return problem(id_, text, truth, named.entry, reference)


_ONLY_PARSE = 0x400  # ast.PyCF_ONLY_AST
