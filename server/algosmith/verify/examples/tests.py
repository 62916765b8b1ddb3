"""Examples from asserts and tests: pytest (plain, parametrized) and unittest, by syntax tree.

Tests are never executed: what a test does besides calling the function with literals is not seen.
"""

from __future__ import annotations

import ast
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from algosmith.verify import values
from algosmith.verify.examples.reading import Reader, Target
from algosmith.verify.values import NotPlain

if TYPE_CHECKING:
    from algosmith.verify.types import Example, ExampleKind

_MOST_ROWS = 50
_DEEPEST = 6
_EQUAL = {"assertEqual", "assertEquals", "assertListEqual", "assertDictEqual", "assertTupleEqual",
          "assertSetEqual", "assertSequenceEqual", "assertMultiLineEqual", "assertIs"}  # fmt: skip


class TestReader(Reader):
    """Follows the statements of a test."""

    __test__ = False

    def __init__(self, target: Target, place: str, kind: ExampleKind) -> None:
        super().__init__(target, place, kind)
        self.place = place

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
            case ast.Assign() | ast.AnnAssign():
                self.assign(node)
            case ast.Expr(value=ast.Call() as call):
                self._method(call)
                made = self.made(call)
                self.last = made or self.last
            case ast.With(items=items, body=body):
                self._with(items, body, depth)
            case ast.For():
                self._loop(node, depth)
            case ast.If(test=test, body=body) if _is_main(test):
                self.block(body, depth + 1)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                if depth == 0 or node.name.startswith("test"):
                    self._function(node, depth)
            case ast.ClassDef(body=body):
                self.block(body, depth + 1)
            case _:
                pass

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> None:
        if not (node.name.startswith(("test", "check")) or node.name == "main"):
            return
        saved = dict(self.plain)
        for row in _rows(node):
            self.plain, self.results, self.last = {**saved, **row}, {}, None
            self.block(node.body, depth + 1)
        self.plain, self.results, self.last = saved, {}, None

    def _loop(self, node: ast.For, depth: int) -> None:
        try:
            items: list[Any] = list(islice(values.evaluate(node.iter, self.plain), _MOST_ROWS))
        except (NotPlain, TypeError):
            return
        for item in items:
            bound = _bound(node.target, item)
            if bound is None:
                return
            self.plain.update(bound)
            self.results.clear()
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
        name, args = getattr(call.func, "attr", ""), call.args
        if name in _EQUAL and len(args) >= 2:
            self.claim(ast.Compare(args[0], [ast.Eq()], [args[1]]))
        elif name == "assertCountEqual" and len(args) >= 2:
            sides = [ast.Call(ast.Name("sorted", ast.Load()), [a], []) for a in args[:2]]
            self.claim(ast.Compare(sides[0], [ast.Eq()], [sides[1]]))
        elif name == "assertTrue" and args:
            self.claim(args[0])
        elif name == "assertFalse" and args:
            self.claim(ast.UnaryOp(ast.Not(), args[0]))
        elif name == "assertIsNone" and args:
            self.claim(ast.Compare(args[0], [ast.Is()], [ast.Constant(None)]))
        elif name == "assertIn" and len(args) >= 2:
            self.claim(ast.Compare(args[0], [ast.In()], [args[1]]))
        elif name == "assertAlmostEqual" and len(args) >= 2:
            self._almost(call)
        elif name in ("assertRaises", "raises") and len(args) >= 2:
            self._raising(args)

    def _almost(self, call: ast.Call) -> None:
        options = {k.arg: k.value for k in call.keywords}
        try:
            places = values.evaluate(options["places"], {}) if "places" in options else 7
            delta = values.evaluate(options["delta"], {}) if "delta" in options else None
        except NotPlain:
            return
        within = ast.Constant(delta if delta is not None else 0.5 * 10 ** -int(places))
        near = ast.Call(
            ast.Name("approx", ast.Load()), [call.args[1]], [ast.keyword("abs", within)]
        )
        self.claim(ast.Compare(call.args[0], [ast.Eq()], [near]))

    def _raising(self, args: list[ast.expr]) -> None:
        call = ast.Call(args[1], args[2:], [])
        made = self.made(ast.fix_missing_locations(ast.copy_location(call, args[1])))
        if made:
            self.add(made, "", _last_name(args[0]))


def read(tree: ast.Module, target: Target, place: str, kind: ExampleKind) -> tuple[Example, ...]:
    """Examples in a module's asserts and tests; ``place`` is the file as people know it."""
    reader = TestReader(target, place, kind)
    reader.block(tree.body)
    return tuple(reader.examples)


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


def _rows(node: ast.FunctionDef | ast.AsyncFunctionDef) -> list[dict[str, Any]]:
    """The parameter sets of ``pytest.mark.parametrize``; one empty set where there is none."""
    tables = [t for d in node.decorator_list if (t := _table(d)) is not None]
    rows: list[dict[str, Any]] = []
    for combination in islice(product(*tables), _MOST_ROWS):
        rows.append({k: v for row in combination for k, v in row.items()})
    return rows


def _table(decorator: ast.expr) -> list[dict[str, Any]] | None:
    if not isinstance(decorator, ast.Call) or _last_name(decorator.func) != "parametrize":
        return None
    if len(decorator.args) < 2 or not isinstance(decorator.args[1], ast.List | ast.Tuple):
        return []
    try:
        spelled = values.evaluate(decorator.args[0], {})
    except NotPlain:
        return []
    names = [n.strip() for n in spelled.split(",")] if isinstance(spelled, str) else list(spelled)
    rows: list[dict[str, Any]] = []
    for element in decorator.args[1].elts:
        try:
            values_of = _row(element, len(names))
        except NotPlain:
            continue
        if len(values_of) == len(names):
            rows.append(dict(zip(names, values_of, strict=True)))
    return rows


def _row(element: ast.expr, width: int) -> list[Any]:
    if isinstance(element, ast.Call) and _last_name(element.func) == "param":
        return [values.evaluate(a, {}) for a in element.args]
    value = values.evaluate(element, {})
    return [value] if width == 1 else values.items_of(value) or []


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
