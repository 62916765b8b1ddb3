"""A function's shape: equal for sources that only look different."""

from __future__ import annotations

import ast
import copy
import re
from collections import Counter

from algosmith.verify import source, static

_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_LOCAL = re.compile(r"v\d+|f")
_SYMMETRIC = (ast.Eq, ast.NotEq)


def shape_of(node: source.Definition) -> tuple[str, int]:
    """The function without names, annotations and turns of phrase, and how many nodes it has."""
    size = sum(1 for _ in ast.walk(node))
    return re.sub(r"\s+", " ", ast.unparse(_bare(node))), size


def _bare(node: source.Definition) -> ast.AST:
    """The function without names, annotations and turns of phrase."""
    copied = copy.deepcopy(node)
    copied.name, copied.returns, copied.decorator_list = "f", None, []
    copied.body = [s for s in copied.body if not static.is_text(s)] or [ast.Pass()]
    plain = _Plain().visit(copied)
    bound = {n.id for n in ast.walk(plain) if isinstance(n, ast.Name) and _is_bound(n)}
    bound |= {n.arg for n in ast.walk(plain) if isinstance(n, ast.arg)}
    renamed = _Rename(frozenset(bound)).visit(plain)
    return ast.fix_missing_locations(renamed)


def parts_of(function: source.Definition) -> Counter[str]:
    """The nodes of a function, counted, each with what it does but without local names."""
    parts: Counter[str] = Counter()
    for node in ast.walk(_bare(function)):
        if isinstance(node, ast.expr_context | ast.arguments | ast.arg):
            continue
        detail = getattr(node, "attr", getattr(node, "value", ""))
        if isinstance(node, ast.Name) and not _LOCAL.fullmatch(node.id):
            detail = node.id
        parts[f"{type(node).__name__} {'' if isinstance(detail, ast.AST) else repr(detail)}"] += 1
    return parts


def _is_bound(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


class _Plain(ast.NodeTransformer):
    """One way to say each thing: ``a < b``, ``x = x + 1``, no ``not`` in ``if``, no result name."""

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        if len(node.ops) != 1:
            return node
        left, op, right = node.left, node.ops[0], node.comparators[0]
        if type(op) in _MIRRORED:
            return ast.Compare(right, [_MIRRORED[type(op)]()], [left])
        if isinstance(op, _SYMMETRIC) and ast.dump(right) < ast.dump(left):
            return ast.Compare(right, [op], [left])
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.target, ast.Name):
            return node
        read = ast.Name(node.target.id, ast.Load())
        return ast.Assign([node.target], ast.BinOp(read, node.op, node.value))

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        self._returns(node.body)
        self._returns(node.orelse)
        if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not) and node.orelse:
            return ast.If(node.test.operand, node.orelse, node.body)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        self.generic_visit(node)
        self._returns(node.body)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """``f([x for …])`` and ``f(x for …)`` are the same."""
        self.generic_visit(node)
        if len(node.args) == 1 and isinstance(node.args[0], ast.ListComp):
            node.args = [ast.GeneratorExp(node.args[0].elt, node.args[0].generators)]
        return node

    def _returns(self, body: list[ast.stmt]) -> None:
        """``x = …`` and ``return x`` as ``return …``."""
        if len(body) < 2 or not isinstance(body[-1], ast.Return):
            return
        kept, last = body[-2], body[-1]
        if not isinstance(kept, ast.Assign) or not isinstance(last.value, ast.Name):
            return
        target = kept.targets[0]
        if len(kept.targets) == 1 and isinstance(target, ast.Name) and target.id == last.value.id:
            body[-2:] = [ast.Return(kept.value)]


class _Rename(ast.NodeTransformer):
    """Names by the order of their first appearance."""

    def __init__(self, bound: frozenset[str]) -> None:
        self.bound = bound
        self.names: dict[str, str] = {}

    def _new(self, name: str) -> str:
        return self.names.setdefault(name, f"v{len(self.names)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(self._new(node.id), node.ctx) if node.id in self.bound else node

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Arguments are renamed first, and lose their annotations."""
        return ast.arg(self._new(node.arg))
