"""How parameters hang together: lengths, positions, values of a list, vertices of a graph."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from algosmith.inputs.kinds import Parameter, Role
    from algosmith.inputs.usage import FunctionNode

_CONTAINERS = ("list", "str", "set", "dict", "tuple", "bytes")
_NAMES: dict[Role, frozenset[str]] = {
    "value": frozenset(
        {"target", "key", "x", "val", "value", "item", "elem", "element", "needle", "num"}
        | {"search", "goal", "item_to_find"}
    ),
    "first": frozenset(
        {"lo", "low", "left", "l", "start", "begin", "first", "beg", "left_index", "start_index"}
    ),
    "last": frozenset(
        {"hi", "high", "right", "r", "end", "last", "stop", "right_index", "end_index"}
    ),
    "length": frozenset({"n", "size", "length", "m", "len_arr", "arr_size"}),
    "count": frozenset({"k", "kth", "rank", "window", "window_size"}),
    "index": frozenset({"i", "j", "idx", "index", "pos", "position", "pivot"}),
}
_VERTICES = frozenset(
    {"n", "v", "vertices", "num_vertices", "numcourses", "num_courses", "nodes", "num_nodes"}
    | {"size", "vertex_count", "number_of_nodes", "n_nodes", "node_count", "courses", "k", "m"}
    | {"total_nodes"}
)
_GRAPH_TRAITS = frozenset({"edges", "graph"})


def with_roles(
    parameters: list[Parameter], node: FunctionNode, compared: Mapping[str, str] | None = None
) -> tuple[Parameter, ...]:
    """The parameters with their roles set.

    Args:
        parameters: In order, with their kinds.
        node: The function they belong to.
        compared: Numbers that are compared with the elements of a list, by name.
    """
    tied = _tied_lengths(node, [p.name for p in parameters if p.kind.base in _CONTAINERS])
    done: list[Parameter] = []
    graph = next((p.name for p in parameters if p.kind.traits & _GRAPH_TRAITS), "")
    for parameter in parameters:
        done.append(_with_role(parameter, done, parameters, tied, graph))
    lists = {p.name for p in done if p.kind.base == "list"}
    values = {n: of for n, of in (compared or {}).items() if of in lists}
    return tuple(
        replace(p, role="value", of=values[p.name]) if p.role == "free" and p.name in values else p
        for p in done
    )


def _with_role(
    parameter: Parameter,
    before: list[Parameter],
    everything: list[Parameter],
    tied: dict[str, str],
    graph: str,
) -> Parameter:
    named = graph and parameter.kind.base == "str" and not parameter.kind.traits
    if parameter.kind.base in _CONTAINERS and not named:
        return _container_role(parameter, before, tied)
    if graph and parameter.kind.base in ("int", "str"):
        count = parameter.name.lower() in _VERTICES and parameter.kind.base == "int"
        return replace(parameter, role="vertices" if count else "vertex", of=graph)
    if parameter.kind.base not in ("int", "float"):
        return parameter
    main = next((p for p in reversed(before) if p.kind.base in ("list", "str")), None) or next(
        (p for p in everything if p.kind.base in ("list", "str")), None
    )
    if main is None:
        return _numeric_role(parameter, before)
    role = _role_of_name(parameter.name, everything)
    return replace(parameter, role=role, of=main.name) if role != "free" else parameter


def _container_role(
    parameter: Parameter, before: list[Parameter], tied: dict[str, str]
) -> Parameter:
    other = tied.get(parameter.name)
    if other and any(p.name == other for p in before):
        return replace(parameter, role="length", of=other)
    return parameter


def _numeric_role(parameter: Parameter, before: list[Parameter]) -> Parameter:
    numbers = [p for p in before if p.kind.base in ("int", "float")]
    if numbers and parameter.name.lower() in ("k", "r"):
        return replace(parameter, role="count", of=numbers[0].name)
    return replace(parameter, role="size")


def _role_of_name(name: str, everything: list[Parameter]) -> Role:
    lowered = name.lower()
    for role, names in _NAMES.items():
        if lowered not in names:
            continue
        if role in ("first", "last"):
            both = {p.name.lower() for p in everything}
            if not (both & _NAMES["first"] and both & _NAMES["last"]):
                return "index" if role == "first" else "free"
        return role
    return "free"


def _tied_lengths(node: FunctionNode, names: list[str]) -> dict[str, str]:
    """Containers that are indexed by another's positions, zipped with it or compared in length."""
    tied: dict[str, str] = {}

    def tie(one: str, other: str) -> None:
        if one != other and one in names and other in names:
            first, second = sorted((one, other), key=names.index)
            tied.setdefault(second, first)

    lengths: dict[str, str] = {}
    for child in ast.walk(node):
        if isinstance(child, ast.Assign) and isinstance(child.targets[0], ast.Name):
            measured = _length_of(child.value, {})
            if measured in names:
                lengths[child.targets[0].id] = measured
    counted: dict[str, str] = {}
    for child in ast.walk(node):
        for one, other in _pairs_of(child, lengths):
            tie(counted.setdefault(one, other) if one not in names else one, other)
    return tied


def _pairs_of(node: ast.AST, lengths: dict[str, str]) -> list[tuple[str, str]]:
    if isinstance(node, ast.Compare) and len(node.comparators) == 1:
        left, right = _length_of(node.left, lengths), _length_of(node.comparators[0], lengths)
        same = isinstance(node.ops[0], ast.NotEq | ast.Eq)
        return [(left, right)] if left and right and same else []
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "zip":
        zipped = [a.id for a in node.args if isinstance(a, ast.Name)]
        return [(zipped[0], other) for other in zipped[1:]]
    if isinstance(node, ast.For):
        return _indexed_together(node, node.iter, node.target, lengths)
    if isinstance(node, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        first = node.generators[0]
        return _indexed_together(node, first.iter, first.target, lengths)
    return []


def _length_of(node: ast.expr, lengths: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return lengths.get(node.id, "")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "len":
        argument = node.args[0] if node.args else None
        return argument.id if isinstance(argument, ast.Name) else ""
    return ""


def _indexed_together(
    loop: ast.AST, source: ast.expr, target: ast.expr, lengths: dict[str, str]
) -> list[tuple[str, str]]:
    """``for i in range(len(a))`` (or enumerate) with ``b[i]`` inside pairs ``a`` with ``b``."""
    if not (isinstance(source, ast.Call) and isinstance(source.func, ast.Name) and source.args):
        return []
    over, variable = "", ""
    if source.func.id == "range" and isinstance(target, ast.Name):
        bound = source.args[min(1, len(source.args) - 1)]
        bound = bound.left if isinstance(bound, ast.BinOp) else bound
        over, variable = _length_of(bound, lengths), target.id
        over = over or (bound.id if isinstance(bound, ast.Name) else "")
    elif source.func.id == "enumerate" and isinstance(target, ast.Tuple):
        first = target.elts[0]
        over = source.args[0].id if isinstance(source.args[0], ast.Name) else ""
        variable = first.id if isinstance(first, ast.Name) else ""
    pairs: list[tuple[str, str]] = []
    for child in ast.walk(loop) if over else ():
        if isinstance(child, ast.Subscript) and isinstance(child.value, ast.Name):
            index = child.slice.left if isinstance(child.slice, ast.BinOp) else child.slice
            if isinstance(index, ast.Name) and index.id == variable:
                pairs.append((over, child.value.id))
    return pairs
