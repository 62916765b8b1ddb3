"""Reads examples out of straight-line Python by its syntax tree; nothing is executed.

One reader serves doctests, asserts near the task and tests of the workspace. It follows literal
assignments (``nums = [1, 2]``), results kept in a name (``got = f(nums)``) and claims about both.
"""

from __future__ import annotations

import ast
import copy
from dataclasses import dataclass, field
from typing import Any

from algosmith.sandbox.types import Call
from algosmith.verify import values
from algosmith.verify.types import Example, ExampleKind
from algosmith.verify.values import NotPlain


@dataclass(frozen=True, slots=True)
class Target:
    """The function whose calls are looked for."""

    names: frozenset[str]
    """Bare names; empty means any function that ``unknown`` names."""
    wraps: tuple[str, ...] = ()
    """For each positional parameter ``ListNode``, ``TreeNode`` or an empty string."""
    parameters: tuple[str, ...] = ()

    def calls(self, name: str) -> bool:
        """Whether a call of ``name`` is a call of the target."""
        return name in self.names


@dataclass(frozen=True, slots=True)
class Made:
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
        self.results: dict[str, Made] = {}
        self.last: Made | None = None
        self.examples: list[Example] = []

    def assign(self, node: ast.stmt) -> None:
        """Follows an assignment; what is not plain is forgotten."""
        if isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        elif isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        else:
            return
        for target in targets:
            if isinstance(target, ast.Name):
                self._bind(target.id, value)
            elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
                pairs = zip(target.elts, value.elts, strict=False)
                for name, item in pairs:
                    if isinstance(name, ast.Name):
                        self._bind(name.id, item)

    def _bind(self, name: str, value: ast.expr) -> None:
        self.plain.pop(name, None)
        self.results.pop(name, None)
        made = self.made(value)
        if made:
            self.results[name] = self.last = made
            return
        try:
            self.plain[name] = values.evaluate(value, self.plain)
        except NotPlain:
            return

    def made(self, node: ast.expr) -> Made | None:
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
        except NotPlain:
            return None
        if any(k.arg is None for k in node.keywords):
            return None
        shown = ast.unparse(_inlined(node, self.plain)) if variables else ast.unparse(node)
        return Made(Call(args, kwargs), _bare(shown, str(name)), str(name), variables)

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
        if _unresolved(body, self.plain):
            return
        body = _flipped(_inlined(body, self.plain))
        self.add(hole.made, ast.unparse(body))

    def add(self, made: Made, claim: str, raises: str | None = None) -> None:
        """One more example."""
        if claim == "_ == []" and any(self.target.wraps):
            claim = "_ == [] or _ is None"  # an empty linked list is None in code
        expected = raises or claim.removeprefix("_ == ").removesuffix(" or _ is None")
        self.examples.append(
            Example(
                made.call, claim, made.text, self.source, self.kind, made.name, expected, raises
            )
        )


class _Hole(ast.NodeTransformer):
    """Puts ``_`` where the result of the target's call stands, ``_0`` for a changed argument."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.made: Made | None = None
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


class _Inline(ast.NodeTransformer):
    def __init__(self, plain: dict[str, Any]) -> None:
        self.plain = plain

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self.plain or not isinstance(node.ctx, ast.Load):
            return node
        try:
            return ast.parse(repr(self.plain[node.id]), mode="eval").body
        except (SyntaxError, ValueError):
            return node


def wrapped(value: Any, kind: str) -> Any:
    """A list as the linked list or tree that the parameter's annotation names."""
    from algosmith.sandbox.types import Node

    if not kind or not isinstance(value, list):
        return value
    return Node(kind, tuple(value)) if value else None  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # items of a literal


def _inlined(node: Any, plain: dict[str, Any]) -> Any:
    return _Inline(plain).visit(copy.deepcopy(node))


def _flipped(node: Any) -> Any:
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


def _unresolved(node: Any, plain: dict[str, Any]) -> bool:
    """Whether a trial evaluation stumbles over something that is not plain."""
    names = {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)
    }
    known = set(plain) | values.known_names()
    return any(not (n.startswith("_") or n in known) for n in names)


def _bare(text: str, name: str) -> str:
    """``Solution().twoSum([1])`` as ``twoSum([1])``."""
    at = text.find(f"{name}(")
    return text[at:] if at > 0 else text
