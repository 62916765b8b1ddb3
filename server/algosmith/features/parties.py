"""The code that is stressed: a function or a program of a file, and how it is run."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.complexity.subject import subject_of
from algosmith.errors import TaskError
from algosmith.features.check import root_of
from algosmith.features.files import offset_of, parse_place, read_snapshot
from algosmith.inputs.infer import infer
from algosmith.languages.types import Part
from algosmith.programs.cage import ProgramSandbox
from algosmith.programs.detect import is_script
from algosmith.sandbox.types import Answer, Call, Limits, Node, Program
from algosmith.syntax.functions import function_at, functions
from algosmith.verify import modules, placing, standing
from algosmith.verify.examples import path_of, study
from algosmith.verify.other_programs import programs_of
from algosmith.verify.source import tree_of
from algosmith.verify.standard_input import problem_of
from algosmith.verify.statements import ExampleSet
from algosmith.verify.telling import shown
from algosmith.verify.types import Case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.inputs.kinds import Signature
    from algosmith.model import Function, Snapshot, Task
    from algosmith.programs.types import Problem
    from algosmith.sandbox.types import Sandbox
    from algosmith.verify.standing import StandingTask

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
    found: ExampleSet = field(default_factory=ExampleSet)
    """Its examples."""
    problem: Problem | None = None
    """What is known of a program that reads standard input."""

    @property
    def language(self) -> str:
        """The id of its language."""
        return self.snapshot.language

    @property
    def words(self) -> str:
        """What its docstring says."""
        return (self.function.docstring or "") if self.function else ""

    def signature(self, given: Sequence[Call]) -> Signature:
        """What to call it with; ``given`` are calls that examples show."""
        text = self.task.text if self.task else ""
        running = languages.running(self.language)
        if running is None:
            return infer(self.program.source, self.program.entry, text, given)
        whole = f"{self.language}\n{self.snapshot.text}"
        return running.signature(whole, self.program.entry, f"{self.words}\n{text}", given)

    async def run(
        self, cage: Sandbox, calls: Sequence[Call], seconds: float
    ) -> list[Answer | None]:
        """What each call gives; None for those that were left out for want of time."""
        if self.problem is not None:
            cage = ProgramSandbox(cage, self.problem)
        calls = [_plain(call, self.language) for call in calls]
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
    """A function of a text that stands at ``file``, or would stand there.

    Raises TaskError where it can't be run.
    """
    number = snapshot.data.count(b"\n", 0, function.span.start) + 1
    written = languages.running(snapshot.language) is not None
    opened = standing.open_function(snapshot, function.body.start) if examples or written else None
    found = study(opened.snapshot, opened.task, roots) if opened and examples else ExampleSet()
    task = opened.task if opened else None
    if opened is not None and written:
        program = _elsewhere(opened, found)
    else:
        subject = subject_of(snapshot, function, _NODES)
        source = with_nodes(subject.source, subject.entry)
        path, name = modules.search_path(file, roots), modules.name_of(file)
        program = Program(source, subject.entry, path, module=name)
    return Party(file, snapshot, function.name, number, function, program, task, found)


def here(snapshot: Snapshot, roots: tuple[Path, ...]) -> tuple[Path, tuple[Path, ...]]:
    """Where a text of an editor stands, or would stand, and the folders that belong to it."""
    file = path_of(snapshot)
    if file is None:
        return Path(snapshot.uri), roots
    return file, roots or (file.parent,)


def _elsewhere(opened: StandingTask, found: ExampleSet) -> Program:
    """The program of a language with a seam of its own."""
    named = frozenset(example.name for example in found.examples)
    case = Case(opened.snapshot, opened.task, trusted=True)
    placed = placing.place(case, 0, opened.candidate, opened.edit, named)
    name = opened.task.function.name if opened.task.function else "it"
    why = placed.failed.detail if placed.failed else placed.why_not_run
    if why or not placed.text:
        raise TaskError(f"{name} can't be run: {why or 'no program can be made of it'}.")
    return Program(placed.text, placed.entry)


def _plain(call: Call, language: str) -> Call:
    """The call with values as the language has them."""
    running = languages.running(language)
    return call if running is None else replace(call, args=tuple(map(running.plain, call.args)))


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
        if function is not None and not (_starts(function) and _is_program(snapshot)):
            return function
    if _is_program(snapshot):
        return None
    known = functions(snapshot)
    if line is None and len(known) == 1:
        return known[0]
    raise TaskError(f"{file}: name the function by a line, as in {file}:12.")


def _starts(function: Function) -> bool:
    """Whether a function is what a program does: ``main``, or a ``solve`` that takes nothing."""
    name = function.qualified_name.rpartition(".")[2]
    return name == "main" or (name == "solve" and "solve()" in function.signature)


def _is_program(snapshot: Snapshot) -> bool:
    programs = programs_of(snapshot.language)
    if programs is not None:
        return programs.reads(snapshot.text)
    tree = tree_of(snapshot.text) if snapshot.language == "python" else None
    return tree is not None and is_script(tree)


def _program(snapshot: Snapshot, file: Path, roots: tuple[Path, ...]) -> Party:
    programs = programs_of(snapshot.language)
    whole = Part(snapshot.text) if programs is None else programs.whole(snapshot)
    if whole.why_not_run:
        raise TaskError(f"{file}: can't be run: {whole.why_not_run}.")
    opened = standing.open_program(snapshot)
    case = Case(opened.snapshot, opened.task, trusted=True, roots=roots)
    problem = problem_of(case, [(opened.candidate, opened.edit)], ExampleSet())
    if problem is None:
        raise TaskError(f"{file}: is neither a function nor a program that reads standard input.")
    return Party(file, snapshot, file.name, 1, None, Program(whole.text, ""), problem=problem)


def call_text(one: Party, call: Call) -> str:
    """The call as its language has it, whole."""
    running = languages.running(one.language)
    spelled = repr if running is None else running.spelled
    named = (f"{k}={v!r}" for k, v in call.kwargs.items())
    args = map(spelled, _plain(call, one.language).args)
    return f"{one.name}({', '.join([*args, *named])})"


def shown_call(one: Party, call: Call) -> str:
    """The call for people, cut where it is long."""
    if one.problem is not None:
        return f"input {shown(call.args[0], _MOST_SHOWN)}"
    text = call_text(one, call)
    if len(text) <= _MOST_SHOWN and not any(isinstance(value, Node) for value in call.args):
        return text
    each = _MOST_SHOWN // max(1, len(call.args))
    return f"{one.name}({', '.join(shown(value, each, one.language) for value in call.args)})"
