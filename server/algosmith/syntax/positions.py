"""Byte offsets to (line, column) and back, in the three encodings LSP knows. Lines end as in LSP.

Bytes that are not UTF-8 count as one character each, so nothing here raises for odd text.
"""

import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import Literal

Encoding = Literal["utf-8", "utf-16", "utf-32"]

_CHARACTER = re.compile(rb"[\x00-\x7f]|[\xc0-\xff][\x80-\xbf]{0,3}|[\x80-\xbf]", re.DOTALL)
_CONTINUATION = bytes(range(0x80, 0xC0))
_BELOW_ASTRAL = bytes(range(0xF0))


@lru_cache(maxsize=8)
def line_starts(data: bytes) -> tuple[int, ...]:
    """Offset of each line's first byte; lines end at LF, CR LF and CR."""
    # Of bytes, unlike of str, splitlines knows just these three; it runs after every key press.
    starts = [0, *accumulate(map(len, data.splitlines(keepends=True)))]
    if data and not data.endswith((b"\n", b"\r")):
        starts.pop()
    return tuple(starts)


def line_of(data: bytes, offset: int) -> int:
    """0-based line of an offset, without an index of the whole text."""
    if data[offset - 1 : offset + 1] == b"\r\n":
        offset -= 1
    feeds, returns = data.count(b"\n", 0, offset), data.count(b"\r", 0, offset)
    return feeds + returns - (data.count(b"\r\n", 0, offset) if returns else 0)


def position_at(data: bytes, offset: int, encoding: Encoding = "utf-16") -> tuple[int, int]:
    """(line, column), both 0-based, of a byte offset; an offset inside a character rounds down."""
    offset = max(0, min(offset, len(data)))
    line = bisect_right(line_starts(data), offset) - 1
    start = line_starts(data)[line]
    end = min(offset, _content_end(data, line))
    while start < end < len(data) and 0x80 <= data[end] < 0xC0:
        end -= 1
    return line, _units(data[start:end], encoding)


def offset_at(data: bytes, line: int, column: int, encoding: Encoding = "utf-16") -> int:
    """Byte offset of (line, column); past a line's end is its end, past the text is its end."""
    starts = line_starts(data)
    if line < 0:
        return 0
    if line >= len(starts):
        return len(data)
    start, end = starts[line], _content_end(data, line)
    text = data[start:end]
    if encoding == "utf-8" or text.isascii():
        offset = start + max(0, min(column, len(text)))
        while start < offset < end and 0x80 <= data[offset] < 0xC0:
            offset -= 1
        return offset
    return start + _walk(text, column, encoding)


def _walk(text: bytes, column: int, encoding: Encoding) -> int:
    passed = 0
    for match in _CHARACTER.finditer(text):
        passed += 2 if encoding == "utf-16" and text[match.start()] >= 0xF0 else 1
        if passed > column:
            return match.start()
    return len(text)


def _units(text: bytes, encoding: Encoding) -> int:
    if encoding == "utf-8" or text.isascii():
        return len(text)
    characters = len(text.translate(None, _CONTINUATION))
    if encoding == "utf-32":
        return characters
    return characters + len(text.translate(None, _BELOW_ASTRAL))


def _content_end(data: bytes, line: int) -> int:
    starts = line_starts(data)
    end = starts[line + 1] if line + 1 < len(starts) else len(data)
    if line + 1 < len(starts):
        end -= 2 if data[end - 2 : end] == b"\r\n" else 1
    return end
