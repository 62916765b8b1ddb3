"""Finds the function that a program's entry names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.languages.javascript.tree import FUNCTIONS
from algosmith.languages.nodes import text_of, walk
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    import tree_sitter


_HOLDERS = (
    ("variable_declarator", "name"),
    ("pair", "key"),
    ("field_definition", "property"),
    ("assignment_expression", "left"),
)
"""What gives a function its name: the node's type and the field that holds it."""


def function_in(text: str, entry: str) -> tree_sitter.Node | None:
    """The node of the function in a program; the last one where several share the name."""
    root = parse_text(text, "javascript").root_node
    *owner, name = entry.split(".")
    found: tree_sitter.Node | None = None
    for node in walk(root):
        if node.type not in FUNCTIONS or name_of(node) != name:
            continue
        if not owner or _stands_in(node, owner[0]):
            found = node if owner or found is None or _is_top(node) else found
    return found


def name_of(function: tree_sitter.Node) -> str:
    """The name by which a function is called: its own or that of what holds it."""
    parent = function.parent
    if parent is not None:
        for kind, label in _HOLDERS:
            holder = parent.child_by_field_name(label) if parent.type == kind else None
            if holder is not None:
                return text_of(holder).rpartition(".")[2]
    own = function.child_by_field_name("name")
    return text_of(own) if own is not None else ""


def _is_top(node: tree_sitter.Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type in ("variable_declarator", "lexical_declaration",
                                                 "variable_declaration"):  # fmt: skip
        parent = parent.parent
    return parent is not None and parent.type == "program"


def _stands_in(node: tree_sitter.Node, owner: str) -> bool:
    parent = node.parent
    while parent is not None:
        label = parent.child_by_field_name("name")
        if label is not None and text_of(label) == owner and parent.type != "method_definition":
            return True
        parent = parent.parent
    return False
