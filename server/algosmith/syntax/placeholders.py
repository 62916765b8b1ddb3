"""What counts as "not written yet": ``pass``, ``raise NotImplementedError``, ``return null``, …"""

import tree_sitter

from algosmith.model import Span
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document
from algosmith.syntax.functions import Definition
from algosmith.syntax.markers import string_marker
from algosmith.syntax.parse import COMMENTS


def statements_of(document: Document, one: Definition) -> list[tree_sitter.Node]:
    """The statements of a function's body, comments and docstring left out."""
    body = one.body
    if not _is_block(document, body):
        return [body]
    docstring = docstring_node(body) if document.language.blocks == "indent" else None
    children = [
        one
        for child in body.named_children
        for one in (child.named_children if child.type == "statement_list" else [child])
    ]
    return [
        child
        for child in children
        if child.type not in COMMENTS and child != docstring and child.end_byte > child.start_byte
    ]


def placeholder_nodes(
    document: Document, span: Span, *, only_open: bool = False
) -> list[tree_sitter.Node]:
    """Placeholder statements that touch the span; ``only_open``: those that say so anywhere."""
    found = document.nodes("placeholders", "placeholder.open", span)
    if not only_open:
        found = found + document.nodes("placeholders", "placeholder", span)
    return found


def is_unwritten(document: Document, one: Definition) -> bool:
    """Whether a function's body holds nothing but placeholders, docstring and comments."""
    statements = statements_of(document, one)
    if len(statements) > _MOST:
        return False
    if not statements:
        return True
    allowed = {
        (node.start_byte, node.end_byte)
        for node in placeholder_nodes(document, Span(one.header_end, one.body_end))
    }
    return all(
        (node.start_byte, node.end_byte) in allowed or _is_marker(document, node)
        for node in statements
    )


def _is_marker(document: Document, node: tree_sitter.Node) -> bool:
    """Whether a statement is only the string ``"*** YOUR CODE HERE ***"``."""
    is_string = node.named_child_count == 1 and node.type == "expression_statement"
    return is_string and string_marker(document.node_text(node).rstrip(";")) is not None


_MOST = 3
"""More statements than this are code, whatever each of them says."""


def _is_block(document: Document, body: tree_sitter.Node) -> bool:
    if document.language.blocks == "indent":
        return True
    return document.data[body.start_byte : body.start_byte + 1] == b"{" and body.type != "object"
