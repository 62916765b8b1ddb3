"""Values as the driver's tokens and back: what crosses the border to a compiled program.

To it: ``N`` null, ``T`` and ``F``, ``#12`` a number, ``"6162`` a text in hex, ``[2`` a list of two
and ``{2`` a map of two pairs. From it also ``~0.5`` a float, ``'61`` a char, ``(2`` a pair or
tuple, ``<2`` a set, ``L2`` a linked list, ``G2`` a tree, ``-`` an argument that can't have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from algosmith.sandbox.codec import FrameError
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import UNFIT, Answer, Node

if TYPE_CHECKING:
    from algosmith.sandbox.types import Call, Value

_DEEPEST = 60
_UNCHANGED = object()


class NoSuchType(ValueError):
    """A value that no type of the language has."""


def encoded(value: Value, depth: int = 0) -> str:
    """The tokens of an argument; raises NoSuchType."""
    if depth > _DEEPEST:
        raise NoSuchType("nested too deeply")
    match value:
        case None:
            return "N"
        case bool():
            return "T" if value else "F"
        case int():
            return f"#{value}" if abs(value) < 1 << 128 else "#" + "9" * 40
        case float():
            return f"#{value!r}"
        case str():
            return '"' + value.encode("utf-8", "surrogateescape").hex()
        case list() | tuple() | set() | frozenset():
            items: Any = sorted(value, key=repr) if isinstance(value, set | frozenset) else value
            return " ".join([f"[{len(items)}", *(encoded(item, depth + 1) for item in items)])
        case dict():
            flat = [part for pair in value.items() for part in pair]
            return " ".join([f"{{{len(value)}", *(encoded(item, depth + 1) for item in flat)])
        case Node():
            return encoded(list(value.items), depth)
        case _:
            raise NoSuchType(type(value).__name__)


def call_line(number: int, call: Call) -> bytes:
    """The line that asks for a call; raises NoSuchType."""
    if call.kwargs:
        raise NoSuchType("a named argument")
    return " ".join([str(number), *map(encoded, call.args)]).encode() + b"\n"


class _Reader:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0

    def next(self) -> str:
        if self._at >= len(self._tokens):
            raise FrameError("a value that ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    @property
    def left(self) -> int:
        return len(self._tokens) - self._at


def answer(line: bytes, number: int, call: Call, seconds: float) -> Answer:
    """The Answer that a line of the driver stands for; raises FrameError."""
    tokens = line.decode("ascii", "replace").split()
    if len(tokens) < 2 or tokens[0] != str(number):
        raise FrameError("an answer to another call")
    reader = _Reader(tokens[2:])
    match tokens[1]:
        case "v":
            value = _value(reader, 0)
            after = tuple(_after(_value(reader, 0), given) for given in call.args)
            if reader.left or value is _UNCHANGED:
                raise FrameError("more than a value")
            return Answer("value", value, after, "", seconds)
        case "r":
            name, text = _value(reader, 0), _value(reader, 0)
            name = str(name).rpartition("::")[2]
            return Answer("raised", error=clean(f"{name}: {text}" if text else f"{name}"),
                          seconds=seconds)  # fmt: skip
        case "u":
            where, text = _value(reader, 0), _value(reader, 0)
            error = clean(f"{UNFIT if where == 'call' else ''}{text}")
            return Answer("unserialisable", error=error, seconds=seconds)
        case "m":
            return Answer("memory", error="ran out of memory", seconds=seconds)
        case _:
            raise FrameError("an unknown status")


def _after(value: Any, given: Value) -> Any:
    """An argument after the call; texts, lists and nodes are as the call gave them otherwise."""
    if value is _UNCHANGED:
        return given
    if isinstance(value, Node) and isinstance(given, Node) and _ended(given) == value.items:
        return given
    return tuple(value) if isinstance(given, tuple) and isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # plain values


def _ended(tree: Node) -> tuple[Any, ...]:
    """A tree's level order without what is none at its end: it says nothing."""
    items = tree.items
    while items and items[-1] is None:
        items = items[:-1]
    return items


def _value(reader: _Reader, depth: int) -> Any:
    if depth > _DEEPEST:
        raise FrameError("nested too deeply")
    token = reader.next()
    kind, rest = token[0], token[1:]
    try:
        match kind:
            case "N":
                return None
            case "T" | "F":
                return kind == "T"
            case "-":
                return _UNCHANGED
            case "#":
                return int(rest)
            case "~":
                return float(rest)
            case '"' | "'":
                return bytes.fromhex(rest).decode("utf-8", "surrogateescape")
            case _:
                return _gathered(reader, kind, int(rest), depth)
    except (ValueError, TypeError) as error:
        raise FrameError(f"no value: {token[:20]}") from error


def _gathered(reader: _Reader, kind: str, count: int, depth: int) -> Any:
    if not 0 <= count <= reader.left:
        raise FrameError("a value of another size")
    if kind == "{":
        return {_key(_value(reader, depth + 1)): _value(reader, depth + 1) for _ in range(count)}
    items = [_value(reader, depth + 1) for _ in range(count)]
    match kind:
        case "[":
            return items
        case "(":
            return tuple(items)
        case "<":
            return {_key(item) for item in items}
        case "L":
            return Node("ListNode", tuple(items))
        case "G":
            return Node("TreeNode", tuple(items))
        case _:
            raise FrameError("no value")


def _key(value: Any) -> Any:
    """A value that can be a key: a list of C++ can, ours can't."""
    return tuple(map(_key, value)) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]  # plain values
