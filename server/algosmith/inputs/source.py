"""Finds the function a signature is for, and what surrounds it, in a module's syntax tree."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.syntax.pythontree import nodes

if TYPE_CHECKING:
    from algosmith.inputs.kinds import Kind
    from algosmith.inputs.usage import FunctionNode

_VALUE_FIELDS = ("val", "value", "data", "key", "item", "v")


@dataclass(frozen=True)
class FunctionSource:
    """A function and the names it may call."""

    node: FunctionNode
    functions: dict[str, FunctionNode]
    """Functions of the module and methods of its class, by their plain names."""
    classes: dict[str, ast.ClassDef]
    owner: ast.ClassDef | None

    @property
    def arguments(self) -> list[ast.arg]:
        """Positional parameters without ``self``."""
        arguments = [*self.node.args.posonlyargs, *self.node.args.args]
        static = any(
            isinstance(d, ast.Name) and d.id == "staticmethod" for d in self.node.decorator_list
        )
        return arguments[1:] if self.owner is not None and not static else arguments

    @property
    def required(self) -> int:
        """How many of ``arguments`` have no default."""
        return max(0, len(self.arguments) - len(self.node.args.defaults))


def find(tree: ast.Module, entry: str) -> FunctionSource | None:
    """The function called ``entry`` (``f`` or ``Class.method``); None when it is not there."""
    classes = {n.name: n for n in nodes(tree) if isinstance(n, ast.ClassDef)}
    functions = _functions(tree.body)
    owner_name, _, name = entry.rpartition(".")
    owner = classes.get(owner_name.rpartition(".")[2]) if owner_name else None
    if owner_name and owner is None:
        return None
    if owner is not None:
        functions = {**functions, **_functions(owner.body)}
        node = _functions(owner.body).get(name)
    else:
        node = functions.get(name)
    return FunctionSource(node, functions, classes, owner) if node is not None else None


def _functions(body: list[ast.stmt]) -> dict[str, FunctionNode]:
    found: dict[str, FunctionNode] = {}
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            found[statement.name] = statement
        elif isinstance(statement, ast.If | ast.Try):
            found.update(_functions(statement.body))
    return found


def missing_instance(found: FunctionSource) -> str | None:
    """Why the class cannot be constructed without arguments; None where it can."""
    if found.owner is None:
        return None
    decorators = {d.id for d in found.node.decorator_list if isinstance(d, ast.Name)}
    if decorators & {"staticmethod", "classmethod"}:
        return None
    if "property" in decorators:
        return f"{found.owner.name}.{found.node.name} is a property, not a method to call"
    if needs_instance(found):
        return f"needs an instance of {found.owner.name}, whose constructor takes arguments"
    return None


def needs_instance(found: FunctionSource) -> bool:
    """Whether it is a method of a class whose constructor takes arguments."""
    decorators = {d.id for d in found.node.decorator_list if isinstance(d, ast.Name)}
    if found.owner is None or decorators & {"staticmethod", "classmethod", "property"}:
        return False
    for statement in found.owner.body:
        if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            return len(statement.args.args) - 1 - len(statement.args.defaults) > 0
    dataclass = any("dataclass" in ast.unparse(d) for d in found.owner.decorator_list)
    named = any(ast.unparse(base).endswith("NamedTuple") for base in found.owner.bases)
    return (dataclass or named) and any(
        isinstance(s, ast.AnnAssign) and s.value is None for s in found.owner.body
    )


def docstring_of(found: FunctionSource) -> str:
    """The docstring, and the comments' words are the caller's to add."""
    return ast.get_docstring(found.node) or ""


def node_fields(found: FunctionSource, kind: Kind, attributes: set[str]) -> tuple[str, ...]:
    """The attributes of a linked list's or tree's nodes: the value first, then the links."""
    seen = set(attributes)
    node = found.classes.get(kind.class_name)
    for child in ast.walk(node) if node is not None else ():
        if isinstance(child, ast.Attribute) and isinstance(child.value, ast.Name):
            seen.add(child.attr)
        elif isinstance(child, ast.AnnAssign) and isinstance(child.target, ast.Name):
            seen.add(child.target.id)
    if node is None:
        seen |= {c.attr for c in ast.walk(found.node) if isinstance(c, ast.Attribute)}
    value = next((name for name in _VALUE_FIELDS if name in seen), "val")
    return (value, "next") if kind.base == "linked" else (value, "left", "right")


def base_of_class(found: FunctionSource, name: str) -> str | None:
    """``linked`` or ``tree`` for a node class, by its fields or else by its conventional name."""
    node = found.classes.get(name)
    if node is not None:
        fields = {c.attr for c in ast.walk(node) if isinstance(c, ast.Attribute)}
        fields |= {
            c.target.id
            for c in node.body
            if isinstance(c, ast.AnnAssign) and isinstance(c.target, ast.Name)
        }
        if {"left", "right"} <= fields:
            return "tree"
        return "linked" if "next" in fields else None
    lowered = name.lower()
    if "tree" in lowered:
        return "tree"
    return "linked" if "list" in lowered else None


def names_used(found: FunctionSource) -> set[str]:
    """Every name that the function loads, helpers of the module included (one level)."""
    names = {n.id for n in ast.walk(found.node) if isinstance(n, ast.Name)}
    for name in names & set(found.functions):
        names |= {n.id for n in ast.walk(found.functions[name]) if isinstance(n, ast.Name)}
    return names
