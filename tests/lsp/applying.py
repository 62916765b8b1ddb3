"""Applying LSP text edits to a text, in each position encoding; shares no code with the server."""

from collections.abc import Iterable

from lsprotocol import types


def offset(text: str, position: types.Position, encoding: str) -> int:
    """The index into ``text`` of a position; AssertionError for one outside the text."""
    lines = _lines(text)
    assert position.line < len(lines), f"line {position.line} of {len(lines)}"
    start = sum(len(line) for line in lines[: position.line])
    units = 0
    for index, character in enumerate(lines[position.line]):
        if units == position.character:
            return start + index
        units += _units(character, encoding)
    assert units == position.character, f"column {position.character} cuts a character or is past"
    return start + len(lines[position.line])


def position(text: str, index: int, encoding: str) -> types.Position:
    """The position of an index into ``text``."""
    before = _lines(text[:index])
    return types.Position(len(before) - 1, sum(_units(c, encoding) for c in before[-1]))


def line_end(text: str, line: int, encoding: str) -> types.Position:
    """The position behind a line's last character."""
    return types.Position(line, sum(_units(c, encoding) for c in _lines(text)[line].rstrip("\r\n")))


def apply_edits(
    text: str, edits: Iterable[types.TextEdit | types.AnnotatedTextEdit], encoding: str
) -> str:
    """The text after edits whose ranges all hold for ``text``."""
    spans = [
        (offset(text, e.range.start, encoding), offset(text, e.range.end, encoding), e.new_text)
        for e in edits
    ]
    for start, end, new in sorted(spans, reverse=True):
        assert start <= end
        text = text[:start] + new + text[end:]
    return text


def _units(character: str, encoding: str) -> int:
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    return len(character.encode(codec, "surrogatepass")) // width


def _lines(text: str) -> list[str]:
    """Lines with their ends; only CR LF, LF and CR end one; the last may be empty."""
    lines: list[str] = []
    start = index = 0
    while index < len(text):
        step = 2 if text.startswith("\r\n", index) else 1
        if text[index] in "\r\n":
            lines.append(text[start : index + step])
            start = index + step
        index += step
    return [*lines, text[start:]]
