"""The constants that stand in a program: where code compares, it may be wrong."""

from __future__ import annotations

from typing import Any

from algosmith.languages.cpp.literals import value_of
from algosmith.languages.cpp.tree import function_in
from algosmith.languages.nodes import walk
from algosmith.languages.shapes import NotLiteral
from algosmith.syntax.parse import parse_text

_KINDS = frozenset({"number_literal", "string_literal", "char_literal", "initializer_list",
                    "binary_expression", "unary_expression"})  # fmt: skip


def literals(text: str, entry: str) -> list[Any]:
    """The values of all literals in a function; in the whole program where none is named."""
    node = function_in(text, entry) if entry else parse_text(text, "cpp").root_node
    found: list[Any] = []
    for one in walk(node) if node is not None else ():
        if one.type in _KINDS:
            try:
                found.append(value_of(one))
            except NotLiteral:
                continue
    return found
