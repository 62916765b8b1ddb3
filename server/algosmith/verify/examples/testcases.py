"""Tests of a workspace as sessions: each test with each set of arguments, statement by statement.

What a test compares with is kept out of the session: asserts are taken apart, names that only
stand on the other side are set apart. What can't be followed is named, with the reason.
"""

from __future__ import annotations

import ast
import contextlib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from algosmith.verify.examples import unittest
from algosmith.verify.examples.sessions import (
    described,
    holds_wanted,
    line_of,
    set_apart,
    taken_apart,
)
from algosmith.verify.examples.testfiles import (
    MOST_TURNS,
    FunctionNode,
    TestFile,
    UnfollowedTest,
    check_marks,
    items_of,
    last_name,
    parameters,
    rows,
    set_up,
    test_file,
    tests_of,
)
from algosmith.verify.examples.tracker import Tracker
from algosmith.verify.statements import Example, ExampleSet, Line, Script

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from algosmith.verify.examples.reading import Target
    from algosmith.verify.statements import ExampleKind

_MOST_ROWS = 24
"""Sets of arguments of one test; a test with more is sampled, and told."""
_DEEPEST = 6
_SELF = ("import types as _types\n", "self = _types.SimpleNamespace()\n")


class _Over(Exception):
    """The rest of the test does not run."""


@dataclass(slots=True)
class SessionBuilder:
    """One test with one set of arguments, while it becomes a session."""

    module: TestFile
    tracker: Tracker
    lines: list[Line] = field(default_factory=list[Line])
    claims: list[tuple[int, int, str, bool]] = field(
        default_factory=list[tuple[int, int, str, bool]]
    )
    """Last line of an example, where it stands in the file, its text, and whether it only ranks."""

    def add(self, node: ast.stmt) -> None:
        """A statement that runs as it stands."""
        tree = ast.Module([node], [])
        tests = self.tracker.follow(tree)
        self.lines.append(Line(ast.unparse(node) + "\n", None, tests=tests))

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        """``target = value``, item by item where both are spelled out."""
        match target, value:
            case (
                ast.Tuple(elts=names) | ast.List(elts=names),
                ast.Tuple(elts=items) | ast.List(elts=items),
            ) if len(names) == len(items):
                for one, part in zip(names, items, strict=True):
                    self.bind(one, part)
            case _:
                self.add(ast.fix_missing_locations(ast.Assign([target], value)))

    def condition(self, node: ast.expr, text: str) -> None:
        """Something that has to be true."""
        if not self.tracker.touches(node):
            return
        taken = taken_apart(node, self.tracker, {})
        if taken:
            self.lines += [line_of(one, text) for one in taken]
        else:
            whole = f"bool({ast.unparse(node)})\n"
            self.lines.append(Line(whole, claim="_", tests=True, whole=text))
        readable = not taken and self._holds_wanted(node)
        self.claims.append((len(self.lines) - 1, node.lineno, text, readable))

    def _holds_wanted(self, node: ast.expr) -> bool:
        """Whether a value to compare with stands in it: ``f(a) == f(b)`` has none."""
        if isinstance(node, ast.Compare):
            return not all(map(self.tracker.touches, (node.left, *node.comparators)))
        return holds_wanted(node)

    def raising(self, statement: ast.stmt, error: str) -> None:
        """A statement that has to raise."""
        text = ast.unparse(statement)
        if not self.tracker.touches(statement):
            self.add(statement)
            return
        at = len(self.lines)
        claim = f"{error!r} in _"
        self.lines.append(Line(text + "\n", claim=claim, raises=error, tests=True))
        self.claims.append((at, statement.lineno, f"{text} raises {error}", False))


def read(tree: ast.Module, target: Target, place: str, *, own: bool = False) -> ExampleSet:
    """Examples in the tests of a file, and the tests that are left out.

    In the function's ``own`` file what stands beside the tests is part of each candidate's program.
    """
    module = test_file(tree)
    module = replace(module, body=[]) if own else module
    examples: list[Example] = []
    hints: list[Example] = []
    notes: list[str] = []
    for node, owner in tests_of(tree):
        tracker = Tracker(target.names, module=target.module)
        for statement in module.body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                tracker.follow(ast.Module([statement], []))
        where = f"{place}:{node.lineno}"
        if not _concerns(node, owner, tracker, module):
            continue
        try:
            check_marks(node, owner)
            sets = [*rows(node, module)]
            if len(sets) > _MOST_ROWS:
                sets = sets[:: -(-len(sets) // _MOST_ROWS)]
                notes.append(f"{where}: {node.name}: of its many cases {len(sets)} are used")
            for row in sets:
                builder = _built(node, owner, row, module, tracker.of_a_test())
                found = examples_of(builder, place, target)
                examples += found.examples
                hints += found.hints
        except UnfollowedTest as error:
            notes.append(f"{where}: left out: {node.name}: {error}")
    return ExampleSet(tuple(examples), tuple(notes), hints=tuple(hints))


def _concerns(
    node: FunctionNode, owner: ast.ClassDef | None, tracker: Tracker, module: TestFile
) -> bool:
    """Whether the function is called in a test, in what it sets up or in its fixtures."""
    used = [module.fixtures[name] for name in parameters(node) if name in module.fixtures]
    return any(map(tracker.touches, [node, *used, *set_up(owner)]))


def _built(
    node: FunctionNode,
    owner: ast.ClassDef | None,
    row: Mapping[str, ast.expr],
    module: TestFile,
    tracker: Tracker,
) -> SessionBuilder:
    builder = SessionBuilder(module, tracker)
    for statement in module.body:
        builder.add(statement)
    if owner is not None:
        builder.lines += [Line(text) for text in _SELF]
        follow(builder, set_up(owner), 0)
    for name in parameters(node):
        if name in row:
            builder.bind(ast.Name(name, ast.Store()), row[name])
        elif name != "self":
            _fixture(builder, name, 0)
    with contextlib.suppress(_Over):
        follow(builder, node.body, 0)
    return builder


def _fixture(builder: SessionBuilder, name: str, depth: int) -> None:
    """What a fixture of the file gives, as statements."""
    node = builder.module.fixtures.get(name)
    if node is None or depth > _DEEPEST:
        patches = name in ("monkeypatch", "mocker")
        why = "patches something" if patches else f"needs the fixture {name}, which is not here"
        raise UnfollowedTest(f"it {why}")
    for parameter in parameters(node):
        _fixture(builder, parameter, depth + 1)
    for statement in node.body:
        match statement:
            case ast.Return(value=ast.expr() as value):
                builder.bind(ast.Name(name, ast.Store()), value)
                return
            case ast.Expr(value=ast.Yield(value=ast.expr() as value)):
                builder.bind(ast.Name(name, ast.Store()), value)
                return
            case _:
                follow(builder, [statement], depth + 1)


def follow(builder: SessionBuilder, body: Sequence[ast.stmt], depth: int) -> None:
    """Statements of a test, checks taken apart; raises UnfollowedTest."""
    if depth > _DEEPEST:
        raise UnfollowedTest("it is nested too deep")
    for node in body:
        _statement(builder, node, depth)


def _statement(builder: SessionBuilder, node: ast.stmt, depth: int) -> None:
    match node:
        case ast.Assert(test=test):
            builder.condition(test, ast.unparse(test))
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            pass
        case ast.Return():
            raise _Over
        case ast.Expr(value=ast.Call() as call) if last_name(call).startswith("assert"):
            _method(builder, call)
        case ast.Expr(value=ast.Call() as call) if last_name(call) in ("skipTest", "skip", "fail"):
            raise UnfollowedTest("it skips or fails by itself")
        case ast.Assign(targets=[target], value=value):
            builder.bind(target, value)
        case ast.With(items=[item], body=body):
            _with(builder, item, body, depth)
        case ast.For(orelse=[]):
            _loop(builder, node, depth)
        case _:
            if any(is_check(part) for part in ast.walk(node)):
                raise UnfollowedTest(f"it checks inside `{ast.unparse(node).splitlines()[0][:50]}`")
            builder.add(node)


def is_check(node: ast.AST) -> bool:
    """Whether something is an assert or a call that checks."""
    if isinstance(node, ast.Call):
        return last_name(node).startswith("assert") or last_name(node) == "raises"
    return isinstance(node, ast.Assert)


def _method(builder: SessionBuilder, call: ast.Call) -> None:
    """``self.assertEqual(f(x), y)`` and its relatives."""
    name = last_name(call)
    if name in ("assertRaises", "assertRaisesRegex") and len(call.args) >= 2:
        skipped = 2 if name == "assertRaises" else 3
        function, arguments = call.args[skipped - 1], call.args[skipped:]
        statement = ast.Expr(ast.Call(function, [*arguments], call.keywords))
        statement = ast.fix_missing_locations(ast.copy_location(statement, call))
        builder.raising(statement, last_name(call.args[0]))
        return
    condition = unittest.condition_of(call)
    if condition is None:
        raise UnfollowedTest(f"{name} is not understood")
    condition = ast.fix_missing_locations(ast.copy_location(condition, call))
    builder.condition(condition, ast.unparse(condition))


def _with(
    builder: SessionBuilder, item: ast.withitem, body: Sequence[ast.stmt], depth: int
) -> None:
    name = last_name(item.context_expr)
    call = item.context_expr
    if name == "subTest":
        follow(builder, body, depth + 1)
    elif name in ("raises", "assertRaises", "assertRaisesRegex") and isinstance(call, ast.Call):
        errors = call.args[0] if call.args else None
        if not isinstance(errors, ast.Name | ast.Attribute):
            raise UnfollowedTest("which exception it wants can't be told")
        follow(builder, body[:-1], depth + 1)
        builder.raising(body[-1], last_name(errors))
    else:
        raise UnfollowedTest(f"it needs `with {ast.unparse(item.context_expr)[:50]}`")


def _loop(builder: SessionBuilder, node: ast.For, depth: int) -> None:
    """A loop over cases that are spelled out, turn by turn."""
    if not any(is_check(part) for part in ast.walk(node)):
        builder.add(node)
        return
    items = items_of(node.iter, builder.module)
    if len(items) > MOST_TURNS:
        raise UnfollowedTest(f"its loop has over {MOST_TURNS} turns")
    for item in items:
        builder.bind(node.target, item)
        follow(builder, node.body, depth + 1)


def examples_of(
    builder: SessionBuilder, place: str, target: Target, kind: ExampleKind = "test"
) -> ExampleSet:
    """What a finished session says."""
    script = Script(set_apart(builder.lines))
    first = 0
    examples: list[Example] = []
    hints: list[Example] = []
    for last, line, text, readable in builder.claims:
        example = Example(
            None, "", text if len(text) < 100 else f"{text[:99]}…", f"{place}:{line}", kind,
            min(target.names), text, script=script, first=first, last=last,
        )  # fmt: skip
        (hints if readable else examples).append(described(example))
        first = last + 1
    return ExampleSet(tuple(examples), hints=tuple(hints))
