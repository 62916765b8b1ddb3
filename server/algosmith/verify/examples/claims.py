"""Conditions of tests, brought into the form that examples have: over ``_``, the result."""

from __future__ import annotations

import ast
import copy
from typing import Any

from algosmith.syntax.pythontree import expression
from algosmith.verify import values
from algosmith.verify.constructors import spelled
from algosmith.verify.values import NotPlain


def inlined(node: Any, plain: dict[str, Any]) -> Any:
    """The expression with known values in place of their names."""
    return _Inline(plain).visit(copy.deepcopy(node))


def flipped(node: Any) -> Any:
    """``[0, 1] == _`` the usual way round."""
    if (
        isinstance(node, ast.Compare)
        and len(node.ops) == 1
        and isinstance(node.ops[0], ast.Eq | ast.Is)
        and isinstance(node.comparators[0], ast.Name)
        and node.comparators[0].id == "_"
    ):
        return ast.Compare(node.comparators[0], node.ops, [node.left])
    return node


def worked_out(node: Any) -> Any:
    """``_ == sorted([2, 1])`` as ``_ == [1, 2]``: shorter to read, and a value to compare with."""
    match node:
        case ast.Compare(left=ast.Name(id="_"), ops=[ast.Eq()], comparators=[ast.expr() as wanted]):
            try:
                value = values.evaluate(wanted, {})
            except NotPlain:
                return node
            if type(value) in (bool, int, float, str, bytes, list, tuple, set, dict):
                text = spelled(value)
                return ast.Compare(node.left, node.ops, [expression(text)])
        case _:
            pass
    return node


def unresolved(node: Any, plain: dict[str, Any]) -> bool:
    """Whether a name is left that is neither plain nor known to the closed evaluator."""
    names = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    known = set(plain) | values.known_names()
    return any(not (n.startswith("_") or n in known) for n in names)


class _Inline(ast.NodeTransformer):
    def __init__(self, plain: dict[str, Any]) -> None:
        self.plain = plain

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self.plain or not isinstance(node.ctx, ast.Load):
            return node
        try:
            return expression(spelled(self.plain[node.id]))
        except (SyntaxError, ValueError):
            return node
