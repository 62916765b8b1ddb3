"""Tasks out of a repository: its own documented functions, as the product would ask for them.

A function is taken only where ``verify`` calls what stands there consistent or better, so that
nothing is taught that contradicts its own documentation. Python, functions of a module (methods
are not taken). Everything runs in the cage; the repository's text never leaves this machine.
"""

import ast
import asyncio
import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from algosmith.config import Settings
from algosmith.errors import AlgosmithError
from algosmith.features import asking
from algosmith.features.services import Services
from algosmith.features.store import Report, Store
from algosmith.llm import connect
from algosmith.model import Function, Level, Snapshot, Step
from algosmith.sandbox.types import Sandbox
from algosmith.syntax.functions import functions
from algosmith.syntax.pythontree import parsed
from algosmith.tuning import hidden_tests, likeness
from algosmith.tuning.secrets import has_secret, without_licence
from algosmith.verify.judge import judge
from algosmith.verify.standing import StandingTask, open_function
from algosmith.verify.types import Case

_GOOD: tuple[Level, ...] = ("verified", "consistent")
_LEAST_WORDS = 4
"""A docstring of fewer words says too little to write the function from it."""
_MOST_LINES = 80
_MOST_FILE = 256 << 10


@dataclass(slots=True)
class Harvest:
    """What a repository gave."""

    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    left_out: Counter[str] = field(default_factory=Counter[str])
    """Functions by the reason why they are not taken."""


async def harvest(
    files: Sequence[Path], roots: Sequence[Path], cage: Sandbox, settings: Settings, report: Report
) -> Harvest:
    """The tasks of the files, without those that are nearly the same as another one."""
    found = Harvest()
    services = Services(settings, connect(settings), Store(), trusted=True, roots=tuple(roots))
    try:
        for number, file in enumerate(files):
            report(Step("checking", f"{file.name}: {len(found.rows)} tasks", number / len(files)))
            await _file(file, services, cage, found)
    finally:
        await services.close()
    _drop_repeated(found)
    return found


async def _file(file: Path, services: Services, cage: Sandbox, found: Harvest) -> None:
    snapshot = await asyncio.to_thread(_read, file)
    if snapshot is None:
        found.left_out["its file is no UTF-8, or larger than 256 KiB"] += 1
        return
    for function in functions(snapshot):
        reason = _unusable(snapshot, function)
        try:
            row = None if reason else await _row(file, snapshot, function, services, cage)
        except AlgosmithError as error:
            row, reason = None, str(error)[:80]
        if row is None:
            found.left_out[reason or "verify does not call it consistent"] += 1
        elif has_secret("\n".join(str(m["content"]) for m in row["messages"])):
            found.left_out["something in it looks like a key or a password"] += 1
        else:
            found.rows.append(row)


def _read(file: Path) -> Snapshot | None:
    try:
        data = without_licence(file.read_bytes())
        data.decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return Snapshot(file.resolve().as_uri(), "python", data) if len(data) <= _MOST_FILE else None


def _unusable(snapshot: Snapshot, function: Function) -> str:
    """Why a function is no task; empty where it may be one."""
    if function.is_method or "." in function.qualified_name or function.is_async:
        return "a method, an inner or an async function"
    if len((function.docstring or "").split()) < _LEAST_WORDS:
        return "no docstring that says what it does"
    if snapshot.slice(function.span).count("\n") > _MOST_LINES:
        return f"longer than {_MOST_LINES} lines"
    return ""


async def _row(
    file: Path, snapshot: Snapshot, function: Function, services: Services, cage: Sandbox
) -> dict[str, Any] | None:
    opened = open_function(snapshot, function.span.start)
    case = Case(opened.snapshot, opened.task, trusted=True, roots=services.roots, standing=True)
    settings = replace(services.settings, seed=0)
    said = await judge(case, [opened.candidate], [opened.edit], cage, settings)
    if said.verdicts[0].level not in _GOOD:
        return None
    question = asking.question(services, opened.snapshot, opened.task)
    request = asking.implement(services.settings, question)
    answer = f"```python\n{bare_function(snapshot, function)}\n```"
    messages = [{"role": m.role, "content": m.content} for m in request.messages]
    row: dict[str, Any] = {
        "id": f"{file.stem}.{function.qualified_name}",
        "level": said.verdicts[0].level,
        "messages": [*messages, {"role": "assistant", "content": answer}],
    }
    problem = await _problem(str(row["id"]), snapshot, opened, cage)
    return row | ({"problem": problem} if problem else {})


async def _problem(
    id_: str, snapshot: Snapshot, opened: StandingTask, cage: Sandbox
) -> dict[str, Any] | None:
    """The task as ``algosmith eval`` reads one, where hidden tests can be made for it."""
    name = opened.task.function.name if opened.task.function else ""
    tests = await hidden_tests.of(snapshot.text, name, cage)
    if not tests:
        return None
    return {"id": id_, "file": opened.snapshot.text, "entry": name, "tests": tests,
            "reference": snapshot.text}  # fmt: skip


def bare_function(snapshot: Snapshot, function: Function) -> str:
    """The function without its docstring, as the product asks for answers."""
    text = textwrap.dedent(snapshot.slice(function.span))
    body = parsed(text).body[0]
    if not isinstance(body, ast.FunctionDef) or ast.get_docstring(body, clean=False) is None:
        return text.strip()
    documentation = body.body[0]
    lines = text.splitlines()
    start, end = documentation.lineno - 1, documentation.end_lineno or documentation.lineno
    return "\n".join([*lines[:start], *lines[end:]]).strip()


def _drop_repeated(found: Harvest) -> None:
    texts = [str(row["messages"][-1]["content"]) for row in found.rows]
    first = likeness.groups(texts)
    kept = [row for place, row in enumerate(found.rows) if first[place] == place]
    if len(kept) < len(found.rows):
        found.left_out["nearly the same as another one"] += len(found.rows) - len(kept)
    found.rows = kept
