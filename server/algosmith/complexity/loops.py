"""What single loops and arguments look like: halvings, constant ranges. For ``static``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from algosmith.inputs.usage import FunctionNode


def is_constant_range(node: ast.expr) -> bool:
    """``range(26)``, a display, a constant, or a module constant in capitals."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range":
        return all(isinstance(a, ast.Constant | ast.UnaryOp) for a in node.args)
    if isinstance(node, ast.Attribute):
        return node.attr.startswith("ascii")
    if isinstance(node, ast.Name):
        return node.id.isupper() and len(node.id) > 1
    return isinstance(node, ast.Constant | ast.Tuple | ast.List)


def halves(argument: ast.expr, function: FunctionNode) -> bool:
    """The argument is about half (a third, …) of something, directly or through a variable."""
    middles = {
        target.id
        for child in ast.walk(function)
        if isinstance(child, ast.Assign) and _divides(child.value)
        for target in child.targets
        if isinstance(target, ast.Name)
    }
    for child in ast.walk(function):
        if isinstance(child, ast.Assign) and isinstance(child.value, ast.Subscript):
            used = {n.id for n in ast.walk(child.value) if isinstance(n, ast.Name)}
            if used & middles and isinstance(child.value.slice, ast.Slice):
                middles |= {t.id for t in child.targets if isinstance(t, ast.Name)}
    names = {n.id for n in ast.walk(argument) if isinstance(n, ast.Name)}
    return _divides(argument) or bool(names & middles)


def _divides(node: ast.AST) -> bool:
    for child in ast.walk(node):
        if isinstance(child, ast.BinOp) and isinstance(child.op, ast.FloorDiv | ast.Div):
            return True
        if isinstance(child, ast.BinOp) and isinstance(child.op, ast.RShift | ast.Mod):
            return True
    return False


def moves_to_a_stop(loop: ast.While) -> bool:
    """A loop whose measure is halved, or multiplied, at every turn: logarithmic."""
    tested = {n.id for n in ast.walk(loop.test) if isinstance(n, ast.Name)}
    middles: set[str] = set()
    moved = False
    for child in ast.walk(loop):
        if isinstance(child, ast.AugAssign) and isinstance(child.target, ast.Name):
            scales = isinstance(child.op, ast.FloorDiv | ast.RShift | ast.Mult | ast.LShift)
            moved |= scales and child.target.id in tested
        elif isinstance(child, ast.Assign):
            names = {t.id for t in child.targets if isinstance(t, ast.Name)}
            if _divides(child.value):
                if names & tested:
                    moved = True
                middles |= names
            used = {n.id for n in ast.walk(child.value) if isinstance(n, ast.Name)}
            moved |= bool(names & tested and used & middles)
            if isinstance(child.targets[0], ast.Tuple):
                pairs = {n.id for n in ast.walk(child.targets[0]) if isinstance(n, ast.Name)}
                moved |= bool(pairs & tested) and any(
                    isinstance(c, ast.BinOp) and isinstance(c.op, ast.Mod)
                    for c in ast.walk(child.value)
                )
    return moved
