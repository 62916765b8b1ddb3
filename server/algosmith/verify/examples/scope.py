"""What the names of a test module mean: where they are imported from, what they are assigned."""

from __future__ import annotations

import ast
import string
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from algosmith.verify import values

if TYPE_CHECKING:
    from collections.abc import Mapping

_STRINGS = (
    "ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits",
    "printable", "punctuation", "whitespace",
)  # fmt: skip
_CONSTANTS: dict[str, Any] = {
    "sys.maxsize": sys.maxsize,
    **{f"string.{name}": getattr(string, name) for name in _STRINGS},
}
"""Constants of the standard library that may stand in a strategy."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a test module's names mean."""

    imported: Mapping[str, str]
    """Local names with their dotted origin: ``st`` is ``hypothesis.strategies``."""
    assigned: Mapping[str, ast.expr]
    """Names that the module assigns once, at its top level."""

    def origin(self, node: ast.expr) -> str:
        """``hypothesis.strategies.lists`` for ``st.lists``; empty where the name is no import."""
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, "")
        if isinstance(node, ast.Attribute) and (outer := self.origin(node.value)):
            return f"{outer}.{node.attr}"
        return ""

    def value(self, node: ast.expr) -> Any:
        """A plain value, the module's own constants filled in. Raises NotPlain."""
        used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} & self.assigned.keys()
        known = {name: values.evaluate(self.assigned[name], {}) for name in used}
        return values.evaluate(_Constants(self).visit(node), known)


class _Constants(ast.NodeTransformer):
    """``string.digits`` as the text it is."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self._constant(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        return self._constant(node)

    def _constant(self, node: ast.Attribute | ast.Name) -> ast.AST:
        origin = self.scope.origin(node)
        return ast.Constant(_CONSTANTS[origin]) if origin in _CONSTANTS else node


def scope_of(tree: ast.Module) -> Scope:
    """What the names of a module mean."""
    imported: dict[str, str] = {}
    assigned: dict[str, list[ast.expr]] = {}
    for node in tree.body:
        match node:
            case ast.Import(names=names):
                for name in names:
                    first = name.name.partition(".")[0]
                    imported[name.asname or first] = name.name if name.asname else first
            case ast.ImportFrom(module=str(module), names=names):
                imported |= {name.asname or name.name: f"{module}.{name.name}" for name in names}
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                assigned.setdefault(name, []).append(value)
            case _:
                pass
    return Scope(imported, {name: found[0] for name, found in assigned.items() if len(found) == 1})
