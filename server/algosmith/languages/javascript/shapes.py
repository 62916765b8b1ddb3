"""A function's shape: equal for sources that only look different."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.languages.javascript.tree import NAMES, bound_in
from algosmith.languages.nodes import Look, look_of, text_of, walk

if TYPE_CHECKING:
    import tree_sitter

_SKIPPED = frozenset({"comment", "type_annotation", "type_parameters", "type_arguments", ";", ","})
_QUOTES = frozenset({"string", "template_string", "number", "regex", "property_identifier"})
_BINDING = frozenset({"variable_declarator", "formal_parameters", "for_in_statement",
                      "catch_clause", "arrow_function", "function_declaration"})  # fmt: skip


def look(function: tree_sitter.Node) -> Look:
    """The shape, size and parts of a function; its own name and its locals are left out."""
    return look_of(function, _locals(function), NAMES, _QUOTES, _SKIPPED, _spelled)


def _spelled(node: tree_sitter.Node) -> str:
    if node.type in _QUOTES:
        return text_of(node).replace('"', "'")
    return "let" if node.type in ("const", "var") else text_of(node)


def _locals(function: tree_sitter.Node) -> frozenset[str]:
    """The names that the function binds, its own among them."""
    found: set[str] = set()
    for one in walk(function):
        if one.type not in _BINDING:
            continue
        if one.type == "formal_parameters":
            found |= {name for child in one.named_children for name in bound_in(child)}
            continue
        for label in ("name", "left", "parameter"):
            node = one.child_by_field_name(label)
            if node is not None and node.type not in ("member_expression", "subscript_expression"):
                found |= bound_in(node)
    return frozenset(found)
