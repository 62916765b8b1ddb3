"""The user's checker: a program that says whether an output is right. It runs in the cage, too.

Either a function ``check(given, output, wanted)`` of the file, or a whole program that is called
as judges do, with the names of three files: input, output, answer; its exit status is the verdict.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from algosmith.sandbox.types import Call, Limits, Program, StandardInput
from algosmith.syntax.pythontree import Unreadable, module_of

if TYPE_CHECKING:
    from algosmith.programs.types import Problem
    from algosmith.sandbox.types import Sandbox

JUDGED = "outputs are judged by"
_FUNCTIONS = ("check", "checker", "is_correct", "judge")
_LIMITS = Limits(wall_seconds=5.0, cpu_seconds=5.0)
_TRIED = 3
"""Samples that a checker is tried on before it is used."""
_FILES = """\
import builtins, io, sys
_files = {files!r}
_open = builtins.open
def open(name, mode="r", *rest, **named):
    text = _files.get(str(name))
    if text is None:
        return _open(name, mode, *rest, **named)
    return io.BytesIO(text.encode()) if "b" in mode else io.StringIO(text)
builtins.open = io.open = open
sys.argv = ["checker", "input.txt", "output.txt", "answer.txt"]
"""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a checker says about one output."""

    accepts: bool
    crash: str = ""
    """Why it came to no opinion."""


async def opinion(sandbox: Sandbox, source: str, given: str, output: str, wanted: str) -> Opinion:
    """Whether the checker accepts an output."""
    name = _function_in(source)
    if name:
        job = Call((given, output, wanted))
        run = await sandbox.run(Program(source, name), (job,), _LIMITS)
    else:
        files = {"input.txt": given, "output.txt": output, "answer.txt": wanted}
        text = _with_files(source, files)
        run = await sandbox.run(Program(text, ""), (StandardInput(""),), _LIMITS)
    if run.failure is not None or not run.answers:
        return Opinion(accepts=False, crash=run.failure or "gave no answer")
    answer = run.answers[0]
    if answer.status == "value":
        return Opinion(accepts=answer.value is True or (not name and answer.value is None))
    if answer.status == "raised" and not name and answer.error.startswith("SystemExit"):
        return Opinion(accepts=False)
    if answer.status == "raised" and answer.error.startswith("AssertionError"):
        return Opinion(accepts=False)
    return Opinion(accepts=False, crash=answer.error or answer.status)


async def tested(sandbox: Sandbox, problem: Problem) -> Problem:
    """The problem without a checker that is of no use, and a note that says why."""
    if not problem.checker:
        return problem
    why = await _fault(sandbox, problem)
    if not why:
        return problem
    note = f"the checker is not used: {why}"
    kept = (one for one in problem.notes if not one.startswith(JUDGED))
    return replace(problem, checker="", notes=(*kept, note))


async def _fault(sandbox: Sandbox, problem: Problem) -> str:
    """What is wrong with the checker; empty where nothing is."""
    try:
        module_of(problem.checker)
    except Unreadable as error:
        return f"it {error}" if str(error).startswith("is not valid Python") else str(error)
    telling = [sample for sample in problem.samples if sample.output.strip()][:_TRIED]
    if not telling:
        return "there is no sample to try it on"
    refuses = False
    for sample in telling:
        source, given, wanted = problem.checker, sample.input, sample.output
        said = await opinion(sandbox, source, given, wanted, wanted)
        if said.crash:
            return f"it fails on the sample's own output ({said.crash})"
        if not said.accepts:
            return "it refuses the sample's own output"
        for wrong in ("", "\n", "no such answer 0 0 0\n"):
            refuses |= not (await opinion(sandbox, source, given, wrong, wanted)).accepts
    return "" if refuses else "it accepts any output"


def _function_in(source: str) -> str:
    """The name of the function that checks; empty for a program."""
    try:
        tree = module_of(source)
    except Unreadable:
        return ""
    named = {n.name for n in tree.body if isinstance(n, ast.FunctionDef) and _takes_three(n)}
    return next((name for name in _FUNCTIONS if name in named), "")


def _takes_three(node: ast.FunctionDef) -> bool:
    most = len(node.args.args)
    return most >= 3 >= most - len(node.args.defaults)


def _with_files(source: str, files: dict[str, str]) -> str:
    """The program with the three files given: its ``__future__`` imports stay in front."""
    lines = source.removeprefix("\ufeff").splitlines(keepends=True)
    futures = [line for line in lines if line.startswith("from __future__ ")]
    rest = [line for line in lines if not line.startswith("from __future__ ")]
    return "".join([*futures, _FILES.format(files=files), *rest])
