"""Kinds of parameters from how the function uses them: a small type inference over its body.

Flow is followed in source order and loops are read once; what is missed only weakens the evidence.
"""

from __future__ import annotations

import ast
from typing import TypeAlias

from algosmith.inputs.expressions import Expressions
from algosmith.inputs.typevars import Var, unify

FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


class Usage:
    """Evidence about the parameters of the functions of one module."""

    def __init__(self, functions: dict[str, FunctionNode]) -> None:
        self.functions = functions
        self.parameters = {
            name: {a.arg: Var() for a in _arguments(node)} for name, node in functions.items()
        }
        self.returns = {name: Var() for name in functions}
        self._indexed: list[tuple[Var, Var]] = []
        for name, node in tuple(functions.items()):
            _Reader(self, dict(self.parameters[name]), self.returns[name]).body(node.body)
        for base, index in self._indexed:
            _settle_index(base, index)

    def indexed(self, base: Var, index: Var) -> None:
        """``base[index]`` was seen; what it means depends on what the index turns out to be."""
        self._indexed.append((base, index))


def _arguments(node: FunctionNode | ast.Lambda) -> list[ast.arg]:
    return [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]


def _settle_index(base: Var, index: Var) -> None:
    text = index.has("str", "character", "text")
    if text > index.has("int", "number") and not base.has("sequence", "list"):
        base.vote("dict", 2)
        unify(base.part("key"), index)
        unify(base.part("value"), base.part("element"))
    elif base.has("dict"):
        unify(base.part("key"), index)
        unify(base.part("value"), base.part("element"))
    else:
        base.vote("sequence", 2)
        if not text:
            index.vote("int")


class _Reader(Expressions):
    """Reads one function body; ``names`` maps variables to what is known of their current value."""

    def __init__(self, usage: Usage, names: dict[str, Var], result: Var) -> None:
        super().__init__(usage, names)
        self.result = result

    def body(self, statements: list[ast.stmt]) -> None:
        for statement in statements:
            self.visit(statement)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: N802 - ast's naming
        parameters = {a.arg: Var() for a in _arguments(node)}
        result = Var()
        self.usage.functions.setdefault(node.name, node)
        self.usage.parameters[node.name] = parameters
        self.usage.returns[node.name] = result
        _Reader(self.usage, {**self.names, **parameters}, result).body(node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:  # noqa: N802 - ast's naming
        inner = {**self.names, **{a.arg: Var() for a in _arguments(node)}}
        _Reader(self.usage, inner, Var()).type_of(node.body)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:  # noqa: N802 - ast's naming
        return

    def visit_Return(self, node: ast.Return) -> None:  # noqa: N802 - ast's naming
        if node.value is not None:
            unify(self.result, self.type_of(node.value))

    def visit_Assign(self, node: ast.Assign) -> None:  # noqa: N802 - ast's naming
        value = self.type_of(node.value)
        for target in node.targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                for left, right in zip(target.elts, node.value.elts, strict=False):
                    self.bind(left, self.type_of(right))
            else:
                self.bind(target, value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:  # noqa: N802 - ast's naming
        if node.value is not None:
            self.bind(node.target, self.type_of(node.value))

    def visit_NamedExpr(self, node: ast.NamedExpr) -> None:  # noqa: N802 - ast's naming
        self.type_of(node)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:  # noqa: N802 - ast's naming
        loaded = ast.BinOp(_as_load(node.target), node.op, node.value)
        self.bind(node.target, self.type_of(loaded))

    def visit_For(self, node: ast.For) -> None:  # noqa: N802 - ast's naming
        self.bind(node.target, self.iterate(node.iter))
        self.body(node.body)
        self.body(node.orelse)

    def visit_Expr(self, node: ast.Expr) -> None:  # noqa: N802 - ast's naming
        self.type_of(node.value)

    def generic_visit(self, node: ast.AST) -> None:
        if isinstance(node, ast.expr):
            self.type_of(node)
        else:
            super().generic_visit(node)

    def bind(self, target: ast.expr, value: Var) -> None:
        """``target`` now holds ``value``."""
        if isinstance(target, ast.Name):
            self.names[target.id] = value
        elif isinstance(target, ast.Tuple | ast.List):
            for element, field in zip(target.elts, value.fields(len(target.elts)), strict=False):
                self.bind(element, field)
        elif isinstance(target, ast.Subscript):
            stored = self.type_of(target)
            self.type_of(target.value).vote("stored")
            unify(stored, value)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, Var(list=1))
        else:
            self.type_of(target)


def _as_load(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(target.id, ast.Load())
    return target
