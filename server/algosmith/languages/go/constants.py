"""The constants that stand in a program: where code compares, it may be wrong."""

from __future__ import annotations

from typing import Any

from algosmith.languages.go.literals import AnyError, NamedFields, Rune, value_of
from algosmith.languages.go.tree import function_in
from algosmith.languages.nodes import walk
from algosmith.languages.shapes import NotLiteral, OwnObject
from algosmith.syntax.parse import parse_text

_KINDS = frozenset({"int_literal", "float_literal", "interpreted_string_literal", "rune_literal",
                    "raw_string_literal", "composite_literal", "unary_expression"})  # fmt: skip


def literals(text: str, entry: str) -> list[Any]:
    """The values of all literals in a function; in the whole program where none is named."""
    node = function_in(text, entry) if entry else parse_text(text, "go").root_node
    found: list[Any] = []
    for one in walk(node) if node is not None else ():
        if one.type in _KINDS:
            try:
                value = value_of(one)
            except NotLiteral:
                continue
            if not isinstance(value, OwnObject | NamedFields | AnyError):
                found.append(int(value) if isinstance(value, Rune) else value)
    return found
