"""What Python's own compiler says about a file; of a file it has seen, only of what changed since.

Compiling 25,000 functions takes more than a second, for each candidate. A module is a sequence of
statements: where all of a text compiles, and another differs inside some of its top-level
statements, that other compiles where those statements do. (Where they don't, all of it is compiled
again, which also finds the line.)
"""

import __future__

import re
import warnings
from bisect import bisect_left, bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

import tree_sitter

from algosmith.syntax.parse import changed_range

MOST_BYTES = 2 << 20
"""Larger files are not compiled."""
_REMEMBERED = 2
_WHOLE = re.compile(rb"\b(?:__future__|global|nonlocal)\b")
"""Statements whose rules look at the module around them."""
_CONTINUED = (b"\\\n", b"\\\r\n", b"\\\r")
_COOKIE = re.compile(rb"\A(?:[^\n]*\n)?[ \t\f]*#[^\n]*coding[:=][ \t]*(?!utf-?8)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Failure:
    """What the compiler refuses."""

    line: int
    """1-based."""
    message: str


@dataclass(frozen=True, slots=True)
class _Statements:
    """A text that compiles, as top-level statements."""

    starts: tuple[int, ...]
    """Offsets at which one can be cut off from what stands before, ``__future__`` imports never."""
    flags: int
    """Of its ``from __future__`` imports."""


_known: OrderedDict[bytes, _Statements] = OrderedDict()
_lock = Lock()


def failure(data: bytes, tree: tree_sitter.Tree) -> Failure | None:
    """The first thing the compiler refuses; None also for a file that is too large to ask.

    ``tree`` is the text's syntax tree: it says where statements begin, much faster than ``ast``.
    """
    if len(data) > MOST_BYTES:
        return None
    with _lock:
        known = list(_known.items())
    for text, statements in reversed(known):
        changed = _changed(text, statements.starts, data)
        if changed is None or 2 * len(changed) >= len(data):
            continue
        if _compiled(changed, statements.flags) is None:
            return None
    found = _compiled(data, 0)
    if found is None and not tree.root_node.has_error:
        with _lock:
            _known[data] = _statements(data, tree.root_node)
            while len(_known) > _REMEMBERED:
                _known.popitem(last=False)
    return found


def _changed(known: bytes, starts: tuple[int, ...], data: bytes) -> bytes | None:
    """The statements of ``data`` that differ from a known text's; None for no clean cut."""
    start, end_known, end = changed_range(known, data)
    if _COOKIE.match(data):
        return None
    first = bisect_right(starts, start) - 1
    first = 0 if first <= 0 else starts[first]
    for last in (*starts[bisect_left(starts, end_known) :][:2], len(known)):
        cut = last - end_known + end
        changed = data[first:cut]
        whole = changed.endswith((b"\n", b"\r")) and not changed.endswith(_CONTINUED)
        if whole or cut == len(data) or not changed:
            return None if _WHOLE.search(changed) else changed
    return None


def _compiled(data: bytes, flags: int) -> Failure | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, "<candidate>", "exec", flags, dont_inherit=True)
    except SyntaxError as error:
        return Failure(error.lineno or 1, error.msg or "invalid syntax")
    except (ValueError, RecursionError, MemoryError, OverflowError) as error:
        return Failure(1, str(error) or type(error).__name__)
    return None


def _statements(data: bytes, root: tree_sitter.Node) -> _Statements:
    starts: list[int] = []
    flags = 0
    for node in root.named_children:
        start = node.start_byte
        joined = data[max(0, start - 3) : start].endswith(_CONTINUED)
        if node.type == "comment" or joined or data[start - 1 : start] not in (b"\n", b"\r", b""):
            continue
        starts.append(start)
        if node.type == "future_import_statement":
            starts.clear()  # nothing may come before it
            for name in re.findall(rb"\w+", data[start : node.end_byte]):
                feature = getattr(__future__, name.decode("ascii", "replace"), None)
                flags |= getattr(feature, "compiler_flag", 0)
    return _Statements(tuple(starts), flags)
