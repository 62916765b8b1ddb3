"""The constants that stand in a program: where code compares, it may be wrong."""

from __future__ import annotations

from typing import Any

from algosmith.languages.java.literals import value_of
from algosmith.languages.java.tree import function_in
from algosmith.languages.nodes import walk
from algosmith.languages.shapes import NotLiteral, OwnConstant
from algosmith.languages.versions import head_of
from algosmith.syntax.parse import parse_text

_KINDS = frozenset({"string_literal", "character_literal", "array_initializer", "binary_expression",
                    "unary_expression", "field_access", "array_creation_expression"})  # fmt: skip


def literals(text: str, entry: str) -> list[Any]:
    """The values of all literals in a function; in the whole program where none is named."""
    source = head_of(text)[1]
    node = function_in(source, entry) if entry else parse_text(source, "java").root_node
    found: list[Any] = []
    for one in walk(node) if node is not None else ():
        if one.type in _KINDS or one.type.endswith(("_integer_literal", "_point_literal")):
            try:
                value = value_of(one)
            except NotLiteral:
                continue
            found += [value] if not isinstance(value, OwnConstant) else []
    return found
