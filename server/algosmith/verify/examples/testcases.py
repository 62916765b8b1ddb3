"""Tests of a workspace as sessions: each test with each set of arguments, statement by statement.

What a test compares with is kept out of the session: asserts are taken apart, names that only
stand on the other side are set apart. What can't be followed is named, with the reason.
"""

from __future__ import annotations

import ast
import contextlib
from dataclasses import dataclass, field, replace
from itertools import islice, product
from typing import TYPE_CHECKING

from algosmith.verify import source as source_module
from algosmith.verify import values
from algosmith.verify.examples import unittest
from algosmith.verify.examples.sessions import (
    Tracker,
    described,
    free_names,
    holds_wanted,
    line_of,
    taken_apart,
)
from algosmith.verify.types import Example, Found, Line, Script

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from algosmith.verify.examples.reading import Target

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

_MOST_ROWS = 24
"""Sets of arguments of one test; a test with more is sampled, and told."""
_MOST_TURNS = 50
_DEEPEST = 6
_FOREIGN = ("pytest", "hypothesis", "unittest", "mock", "nose", "doctest")
_NO_EXAMPLES = {
    "skip": "it is marked as skipped", "skipif": "it is marked as skipped",
    "skipIf": "it is marked as skipped", "skipUnless": "it is marked as skipped",
    "xfail": "it is expected to fail", "expectedFailure": "it is expected to fail",
    "patch": "it patches something", "object": "it patches something",
    "dict": "it patches something", "usefixtures": "it uses fixtures by name",
    "given": "it is a property test",
}  # fmt: skip
_SELF = ("import types as _types\n", "self = _types.SimpleNamespace()\n")


class _Unfollowed(Exception):
    """The test can't be made a session; the text says why."""


class _Over(Exception):
    """The rest of the test does not run."""


@dataclass(frozen=True, slots=True)
class _Module:
    """A test file."""

    body: Sequence[ast.stmt]
    """What stands at its top level beside tests."""
    fixtures: Mapping[str, FunctionNode]
    constants: Mapping[str, ast.expr]


@dataclass(slots=True)
class _Builder:
    """One test with one set of arguments, while it becomes a session."""

    module: _Module
    tracker: Tracker
    lines: list[Line] = field(default_factory=list[Line])
    claims: list[tuple[int, int, str, bool]] = field(
        default_factory=list[tuple[int, int, str, bool]]
    )
    """First and last line of an example, its text, and whether it only ranks."""

    def add(self, node: ast.stmt) -> None:
        """A statement that runs as it stands."""
        tree = ast.Module([node], [])
        tests = self.tracker.follow(tree)
        self.lines.append(Line(ast.unparse(node) + "\n", None, tests=tests))

    def bind(self, target: ast.expr, value: ast.expr) -> None:
        """``target = value``, item by item where both are spelled out."""
        spelled = ast.Tuple | ast.List
        if (
            isinstance(target, spelled)
            and isinstance(value, spelled)
            and len(target.elts) == len(value.elts)
        ):
            for one, part in zip(target.elts, value.elts, strict=True):
                self.bind(one, part)
            return
        self.add(ast.fix_missing_locations(ast.Assign([target], value)))

    def condition(self, node: ast.expr, text: str) -> None:
        """Something that has to be true."""
        if not self.tracker.touches(node):
            return
        first = len(self.lines)
        taken = taken_apart(node, self.tracker, {})
        if taken:
            self.lines += [line_of(one, text) for one in taken]
        else:
            whole = f"bool({ast.unparse(node)})\n"
            self.lines.append(Line(whole, claim="_", tests=True, whole=text))
        readable = not taken and holds_wanted(node)
        self.claims.append((first, len(self.lines) - 1, text, readable))

    def raising(self, statement: ast.stmt, error: str) -> None:
        """A statement that has to raise."""
        text = ast.unparse(statement)
        if not self.tracker.touches(statement):
            self.add(statement)
            return
        at = len(self.lines)
        claim = f"{error!r} in _"
        self.lines.append(Line(text + "\n", claim=claim, raises=error, tests=True))
        self.claims.append((at, at, f"{text} raises {error}", False))


def read(tree: ast.Module, target: Target, place: str) -> Found:
    """Examples in the tests of a file, and the tests that are left out."""
    module = _module_of(tree)
    examples: list[Example] = []
    hints: list[Example] = []
    notes: list[str] = []
    for node, owner in _tests(tree):
        tracker = Tracker(target.names)
        for statement in module.body:
            if isinstance(statement, ast.Import | ast.ImportFrom):
                tracker.follow(ast.Module([statement], []))
        where = f"{place}:{node.lineno}"
        if not _concerns(node, owner, tracker, module):
            continue
        try:
            _check_marks(node, owner)
            rows = [*_rows(node, module)]
            if len(rows) > _MOST_ROWS:
                notes.append(f"{where}: {node.name}: of its many cases {_MOST_ROWS} are used")
                rows = rows[:: -(-len(rows) // _MOST_ROWS)]
            for row in rows:
                builder = _built(node, owner, row, module, Tracker(tracker.functions))
                found = _examples(builder, where, node.name, target)
                examples += found.examples
                hints += found.hints
        except _Unfollowed as error:
            notes.append(f"{where}: left out: {node.name}: {error}")
    return Found(tuple(examples), tuple(notes), hints=tuple(hints))


def _module_of(tree: ast.Module) -> _Module:
    body: list[ast.stmt] = []
    fixtures: dict[str, FunctionNode] = {}
    constants: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_fixture(node):
            fixtures[node.name] = node
        elif _is_context(node):
            body.append(node)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            constants[node.targets[0].id] = node.value
    return _Module(body, fixtures, constants)


def _is_fixture(node: FunctionNode) -> bool:
    return any(_last_name(decorator) == "fixture" for decorator in node.decorator_list)


def _is_context(node: ast.stmt) -> bool:
    """Whether a statement of a test file is none of its tests."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return not name.startswith("test")
        case ast.ClassDef(bases=bases, name=name):
            cases = any(_last_name(base).endswith("TestCase") for base in bases)
            return not (cases or name.startswith("Test"))
        case ast.Import(names=names):
            return not any(alias.name.split(".")[0] in _FOREIGN for alias in names)
        case ast.ImportFrom(module=module):
            return (module or "").split(".")[0] not in (*_FOREIGN, "__future__")
        case ast.Assert() | ast.If():
            return False
        case ast.Expr(value=value):
            return isinstance(value, ast.Call)
        case _:
            return True


def _tests(tree: ast.Module) -> Iterator[tuple[FunctionNode, ast.ClassDef | None]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_test(node):
            yield node, None
        elif isinstance(node, ast.ClassDef) and not _is_context(node):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and _is_test(inner):
                    yield inner, node


def _is_test(node: FunctionNode) -> bool:
    return node.name.startswith("test") and not _is_fixture(node)


def _concerns(
    node: FunctionNode, owner: ast.ClassDef | None, tracker: Tracker, module: _Module
) -> bool:
    """Whether the function is called in a test, in what it sets up or in its fixtures."""
    used = [module.fixtures[name] for name in _parameters(node) if name in module.fixtures]
    return any(map(tracker.touches, [node, *used, *_set_up(owner)]))


def _check_marks(node: FunctionNode, owner: ast.ClassDef | None) -> None:
    """Raises _Unfollowed for a test that says itself that it is no example."""
    if isinstance(node, ast.AsyncFunctionDef):
        raise _Unfollowed("it is asynchronous")
    for decorator in (*node.decorator_list, *(owner.decorator_list if owner else ())):
        name = _last_name(decorator)
        if name in _NO_EXAMPLES:
            raise _Unfollowed(_NO_EXAMPLES[name])


def _last_name(node: ast.expr) -> str:
    node = node.func if isinstance(node, ast.Call) else node
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _parameters(node: FunctionNode) -> list[str]:
    return [a.arg for a in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]


def _rows(node: FunctionNode, module: _Module) -> Iterator[dict[str, ast.expr]]:
    """The expressions that parametrize gives the parameters; one empty set without it."""
    tables: list[list[dict[str, ast.expr]]] = []
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and _last_name(decorator) == "parametrize":
            tables.append(_table(decorator, module))
    for combination in islice(product(*tables), 10_000):
        yield {name: value for row in combination for name, value in row.items()}


def _table(call: ast.Call, module: _Module) -> list[dict[str, ast.expr]]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    given = [*call.args, *(named[k] for k in ("argnames", "argvalues") if k in named)]
    if len(given) < 2 or "indirect" in named:
        raise _Unfollowed("its parametrize can't be followed")
    try:
        spelled = values.evaluate(given[0], {})
    except values.NotPlain:
        raise _Unfollowed("its parametrize can't be followed") from None
    names = (
        [name.strip() for name in spelled.split(",") if name.strip()]
        if isinstance(spelled, str)
        else list(spelled)
    )
    return [row for item in _items(given[1], module) for row in _row(item, names)]


def _items(node: ast.expr, module: _Module) -> list[ast.expr]:
    """The items of a collection that is spelled out, here or in a constant."""
    if isinstance(node, ast.Name) and node.id in module.constants:
        node = module.constants[node.id]
    if isinstance(node, ast.Call) and _last_name(node) in ("list", "tuple") and node.args:
        return _items(node.args[0], module)
    if isinstance(node, ast.Call) and _last_name(node) == "items":
        inner = node.func.value if isinstance(node.func, ast.Attribute) else node
        inner = module.constants.get(getattr(inner, "id", ""), inner)
        if isinstance(inner, ast.Dict) and all(inner.keys):
            pairs = zip(inner.keys, inner.values, strict=True)
            return [ast.Tuple([key, value], ast.Load()) for key, value in pairs if key]
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        if any(isinstance(item, ast.Starred) for item in node.elts):
            raise _Unfollowed("its cases can't be told apart")
        return [*node.elts]
    try:
        found = values.evaluate(node, {})
        listed = [*islice(found, _MOST_TURNS + 1)]
        return [ast.parse(repr(item), mode="eval").body for item in listed]
    except (values.NotPlain, TypeError, SyntaxError):
        raise _Unfollowed("its cases are computed") from None


def _row(item: ast.expr, names: Sequence[str]) -> list[dict[str, ast.expr]]:
    if isinstance(item, ast.Call) and _last_name(item) == "param":
        marks = next((k.value for k in item.keywords if k.arg == "marks"), None)
        if marks and {_last_name(n) for n in ast.walk(marks) if isinstance(n, ast.expr)} & {
            "skip", "skipif", "xfail",
        }:  # fmt: skip
            return []
        parts = item.args
    else:
        parts = [item] if len(names) == 1 else getattr(item, "elts", [])
    if len(parts) != len(names):
        raise _Unfollowed("its cases can't be told apart")
    return [dict(zip(names, parts, strict=True))]


def _set_up(owner: ast.ClassDef | None) -> list[ast.stmt]:
    """What runs before each test of a class."""
    found: list[ast.stmt] = []
    for node in owner.body if owner else ():
        if isinstance(node, ast.Assign):
            found.append(node)
        elif isinstance(node, ast.FunctionDef) and node.name in ("setUp", "setup_method"):
            found += node.body
    return found


def _built(
    node: FunctionNode,
    owner: ast.ClassDef | None,
    row: Mapping[str, ast.expr],
    module: _Module,
    tracker: Tracker,
) -> _Builder:
    builder = _Builder(module, tracker)
    for statement in module.body:
        builder.add(statement)
    if owner is not None:
        builder.lines += [Line(text) for text in _SELF]
        _follow(builder, _set_up(owner), 0)
    for name in _parameters(node):
        if name in row:
            builder.bind(ast.Name(name, ast.Store()), row[name])
        elif name != "self":
            _fixture(builder, name, 0)
    with contextlib.suppress(_Over):
        _follow(builder, node.body, 0)
    return builder


def _fixture(builder: _Builder, name: str, depth: int) -> None:
    """What a fixture of the file gives, as statements."""
    node = builder.module.fixtures.get(name)
    if node is None or depth > _DEEPEST:
        known = "patches something" if name in ("monkeypatch", "mocker") else "needs"
        raise _Unfollowed(f"it {known} (the fixture {name})")
    for parameter in _parameters(node):
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
                _follow(builder, [statement], depth + 1)


def _follow(builder: _Builder, body: Sequence[ast.stmt], depth: int) -> None:
    if depth > _DEEPEST:
        raise _Unfollowed("it is nested too deep")
    for node in body:
        _statement(builder, node, depth)


def _statement(builder: _Builder, node: ast.stmt, depth: int) -> None:
    match node:
        case ast.Assert(test=test):
            builder.condition(test, ast.unparse(test))
        case ast.Expr(value=ast.Constant()) | ast.Pass():
            pass
        case ast.Return():
            raise _Over
        case ast.Expr(value=ast.Call() as call) if _last_name(call).startswith("assert"):
            _method(builder, call)
        case ast.Expr(value=ast.Call() as call) if _last_name(call) in ("skipTest", "skip", "fail"):
            raise _Unfollowed("it skips or fails by itself")
        case ast.Assign(targets=[target], value=value):
            builder.bind(target, value)
        case ast.With(items=[item], body=body):
            _with(builder, item, body, depth)
        case ast.For(orelse=[]):
            _loop(builder, node, depth)
        case _:
            if any(_is_check(part) for part in ast.walk(node)):
                raise _Unfollowed(f"it checks inside `{ast.unparse(node).splitlines()[0][:50]}`")
            builder.add(node)


def _is_check(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _last_name(node).startswith("assert") or _last_name(node) == "raises"
    return isinstance(node, ast.Assert)


def _method(builder: _Builder, call: ast.Call) -> None:
    """``self.assertEqual(f(x), y)`` and its relatives."""
    name = _last_name(call)
    if name in ("assertRaises", "assertRaisesRegex") and len(call.args) >= 2:
        skipped = 2 if name == "assertRaises" else 3
        function, arguments = call.args[skipped - 1], call.args[skipped:]
        statement = ast.Expr(ast.Call(function, [*arguments], call.keywords))
        builder.raising(ast.fix_missing_locations(statement), _last_name(call.args[0]))
        return
    condition = unittest.condition_of(call)
    if condition is None:
        raise _Unfollowed(f"{name} is not understood")
    builder.condition(ast.fix_missing_locations(condition), ast.unparse(condition))


def _with(builder: _Builder, item: ast.withitem, body: Sequence[ast.stmt], depth: int) -> None:
    name = _last_name(item.context_expr)
    call = item.context_expr
    if name == "subTest":
        _follow(builder, body, depth + 1)
    elif name in ("raises", "assertRaises", "assertRaisesRegex") and isinstance(call, ast.Call):
        errors = call.args[0] if call.args else None
        if not isinstance(errors, ast.Name | ast.Attribute):
            raise _Unfollowed("which exception it wants can't be told")
        _follow(builder, body[:-1], depth + 1)
        builder.raising(body[-1], _last_name(errors))
    else:
        raise _Unfollowed(f"it needs `with {ast.unparse(item.context_expr)[:50]}`")


def _loop(builder: _Builder, node: ast.For, depth: int) -> None:
    """A loop over cases that are spelled out, turn by turn."""
    if not any(_is_check(part) for part in ast.walk(node)):
        builder.add(node)
        return
    items = _items(node.iter, builder.module)
    if len(items) > _MOST_TURNS:
        raise _Unfollowed(f"its loop has over {_MOST_TURNS} turns")
    for item in items:
        builder.bind(node.target, item)
        _follow(builder, node.body, depth + 1)


def _examples(builder: _Builder, where: str, name: str, target: Target) -> Found:
    script = Script(_set_apart(builder.lines))
    first = 0
    examples: list[Example] = []
    hints: list[Example] = []
    for _, last, text, readable in builder.claims:
        example = Example(
            None, "", text if len(text) < 100 else f"{text[:99]}…", where, "test",
            min(target.names), text, script=script, first=first, last=last,
        )  # fmt: skip
        (hints if readable else examples).append(described(example))
        first = last + 1
    return Found(tuple(examples), hints=tuple(hints))


def _set_apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Lines that only give names to what results are compared with don't run beside a candidate."""
    needed: set[str] = set()
    kept: list[Line] = []
    for line in reversed(lines):
        tree = source_module.tree_of(line.source)
        bound = _bound(tree) if tree and not line.tests else None
        if bound is not None and not bound & needed:
            kept.append(replace(line, apart=True))
            continue
        kept.append(line)
        needed |= free_names(tree) if tree else set()
    return tuple(reversed(kept))


def _bound(tree: ast.Module) -> set[str] | None:
    """The names that a plain assignment, an import or a definition gives a value; else None."""
    found: set[str] = set()
    for node in tree.body:
        match node:
            case ast.Assign(targets=targets):
                if not all(isinstance(target, ast.Name) for target in targets):
                    return None
                found |= {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {(alias.asname or alias.name).split(".")[0] for alias in names}
            case _:
                return None
    return found
