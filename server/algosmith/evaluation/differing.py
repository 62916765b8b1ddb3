"""Compares answers with a problem's own solution on inputs that stand in no test.

Stronger than a few asserts where the solution is sound, and noisy where it is careless about inputs
it was not meant for: a figure beside "right", never instead of it.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from algosmith.evaluation.marking import alike, bare
from algosmith.evaluation.problems import Problem, Results, Script
from algosmith.inputs.infer import infer
from algosmith.inputs.small import small_calls
from algosmith.model import Edit
from algosmith.sandbox.types import Answer, Call, Limits, Program, Sandbox
from algosmith.syntax.pythontree import parsed

_CALLS = 40


@dataclass(frozen=True, slots=True)
class ReferenceResult:
    """What the reference does."""

    calls: tuple[Call, ...]
    answers: tuple[Answer, ...]


@dataclass(slots=True)
class Differ:
    """Asks answer and reference the same calls; the reference's answers are kept."""

    sandbox: Sandbox
    seconds: float = 5.0
    _expected: dict[str, ReferenceResult | None] = field(
        default_factory=dict[str, ReferenceResult | None]
    )

    async def agrees(self, problem: Problem, edit: Edit) -> bool | None:
        """Whether the answer does what the reference does; None where that can't be told."""
        expected = await self._reference(problem)
        text = bare(edit.apply(problem.snapshot.data).decode("utf-8", "surrogatepass"))
        if expected is None or text is None:
            return None
        given = await self._run(Program(text, problem.entry), expected.calls)
        if len(given) < len(expected.calls):
            return False
        pairs = zip(expected.calls, expected.answers, given, strict=True)
        return all(_same(call, wanted, answer) for call, wanted, answer in pairs)

    async def _reference(self, problem: Problem) -> ReferenceResult | None:
        if problem.id not in self._expected:
            self._expected[problem.id] = await self._ask_reference(problem)
        return self._expected[problem.id]

    async def _ask_reference(self, problem: Problem) -> ReferenceResult | None:
        python = problem.snapshot.language == "python"
        text = bare(problem.reference) if python and problem.reference else None
        if text is None or not problem.entry:
            return None
        signature = infer(text, problem.entry, problem.task.text, _known_calls(problem))
        calls = small_calls(signature, 0, _CALLS)
        answers = await self._run(Program(text, problem.entry), calls)
        kept = [(c, a) for c, a in zip(calls, answers, strict=False) if a.status == "value"]
        if not kept:
            return None
        return ReferenceResult(tuple(c for c, _ in kept), tuple(a for _, a in kept))

    async def _run(self, program: Program, calls: Sequence[Call]) -> tuple[Answer, ...]:
        limits = Limits(wall_seconds=self.seconds, cpu_seconds=self.seconds)
        run = await self.sandbox.run(program, calls, limits)
        return () if run.failure is not None else run.answers


def _same(call: Call, wanted: Answer, given: Answer) -> bool:
    if given.status != "value":
        return False
    if wanted.value is None and wanted.arguments != call.args:
        return alike(given.arguments, wanted.arguments)
    return alike(given.value, wanted.value)


def _known_calls(problem: Problem) -> tuple[Call, ...]:
    """The calls of the hidden tests that are written as literals: they show what is valid."""
    if isinstance(problem.truth, Results):
        return tuple(call for call, _ in problem.truth.cases)[:8]
    if not isinstance(problem.truth, Script):
        return ()
    found: list[Call] = []
    for node in ast.walk(parsed(problem.truth.source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in problem.truth.names:
            try:
                args = tuple(ast.literal_eval(arg) for arg in node.args)
                kwargs = {k.arg or "": ast.literal_eval(k.value) for k in node.keywords}
            except ValueError:
                continue
            found.append(Call(args, kwargs))
    return tuple(found[:8])
