"""The part of a Python file that one place in it needs, so that no more is read than that.

What the place's statement names, and what that names, stays; every other top-level statement
becomes blanks, so that offsets and lines are those of the file. A file of 20,000 functions, or one
that is broken elsewhere, then costs no more than the few functions that count. A statement too
many does no harm.
"""

import functools
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import tree_sitter

from algosmith.model import Snapshot, Span
from algosmith.syntax.languages import grammar_of
from algosmith.syntax.parse import parse
from algosmith.syntax.pythontree import Unreadable, module_of

_WORD = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
_CALLED = re.compile(rb"\b([A-Za-z_\x80-\xff][\w\x80-\xff]*)\s*\(")
_DEFINED = re.compile(rb"(?:async\s+)?(?:def|class)\s+([\w\x80-\xff]+)")
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BLANKED = bytes(byte if byte in b"\r\n" else 32 for byte in range(256))
_BOM = b"\xef\xbb\xbf"
_ALWAYS = {"future_import_statement"}
_NEVER = {"comment", "assert_statement", "ERROR"}
"""They define nothing that another statement could use."""
_SET_UP = re.compile(rb"\b(?:setrecursionlimit|set_int_max_str_digits|setcontext)\s*\(")
_PROSE = re.compile(rb"^[^(\[{`=>\r\n]+$", re.MULTILINE)
_ASSERT = re.compile(rb"^\s*assert\b", re.MULTILINE)
_DYNAMIC = re.compile(rb"\b(?:globals|locals|eval|exec|__import__)\s*\(")
"""Code like this may reach what it does not name."""


@dataclass(slots=True)
class _Unit:
    """The top-level statements that share their lines."""

    start: int
    end: int
    gives: set[bytes]
    """Names it gives a value."""
    kept: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """A top-level statement."""

    start: int
    end: int
    gives: frozenset[bytes]
    always: bool
    alone: bool
    """Whether it begins on a line of its own, as seen from the one before."""


@dataclass(frozen=True, slots=True)
class _FileContext:
    """What is the same for all places of a file."""

    parts: tuple[_Part, ...]
    words: tuple[tuple[int, int, bytes], ...]
    """Comments and docstrings, in the order they stand."""
    code: bytes
    """The file with all of these blank."""


@functools.lru_cache(maxsize=4)
def _read(snapshot: Snapshot) -> _FileContext:
    """Kept, since a check asks once for each function of a file."""
    data, root = snapshot.data, parse(snapshot).root_node
    parts: list[_Part] = []
    last = 0
    for node in root.named_children:
        start, end = node.start_byte, node.end_byte
        always = node.type in _ALWAYS or _is_set_up(data, node)
        alone = _LINE_END.search(data, last, start) is not None or not parts
        parts.append(_Part(start, end, frozenset(_gives(data, node)), always, alone))
        last = max(last, end)
    words: list[tuple[int, int, bytes]] = []
    code = bytearray(data)
    for node in sorted(_words(root), key=lambda node: node.start_byte):
        start, end = node.start_byte, node.end_byte
        if not words or start >= words[-1][1]:
            words.append((start, end, data[start:end]))
            code[start:end] = _blank(data[start:end])
    return _FileContext(tuple(parts), tuple(words), bytes(code))


def excerpt(snapshot: Snapshot, span: Span, needed: Collection[str] = ()) -> str:
    """The part that the statements at ``span`` need, as text for Python to read.

    Line endings are line feeds and a byte order mark is left out; ``needed`` stays, too.
    """
    data = excerpted(snapshot, span, needed).removeprefix(_BOM)
    return _LINE_END.sub(b"\n", data).decode("utf-8", "surrogatepass")


def excerpted(
    snapshot: Snapshot, span: Span, needed: Collection[str] = (), about: Collection[str] = ()
) -> bytes:
    """The file with all blank that the statements at ``span`` do not need.

    Args:
        snapshot: The file.
        span: The place.
        needed: Further names whose definitions stay.
        about: Names for which every statement that holds one stays: asserts and tests of them.
    """
    data = snapshot.data
    reading = _read(snapshot)
    units = _units(reading.parts, span)
    code = _code(reading, span)
    for unit in _holding(code, units, about):
        unit.kept = True
    _keep_what_is_named(code, units, {name.encode("utf-8", "replace") for name in needed})
    written: list[bytes] = [_BOM if data.startswith(_BOM) else b""]
    last = len(written[0])
    for unit in units:
        if unit.kept:
            written += [_blank(data[last : unit.start]), data[unit.start : unit.end]]
            last = unit.end
    return b"".join([*written, _blank(data[last:])])


def without_checks(snapshot: Snapshot, span: Span) -> bytes:
    """The file with ``pass`` and blanks for what only checks it: top-level asserts, its main guard.

    Offsets and lines stay, and so does what touches the span.
    """
    data = snapshot.data
    written: list[bytes] = []
    last = 0
    for node in parse(snapshot).root_node.named_children:
        start, end = node.start_byte, node.end_byte
        touches = start <= span.end and span.start <= end
        if not touches and _is_check(data, node):
            written += [data[last:start], b"pass", _blank(data[start + 4 : end])]
            last = end
    return b"".join([*written, data[last:]])


def _is_check(data: bytes, node: tree_sitter.Node) -> bool:
    if node.type == "if_statement":
        return _is_main_guard(data, node)
    looped = node.type in ("for_statement", "while_statement", "with_statement")
    return node.type == "assert_statement" or (
        looped and _ASSERT.search(data, node.start_byte, node.end_byte) is not None
    )


def _code(reading: _FileContext, span: Span) -> bytes:
    """The file without comments and docstrings, where common words would pass for names.

    Of those at the span the lines stay that look like code: they may be examples.
    """
    code = bytearray(reading.code)
    for start, end, text in reading.words:
        if start <= span.end and span.start <= end:
            code[start:end] = _PROSE.sub(lambda line: _blank(line[0]), text)
    return bytes(code)


def _words(root: tree_sitter.Node) -> list[tree_sitter.Node]:
    return tree_sitter.QueryCursor(_query()).captures(root).get("it", [])


@functools.cache
def _query() -> tree_sitter.Query:
    return tree_sitter.Query(
        grammar_of("python"), "(comment) @it (expression_statement . (string) @it)"
    )


def _blank(data: bytes) -> bytes:
    return data.translate(_BLANKED)


def _units(parts: Sequence[_Part], span: Span) -> list[_Unit]:
    units: list[_Unit] = []
    for part in parts:
        kept = part.always or (part.start <= span.end and span.start <= part.end)
        if part.alone:
            units.append(_Unit(part.start, part.end, set(part.gives), kept))
        else:
            units[-1].end = max(units[-1].end, part.end)
            units[-1].gives |= part.gives
            units[-1].kept |= kept
    return units


def _holding(data: bytes, units: list[_Unit], names: Collection[str]) -> Iterator[_Unit]:
    """The units in which one of the names stands."""
    words = "|".join(re.escape(name) for name in names if name)
    starts = [unit.start for unit in units]
    for found in re.finditer(rf"\b(?:{words})\b".encode(), data) if words else ():
        index = bisect_right(starts, found.start()) - 1
        # ``__all__`` names everything and asks for nothing.
        if index >= 0 and units[index].gives != {b"__all__"}:
            yield units[index]


def _keep_what_is_named(data: bytes, units: list[_Unit], needed: set[bytes]) -> None:
    givers: defaultdict[bytes, list[_Unit]] = defaultdict(list)
    for unit in units:
        unit.kept = unit.kept or not needed.isdisjoint(unit.gives)
        for name in unit.gives:
            givers[name].append(unit)
    waiting = [unit for unit in units if unit.kept]
    while waiting:
        unit = waiting.pop()
        if _DYNAMIC.search(data, unit.start, unit.end):
            for other in units:
                other.kept = True
            return
        for name in set(_WORD.findall(data, unit.start, unit.end)):
            for other in givers.pop(name, ()):
                if not other.kept:
                    other.kept = True
                    waiting.append(other)


def _gives(data: bytes, node: tree_sitter.Node) -> set[bytes]:
    """Names that a top-level statement may give a value; for compound ones, all that it holds.

    What it calls, or is decorated by, may note it in a registry: it then counts as given, too.
    """
    if node.type == "decorated_definition":
        inner = node.child_by_field_name("definition")
        above = data[node.start_byte : inner.start_byte] if inner is not None else b""
        return {*_WORD.findall(above), *(_gives(data, inner) if inner is not None else ())}
    is_definition = node.type in ("function_definition", "class_definition")
    name = _DEFINED.match(data, node.start_byte) if is_definition else None
    if node.has_error and not _parses(data[node.start_byte : node.end_byte]):
        return set()
    if name is not None:
        return {name[1]}
    if node.type in _NEVER or (node.type == "if_statement" and _is_main_guard(data, node)):
        return set()
    target = node
    if node.type == "expression_statement":
        if data.startswith(b"print(", node.start_byte):
            return set()
        target = _changed(node.named_child(0))
    called = _CALLED.findall(data, node.start_byte, node.end_byte)
    given = () if target is None else _WORD.findall(data, target.start_byte, target.end_byte)
    return {*given, *called}


def _parses(data: bytes) -> bool:
    """Whether Python reads what the grammar can't: newer syntax is no error of the user's."""
    try:
        module_of(data.decode("utf-8", "replace"))
    except Unreadable:
        return False
    return True


def _changed(node: tree_sitter.Node | None) -> tree_sitter.Node | None:
    """What an expression gives a value or alters: ``a, b = …``, ``primes.append(2)``."""
    if node is None or node.type == "named_expression":
        return node
    if node.type in ("assignment", "augmented_assignment"):
        value = node.child_by_field_name("right")
        # In ``a = b = 1`` the right side gives a value too.
        return node if value is not None and value.type == node.type else node.named_child(0)
    function = node.child_by_field_name("function") if node.type == "call" else None
    is_method = function is not None and function.type == "attribute"
    return function.child_by_field_name("object") if function and is_method else None


def _is_main_guard(data: bytes, node: tree_sitter.Node) -> bool:
    test = node.child_by_field_name("condition")
    return test is not None and b"__name__" in data[test.start_byte : test.end_byte]


def _is_set_up(data: bytes, node: tree_sitter.Node) -> bool:
    return (
        node.type == "expression_statement"
        and _SET_UP.search(data, node.start_byte, node.end_byte) is not None
    )
