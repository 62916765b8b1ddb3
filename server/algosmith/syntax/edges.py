"""The edges of an edit: its own line or beside code, and the blank lines around definitions."""

from algosmith.model import Span
from algosmith.syntax.document import Document
from algosmith.syntax.indentation import line_ending

_BLANK = b" \t\f"


def _bom(document: Document) -> int:
    return 3 if document.data.startswith(b"\xef\xbb\xbf") else 0


def is_opened(document: Document, offset: int) -> bool:
    """Whether the text or a block begins right before the offset."""
    before = document.code_before(offset)
    return before <= _bom(document) or document.data[before - 1 : before] in (b":", b"{")


def missing_above(document: Document, offset: int, gap: int) -> int:
    """Blank lines to add above a new definition."""
    before = document.code_before(offset)
    start = document.line_start(before)
    line = document.data[start:before].lstrip()
    if is_opened(document, offset) or line.startswith((b"#", b"//", b"*", b"/*", b"@")):
        return 0
    return max(0, gap - max(0, _line_ends(document, before, offset) - 1))


def missing_below(document: Document, offset: int, gap: int, indent: str) -> int:
    """Blank lines to add below a new definition."""
    after = document.code_after(offset)
    if after >= len(document.data) or document.data[after : after + 1] in (b"}", b"`"):
        return 0
    if len(document.indent(after)) != len(indent):
        return 0
    return max(0, gap - (_line_ends(document, offset, after) - 1))


def _line_ends(document: Document, start: int, end: int) -> int:
    text = document.data[start:end]
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def slot_start(document: Document, item: Span, indent: str) -> tuple[Span, str]:
    """The item with its start moved so that the code begins on a line of its own."""
    if document.starts_line(item.start):
        if document.indent(item.start) == indent:
            return item, ""
        return Span(document.line_start(item.start), item.end), indent
    start = item.start
    while start > 0 and document.data[start - 1] in _BLANK:
        start -= 1
    return Span(start, item.end), line_ending(document.data) + indent


def slot_end(
    document: Document, slot: Span, closing: str, following: str | None = None
) -> tuple[Span, str]:
    """The slot and what must follow it when other code stands behind it on the line."""
    if document.ends_line(slot.end):
        return slot, ""
    rest = document.code_after(slot.end)
    if document.data.startswith(document.language.line_comment.encode(), rest):
        return slot, ""
    if following is not None and document.data[rest : rest + 1] != b"}":
        closing = line_ending(document.data) + following
    return Span(slot.start, rest), closing


def line_removal(document: Document, span: Span) -> Span:
    """What is taken out with a comment: its lines, or just itself beside code."""
    if not document.starts_line(span.start):
        start = span.start
        while start > 0 and document.data[start - 1] in _BLANK:
            start -= 1
        return Span(start, span.end)
    if document.ends_line(span.end):
        return Span(document.line_start(span.start), document.next_line(span.end))
    return Span(span.start, document.code_after(span.end))
