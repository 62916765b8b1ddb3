"""Reads shapes from code that types do not tell: graphs, edge lists, searched lists, formats."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.inputs.kinds import Kind, Parameter
    from algosmith.inputs.source import FunctionSource
    from algosmith.inputs.typevars import Var
    from algosmith.sandbox.types import Value

_FORMAT = re.compile(r"#[0-9A-Fa-f]{3,8}|\d{1,4}([-:./]\d{1,4}){1,5}([ T]?[\d:.]+)?( ?[AaPp][Mm])?")
_BRACKETS = set("()[]{}")
_GRAPH_NAMES = ("graph", "adj", "neighb", "network", "tree", "rooms")


def is_binary_searched(found: FunctionSource, name: str) -> bool:
    """True when a middle element of the list is looked at and the list is never changed.

    Only sorted lists are bisected; a pivot taken from the middle shows by the swaps around it.
    """
    middles: set[str] = set()
    looked, changed = False, False
    for child in ast.walk(found.node):
        if isinstance(child, ast.Assign) and _is_middle(child.value):
            middles |= {t.id for t in child.targets if isinstance(t, ast.Name)}
    for child in ast.walk(found.node):
        if isinstance(child, ast.Call) and _bisects(child, name):
            looked = True
        if not isinstance(child, ast.Subscript) or not _is_name(child.value, name):
            changed |= isinstance(child, ast.Call) and _sorts(child, name)
            continue
        if isinstance(child.ctx, ast.Store) or isinstance(child.slice, ast.Slice):
            changed = True
        elif _mentions(child.slice, middles) or _is_middle(child.slice):
            looked = True
    return looked and not changed


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _mentions(node: ast.expr, names: set[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _is_middle(node: ast.expr) -> bool:
    """``(lo + hi) // 2``, ``lo + (hi - lo) // 2``, ``(lo + hi) >> 1``, ``int((lo + hi) / 2)``."""
    for child in ast.walk(node):
        if isinstance(child, ast.BinOp) and isinstance(child.right, ast.Constant):
            halves = isinstance(child.op, ast.FloorDiv | ast.Div) and child.right.value == 2
            halves |= isinstance(child.op, ast.RShift) and child.right.value == 1
            inner = child.left
            if halves and isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add | ast.Sub):
                return not any(isinstance(part, ast.Call) for part in ast.walk(inner))
    return False


def _bisects(node: ast.Call, name: str) -> bool:
    function = node.func
    called = function.id if isinstance(function, ast.Name) else ""
    called = function.attr if isinstance(function, ast.Attribute) else called
    return called.startswith("bisect") and bool(node.args) and _is_name(node.args[0], name)


def _sorts(node: ast.Call, name: str) -> bool:
    function = node.func
    if isinstance(function, ast.Attribute):
        return _is_name(function.value, name) and function.attr in ("sort", "append", "pop")
    sorts = isinstance(function, ast.Name) and function.id == "sorted"
    return sorts and bool(node.args) and _is_name(node.args[0], name)


def string_traits(found: FunctionSource, var: Var) -> frozenset[str]:
    """The format of a string, from the characters that the function looks for."""
    constants = set(var.root().constants)
    element = var.root().children.get("element")
    if element is not None:
        constants |= element.root().constants
    for child in ast.walk(found.node):
        if isinstance(child, ast.Dict):
            constants |= {k.value for k in child.keys if _is_bracket(k)}  # type: ignore[union-attr]  # _is_bracket says Constant
    characters = {c for text in constants for c in text}
    if len(characters & _BRACKETS) >= 2 or (constants <= _BRACKETS and characters & _BRACKETS):
        return frozenset({"brackets"})
    if characters & {"+", "*", "/"} and len(characters & set("+-*/()")) >= 2:
        return frozenset({"expression"})
    if _reads_digits(found):
        return frozenset({"digits"})
    if constants and constants <= {"0", "1"}:
        return frozenset({"binary"})
    return frozenset()


def has_format(samples: Sequence[Value]) -> bool:
    """Dates, clock times, addresses, colours: digits and marks in fixed places in every example."""
    texts = [sample for sample in samples if isinstance(sample, str)]
    return bool(texts) and all(_FORMAT.fullmatch(text) for text in texts)


def _is_bracket(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value in _BRACKETS


def _reads_digits(found: FunctionSource) -> bool:
    """True when single characters go through ``int`` with nothing that tests them first."""
    reads = False
    for child in ast.walk(found.node):
        if isinstance(child, ast.Call):
            if isinstance(child.func, ast.Name) and child.func.id == "int" and child.args:
                reads |= isinstance(child.args[0], ast.Subscript | ast.Name)
            if isinstance(child.func, ast.Attribute) and child.func.attr in ("isdigit", "isalpha"):
                return False
    return reads


def node_class(found: FunctionSource, kind: Kind) -> str:
    """The module's own class whose fields make it this kind of node; empty where there is none."""
    wanted = {"next"} if kind.base == "linked" else {"left", "right"}
    for name, node in found.classes.items():
        fields = {c.attr for c in ast.walk(node) if isinstance(c, ast.Attribute)}
        if wanted <= fields and name != (found.owner.name if found.owner else ""):
            return name
    return ""


def refined(found: FunctionSource, parameters: Sequence[Parameter]) -> list[Parameter]:
    """Kinds with what the shape of the code adds: which nested lists and dicts are graphs."""
    vertices = any(p.kind.base == "int" for p in parameters)
    return [replace(p, kind=_refined(found, p, vertices)) for p in parameters]


def _refined(found: FunctionSource, parameter: Parameter, vertices: bool) -> Kind:
    kind = parameter.kind
    name = parameter.name.lower()
    if kind.base == "dict" and kind.parts and kind.parts[-1].base in ("list", "set", "dict"):
        return replace(kind, traits=kind.traits | {"graph"})
    if kind.base != "list" or kind.part.base not in ("list", "tuple", "set"):
        return kind
    if kind.traits & {"edges", "graph", "rows", "square"}:
        return kind
    if any(part in name for part in _GRAPH_NAMES) and not _double_indexed(found, parameter.name):
        return replace(kind, traits=kind.traits | {"graph"})
    if _is_adjacency(found, parameter.name):
        return replace(kind, traits=kind.traits | {"graph"})
    width = _unpacked(found, parameter.name)
    if not width:
        return kind
    if vertices and width in (2, 3):
        extra = {"edges", "weighted"} if width == 3 else {"edges"}
        return replace(kind, traits=kind.traits | extra)
    if kind.part.base == "list":
        part = replace(kind.part, parts=(kind.part.part,) * width)
        return replace(kind, parts=(part,), traits=kind.traits | {"rows", "intervals"})
    return kind


def _double_indexed(found: FunctionSource, name: str) -> bool:
    return any(
        isinstance(child, ast.Subscript)
        and isinstance(child.value, ast.Subscript)
        and _is_name(child.value.value, name)
        for child in ast.walk(found.node)
    )


def _is_adjacency(found: FunctionSource, name: str) -> bool:
    """``for b in graph[a]`` where ``b`` is then marked, queued or visited."""
    for child in ast.walk(found.node):
        if (
            isinstance(child, ast.For)
            and isinstance(child.iter, ast.Subscript)
            and _is_name(child.iter.value, name)
            and isinstance(child.target, ast.Name)
        ):
            target = child.target.id
            for inner in ast.walk(child):
                if isinstance(inner, ast.Subscript) and _is_name(inner.slice, target):
                    return True
                if isinstance(inner, ast.Compare) and isinstance(inner.ops[0], ast.In | ast.NotIn):
                    return True
    return False


def _unpacked(found: FunctionSource, name: str) -> int:
    """How many names each element is unpacked into; 0 where it is not."""
    for child in ast.walk(found.node):
        if isinstance(child, ast.For | ast.comprehension) and _is_name(child.iter, name):
            target = child.target
            if isinstance(target, ast.Tuple):
                return len(target.elts)
    return 0
