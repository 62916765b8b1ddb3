"""Moving code to another indentation and unit. The inside of multi-line strings keeps its bytes."""

from dataclasses import dataclass

from algosmith.model import Span
from algosmith.syntax.document import Document, column
from algosmith.syntax.indentation import unit_of

_BLOCKS = ("block", "module")
_MOST_CONTINUED = 2
"""A line continued further than this many units is aligned with something, not indented."""


@dataclass(frozen=True, slots=True)
class Style:
    """How the file that receives code is written."""

    indent: str
    """Indentation of the outermost statements."""
    unit: str


def reindent(document: Document, span: Span, style: Style) -> list[str]:
    """The lines of a stretch of ``document`` (whole statements of one block), re-indented."""
    verbatim = [
        (node.start_byte, node.end_byte)
        for node in document.nodes("text", "text.verbatim", span)
        if b"\n" in document.data[node.start_byte : node.end_byte]
    ]
    step = len(unit_of(document.data, document.language.unit).expandtabs(8)) or 4
    measure = _Columns(document, span, step)
    lines: list[str] = []
    start = span.start
    while start <= span.end:
        end = min(document.line_end(start), span.end)
        text = document.text(start, end)
        if any(first < start < last for first, last in verbatim):
            lines.append(text)
        elif not text.strip():
            lines.append("")
        else:
            units, rest = measure.of(document.code_after(start))
            inside = any(first < end < last for first, last in verbatim)
            text = text.lstrip(" \t\f") if inside else text.strip(" \t\f")
            lines.append(style.indent + style.unit * units + " " * rest + text)
        following = document.next_line(start)
        if following <= start or following > span.end:
            break
        start = following
    while lines and not lines[-1].strip():
        lines.pop()
    return lines


class _Columns:
    """How deep a line of the stretch is: (units, further columns)."""

    def __init__(self, document: Document, span: Span, step: int) -> None:
        self.document, self.span, self.step = document, span, step
        if document.language.blocks == "indent":
            self.step = self._block_step() or step
        self.base = len(self._blocks(self._first_statement()))
        self.least = self._least()

    def of(self, offset: int) -> tuple[int, int]:
        if self.document.language.blocks == "braces":
            if offset == self.document.code_after(self.span.start):
                return 0, 0
            return divmod(max(0, self._column(offset) - self.least), self.step)
        blocks = self._blocks(offset)
        if (
            not blocks or len(blocks) < self.base
        ):  # a comment under the header that stands apart from the block
            return 0, 0
        depth, statement = max(0, len(blocks) - self.base), blocks[-1]
        extra = max(0, self._column(offset) - self._column(statement))
        if not self.document.starts_line(statement):
            extra = 0
        units, rest = divmod(extra, self.step)
        if rest or units > _MOST_CONTINUED:
            return depth, extra
        return depth + units, 0

    def _first_statement(self) -> int:
        start = self.document.code_after(self.span.start)
        comment = self.document.language.line_comment.encode()
        while self.document.data.startswith(comment, start) and start < self.span.end:
            start = self.document.code_after(self.document.line_end(start))
        return start if start < self.span.end else self.document.code_after(self.span.start)

    def _blocks(self, offset: int) -> list[int]:
        path = self.document.path(offset)
        parents = [self.document.tree.root_node, *path]
        return [
            node.start_byte
            for parent, node in zip(parents, path, strict=False)
            if parent.type in _BLOCKS
        ]

    def _block_step(self) -> int:
        """How far the code indents its blocks."""
        steps = {
            self._column(node.start_byte) - self._column(node.parent.start_byte)
            for match in self.document.matches("functions")
            for key in ("function.body", "class.body")
            if (node := match.get(key)) is not None and node.parent is not None
        }
        return min((step for step in steps if step > 0), default=0)

    def _column(self, offset: int) -> int:
        return column(self.document.indent(offset))

    def _least(self) -> int:
        """The smallest indentation of the stretch's lines."""
        found: list[int] = []
        start = self.document.line_start(self.span.start)
        if not self.document.starts_line(self.span.start):
            start = self.document.next_line(start)
        while start < self.span.end:
            if self.document.data[start : self.document.line_end(start)].strip():
                found.append(self._column(start))
            following = self.document.next_line(start)
            if following <= start:
                break
            start = following
        return min(found, default=0)
