"""A snapshot with its tree, and the small questions about lines and nodes asked of both."""

from dataclasses import dataclass

import tree_sitter

from algosmith.model import Snapshot, Span
from algosmith.syntax import queries
from algosmith.syntax.languages import LANGUAGES, Language
from algosmith.syntax.parse import COMMENTS, parse

_BLANK = b" \t\f"
_SPACE = b" \t\f\r\n"


@dataclass(frozen=True, slots=True)
class Document:
    """One snapshot, parsed. Offsets are bytes."""

    data: bytes
    tree: tree_sitter.Tree
    language: Language

    def text(self, start: int, end: int) -> str:
        """The text between two offsets; bytes that are not UTF-8 become replacement marks."""
        return decode(self.data[start:end])

    def node_text(self, node: tree_sitter.Node) -> str:
        """A node's text."""
        return self.text(node.start_byte, node.end_byte)

    def matches(self, purpose: str, span: Span | None = None) -> list[queries.Match]:
        """Matches of a query that touch ``span``."""
        start, end = (0, None) if span is None else (span.start, span.end)
        return list(queries.matches(self.tree, self.language.id, purpose, start, end))

    def nodes(self, purpose: str, capture: str, span: Span | None = None) -> list[tree_sitter.Node]:
        """Nodes of one capture that touch ``span``."""
        start, end = (0, None) if span is None else (span.start, span.end)
        return queries.nodes(self.tree, self.language.id, purpose, start, end).get(capture, [])

    def line_start(self, offset: int) -> int:
        """Offset of the first byte of the offset's line (a BOM is not part of the line)."""
        if self.data[offset - 1 : offset + 1] == b"\r\n":
            offset -= 1
        start = max(self.data.rfind(b"\n", 0, offset), self.data.rfind(b"\r", 0, offset)) + 1
        return 3 if start == 0 and self.data.startswith(b"\xef\xbb\xbf") else start

    def line_end(self, offset: int) -> int:
        """Offset just behind the offset's line, before its line ending."""
        feed = self.data.find(b"\n", offset)
        feed = len(self.data) if feed < 0 else feed
        back = self.data.find(b"\r", offset, feed)
        return feed if back < 0 else back

    def next_line(self, offset: int) -> int:
        """Offset of the next line's first byte; the text's end on the last line."""
        end = self.line_end(offset)
        return end + (2 if self.data[end : end + 2] == b"\r\n" else end < len(self.data))

    def indent(self, offset: int) -> str:
        """The white space that starts the offset's line."""
        start, end = self.line_start(offset), self.line_end(offset)
        line = self.data[start:end]
        return line[: len(line) - len(line.lstrip(_BLANK))].decode("ascii")

    def starts_line(self, offset: int) -> bool:
        """Whether only white space stands before the offset on its line."""
        return not self.data[self.line_start(offset) : offset].strip(_BLANK)

    def ends_line(self, offset: int) -> bool:
        """Whether only white space stands behind the offset on its line."""
        return not self.data[offset : self.line_end(offset)].strip(_BLANK)

    def code_before(self, offset: int) -> int:
        """Offset behind the last byte before ``offset`` that is no white space."""
        while offset > 0:
            start = max(0, offset - 256)
            left = len(self.data[start:offset].rstrip(_SPACE))
            if left:
                return start + left
            offset = start
        return 0

    def code_after(self, offset: int) -> int:
        """Offset of the first byte from ``offset`` on that is no white space."""
        while offset < len(self.data) and self.data[offset] in _SPACE:
            offset += 1
        return offset

    def path(self, offset: int) -> list[tree_sitter.Node]:
        """The nodes that hold the byte at ``offset``, outermost first; a comment is one node."""
        cursor = self.tree.walk()
        found: list[tree_sitter.Node] = []
        while len(found) < _DEEPEST and cursor.goto_first_child_for_byte(offset) is not None:
            node = cursor.node
            if node is None or not node.start_byte <= offset < node.end_byte:
                break
            found.append(node)
            if node.type in COMMENTS:
                break
        return found


MOST_COMMENT_LINES = 1000
"""A longer run of comment lines is not looked through."""
_DEEPEST = 2000
"""Deeper nesting than this is no code a task could sit in."""


def open_document(snapshot: Snapshot) -> Document:
    """Parses the snapshot, or takes the tree at hand."""
    return Document(snapshot.data, parse(snapshot), LANGUAGES[snapshot.language])


def decode(data: bytes) -> str:
    """Bytes of a document as text; never raises."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def column(indent: str) -> int:
    """Width of leading white space, a tab reaching the next multiple of eight as in Python."""
    return len(indent.expandtabs(8))
