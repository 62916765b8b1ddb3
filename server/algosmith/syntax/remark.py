"""Comment lines at the top of a function that stands already, as "Annotate" writes them."""

import re

from algosmith.errors import EditError
from algosmith.model import Edit, Function, Snapshot, Span
from algosmith.syntax.check import new_syntax_errors
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document, open_document
from algosmith.syntax.functions import Definition, definitions
from algosmith.syntax.indentation import body_indent, line_ending

_OWN = re.compile(rb"[ \t]*(?:#|//)[ \t]*(?:Time: O|Space: O|\xe6\x97\xb6\xe9\x97\xb4)[^\r\n]*")
"""A line an earlier annotation wrote; the Chinese one begins with the word for time."""


def remark(snapshot: Snapshot, function: Function, notes: tuple[str, ...]) -> Edit:
    """Writes ``notes`` as the body's first comment lines, over those of an earlier annotation.

    Raises:
        EditError: the function is written on one line, or is no longer there.
    """
    document = open_document(snapshot)
    found = [d for d in definitions(document) if d.outer == function.span]
    if not found:
        raise EditError("The function changed meanwhile; ask again.")
    definition = found[-1]
    line = _first_line(document, definition)
    if line >= definition.body_end:
        raise EditError("The function stands on one line; there is no place for a comment in it.")
    end = line
    while _OWN.fullmatch(document.data[end : document.line_end(end)]):
        end = document.next_line(end)
    indent, ending = body_indent(document, definition), line_ending(snapshot.data)
    marker = document.language.line_comment
    text = "".join(f"{indent}{marker} {note}{ending}" for note in notes)
    edit = Edit(Span(line, end), text)
    if new_syntax_errors(snapshot.data, edit.apply(snapshot.data), snapshot.language):
        raise EditError("A comment at the top of this function would break it; nothing is written.")
    return edit


def _first_line(document: Document, definition: Definition) -> int:
    """Where the first line after header and docstring begins."""
    docstring = docstring_node(definition.body) if document.language.blocks == "indent" else None
    return document.next_line(docstring.end_byte if docstring else definition.header_end)
