"""Whether an answer is right: held to the problem's hidden truth, never shown to the judging.

Answers run in the cage. Tests that are asserts about calls are taken apart: the arguments are
evaluated in a cage of their own, then the answer gets the calls alone, then the claims about its
results are evaluated in a third cage. Tests that can't be taken apart (loops, helpers that take the
function) run whole beside the answer, as the data set's own tools run them.
"""

import ast
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast

from algosmith.evaluation import assertions
from algosmith.evaluation.assertions import Claims
from algosmith.evaluation.problems import Like, Problem, Results, Script, Streams
from algosmith.evaluation.references import References
from algosmith.model import Edit
from algosmith.sandbox.types import (
    Answer,
    Call,
    Job,
    Limits,
    Program,
    Sandbox,
    StandardInput,
    Value,
)
from algosmith.syntax.pythontree import parsed

_CHECK = "_hidden_tests"


@dataclass(slots=True)
class Marker:
    """Marks answers; each different text of a file once."""

    sandbox: Sandbox
    seconds: float = 10.0
    """For all hidden tests of one problem (for each stream of a program)."""
    references: References | None = None
    """Marks answers in other languages; without it none of them is right."""
    _known: dict[tuple[str, str], bool] = field(default_factory=dict[tuple[str, str], bool])
    _claims: dict[str, Claims | None] = field(default_factory=dict[str, "Claims | None"])

    async def right(self, problem: Problem, edit: Edit) -> bool:
        """Whether the file with the edit passes every hidden test."""
        text = edit.apply(problem.snapshot.data).decode("utf-8", "surrogatepass")
        return await self.right_text(problem, text)

    async def right_text(self, problem: Problem, text: str) -> bool:
        """The same for a whole file's text."""
        key = (problem.id, text)
        if key not in self._known:
            self._known[key] = await self._mark(problem, text)
        return self._known[key]

    async def _mark(self, problem: Problem, text: str) -> bool:
        if isinstance(problem.truth, Like):
            return self.references is not None and await self.references.like(problem, text)
        program = bare(text)
        if program is None:
            return False
        match problem.truth:
            case Streams(cases):
                return await self._streams(program, cases)
            case Results(cases):
                return await self._results(Program(program, problem.entry), cases)
            case Script():
                return await self._script(problem, problem.truth, program)

    async def _script(self, problem: Problem, truth: Script, program: str) -> bool:
        claims = await self._read(problem, truth)
        if claims is not None:
            answers = await self._run(Program(program, problem.entry), claims.calls)
            if len(answers) < len(claims.calls):
                return False
            if all(a.status == "value" and not a.lazy for a in answers):
                call = Call(([a.value for a in answers],))
                held = await self._run(Program(claims.program, assertions.CLAIMS), [call])
                return bool(held) and held[0].status == "value" and held[0].value is True
            if not any(a.lazy or a.status == "unserialisable" for a in answers):
                return False
        whole = assertions.as_function(truth, problem.entry, _CHECK)
        answers = await self._run(Program(f"{program}\n{whole}", _CHECK), [Call()])
        return bool(answers) and answers[0].status == "value" and answers[0].value is True

    async def _read(self, problem: Problem, truth: Script) -> Claims | None:
        if problem.id not in self._claims:
            found = assertions.taken_apart(truth, _prelude(problem))
            if found is not None:
                answers = await self._run(Program(found.program, assertions.CALLS), [Call()])
                found = assertions.with_calls(found, answers[0]) if answers else None
            self._claims[problem.id] = found
        return self._claims[problem.id]

    async def _results(self, program: Program, cases: Sequence[tuple[Call, Value]]) -> bool:
        answers = await self._run(program, [call for call, _ in cases])
        return len(answers) == len(cases) and all(
            a.status == "value" and alike(_as_json(a.value), wanted)
            for a, (_, wanted) in zip(answers, cases, strict=True)
        )

    async def _streams(self, text: str, cases: Sequence[tuple[str, str]]) -> bool:
        program = Program(text, "")
        for given, wanted in cases:
            answers = await self._run(program, [StandardInput(given)])
            ended = bool(answers) and answers[0].status == "value"
            if not ended or not same_tokens(answers[0].output, wanted):
                return False
        return True

    async def _run(self, program: Program, jobs: Sequence[Job]) -> tuple[Answer, ...]:
        limits = Limits(wall_seconds=self.seconds, cpu_seconds=self.seconds)
        limits = replace(limits, answer_bytes=16 << 20, output_bytes=4 << 20)
        run = await self.sandbox.run(program, jobs, limits)
        return () if run.failure is not None else run.answers


def bare(text: str) -> str | None:
    """The file without asserts and what only runs it as a script; None where it does not parse."""
    try:
        tree = parsed(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body):
        tree.body = [node for node in tree.body if not isinstance(node, ast.Assert)]
    return ast.unparse(tree)


def _prelude(problem: Problem) -> str:
    """What hidden tests may use of the file: its imports and other functions, without the task."""
    text = problem.snapshot.text
    function = problem.task.function
    tree = bare(text.replace(problem.snapshot.slice(problem.task.target), "pass", 1))
    if tree is None:
        return ""
    module = parsed(tree)
    name = function.qualified_name.split(".")[0] if function else ""
    module.body = [n for n in module.body if getattr(n, "name", "") != name]
    return ast.unparse(module)


def same_tokens(given: str, wanted: str) -> bool:
    """Whether two outputs are the same but for white space; decimals may differ by a millionth."""
    left, right = given.split(), wanted.split()
    return len(left) == len(right) and all(map(_same_token, left, right))


def _same_token(given: str, wanted: str) -> bool:
    if given == wanted:
        return True
    if "." not in wanted:
        return False
    try:
        return math.isclose(float(given), float(wanted), rel_tol=1e-6, abs_tol=1e-6)
    except ValueError:
        return False


def alike(value: Any, wanted: Any) -> bool:
    """Python's ``==`` on plain values, floats to nine digits, NaN equal to NaN."""
    match value, wanted:
        case bool() | None, _:
            return value == wanted
        case (float(), float() | int()) | (int(), float()):
            both_nan = math.isnan(value) and math.isnan(wanted)
            return both_nan or math.isclose(value, wanted, rel_tol=1e-9, abs_tol=1e-9)
        case (list(), list()) | (tuple(), tuple()):
            pair = cast("tuple[list[Any], list[Any]]", (value, wanted))
            return len(pair[0]) == len(pair[1]) and all(map(alike, *pair))
        case dict(), dict():
            one, other = cast("tuple[dict[Any, Any], dict[Any, Any]]", (value, wanted))
            return one.keys() == other.keys() and all(alike(one[k], other[k]) for k in one)
        case _:
            return value == wanted


def _as_json(value: object) -> object:
    """Tuples as lists, as JSON writes both."""
    try:
        return json.loads(json.dumps(value))
    except (TypeError, ValueError):
        return value
