"""TODOs in comments: keyword, words, and which lines belong together. Knows no functions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import tree_sitter

from algosmith.model import Span
from algosmith.syntax.document import MOST_COMMENT_LINES, Document
from algosmith.syntax.markers import Marker, marker_of, may_hold_markers

_MARKERS = r"[\s#/!*;-]*"
_ENDS = re.compile(
    r"^(?:[-=*#~_/+]{3,}|%%|noqa\b|type:|pylint:|pyright:|ruff:|mypy:|fmt:|isort:|pragma\b|region\b"
    r"|endregion\b|eslint\b|eslint-|@ts-|prettier-|istanbul\b|c8 |@\w+)",
    re.IGNORECASE,
)
"""A comment line like this is for a tool, a ruler or another doc tag, and ends a TODO's words."""

_STUB = re.compile(rb"pass|\.\.\.|raise NotImplementedError.*|return(?: None)?;?")


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
    """A TODO, or a phrase that marks where code goes: what holds it and its words."""

    keyword: str
    text: str
    keyword_start: int
    span: Span
    """The comment lines; part of a block comment when that says other things too."""
    whole: Span
    """The comment node or run of line comments ``span`` is (part) of."""
    own_line: bool
    form: Literal["comment", "jsx", "string", "docstring"] = "comment"
    """Where it is written: a comment, one between JSX tags, a string alone, a docstring."""
    is_marker: bool = False
    """It is a phrase like YOUR CODE HERE, which asks for code without further words."""
    inside: Span | None = None
    """What stands between BEGIN and END, which both stay; None for any other TODO."""


@lru_cache(maxsize=32)
def _pattern(keywords: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(sorted((re.escape(word) for word in keywords if word), key=len, reverse=True))
    tag = r"(?:\s*\([^()\n]*\)|\s*\[[^\[\]\n]*\])?"
    colon = r"[::]"
    after = rf"(?![A-Za-z0-9_]|-\w){tag}[ \t]*"
    dash = r"-{1,2}(?=\s)|[–—]"
    box = r"(?:\[ ?\]\s*)?"
    return re.compile(
        rf"^{_MARKERS}{box}(?:(?P<upper>@?(?:{words})){after}(?:{colon}|{dash})?"
        rf"|(?P<any>(?i:@(?:{words}))){after}{colon}?"
        rf"|(?P<lower>(?i:{words})){after}{colon})[ \t]*"
    )


def hints(data: bytes, keywords: tuple[str, ...]) -> bool:
    """Whether a keyword or phrase occurs at all; spares parsing a file that has none."""
    words = [word.lower().encode() for word in keywords if word]
    lowered = data.lower()
    return bool(words) and (any(word in lowered for word in words) or may_hold_markers(lowered))


def keyword_in(words: str, keywords: tuple[str, ...]) -> tuple[str, str] | None:
    """(keyword as written, words behind it) of a line that begins with a keyword."""
    match = _pattern(keywords).match(words)
    if match is None:
        return None
    written = match.group("upper") or match.group("any") or match.group("lower")
    return written, words[match.end() :]


def comment_todos(
    document: Document,
    keywords: tuple[str, ...],
    span: Span | None,
    capture: Literal["todo.comment", "todo.anywhere"] = "todo.comment",
) -> list[Todo]:
    """The TODOs in comments on the span's lines and those around, in the order they stand.

    ``todo.comment`` are the comments where code could stand, ``todo.anywhere`` all.
    """
    region = None if span is None else _whole_lines(document, span)
    lines = [
        line for node in _comments(document, region, capture) for line in _lines(document, node)
    ]
    return list(_group(document, lines, _pattern(keywords)))


def _comments(
    document: Document, region: Span | None, capture: Literal["todo.comment", "todo.anywhere"]
) -> list[tree_sitter.Node]:
    found = document.nodes("todos", capture, region)
    if capture == "todo.comment":
        # No query asks for these: with a pattern that begins at the file's own node tree-sitter
        # looks at all that stands in the file, whatever the region.
        top, known = document.tree.root_node, {node.id for node in found}
        every = document.nodes("todos", "todo.anywhere", region)
        found = [one for one in every if one.id in known or one.parent == top]
    return found


def _whole_lines(document: Document, span: Span) -> Span:
    """The span and the lines above and below that are comments too."""
    marker = document.language.line_comment.encode()
    start, end = document.line_start(span.start), document.line_end(span.end)
    for _ in range(MOST_COMMENT_LINES):
        if start <= 3:
            break
        above = document.line_start(start - 1)
        above = document.line_start(above - 1) if above == start and above else above
        line = document.data[above:start].strip()
        if line and not line.startswith(marker) and not _STUB.fullmatch(line):
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
        text = re.sub(r"\s{2,}#+$", "", text)
        return text.lstrip("#/! \t").strip() if not text.startswith("#:") else text[2:].strip()
    text = re.sub(r"^/\*+!?", "", text)
    text = re.sub(r"\*+/$", "", text)
    return re.sub(r"^\s*\*+ ?", "", text).strip()


def _group(document: Document, lines: list[Line], pattern: re.Pattern[str]) -> Iterator[Todo]:
    index = 0
    while index < len(lines):
        start = _start(lines[index].words, pattern)
        index += 1
        if start is None:
            continue
        first = index - 1
        while index < len(lines) and _continues(document, lines, first, index, pattern):
            index += 1
        yield _todo(document, lines, slice(first, index), start)


def _start(words: str, pattern: re.Pattern[str]) -> re.Match[str] | Marker | None:
    """What makes a comment line the first of a TODO."""
    marker = marker_of(words)
    if marker is not None:
        return marker if marker.kind != "end" else None
    return pattern.match(words)


def _continues(
    document: Document, lines: list[Line], first: int, index: int, pattern: re.Pattern[str]
) -> bool:
    head, above, line = lines[first], lines[index - 1], lines[index]
    if pattern.match(line.words) or _ENDS.match(line.words) or marker_of(line.words):
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


def _todo(
    document: Document, lines: list[Line], part: slice, start: re.Match[str] | Marker
) -> Todo:
    own = lines[part]
    while len(own) > 1 and not own[-1].words:
        own.pop()
    head = own[0]
    if isinstance(start, Marker):
        keyword, first, offset = start.phrase, start.rest, head.start
    else:
        written = start.group("upper") or start.group("any") or start.group("lower")
        keyword, first = written.lstrip("@").upper(), start.string[start.end() :]
        first = re.sub(r"^[*=~#\s]+$", "", first)
        offset = document.data.find(written.encode(), head.start)
    words = [first, *(line.words for line in own[1:])]
    span = whole = Span(head.start, own[-1].end)
    if head.block:
        whole = Span(head.node.start_byte, head.node.end_byte)
        siblings = [line for line in lines if line.node == head.node]
        others = [line for line in siblings if line not in own and line.words]
        if not others:
            span = whole
    parent = head.node.parent
    return Todo(
        keyword,
        "\n".join(words).strip(),
        offset,
        span,
        whole,
        document.starts_line(whole.start),
        "jsx" if parent is not None and parent.type == "jsx_expression" else "comment",
        isinstance(start, Marker),
    )
