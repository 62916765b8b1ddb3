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
_FEW = 16
"""An index of all lines costs as much as so many questions without one."""
_NEAR = 4096
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


class _Lines:
    """Where a text's lines stand. A few questions are answered by counting; for more, an index."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = 0 if b"\r" in data else _FEW

    def around(self, offset: int) -> tuple[int, int, int]:
        """The line of an offset, where it begins, and where its text ends."""
        if self._is_counted():
            line = self._data.count(b"\n", 0, offset)
            return line, self._data.rfind(b"\n", 0, offset) + 1, self._end_from(offset)
        line = bisect_right(line_starts(self._data), offset) - 1
        return line, *self._indexed(line)

    def bounds(self, line: int) -> tuple[int, int] | None:
        """Where a line begins and its text ends; None where the text has fewer lines."""
        if self._is_counted():
            start = self._start_of(line)
            return None if start is None else (start, self._end_from(start))
        return self._indexed(line) if line < len(line_starts(self._data)) else None

    def _is_counted(self) -> bool:
        self._left = max(0, self._left - 1)
        return self._left > 0

    def _end_from(self, offset: int) -> int:
        end = self._data.find(b"\n", offset)
        return end if end >= 0 else len(self._data)

    def _start_of(self, line: int) -> int | None:
        """Halves the text until the line is near: each half is counted, once."""
        low, high, left = 0, len(self._data), line
        while high - low > _NEAR:
            middle = (low + high) // 2
            count = self._data.count(b"\n", low, middle)
            if count < left:
                low, left = middle, left - count
            else:
                high = middle
        for _ in range(left):
            low = self._data.find(b"\n", low) + 1
            if low == 0:
                return None
        return low

    def _indexed(self, line: int) -> tuple[int, int]:
        starts = line_starts(self._data)
        end = starts[line + 1] if line + 1 < len(starts) else len(self._data)
        if line + 1 < len(starts):
            end -= 2 if self._data[end - 2 : end] == b"\r\n" else 1
        return starts[line], end


_lines_of = lru_cache(maxsize=8)(_Lines)


def position_at(data: bytes, offset: int, encoding: Encoding = "utf-16") -> tuple[int, int]:
    """(line, column), both 0-based, of a byte offset; an offset inside a character rounds down."""
    offset = max(0, min(offset, len(data)))
    line, start, end = _lines_of(data).around(offset)
    end = min(offset, end)
    while start < end < len(data) and 0x80 <= data[end] < 0xC0:
        end -= 1
    return line, _units(data[start:end], encoding)


def offset_at(data: bytes, line: int, column: int, encoding: Encoding = "utf-16") -> int:
    """Byte offset of (line, column); past a line's end is its end, past the text is its end."""
    if line < 0:
        return 0
    found = _lines_of(data).bounds(line)
    if found is None:
        return len(data)
    start, end = found
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
