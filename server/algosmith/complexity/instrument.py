"""Rewrites source so that it counts its own steps: a tick per loop turn and call, charges for C.

The rewritten text calls names of ``costs.Meter`` (all start with ``_algo_``). What costs a constant
is left alone, so ``append`` or ``d[k]`` are part of the step they stand in. Annotations go: they
may name what is not imported. Names that the module itself defines are never taken for builtins.
"""

from __future__ import annotations

import ast
import copy
from typing import Literal, TypeAlias

from algosmith.complexity.operands import (
    appends,
    is_charged,
    is_count,
    is_display,
    is_number,
    is_short,
    may_be_long,
)
from algosmith.syntax.pythontree import is_future, module_of

Mode: TypeAlias = Literal["steps", "lines", "depth"]
"""steps: the fast counter; lines: work by line; depth: also how deep calls nest (for space)."""

CHARGED_BUILTINS = frozenset({
    "sorted", "sum", "min", "max", "any", "all", "list", "tuple", "set", "frozenset", "dict",
    "str", "bytes", "bytearray", "int", "pow", "map", "filter", "reversed", "divmod", "hash",
    "repr", "iter", "next", "zip", "enumerate",
})  # fmt: skip
_FREE = frozenset({"map", "filter", "reversed", "divmod", "hash", "iter", "next", "zip"})
"""Lazy or constant: their consumers count."""
_CALLED = CHARGED_BUILTINS - _FREE - {"enumerate"}


def instrument(source: str, mode: Mode = "steps") -> str:
    """The rewritten source.

    Raises:
        Unreadable: ``source`` does not parse, or is nested too deep.
    """
    tree = module_of(source)
    rewriter = _Rewriter(mode, _defined(tree))
    futures = [s for s in tree.body if is_future(s)]
    rest = ast.Module([s for s in tree.body if not is_future(s) and not _is_script(s)], [])
    # Python wants these imports before anything else, the rewriter's own lines included.
    parts = [ast.Module([*futures], []), ast.fix_missing_locations(rewriter.visit(rest))]
    return "\n".join(ast.unparse(part) for part in parts)


def _is_script(statement: ast.stmt) -> bool:
    """Statements that only act when the file is run: prints, tests, the main guard."""
    if isinstance(statement, ast.Assert):
        return True
    if isinstance(statement, ast.Expr):
        return not isinstance(statement.value, ast.NamedExpr)
    if isinstance(statement, ast.If):
        names = {n.id for n in ast.walk(statement.test) if isinstance(n, ast.Name)}
        return "__name__" in names
    return isinstance(statement, ast.While | ast.With)


def _defined(tree: ast.Module) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name)
    return frozenset(names)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(f"_algo_{name}", ast.Load()), list(arguments), [])


class _Rewriter(ast.NodeTransformer):
    def __init__(self, mode: Mode, defined: frozenset[str]) -> None:
        self.mode = mode
        self.defined = defined

    def _body(self, statements: list[ast.stmt]) -> list[ast.stmt]:
        """A block that ticks when entered (in mode ``lines`` each statement does)."""
        return [ast.Expr(_call("tick")), *statements]

    def visit(self, node: ast.AST) -> ast.AST:
        line = getattr(node, "lineno", 0)
        result = super().visit(node)
        if self.mode == "lines" and isinstance(node, ast.stmt) and line and not _is_text(node):
            mark = ast.Expr(_call("line", ast.Constant(line)))
            made: list[ast.AST] = [*result] if isinstance(result, list) else [result]
            return [mark, *made]  # pyright: ignore[reportReturnType] - a transformer may
        return result

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        for argument in ast.walk(node.args):
            if isinstance(argument, ast.arg):
                argument.annotation = None
        node.returns = None
        self.generic_visit(node)
        body: list[ast.stmt] = self._body(node.body)
        yields = any(isinstance(n, ast.Yield | ast.YieldFrom) for n in ast.walk(node))
        if self.mode == "depth" and not yields:
            leave: list[ast.stmt] = [ast.Expr(_call("leave"))]
            body = [ast.Expr(_call("enter")), ast.Try(body, [], [], leave)]
        node.body = body
        return node

    visit_FunctionDef = visit_AsyncFunctionDef = _function  # noqa: N815 - ast's naming

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        self.generic_visit(node)
        node.body = ast.BoolOp(ast.And(), [_call("tick"), node.body])
        return node

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While) -> ast.AST:
        self.generic_visit(node)
        node.body = self._body(node.body)
        return node

    visit_For = visit_AsyncFor = visit_While = _loop  # noqa: N815 - ast's naming

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        self.generic_visit(node)
        node.ifs = [_call("tick"), *node.ifs]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        if node.value is None:
            return ast.Pass() if not node.simple else node
        return ast.Assign([node.target], node.value, lineno=node.lineno)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        for statement in node.body:
            if isinstance(statement, ast.AnnAssign):
                statement.annotation = ast.Constant("object")
        fields = [s for s in node.body if isinstance(s, ast.AnnAssign)]
        others = [s for s in node.body if not isinstance(s, ast.AnnAssign)]
        node.body = others
        self.generic_visit(node)
        node.body = [*fields, *node.body]
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        """The limit on work must get out of ``except:`` and ``except BaseException:``."""
        self.generic_visit(node)
        if node.type is None or (isinstance(node.type, ast.Name) and "Base" in node.type.id):
            node.type = ast.Name("Exception", ast.Load())
        return node

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) != 1:
            return node
        operator, left, right = node.ops[0], node.left, node.comparators[0]
        if isinstance(operator, ast.In | ast.NotIn) and not is_short(right):
            found = _call("in", left, right)
            return found if isinstance(operator, ast.In) else ast.UnaryOp(ast.Not(), found)
        if isinstance(operator, ast.Eq | ast.NotEq) and may_be_long(left) and may_be_long(right):
            node.left = _call("same", left)
        return node

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.slice, ast.Slice) and isinstance(node.ctx, ast.Load):
            return _call("slice", node)
        return node

    def visit_Delete(self, node: ast.Delete) -> ast.AST:
        self.generic_visit(node)
        charges: list[ast.stmt] = []
        for target in node.targets:
            if isinstance(target, ast.Subscript):
                index = ast.Constant(0) if isinstance(target.slice, ast.Slice) else target.slice
                charges.append(ast.Expr(_call("delete", target.value, index)))
        return [*charges, node]  # pyright: ignore[reportReturnType] - a transformer may

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        target = node.targets[0]
        if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice):
            ends = [target.slice.lower, target.slice.upper]
            plain = target.slice.step is None and all(map(_is_harmless, ends))
            again = [copy.deepcopy(end) or ast.Constant(None) for end in ends] if plain else []
            node.value = _call("store", target.value, node.value, *again)
        elif isinstance(target, ast.Tuple | ast.List):
            if any(isinstance(element, ast.Starred) for element in target.elts):
                node.value = _call("whole", node.value)
        elif appends(node, target):
            node.value.func = ast.Name("_algo_grow", ast.Load())  # type: ignore[attr-defined]  # _appends says Call
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        copies = isinstance(node.op, ast.Add | ast.BitOr | ast.BitAnd)
        if isinstance(node.op, ast.Sub):
            copies = isinstance(node.value, ast.Name | ast.Set)
        if copies and not is_number(node.value):
            node.value = _call("whole", node.value)
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        left, right = node.left, node.right
        if isinstance(node.op, ast.Pow | ast.LShift) and not isinstance(right, ast.Constant):
            return _call("power" if isinstance(node.op, ast.Pow) else "shift", left, right)
        if isinstance(node.op, ast.Add) and not is_number(left) and not is_number(right):
            return _call("add", left, right)
        if isinstance(node.op, ast.Mult) and (is_display(left) or is_display(right)):
            return _call("times", left, right)
        if isinstance(node.op, ast.Mult) and isinstance(left, ast.Name) and is_count(right, left):
            return _call("times", left, right)
        if isinstance(node.op, ast.BitOr | ast.BitAnd) and not (
            is_number(left) or is_number(right)
        ):
            name = "union" if isinstance(node.op, ast.BitOr) else "common"
            return _call(name, left, right)
        return node

    def visit_Starred(self, node: ast.Starred) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load):
            node.value = _call("whole", node.value)
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        plain = {"sorted", "sum", "min", "max", "any", "all"}
        if node.id in plain and isinstance(node.ctx, ast.Load) and node.id not in self.defined:
            return ast.Name(f"_algo_f_{node.id}", ast.Load())
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        function = node.func
        if isinstance(function, ast.Name):
            several = function.id in ("min", "max") and len(node.args) > 1
            self_defined = function.id in self.defined
            if function.id in _CALLED and node.args and not several and not self_defined:
                node.func = ast.Name(f"_algo_f_{function.id}", ast.Load())
            kept = node.func
            node.func = ast.Name("_", ast.Load())
            self.generic_visit(node)
            node.func = kept
            return node
        self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Attribute) and is_charged(function.attr, node):
            arguments = [function.value, ast.Constant(function.attr), *node.args]
            return ast.Call(ast.Name("_algo_method", ast.Load()), arguments, node.keywords)
        return node


def _is_text(node: ast.stmt) -> bool:
    """A docstring, which does nothing."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_harmless(node: ast.expr | None) -> bool:
    """Whether looking at an expression twice changes nothing and costs nothing."""
    if node is None or isinstance(node, ast.Name | ast.Constant):
        return True
    if isinstance(node, ast.BinOp):
        return _is_harmless(node.left) and _is_harmless(node.right)
    return isinstance(node, ast.UnaryOp) and _is_harmless(node.operand)
