"""Examples from asserts and tests: pytest (plain, parametrized) and unittest, by syntax tree.

Tests are never executed: what a test does besides calling the function with literals is not seen.
"""

from __future__ import annotations

import ast
import contextlib
from itertools import islice
from typing import TYPE_CHECKING, Any

from algosmith.verify import values
from algosmith.verify.examples import properties, unittest
from algosmith.verify.examples.parametrize import MOST_ROWS
from algosmith.verify.examples.reading import Reader, Target, TargetCall
from algosmith.verify.examples.scope import scope_of
from algosmith.verify.statements import ExampleSet
from algosmith.verify.values import NotPlain

if TYPE_CHECKING:
    from algosmith.sandbox.types import Call
    from algosmith.verify.examples.scope import Scope
    from algosmith.verify.statements import ExampleKind

_ROWS = 400
"""Sets of arguments that the property tests of one file are followed with."""
_CLAIMS = 8
"""Drawn inputs of one property test that become examples."""
_DEEPEST = 6


class _Over(Exception):
    """The rest of the test does not run, or is not known to."""


class _Turn(Exception):
    """The rest of a loop's turn does not run."""


class TestReader(Reader):
    """Follows the statements of a test."""

    __test__ = False

    def __init__(self, target: Target, place: str, kind: ExampleKind, scope: Scope) -> None:
        super().__init__(target, place, kind)
        self.place, self.scope = place, scope
        self.inputs: list[Call] = []
        """Calls that property tests make."""
        self.rows = 0
        self.of_property = False
        self.claims = True

    def made(self, node: ast.expr) -> TargetCall | None:
        """The call of the target; one that a property test makes is noted as a valid input."""
        made = super().made(node)
        if made and self.of_property:
            self.inputs.append(made.call)
        return made

    def claim(self, condition: ast.expr) -> None:
        """What a condition says; where nothing more is to be claimed, only the calls in it."""
        if self.claims:
            super().claim(condition)
        else:
            for part in ast.walk(condition):
                if isinstance(part, ast.Call):
                    self.made(part)

    def add(self, made: TargetCall, claim: str, raises: str | None = None) -> None:
        """One more example; of the drawn inputs only the first state one."""
        if raises:
            self.inputs = [call for call in self.inputs if call is not made.call]
        if self.claims:
            super().add(made, claim, raises)

    def module(self, body: list[ast.stmt]) -> None:
        """All statements of a module, each test for itself."""
        for node in body:
            with contextlib.suppress(_Over, _Turn):
                self.block([node])

    def block(self, body: list[ast.stmt], depth: int = 0) -> None:
        """All statements of a block, in order."""
        if depth > _DEEPEST:
            return
        for node in body:
            self.source = f"{self.place}:{node.lineno}"
            self._statement(node, depth)

    def _statement(self, node: ast.stmt, depth: int) -> None:
        match node:
            case ast.Assert(test=test):
                self.claim(test)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                self.assign(node)
            case ast.Expr(value=ast.Call() as call):
                self._call(call)
            case ast.Continue():
                raise _Turn
            case ast.Return() | ast.Raise() | ast.Break():
                raise _Over
            case _:
                self._compound(node, depth)

    def _compound(self, node: ast.stmt, depth: int) -> None:
        match node:
            case ast.With(items=items, body=body):
                self._with(items, body, depth)
            case ast.For():
                self._loop(node, depth)
            case ast.If():
                self._branch(node, depth)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if depth == 0 or node.name.startswith("test"):
                    self._function(node, depth)
            case ast.ClassDef(body=body):
                self.block(body, depth + 1)
            case _:
                self._unknown(node)

    def _call(self, call: ast.Call) -> None:
        if self.scope.origin(call.func) == "hypothesis.assume":
            try:
                holds = bool(call.args) and bool(values.evaluate(call.args[0], self.plain))
            except NotPlain:
                holds = False
            if not holds:
                raise _Over
            return
        self._method(call)
        made = self.made(call)
        self.last = made or self.last
        if made is None:
            self.touched_by(call)

    def _branch(self, node: ast.If, depth: int) -> None:
        if _is_main(node.test):
            self.block(node.body, depth + 1)
            return
        try:
            holds = bool(values.evaluate(node.test, self.plain))
        except NotPlain:
            self._unknown(node)
            return
        self.block(node.body if holds else node.orelse, depth + 1)

    def _unknown(self, node: ast.stmt) -> None:
        """A statement that is not followed: what it may change is forgotten."""
        self.forget(node)
        if any(isinstance(n, ast.Return | ast.Raise | ast.Continue) for n in ast.walk(node)):
            raise _Over

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> None:
        if not (node.name.startswith(("test", "check")) or node.name == "main"):
            return
        if self.rows >= _ROWS and properties.is_property(node, self.scope):
            return
        before = self.plain
        outer = {k: v for k, v in before.items() if k not in properties.parameters(node)}
        drawn = 0
        for row in properties.rows(node, self.scope, self.target.names):
            self.rows += row.of_property
            drawn += row.drawn
            self.of_property, self.drawn, self.claims = row.of_property, row.drawn, drawn <= _CLAIMS
            self.plain, self.results, self.last = {**outer, **row.arguments}, {}, None
            with contextlib.suppress(_Over, _Turn):
                self.block(node.body, depth + 1)
        self.of_property, self.drawn, self.claims = False, False, True
        self.plain, self.results, self.last = before, {}, None

    def _loop(self, node: ast.For, depth: int) -> None:
        try:
            items: list[Any] = list(islice(values.evaluate(node.iter, self.plain), MOST_ROWS))
        except (NotPlain, TypeError):
            self._unknown(node)
            return
        for item in items:
            bound = _bound(node.target, item)
            if bound is None:
                self._unknown(node)
                return
            self.plain.update(bound)
            self.results.clear()
            with contextlib.suppress(_Turn):
                self.block(node.body, depth + 1)

    def _with(self, items: list[ast.withitem], body: list[ast.stmt], depth: int) -> None:
        raised = next((r for i in items if (r := _raises(i.context_expr))), None)
        if raised is None:
            self.block(body, depth + 1)
            return
        for node in body:
            value = getattr(node, "value", None)
            made = self.made(value) if isinstance(value, ast.Call) else None
            if made:
                self.add(made, "", raised)

    def _method(self, call: ast.Call) -> None:
        """``self.assertEqual(f(x), y)`` and its relatives."""
        condition = unittest.condition_of(call)
        if condition is not None:
            self.claim(condition)
        elif getattr(call.func, "attr", "") in ("assertRaises", "raises") and len(call.args) >= 2:
            raising, function, *args = call.args
            made = self.made(ast.copy_location(ast.Call(function, args, []), function))
            if made:
                self.add(made, "", _last_name(raising))


def read(tree: ast.Module, target: Target, place: str, kind: ExampleKind) -> ExampleSet:
    """Examples in a module's asserts and tests; ``place`` is the file as people know it."""
    return _read(tree.body, tree, target, place, kind)


def read_properties(tree: ast.Module, target: Target, place: str) -> ExampleSet:
    """What the property tests of a file say, and the plain calls of all others as valid inputs."""
    scope = scope_of(tree)
    kept: list[ast.stmt] = []
    others: list[ast.stmt] = []
    for node in tree.body:
        tests = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        (kept if tests and properties.is_property(node, scope) else others).append(node)
    found = _read(kept, tree, target, place, "test")
    calls = [e.call for e in _read(others, tree, target, place, "test").examples if not e.raises]
    return ExampleSet(found.examples, inputs=(*found.inputs, *(call for call in calls if call)))


def _read(
    body: list[ast.stmt], tree: ast.Module, target: Target, place: str, kind: ExampleKind
) -> ExampleSet:
    reader = TestReader(target, place, kind, scope_of(tree))
    reader.module(body)
    return ExampleSet(tuple(reader.examples), inputs=tuple(reader.inputs))


def _is_main(test: ast.expr) -> bool:
    return "__name__" in ast.unparse(test)


def _last_name(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "Exception")))


def _raises(node: ast.expr) -> str | None:
    if not isinstance(node, ast.Call) or not node.args:
        return None
    if _last_name(node.func) not in ("raises", "assertRaises", "assertRaisesRegex"):
        return None
    first = node.args[0]
    return _last_name(first) if isinstance(first, ast.Name | ast.Attribute) else "Exception"


def _bound(target: ast.expr, item: Any) -> dict[str, Any] | None:
    if isinstance(target, ast.Name):
        return {target.id: item}
    parts = values.items_of(item)
    if not isinstance(target, ast.Tuple) or parts is None:
        return None
    names = [n.id for n in target.elts if isinstance(n, ast.Name)]
    if len(names) != len(target.elts) or len(names) != len(parts):
        return None
    return dict(zip(names, parts, strict=True))
