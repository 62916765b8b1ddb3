"""TODO comments: keyword, words, and which comment lines belong together. Knows no functions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import tree_sitter

from algosmith.model import Span
from algosmith.syntax.document import MOST_COMMENT_LINES, Document

_MARKERS = r"[\s#/!*;-]*"
_ENDS = re.compile(
    r"^(?:[-=*#~_/+]{3,}|%%|noqa\b|type:|pylint:|pyright:|ruff:|mypy:|fmt:|isort:|pragma\b|region\b"
    r"|endregion\b|eslint\b|eslint-|@ts-|prettier-|istanbul\b|c8 |@\w+)",
    re.IGNORECASE,
)
"""A comment line like this is for a tool, a ruler or another doc tag, and ends a TODO's words."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a comment."""

    node: tree_sitter.Node
    start: int
    """Offset of its first byte that is no white space, markers included."""
    end: int
    words: str
    own_line: bool
    block: bool


@dataclass(frozen=True, slots=True)
class Todo:
    """A TODO: the comment that holds it and its words."""

    keyword: str
    text: str
    keyword_start: int
    span: Span
    """The comment lines; part of a block comment when that says other things too."""
    whole: Span
    """The comment node or run of line comments ``span`` is (part) of."""
    own_line: bool


@lru_cache(maxsize=32)
def _pattern(keywords: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(sorted((re.escape(word) for word in keywords if word), key=len, reverse=True))
    tag = r"(?:\s*\([^()\n]*\)|\s*\[[^\[\]\n]*\])?"
    colon = r"[::]"
    after = rf"(?![A-Za-z0-9_]|-\w){tag}[ \t]*"
    dash = r"-{1,2}(?=\s)|[–—]"
    return re.compile(
        rf"^{_MARKERS}(?:(?P<upper>@?(?:{words})){after}(?:{colon}|{dash})?"
        rf"|(?P<any>(?i:@(?:{words}))){after}{colon}?"
        rf"|(?P<lower>(?i:{words})){after}{colon})[ \t]*"
    )


@lru_cache(maxsize=32)
def _hint(keywords: tuple[str, ...]) -> re.Pattern[bytes]:
    words = sorted((re.escape(word) for word in keywords if word), key=len, reverse=True)
    return re.compile("|".join(words).encode("utf-8"), re.IGNORECASE)


def hints(data: bytes, keywords: tuple[str, ...], start: int = 0, end: int | None = None) -> bool:
    """Whether a keyword occurs at all; spares parsing a file that has none."""
    keywords = tuple(word for word in keywords if word)
    return bool(keywords) and _hint(keywords).search(data, start, end or len(data)) is not None


def todos(document: Document, keywords: tuple[str, ...], span: Span | None = None) -> list[Todo]:
    """The TODOs in comments on the span's lines and those around, in the order they stand."""
    keywords = tuple(word for word in keywords if word)
    if not keywords:
        return []
    region = None if span is None else _whole_lines(document, span)
    lines = [
        line
        for node in document.nodes("todos", "todo.comment", region)
        for line in _lines(document, node)
    ]
    return list(_group(document, lines, _pattern(keywords)))


def _whole_lines(document: Document, span: Span) -> Span:
    """The span and the lines above and below that are comments too."""
    marker = document.language.line_comment.encode()
    start, end = document.line_start(span.start), document.line_end(span.end)
    for _ in range(MOST_COMMENT_LINES):
        if start <= 3:
            break
        above = document.line_start(start - 1)
        above = document.line_start(above - 1) if above == start and above else above
        if not document.data[above:start].lstrip().startswith(marker):
            # The line above may be code whose trailing TODO runs on here.
            start = above
            break
        start = above
    for _ in range(MOST_COMMENT_LINES):
        below = document.next_line(end)
        text = document.data[below : document.line_end(below)].lstrip()
        if below >= len(document.data) or not text.startswith(marker):
            break
        end = document.line_end(below)
    return Span(start, end)


def _lines(document: Document, node: tree_sitter.Node) -> Iterator[Line]:
    block = document.data.startswith(b"/*", node.start_byte)
    start = node.start_byte
    end = min(node.end_byte, document.line_end(start))
    while True:
        raw = document.data[start:end]
        first = start + len(raw) - len(raw.lstrip())
        last = first + len(raw.strip())
        own = document.starts_line(first) if start == node.start_byte else True
        yield Line(node, first, last, _words(document.text(first, last), block), own, block)
        start = document.next_line(end)
        if not block or start >= node.end_byte or start <= end:
            return
        end = min(node.end_byte, document.line_end(start))


def _words(text: str, block: bool) -> str:
    if not block:
        return text.lstrip("#/! \t").strip() if not text.startswith("#:") else text[2:].strip()
    text = re.sub(r"^/\*+!?", "", text)
    text = re.sub(r"\*+/$", "", text)
    return re.sub(r"^\s*\*+ ?", "", text).strip()


def _group(document: Document, lines: list[Line], pattern: re.Pattern[str]) -> Iterator[Todo]:
    index = 0
    while index < len(lines):
        match = pattern.match(lines[index].words)
        index += 1
        if match is None:
            continue
        first = index - 1
        while index < len(lines) and _continues(document, lines, first, index, pattern):
            index += 1
        yield _todo(document, lines, slice(first, index), match)


def _continues(
    document: Document, lines: list[Line], first: int, index: int, pattern: re.Pattern[str]
) -> bool:
    head, above, line = lines[first], lines[index - 1], lines[index]
    if pattern.match(line.words) or _ENDS.match(line.words):
        return False
    if head.block:
        return line.node == head.node
    return (
        not line.block
        and line.own_line
        and document.next_line(above.end) == document.line_start(line.start)
        and _column(document, line.start) == _column(document, head.start)
    )


def _column(document: Document, offset: int) -> int:
    return len(document.text(document.line_start(offset), offset).expandtabs(8))


def _todo(document: Document, lines: list[Line], part: slice, match: re.Match[str]) -> Todo:
    own = lines[part]
    while len(own) > 1 and not own[-1].words:
        own.pop()
    head = own[0]
    keyword = match.group("upper") or match.group("any") or match.group("lower")
    words = [head.words[match.end() :], *(line.words for line in own[1:])]
    span = whole = Span(head.start, own[-1].end)
    if head.block:
        whole = Span(head.node.start_byte, head.node.end_byte)
        siblings = [line for line in lines if line.node == head.node]
        others = [line for line in siblings if line not in own and line.words]
        if not others:
            span = whole
    offset = document.data.find(keyword.encode(), head.start)
    own_line = document.starts_line(whole.start)
    keyword = keyword.lstrip("@").upper()
    return Todo(keyword, "\n".join(words).strip(), offset, span, whole, own_line)
