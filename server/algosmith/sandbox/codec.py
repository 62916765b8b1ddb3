"""Plain values as text and back, outside the cage: the strict counterpart of ``caged/values.py``.

What comes from the cage was written by untrusted code: everything is checked, nothing is assumed.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias, cast

from algosmith.sandbox import stdvalues
from algosmith.sandbox.types import MEMBER, WRITTEN, Node, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from algosmith.sandbox.types import Value

Text: TypeAlias = "str | bool | Sequence[Text] | None"
"""What JSON holds for a value."""

MAX_DEPTH = 100
MAX_INT_DIGITS = 1 << 20
MAX_SAME_HASH = 50
"""Elements of one set, or keys of one dict, that may share a hash: each costs time for all."""
_HEX = re.compile(r"-?[0-9a-f]+\Z")
_FLOAT = re.compile(r"-?(?:0x[01]\.[0-9a-f]{1,13}p[+-][0-9]{1,4}|0x0\.0p\+0|inf)\Z|nan\Z")
_BYTES = re.compile(r"(?:[0-9a-f]{2})*\Z")
_SCALARS: Mapping[type[object], Callable[[Any], str]] = {
    int: lambda value: f"i{value:x}",
    float: lambda value: "f" + value.hex(),
    str: lambda value: "s" + value,
    bytes: lambda value: "b" + value.hex(),
}
_TAGS: Mapping[type[object], str] = {list: "l", tuple: "t", set: "e", frozenset: "z"}
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}\Z")


class FrameError(ValueError):
    """Text from the cage that is not what the protocol allows."""


def dump(frame: Mapping[str, object]) -> bytes:
    """One line for the cage."""
    return json.dumps(frame, separators=(",", ":")).encode("ascii") + b"\n"


def load(line: bytes) -> list[object]:
    """One line from the cage: a JSON array of strings, booleans, null, arrays, small integers."""
    try:
        frame = json.loads(
            line.decode("ascii"),
            parse_float=_refuse,
            parse_constant=_refuse,
            parse_int=_small,
            object_pairs_hook=_refuse,
        )
    except RecursionError:
        raise FrameError("nested too deeply") from None
    except ValueError as error:
        raise FrameError(f"not the JSON expected: {error}") from None
    if not isinstance(frame, list):
        raise FrameError("not an array")
    return cast("list[object]", frame)


def _refuse(found: object) -> NoReturn:
    raise FrameError(f"unexpected {type(found).__name__}")


def _small(digits: str) -> int:
    if len(digits) > 9:
        raise FrameError("a number too long")
    return int(digits)


def encode(value: Value) -> Text:
    """A value as text; raises TypeError for what is outside the closed set."""
    return _encode(value, 0)


def _encode(value: Value, depth: int) -> Text:
    if value is None or value is True or value is False:
        return value
    kind: type[object] = type(value)
    scalar = _SCALARS.get(kind)
    if scalar:
        return scalar(value)
    if depth >= MAX_DEPTH:
        raise TypeError("a value nested too deeply, or one that contains itself")
    if kind is Node:
        node = cast("Node", value)
        if not node.items:
            return None
        return ["n", node.kind, *(_encode(item, depth + 1) for item in node.items)]
    if kind is Record:
        return _encode_record(cast("Record", value), depth)
    if kind is dict:
        pairs = cast("dict[Value, Value]", value).items()
        return ["d", *(_encode(part, depth + 1) for pair in pairs for part in pair)]
    tag = _TAGS.get(kind)
    if tag is None:
        return _encode_library(value, depth)
    return [tag, *(_encode(item, depth + 1) for item in cast("list[Value]", value))]


def _encode_library(value: Value, depth: int) -> Text:
    parts = stdvalues.parts_of(value)
    if parts is None:
        raise TypeError(f"a {type(value).__name__} is no plain value")
    return ["o", parts[0], *(_encode(part, depth + 1) for part in parts[1])]


def _encode_record(record: Record, depth: int) -> Text:
    like: Text = record.is_tuple or [_encode(item, depth + 1) for item in record.like]
    names: Text = ["s" + name for name in record.fields]
    items = (_encode(item, depth + 1) for item in record.items)
    return ["r", record.kind, record.decides, names, like, *items]


def decode(text: object, depth: int = 0) -> Value:
    """A value from the cage; raises FrameError for anything malformed."""
    if text is None or text is True or text is False:
        return text
    if isinstance(text, str):
        return _scalar(text)
    if not isinstance(text, list) or not text or depth >= MAX_DEPTH:
        raise FrameError("no value")
    tag, *rest = cast("list[object]", text)
    if tag in ("n", "r", "o"):
        return {"n": _node, "r": _record, "o": _of_library}[tag](rest, depth)
    items = [decode(item, depth + 1) for item in rest]
    if tag == "l":
        return items
    if tag == "t":
        return tuple(items)
    if tag not in ("d", "e", "z"):
        raise FrameError("an unknown tag")
    try:
        return _grouped(tag, items)
    except TypeError:
        raise FrameError("a key that can't be hashed") from None


def _grouped(tag: str, items: list[Value]) -> Value:
    if crowded(items[::2] if tag == "d" else items):
        raise FrameError("elements chosen to have the same hash")
    if tag == "d":
        if len(items) % 2:
            raise FrameError("a key without a value")
        pairs = dict(zip(items[::2], items[1::2], strict=True))
        if 2 * len(pairs) != len(items):
            raise FrameError("a key given twice")
        return pairs
    found = set(items)
    if len(found) != len(items):
        raise FrameError("an element given twice")
    return found if tag == "e" else frozenset(found)


def crowded(items: Iterable[object]) -> bool:
    """Whether a set of these would take time in the square of their number to make.

    Hashes of numbers and tuples are the same everywhere, so a candidate can choose numbers that
    collide; texts are hashed with a secret.
    """
    return max(Counter(map(hash, items)).values(), default=0) > MAX_SAME_HASH


def _node(rest: list[object], depth: int) -> Node:
    if not rest or not isinstance(rest[0], str) or not _NAME.match(rest[0]):
        raise FrameError("a node without a class name")
    return Node(rest[0], tuple(decode(item, depth + 1) for item in rest[1:]))


def _of_library(rest: list[object], depth: int) -> Value:
    if not rest or not isinstance(rest[0], str):
        raise FrameError("a value without a class name")
    parts = [decode(item, depth + 1) for item in rest[1:]]
    if any(isinstance(part, list) and _uncountable(part) for part in parts):
        raise FrameError("elements chosen to have the same hash")
    try:
        return stdvalues.build(rest[0], parts)
    except stdvalues.PartsError:
        raise FrameError("parts that make no value of their class") from None


def _uncountable(items: list[Value]) -> bool:
    """Whether a set of them can't be made cheaply; a list that holds lists is made into none."""
    try:
        return crowded(items)
    except TypeError:
        return False


def _record(rest: list[object], depth: int) -> Record:
    if len(rest) < 4 or not isinstance(rest[0], str) or not _NAME.match(rest[0]):
        raise FrameError("an object without a class name")
    kind = rest[0]
    _, decides, names, like, *items = rest
    if type(decides) is not bool or not isinstance(names, list):
        raise FrameError("no object")
    fields = tuple(decode(name) for name in cast("list[object]", names))
    if len(fields) != len(items) or not all(map(_is_field, fields)):
        raise FrameError("an object whose fields and values do not match")
    values = tuple(decode(item, depth + 1) for item in items)
    base = _base(like, values, depth)
    return Record(kind, cast("tuple[str, ...]", fields), values, base, decides)


def _base(like: object, values: tuple[Value, ...], depth: int) -> tuple[Value, ...]:
    """What a record equals as a builtin: the tuple of its fields, another value, or nothing."""
    if like is True:
        return (values,)
    if not isinstance(like, list) or len(cast("list[object]", like)) > 1:
        raise FrameError("an object that equals no value")
    return tuple(decode(item, depth + 1) for item in cast("list[object]", like))


def _is_field(name: object) -> bool:
    return isinstance(name, str) and (name in ("", MEMBER, WRITTEN) or name.isidentifier())


def _scalar(text: str) -> Value:
    tag, rest = text[:1], text[1:]
    if tag == "s":
        return rest
    if tag == "i" and len(rest) <= MAX_INT_DIGITS and _HEX.match(rest):
        return int(rest, 16)
    if tag == "f" and _FLOAT.match(rest):
        return math.nan if rest == "nan" else float.fromhex(rest)
    if tag == "b" and _BYTES.match(rest):
        return bytes.fromhex(rest)
    raise FrameError("no scalar")
