"""The code that is stressed: a function or a program of a file, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from algosmith.complexity.subject import subject_of
from algosmith.errors import TaskError
from algosmith.features.check import root_of
from algosmith.features.files import offset_of, parse_place, read_snapshot
from algosmith.inputs.infer import infer
from algosmith.programs.cage import ProgramSandbox
from algosmith.programs.detect import is_script
from algosmith.sandbox.types import Answer, Call, Limits, Node, Program
from algosmith.syntax.functions import function_at, functions
from algosmith.verify import modules, standing
from algosmith.verify.examples import study
from algosmith.verify.source import tree_of
from algosmith.verify.standard_input import problem_of
from algosmith.verify.statements import Found
from algosmith.verify.telling import shown
from algosmith.verify.types import Case

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from algosmith.model import Function, Snapshot, Task
    from algosmith.programs.types import Problem
    from algosmith.sandbox.types import Sandbox

_NODES = ("ListNode", "TreeNode", "Node")
"""Classes of lists and trees: calls make objects of them, even of those that no code names."""
_BATCH_SECONDS = 2.0
_PATIENCE = 5
"""How much longer than it computes a batch may take: the machine may be busy."""
_MOST_SHOWN = 400
_HANGS = 2
"""How many inputs of one batch may hang before the rest of it is left out."""


@dataclass(frozen=True, slots=True)
class Party:
    """One implementation, property or validator."""

    file: Path
    snapshot: Snapshot
    name: str
    line: int
    function: Function | None
    program: Program
    task: Task | None = None
    found: Found = field(default_factory=Found)
    """Its examples."""
    problem: Problem | None = None
    """What is known of a program that reads standard input."""

    @property
    def words(self) -> str:
        """What its docstring says."""
        return (self.function.docstring or "") if self.function else ""

    async def run(
        self, cage: Sandbox, calls: Sequence[Call], seconds: float
    ) -> list[Answer | None]:
        """What each call gives; None for those that were left out for want of time."""
        if self.problem is not None:
            cage = ProgramSandbox(cage, self.problem)
        answers: list[Answer | None] = []
        hangs = 0
        limits = Limits(wall_seconds=_PATIENCE * _BATCH_SECONDS, cpu_seconds=_BATCH_SECONDS)
        while len(answers) < len(calls) and hangs < _HANGS and seconds > 0:
            made = await cage.run(self.program, calls[len(answers) :], limits)
            if made.failure is not None and not made.answers:
                raise TaskError(f"{self.file}: {self.name} can't be run: {made.failure}.")
            if not made.answers:
                break
            answers += made.answers
            hangs += made.answers[-1].status in ("timeout", "crashed", "memory", "protocol")
        return [*answers, *[None] * (len(calls) - len(answers))]


def party(place: str, *, examples: bool = True, within: Sequence[Path] = ()) -> Party:
    """What stands at ``FILE:LINE``; raises TaskError where it can't be run.

    ``within`` are folders outside which nothing is read.
    """
    file, line = parse_place(place)
    snapshot = read_snapshot(file)
    file = file.resolve()
    if snapshot.language != "python":
        raise TaskError(f"{file}: only Python code can be stressed so far.")
    roots = (root_of(file, within),)
    function = _function(snapshot, file, line)
    if function is None:
        return _program(snapshot, file, roots)
    return party_of(snapshot, function, file, roots, examples=examples)


def party_of(
    snapshot: Snapshot,
    function: Function,
    file: Path,
    roots: tuple[Path, ...],
    *,
    examples: bool = True,
) -> Party:
    """A function of a text that stands at ``file``, or would stand there."""
    subject = subject_of(snapshot, function, _NODES)
    program = Program(
        with_nodes(subject.source, subject.entry),
        subject.entry,
        modules.search_path(file, roots),
        module=modules.name_of(file),
    )
    number = snapshot.data.count(b"\n", 0, function.span.start) + 1
    opened = standing.open_function(snapshot, function.body.start) if examples else None
    found = study(opened.snapshot, opened.task, roots) if opened else Found()
    task = opened.task if opened else None
    return Party(file, snapshot, function.name, number, function, program, task, found)


def with_nodes(text: str, entry: str) -> str:
    """The source with the classes of lists and trees that it means and nowhere defines."""
    missing: dict[str, str] = {}
    for parameter in infer(text, entry).parameters:
        kind = parameter.kind
        if kind.base in ("linked", "tree") and f"class {kind.class_name}" not in text:
            first, *rest = kind.fields
            heads = ", ".join([f"{first}=0", *(f"{name}=None" for name in rest)])
            lines = [f"        self.{name} = {name}" for name in kind.fields]
            init = f"    def __init__(self, {heads}):"
            made = [f"class {kind.class_name}:", init, *lines]
            missing[kind.class_name] = "\n".join(made)
    return "\n\n".join([text, *missing.values()]) + "\n" if missing else text


def _function(snapshot: Snapshot, file: Path, line: int | None) -> Function | None:
    """The function at the line; None where the file is a program."""
    if line is not None:
        function = function_at(snapshot, offset_of(snapshot, file, line))
        if function is not None:
            return function
    tree = tree_of(snapshot.text)
    if tree is not None and is_script(tree):
        return None
    known = functions(snapshot)
    if line is None and len(known) == 1:
        return known[0]
    raise TaskError(f"{file}: name the function by a line, as in {file}:12.")


def _program(snapshot: Snapshot, file: Path, roots: tuple[Path, ...]) -> Party:
    opened = standing.open_program(snapshot)
    case = Case(opened.snapshot, opened.task, trusted=True, roots=roots)
    problem = problem_of(case, [(opened.candidate, opened.edit)], Found())
    if problem is None:
        raise TaskError(f"{file}: is neither a function nor a program that reads standard input.")
    return Party(file, snapshot, file.name, 1, None, Program(snapshot.text, ""), problem=problem)


def call_text(one: Party, call: Call) -> str:
    """The call as Python has it, whole."""
    named = (f"{k}={v!r}" for k, v in call.kwargs.items())
    return f"{one.name}({', '.join([*map(repr, call.args), *named])})"


def shown_call(one: Party, call: Call) -> str:
    """The call for people, cut where it is long."""
    if one.problem is not None:
        return f"input {shown(call.args[0], _MOST_SHOWN)}"
    text = call_text(one, call)
    if len(text) <= _MOST_SHOWN and not any(isinstance(value, Node) for value in call.args):
        return text
    each = _MOST_SHOWN // max(1, len(call.args))
    return f"{one.name}({', '.join(shown(value, each) for value in call.args)})"
