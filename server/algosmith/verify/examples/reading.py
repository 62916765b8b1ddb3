"""Reads examples out of straight-line Python by its syntax tree; nothing is executed.

One reader serves doctests, asserts near the task and tests of the workspace. It follows literal
assignments (``nums = [1, 2]``), results kept in a name (``got = f(nums)``) and claims about both.
"""

from __future__ import annotations

import ast
import contextlib
import copy
from dataclasses import dataclass, field, replace
from typing import Any

from algosmith.sandbox import codec
from algosmith.sandbox.types import Call
from algosmith.verify import values
from algosmith.verify.examples.claims import flipped, inlined, unresolved, worked_out
from algosmith.verify.statements import Example, ExampleKind
from algosmith.verify.values import NotPlain


@dataclass(frozen=True, slots=True)
class Target:
    """The function whose calls are looked for."""

    names: frozenset[str]
    """Bare names; empty means any function that ``unknown`` names."""
    wraps: tuple[str, ...] = ()
    """For each positional parameter ``ListNode``, ``TreeNode`` or an empty string."""
    parameters: tuple[str, ...] = ()
    fixed: frozenset[str] = frozenset()
    """Functions, classes and imports of the file: no call of the target changes what they are."""
    module: str = ""
    """The name by which others import the file: ``shop.prices``."""

    def calls(self, name: str) -> bool:
        """Whether a call of ``name`` is a call of the target."""
        return name in self.names


@dataclass(frozen=True, slots=True)
class TargetCall:
    """A call of the target with literal arguments."""

    call: Call
    text: str
    name: str
    variables: dict[str, int] = field(default_factory=dict[str, int])
    """Names of variables passed, with the argument's position: in-place changes show there."""


class Reader:
    """Follows statements in order and collects examples."""

    def __init__(self, target: Target, source: str, kind: ExampleKind) -> None:
        self.target, self.source = target, source
        self.kind: ExampleKind = kind
        self.plain: dict[str, Any] = {}
        self.results: dict[str, TargetCall] = {}
        self.last: TargetCall | None = None
        self.drawn = False
        self.examples: list[Example] = []

    def assign(self, node: ast.stmt) -> None:
        """Follows an assignment; what is not plain is forgotten."""
        match node:
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._assign(target, value)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._assign(target, value)
            case ast.AugAssign(target=ast.Name(id=name) as target, op=op, value=value):
                self._assign(target, ast.BinOp(ast.Name(name, ast.Load()), op, value))
            case _:
                self.forget(node)

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Name(id=name), _:
                self._bind(name, value)
            case ast.Tuple(elts=names), ast.Tuple(elts=items):
                for name, item in zip(names, items, strict=False):
                    self._assign(name, item)
            case _:
                self.forget(target)

    def forget(self, node: ast.AST) -> None:
        """What ``node`` may change is not known any more: names stored, values it may reach."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                if isinstance(part.ctx, ast.Store):
                    self.plain.pop(part.id, None)
                    self.results.pop(part.id, None)
                self._forget_value(part.id)

    def touched_by(self, call: ast.Call) -> None:
        """Lists and the like that a call of somebody else's function may have changed."""
        if isinstance(call.func, ast.Name) and call.func.id in values.known_names() | {"print"}:
            return
        if not str(getattr(call.func, "attr", "")).startswith("assert"):
            self.forget(call)

    def _forget_value(self, name: str) -> None:
        value = self.plain.get(name)
        if values.may_change(value):
            self.plain = {k: v for k, v in self.plain.items() if v is not value}  # pyright: ignore[reportUnknownVariableType]  # plain values

    def _bind(self, name: str, value: ast.expr) -> None:
        made, plain = self.made(value), dict[str, Any]()
        if made is None:
            with contextlib.suppress(NotPlain):
                plain[name] = values.evaluate(value, self.plain)
        self.plain.pop(name, None)
        self.results.pop(name, None)
        self.plain |= plain
        if made is not None:
            self.results[name] = self.last = made

    def made(self, node: ast.expr) -> TargetCall | None:
        """The call when ``node`` calls the target with plain arguments."""
        if not isinstance(node, ast.Call):
            return None
        func = node.func
        name = func.id if isinstance(func, ast.Name) else getattr(func, "attr", "")
        if not self.target.calls(str(name)):
            return None
        variables: dict[str, int] = {}
        try:
            args = tuple(self._argument(i, arg, variables) for i, arg in enumerate(node.args))
            kwargs = {str(k.arg): values.evaluate(k.value, self.plain) for k in node.keywords}
            codec.encode([*args, *kwargs.values()])
        except (NotPlain, TypeError):  # no plain value: a range, or an object
            return None
        if any(k.arg is None for k in node.keywords):
            return None
        shown = ast.unparse(inlined(node, self.plain))
        return TargetCall(Call(args, kwargs), _bare(shown, str(name)), str(name), variables)

    def _argument(self, index: int, node: ast.expr, variables: dict[str, int]) -> Any:
        value = values.evaluate(node, self.plain)
        if isinstance(node, ast.Name):
            variables[node.id] = index
        kind = self.target.wraps[index] if index < len(self.target.wraps) else ""
        return wrapped(value, kind)

    def claim(self, condition: ast.expr) -> None:
        """Collects what a condition that has to be true says about the target."""
        if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
            for part in condition.values:
                self.claim(part)
            return
        hole = _Hole(self)
        body = hole.visit(copy.deepcopy(condition))
        if hole.made is None or hole.mixed:
            return
        if unresolved(body, self.plain):
            return
        body = flipped(inlined(body, self.plain))
        self.add(hole.made, ast.unparse(worked_out(body)))

    def add(self, made: TargetCall, claim: str, raises: str | None = None) -> None:
        """One more example."""
        if claim == "_ == []" and any(self.target.wraps):
            claim = "_ == [] or _ is None"  # an empty linked list is None in code
        expected = raises or claim.removeprefix("_ == ").removesuffix(" or _ is None")
        example = Example(
            made.call, claim, made.text, self.source, self.kind, made.name, expected, raises
        )
        self.examples.append(replace(example, drawn=self.drawn))


class _Hole(ast.NodeTransformer):
    """Puts ``_`` where the result of the target's call stands, ``_0`` for a changed argument."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.made: TargetCall | None = None
        self.mixed = False

    def visit_Call(self, node: ast.Call) -> ast.AST:
        made = self.reader.made(node)
        if made is None:
            return self.generic_visit(node)
        self.mixed = self.mixed or self.made is not None
        self.made = made
        return ast.Name("_", ast.Load())

    def visit_Name(self, node: ast.Name) -> ast.AST:
        made = self.reader.results.get(node.id)
        name = "_"
        if made is None and self.reader.last and node.id in self.reader.last.variables:
            made, name = self.reader.last, f"_{self.reader.last.variables[node.id]}"
        if made is None:
            return node
        self.mixed = self.mixed or (self.made is not None and self.made is not made)
        self.made = made
        return ast.Name(name, ast.Load())


def wrapped(value: Any, kind: str) -> Any:
    """A list as the linked list or tree that the parameter's annotation names."""
    from algosmith.sandbox.types import Node

    if not kind or not isinstance(value, list):
        return value
    return Node(kind, tuple(value)) if value else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # items of a literal


def _bare(text: str, name: str) -> str:
    """``Solution().twoSum([1])`` as ``twoSum([1])``."""
    at = text.find(f"{name}(")
    return text[at:] if at > 0 else text
