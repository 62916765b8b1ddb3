"""A second look at a file that does not parse: one function alone, the rest of the file blanked.

Offsets stay those of the file. By indentation only, so it works where the tree is lost.
"""

import re
from dataclasses import replace

from algosmith.model import Snapshot
from algosmith.syntax.document import Document, column
from algosmith.syntax.functions import definitions
from algosmith.syntax.parse import parse

_TRIES = 6
_BYTES = re.compile(rb"[^\r\n]")


def rescued(document: Document, offset: int) -> Document | None:
    """The document with the tree of just the function around ``offset``; None if none parses."""
    if not document.tree.root_node.has_error:
        return None
    line = document.line_start(offset)
    depth = column(document.indent(line))
    for _ in range(_TRIES):
        header = _header(document, line, depth)
        if header is None:
            return None
        line, depth = header, column(document.indent(header))
        found = _alone(document, _with_decorators(document, header, depth), header, depth)
        if any(not one.is_class and one.holds(offset) for one in definitions(found)):
            return found
    return None


def _header(document: Document, line: int, depth: int) -> int | None:
    """The nearest line above that is indented less."""
    while line > 0 and depth > 0:
        line = document.line_start(document.code_before(line))
        text = document.data[line : document.line_end(line)].strip()
        if not text:
            return None
        marker = document.language.line_comment.encode()
        if not text.startswith(marker) and column(document.indent(line)) < depth:
            return line
    return None


def _with_decorators(document: Document, header: int, depth: int) -> int:
    while header > 0:
        above = document.line_start(document.code_before(header))
        is_decorator = document.data.startswith(b"@", document.code_after(above))
        if above >= header or not is_decorator or column(document.indent(above)) != depth:
            break
        header = above
    return header


def _alone(document: Document, start: int, header: int, depth: int) -> Document:
    end = document.line_end(header)
    while (line := document.next_line(end)) < len(document.data):
        text = document.data[line : document.line_end(line)].strip()
        inside = not text or column(document.indent(line)) > depth
        closes = text.startswith((b"}", b")"))
        if not inside and not closes:
            break
        end = document.line_end(line)
        if closes and not inside and text.startswith(b"}"):
            break
    data = document.data
    masked = _BYTES.sub(b" ", data[:start]) + data[start:end] + _BYTES.sub(b" ", data[end:])
    tree = parse(Snapshot("algosmith:rescue", document.language.id, masked))
    return replace(document, tree=tree)
