"""Programs that read standard input and print: judged like functions from text to text.

What the user says about them are samples: an input and the output it has to give. Knows how such a
program is found in a case, what is placed in the cage, and what it is run on; the rest is the same
for functions and programs.
"""

from __future__ import annotations

import ast
import copy
import itertools
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.model import Check, Edit
from algosmith.programs import checker, detect, statement
from algosmith.programs.beside import problem_beside
from algosmith.programs.compare import canonical, same
from algosmith.programs.inputs import inputs_for
from algosmith.programs.types import Problem
from algosmith.sandbox.types import Call
from algosmith.syntax.document import open_document
from algosmith.verify import other_programs, placing, program, scan, shapes, source, static
from algosmith.verify.examples import path_of
from algosmith.verify.statements import Example, ExampleSet
from algosmith.verify.telling import shown
from algosmith.verify.types import Placement, Probes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from algosmith.errors import EditError
    from algosmith.model import Candidate, Task
    from algosmith.sandbox.types import Sandbox
    from algosmith.verify.types import Case

    New = Sequence[tuple[Candidate, Edit | EditError | None]]

UNSEEN = 16
_NAMES = ("main", "solve", "run", "program")
"""Functions that are a program although the file does not call them."""
_MOST_READ = 8
_READING = re.compile(r"\b(?:input|raw_input|stdin|fileinput|open|fdopen|read)\b")
INTERACTIVE = "it is an interactive problem: samples can't check it, try it with its judge"
NO_SAMPLE = (
    "it reads standard input and there is no sample: write one under `Input:` and `Output:` in the "
    "docstring or a comment, or into NAME.in and NAME.out beside the file"
)


def problem_of(case: Case, new: New, found: ExampleSet) -> Problem | None:
    """What the user says about the program the task is part of; None where it is a function.

    ``found`` is what was said of the function itself.
    """
    if case.snapshot.language != "python":
        need = other_programs.asked(case, new, found)
        told = _gathered(case, other_programs.texts_of(case.snapshot)) if need else None
        return told if need == "always" or (told and told.samples) else None
    if case.task.kind == "function":
        return None
    if case.task.kind == "program":
        return _problem(case, source.module_of(case.snapshot, case.task))
    function = case.task.function
    if function is None or "." in function.qualified_name:
        return None
    is_call = source.parameters_of(function).required > 0
    if is_call and (found.examples or not _may_read(case, new)):
        return None
    tree = source.module_of(case.snapshot, case.task)
    if tree is None or not _may_be_program(tree, function.name):
        return None
    reads = detect.reads_input(tree) or _one_reads(case, new)
    problem = _problem(case, tree) if reads or not is_call else Problem()
    if not is_call:
        return problem if reads or problem.samples else None
    return problem if problem.samples else None


def found_of(problem: Problem) -> ExampleSet:
    """The samples as examples of the program."""
    if not _may_refute(problem):
        note = "other outputs may be right, too: without a checker the samples decide nothing"
        return ExampleSet(notes=(*problem.notes, note) if problem.samples else problem.notes)
    examples = tuple(
        Example(
            Call((one.input,)),
            f"_ == {canonical(one.output)!r}",
            f"on input {shown(one.input, 60)} the program",
            one.source,
            "sample",
            "",
            expected=shown(canonical(one.output)),
        )
        for one in problem.samples
    )
    pairs = tuple(
        (first, second)
        for i, (first, one) in enumerate(zip(examples, problem.samples, strict=True))
        for second, other in zip(examples[i + 1 :], problem.samples[i + 1 :], strict=True)
        if one.input == other.input and not same(one.output, other.output, problem.rules)
    )
    return ExampleSet(examples, problem.notes, pairs if not problem.checker else ())


async def checked(problem: Problem, sandbox: Sandbox) -> tuple[Problem, ExampleSet]:
    """The problem and its examples once the user's checker was tried."""
    problem = await checker.tested(sandbox, problem)
    return problem, found_of(problem)


def place(
    case: Case,
    index: int,
    candidate: Candidate,
    edit: Edit | EditError | None,
    problem: Problem,
) -> Placement:
    """One candidate in its place: the whole file is the program, without docstrings."""
    why = INTERACTIVE if problem.interactive else "" if problem.samples else NO_SAMPLE
    if case.snapshot.language != "python":
        placed = other_programs.place(case, index, candidate, edit)
        return replace(placed, why_not_run=why or placed.why_not_run)
    if case.task.kind == "program":
        placed = _script(case, index, candidate, edit)
    else:
        placed = placing.place(case, index, candidate, edit, frozenset())
    tree = source.tree_of(placed.after) if placed.after else None
    if placed.failed is not None or tree is None:
        return placed
    adds = scan.added(_quiet(source.module_of(case.snapshot, case.task)), _quiet(tree), placed.code)
    seen = Check("scan", "passed", f"adds: {', '.join(adds)}" if adds else "nothing new")
    checks = (*(one for one in placed.checks if one.name != "scan"), seen)
    return replace(
        placed, checks=checks, adds=adds, text=_program(tree, case.task), entry="", unread=(),
        returns="", why_not_run=why,
    )  # fmt: skip


def probes(problem: Problem, found: ExampleSet, seed: int, advised: Sequence[Call]) -> Probes:
    """What all candidates are run on: the samples, inputs of the same layout, and the model's."""
    decide = {str(call.args[0]) for one in found.examples if (call := one.call)}
    first = [sample.input for sample in problem.samples if sample.input in decide]
    more = [sample.input for sample in problem.samples if sample.input not in decide]
    given = tuple(Call((text,)) for text in dict.fromkeys(first))
    made = inputs_for(problem, UNSEEN, seed)
    own = (*given, *(Call((text,)) for text in dict.fromkeys((*more, *made))))
    theirs = [call for call in advised if len(call.args) == 1 and isinstance(call.args[0], str)]
    reason = "" if made else "no input of the samples' layout could be made"
    return Probes((*own, *theirs), len(given), len(own), reason, parameters="standard input")


def seconds_of(problem: Problem, least: float) -> float:
    """What one run may take: the problem's own limit where that is longer."""
    return max(least, min(problem.seconds or 0.0, 10.0))


def _may_refute(problem: Problem) -> bool:
    return bool(problem.checker) or not problem.rules.many_answers


def _may_read(case: Case, new: New) -> bool:
    """Whether a word stands anywhere without which nothing reads standard input."""
    return bool(_READING.search(case.snapshot.text)) or any(
        _READING.search(candidate.code) for candidate, _ in new
    )


def _one_reads(case: Case, new: New) -> bool:
    """Whether the file with one of the candidates in it reads standard input."""
    edits = [
        edit for candidate, edit in new
        if isinstance(edit, Edit) and _READING.search(candidate.code)
    ]  # fmt: skip
    texts = (edit.apply(case.snapshot.data).decode("utf-8", "replace") for edit in edits)
    trees = map(source.tree_of, itertools.islice(texts, _MOST_READ))
    return any(tree is not None and detect.reads_input(tree) for tree in trees)


def _may_be_program(tree: ast.Module, name: str) -> bool:
    """Whether a function is run when the file is."""
    return (name in _NAMES and _takes_nothing(tree, name)) or detect.runs(tree, name)


def _takes_nothing(tree: ast.Module, name: str) -> bool:
    node = source.definition(tree, name)
    return node is not None and detect.takes_nothing(node, is_method=False)


def _problem(case: Case, tree: ast.Module | None) -> Problem:
    """What docstrings, comments, the TODO and files beside the program say."""
    return _gathered(case, _texts(case, tree))


def _gathered(case: Case, said: Iterator[tuple[str, str]]) -> Problem:
    """The problem of a program of which ``said`` is all that its file says."""
    file = path_of(case.snapshot)
    problem = Problem()
    if file is not None and case.trusted and file.is_file():
        problem = problem_beside(file)
    # What a TODO below a sample says is no part of the output.
    marks = re.compile(
        rf"(?m)^(?=[ \t]*(?:TODO|FIXME|HACK|XXX|{re.escape(case.task.keyword or 'TODO')})\b)"
    )
    texts = [(part, place) for text, place in said for part in marks.split(text) if part.strip()]
    whole = "\n".join(text for text, _ in texts)
    told = [one for text, place in texts for one in statement.samples_in(text, place)]
    samples = {(one.input, one.output): one for one in (*told, *problem.samples)}
    return replace(
        problem,
        samples=tuple(samples.values())[: statement.MOST_SAMPLES],
        text=whole,
        rules=statement.rules_in(whole),
        interactive=problem.interactive or statement.is_interactive(whole),
        seconds=problem.seconds or statement.seconds_in(whole),
    )


def _texts(case: Case, tree: ast.Module | None) -> Iterator[tuple[str, str]]:
    """(text, where it stands) of all that may hold a statement."""
    function = case.task.function
    doc = ast.get_docstring(tree) if tree is not None else None
    if doc:
        yield doc, "docstring"
    if function is not None and function.docstring:
        yield function.docstring, f"docstring of {function.name}"
    document = open_document(case.snapshot)
    block: list[str] = []
    last = -2
    for node in document.nodes("todos", "todo.anywhere"):
        if document.starts_line(node.start_byte):
            line = node.start_point.row
            if block and line != last + 1:
                yield "\n".join(block), "comment"
                block = []
            text = document.node_text(node).lstrip("#")
            block.append(text.removeprefix(" "))
            last = line
    if block:
        yield "\n".join(block), "comment"
    if case.task.text:
        yield case.task.text, case.task.keyword or "comment"


def _script(
    case: Case, index: int, candidate: Candidate, edit: Edit | EditError | None
) -> Placement:
    """A candidate that is a whole program, or the statements of one."""
    if edit is None or isinstance(edit, Exception):
        problem = str(edit) if edit else "it can't be placed in the file without harming it"
        return Placement(index, candidate, (Check("placed", "failed", problem),))
    after = edit.apply(case.snapshot.data).decode("utf-8", "surrogatepass")
    placed = Placement(
        index, candidate, (Check("placed", "passed"),), after=after, code=edit.new_text,
        size=len(edit.new_text), shape=" ".join(candidate.code.split()),
    )  # fmt: skip
    tree = source.tree_of(after)
    why = source.too_much(after) if tree is None else ""
    if why:
        skipped = Check("parse", "skipped", why)
        return replace(placed, checks=(*placed.checks, skipped), why_not_run=why)
    checks = (*placed.checks, static.parses(tree))
    if tree is None:
        return replace(placed, checks=checks)
    empty = all(static.is_text(one) or isinstance(one, ast.Pass) for one in tree.body)
    written = Check("placeholder", "failed" if empty else "passed", "it does nothing" * empty)
    shape, size = shapes.shape_of(source.as_function(tree))
    return replace(
        placed,
        checks=(*checks, written),
        shape=shape,
        size=size,
        parts=shapes.parts_of(source.as_function(tree)),
        chances=static.chances(tree, candidate.code),
    )


class _Quiet(ast.NodeTransformer):
    """Takes out what every program does: it reads its input, prints, and ends itself."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        streams = ("stdin", "stdout", "exit", "setrecursionlimit")
        if isinstance(node.value, ast.Name) and node.value.id == "sys" and node.attr in streams:
            return ast.Name("standard", ast.Load())
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="input" | "exit" | "quit"), args=[] | [_]):
                node.func = ast.Name("standard", ast.Load())
            case ast.Call(func=ast.Name(id="open"), args=[ast.Constant(value=0)]):
                return ast.Name("standard", ast.Load())
            case _:
                pass
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        if node.module == "sys":
            node.names = [a for a in node.names if a.name not in ("stdin", "stdout", "exit")]
        return node if node.names else ast.Pass()


def _quiet(tree: ast.Module | None) -> ast.Module:
    return _Quiet().visit(copy.deepcopy(tree)) if tree is not None else ast.Module([], [])


def _program(tree: ast.Module, task: Task) -> str:
    """The program for the cage: no docstrings or comments, which hold the samples' outputs."""
    body = [one for one in tree.body if not static.is_text(one) and not isinstance(one, ast.Assert)]
    text = ast.unparse(ast.Module([program.stripped(one) for one in body], []))
    name = task.function.name if task.function is not None else ""
    calls = bool(name) and not detect.runs(tree, name) and _takes_nothing(tree, name)
    return f"{text}\n{name}()\n" if calls else f"{text}\n"
