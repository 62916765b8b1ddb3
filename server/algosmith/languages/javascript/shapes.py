"""A function's shape: equal for sources that only look different."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from algosmith.languages.javascript.tree import NAMES, bound_in
from algosmith.languages.nodes import Look, text_of, walk

if TYPE_CHECKING:
    import tree_sitter

_SKIPPED = frozenset({"comment", "type_annotation", "type_parameters", "type_arguments", ";", ","})
_QUOTES = frozenset({"string", "template_string", "number", "regex", "property_identifier"})
_BINDING = frozenset({"variable_declarator", "formal_parameters", "for_in_statement",
                      "catch_clause", "arrow_function", "function_declaration"})  # fmt: skip


def look(function: tree_sitter.Node) -> Look:
    """The shape, size and parts of a function; its own name and its locals are left out."""
    local = _locals(function)
    names: dict[str, str] = {}
    tokens: list[str] = []
    parts: Counter[str] = Counter()
    size = 0
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if one.type in _SKIPPED:
            continue
        size += 1
        text = ""
        if one.type in NAMES:
            name = text_of(one)
            text = names.setdefault(name, f"v{len(names)}") if name in local else name
            parts[f"name {'' if name in local else name}"] += 1
        elif one.type in _QUOTES:
            text = text_of(one).replace('"', "'")
            parts[f"{one.type} {text}"] += 1
        elif not one.child_count:
            text = "let" if one.type in ("const", "var") else text_of(one)
            parts[f"token {text}"] += 0 if text in "(){}[]" else 1
        else:
            parts[one.type] += 1
        if text:
            tokens.append(text)
        if one.type not in _QUOTES:
            waiting += reversed(one.children)
    return Look(" ".join(tokens), size, +parts)


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
