"""Other ways to write the same function: pools to calibrate on need right answers that differ."""

from __future__ import annotations

import ast
import copy
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from algosmith.verify.source import Definition

_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.GtE, ast.GtE: ast.LtE, ast.Eq: ast.Eq,
    ast.NotEq: ast.NotEq,
}  # fmt: skip


def rewritten(node: Definition, seed: int) -> Definition:
    """The same behaviour in other words; which words depends on the seed."""
    rng = random.Random(seed)  # noqa: S311 - a sample, no secret
    made = _Other(rng).visit(copy.deepcopy(node))
    if rng.random() < 0.5:
        made = _kept_result(made)
    return ast.fix_missing_locations(made)


class _Other(ast.NodeTransformer):
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        self.generic_visit(node)
        mirrored = _MIRRORED.get(type(node.ops[0]))
        if len(node.ops) > 1 or mirrored is None or self.rng.random() < 0.5:
            return node
        return ast.Compare(node.comparators[0], [mirrored()], [node.left])

    def visit_AugAssign(self, node: ast.AugAssign) -> ast.AST:
        self.generic_visit(node)
        if not isinstance(node.target, ast.Name) or isinstance(node.op, ast.BitOr):
            return node
        read = ast.Name(node.target.id, ast.Load())
        if self.rng.random() < 0.5 or not isinstance(node.value, ast.Constant):
            return node
        return ast.Assign([node.target], ast.BinOp(read, node.op, node.value))

    def visit_If(self, node: ast.If) -> ast.AST:
        self.generic_visit(node)
        if not node.orelse or isinstance(node.orelse[0], ast.If) or self.rng.random() < 0.5:
            return node
        return ast.If(ast.UnaryOp(ast.Not(), node.test), node.orelse, node.body)


def _kept_result(node: Definition) -> Definition:
    """``return x`` as ``result = x`` and ``return result``."""
    last = node.body[-1]
    if isinstance(last, ast.Return) and last.value is not None:
        name = "answer"
        node.body[-1:] = [
            ast.Assign([ast.Name(name, ast.Store())], last.value),
            ast.Return(ast.Name(name, ast.Load())),
        ]
    return node
