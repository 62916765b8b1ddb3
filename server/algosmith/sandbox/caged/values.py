"""Plain values to and from the text that crosses the cage's wall, inside the cage.

A string carries its type in the first letter: i (hexadecimal int), f (``float.hex``), s, b (hex);
a list its in the first item: l, t, d, e (set), z (frozenset), n (Node), o (a class of the standard
library, by its parts), r (an object of the program's own class). None, True and False are
themselves. ``algosmith.sandbox.codec`` is the counterpart outside.
"""

from __future__ import annotations

import collections
import enum
import json
import sys
import types
from typing import Any

from algosmith.sandbox.caged import records, stdvalues

MAX_DEPTH = 100
MAX_YIELDED = 10_000
"""What is read of an iterator, which may have no end."""
_VALUE_NAMES = ("val", "value", "data", "key", "item")
_NEXT_NAMES = ("next", "next_node", "nxt")
_LIBRARY = frozenset([*getattr(sys, "stdlib_module_names", ()), "builtins", "__main__"])

# A candidate may replace builtins; what follows must not notice.
_type: Any = type
_id, _len, _getattr, _setattr, _next, _iter, _map = id, len, getattr, setattr, next, iter, map
_items: Any = getattr(dict, "items")  # noqa: B009  its own type says nothing of the values
_written = json.JSONEncoder().encode
_missing = object()
_BETWEEN = 7
"""Bytes that an item takes in the answer's text, beside its own: ``false, ``, ``"i-0", ``."""
_HEAD = 20
"""Bytes of an object's tag, and of a field's name, beside the names themselves."""
_FLOAT = 22
"""The longest that ``float.hex`` writes, without what is in ``_BETWEEN``."""


class Unserialisable(Exception):
    """The value is outside the closed set; the text says why."""


class Codec:
    """Encodes and decodes for one program: knows its classes and limits."""

    def __init__(self, namespace: dict[str, Any], answer_bytes: int) -> None:
        self._namespace = namespace
        self._limit = answer_bytes
        self._spent = 0

    def decode(self, text: Any) -> Any:
        """The value a call's argument stands for."""
        if text is None or text is True or text is False:
            return text
        if _type(text) is str:
            return _scalar(text)
        tag, items = text[0], text[1:]
        if tag == "n":
            return self._build(items[0], [self.decode(item) for item in items[1:]])
        if tag == "o":
            return stdvalues.build(items[0], [self.decode(item) for item in items[1:]])
        if tag == "r":
            return self._record(items)
        values = [self.decode(item) for item in items]
        if tag == "d":
            return dict(zip(values[::2], values[1::2]))  # noqa: B905  strict= is not in Python 3.9
        return {"l": list, "t": tuple, "e": set, "z": frozenset}[tag](values)

    def encode(self, value: Any) -> Any:
        """What ``decode`` reads; raises Unserialisable."""
        self._spent = 0
        return self._encode(value, 0, set())

    def encode_all(self, values: list[Any]) -> list[Any]:
        """Each of them; all together may be as long as one."""
        self._spent = 0
        return [self._encode(value, 0, set()) for value in values]

    def encode_lazy(self, value: Any) -> tuple[Any, bool]:
        """Like ``encode``; a generator or other one-way iterator is given as a list, with True."""
        if not _is_iterator(_type(value)):
            return self.encode(value), False
        items: list[Any] = []
        while _len(items) < MAX_YIELDED:
            item = _next(value, _missing)
            if item is _missing:
                break
            items.append(item)
        return self.encode(items), True

    def _encode(self, value: Any, depth: int, path: set[int]) -> Any:
        self._spend(_BETWEEN)
        if value is None or value is True or value is False:
            return value
        kind: Any = _type(value)
        if kind is int:
            self._spend(value.bit_length() >> 2)
            return "i" + format(value, "x")
        if kind is float:
            self._spend(_FLOAT)
            return "f" + value.hex()
        if kind is str:
            self._spend(_len(_written(value)))
            return "s" + value
        if kind is bytes:
            self._spend(2 * _len(value))
            return "b" + value.hex()
        if depth >= MAX_DEPTH:
            raise Unserialisable("nested too deeply")
        if _id(value) in path:
            raise Unserialisable("contains itself")
        path.add(_id(value))
        result = self._encode_container(value, kind, depth + 1, path)
        path.discard(_id(value))
        return result

    def _encode_container(self, value: Any, kind: Any, depth: int, path: set[int]) -> Any:
        if kind is list:
            return ["l", *[self._encode(item, depth, path) for item in value]]
        if kind is tuple:
            return ["t", *[self._encode(item, depth, path) for item in value]]
        if kind is dict:
            out: list[Any] = ["d"]
            for key, item in _items(value):
                out += (self._key(key, depth, path), self._encode(item, depth, path))
            return out
        if kind is set or kind is frozenset:
            tag = "e" if kind is set else "z"
            return [tag, *[self._key(item, depth, path) for item in value]]
        parts = self._parts(value, kind)
        if parts is not None:
            self._spend(_HEAD + _len(parts[0]))
            return ["o", parts[0], *[self._encode(part, depth, path) for part in parts[1]]]
        if not self._is_own(kind):
            raise Unserialisable(f"a {_name(kind)} is no plain value")
        known = self._namespace.get(_name(kind), kind)
        if known is not kind and isinstance(known, type):
            raise Unserialisable(f"a {_name(kind)} of another class than the program's")
        passing = issubclass(kind, enum.Enum) or _is_local(kind)
        fields = None if passing else _fields(value)
        if fields is None:
            return self._encode_record(value, kind, depth, path)
        walk = _level_order if _len(fields) == 3 else _chain
        items = walk(value, fields, self._limit)
        self._spend(_HEAD + _len(_name(kind)) + 2 * _len(items))
        return ["n", _name(kind), *[self._encode(item, depth, path) for item in items]]

    def _key(self, value: Any, depth: int, path: set[int]) -> Any:
        """An element of a set, or a key: two objects with the same fields may be two of them."""
        text = self._encode(value, depth, path)
        if _decides_itself(text):
            raise Unserialisable("objects with their own == are no plain keys")
        return text

    def _parts(self, value: Any, kind: Any) -> tuple[str, list[Any]] | None:
        try:
            return stdvalues.parts_of(value, kind)
        except stdvalues.TooLarge as error:
            raise Unserialisable(f"a {_name(kind)} {error}") from None

    def _encode_record(self, value: Any, kind: Any, depth: int, path: set[int]) -> Any:
        """An object by its fields, or where these are no plain values by its ``__repr__``."""
        if not _name(kind).isidentifier():
            raise Unserialisable("an object of a class without a proper name is no plain value")
        try:
            fields, like, decides = records.fields_of(value, kind)
            if like is not True:
                like = [self._encode(item, depth, path) for item in like]
            encoded = [self._encode(item, depth, path) for item in fields.values()]
        except Exception:  # noqa: BLE001  not plain, or code of the candidate raised
            fields, like, decides = {records.WRITTEN: self._own_text(value, kind)}, [], True
            encoded = [self._encode(item, depth, path) for item in fields.values()]
        self._spend(_HEAD + _len(_name(kind)) + sum([_HEAD + _len(name) for name in fields]))
        return ["r", _name(kind), decides, ["s" + name for name in fields], like, *encoded]

    def _own_text(self, value: Any, kind: Any) -> str:
        try:
            return records.own_text(value, kind)
        except records.NoRecord:
            raise Unserialisable(f"a {_name(kind)} is no plain value") from None

    def _record(self, items: list[Any]) -> Any:
        name, _, fields, _, *values = items
        cls = self._namespace.get(name)
        if not isinstance(cls, type):
            raise LookupError(f"defines no class {name}")
        return records.build(cls, [f[1:] for f in fields], [self.decode(v) for v in values])

    def _spend(self, size: int) -> None:
        self._spent += size
        if self._spent > self._limit:
            raise Unserialisable(f"the answer is over {self._limit} bytes")

    def _is_own(self, kind: Any) -> bool:
        """Whether the class is the program's, or of a module that came with it."""
        if self._namespace.get(_name(kind)) is kind:
            return True
        module: Any = _getattr(kind, "__module__", None)
        return _type(module) is str and module.partition(".")[0] not in _LIBRARY

    def _build(self, kind: str, items: list[Any]) -> Any:
        if not items:
            return None
        cls = self._namespace.get(kind)
        if not isinstance(cls, type):
            raise LookupError(f"defines no class {kind}")
        first = _construct(cls, items[0])
        fields = _fields(first)
        if fields is None:
            raise LookupError(f"{kind} has the fields of neither a linked list nor a tree")
        if _len(fields) == 2:
            return _build_chain(cls, first, fields, items)
        return _build_tree(cls, first, fields, items)


def _is_local(kind: Any) -> bool:
    """Whether a function made the class: examples that write its objects as lists know none."""
    name: Any = _getattr(kind, "__qualname__", "")
    return _type(name) is str and "<locals>" in name


def _is_iterator(kind: Any) -> bool:
    """A generator, an iterator of builtins or itertools, or of a class with ``__next__``."""
    return _getattr(kind, "__next__", None) is not None and kind is not types.AsyncGeneratorType


def holds_record(text: Any) -> bool:
    """Whether an encoded value holds an object: its fields are not what it was made of."""
    if _type(text) is not list:
        return False
    return text[:1] == ["r"] or True in _map(holds_record, text)


def _decides_itself(text: Any) -> bool:
    """Whether an encoded value holds an object whose own ``__eq__`` decides."""
    if _type(text) is not list:
        return False
    return (text[:1] == ["r"] and text[2] is True) or True in _map(_decides_itself, text)


def _scalar(text: str) -> Any:
    tag, rest = text[0], text[1:]
    if tag == "s":
        return rest
    if tag == "i":
        return int(rest, 16)
    return float.fromhex(rest) if tag == "f" else bytes.fromhex(rest)


def _name(kind: Any) -> str:
    name = _getattr(kind, "__name__", "value")
    return name if _type(name) is str else "value"


def _fields(node: Any) -> tuple[str, ...] | None:
    """(value, next) of a linked list's node, (value, left, right) of a tree's, or None."""
    present = {name for name in (*_VALUE_NAMES, *_NEXT_NAMES, "left", "right")
               if _getattr(node, name, _missing) is not _missing}  # fmt: skip
    value = _next((name for name in _VALUE_NAMES if name in present), None)
    if value is None:
        return None
    if "left" in present and "right" in present:
        return (value, "left", "right")
    following = _next((name for name in _NEXT_NAMES if name in present), None)
    return (value, following) if following else None


def _construct(cls: Any, value: Any) -> Any:
    for arguments in ((value,), (value, None), (value, None, None)):
        try:
            return cls(*arguments)
        except TypeError:
            continue
    raise LookupError(f"{_name(cls)} can't be made from one value")


def _build_chain(cls: Any, head: Any, fields: tuple[str, ...], items: list[Any]) -> Any:
    node = head
    for item in items[1:]:
        following = _construct(cls, item)
        _setattr(node, fields[1], following)
        node = following
    _setattr(node, fields[1], None)
    return head


def _build_tree(cls: Any, root: Any, fields: tuple[str, ...], items: list[Any]) -> Any:
    waiting = collections.deque([root])
    rest = _iter(items[1:])
    while waiting:
        node = waiting.popleft()
        for field in fields[1:]:
            item = _next(rest, None)
            child = None if item is None else _construct(cls, item)
            _setattr(node, field, child)
            if child is not None:
                waiting.append(child)
    return root


def _chain(node: Any, fields: tuple[str, ...], limit: int) -> list[Any]:
    kind: Any = _type(node)
    seen: dict[int, Any] = {}  # holds the nodes, so that no id is used twice
    items: list[Any] = []
    while node is not None:
        if _type(node) is not kind:
            raise Unserialisable(f"a {_name(kind)} leads to a {_name(_type(node))}")
        if _id(node) in seen:
            raise Unserialisable(f"the {_name(kind)} chain has a cycle")
        seen[_id(node)] = node
        if 2 * _len(seen) > limit:
            raise Unserialisable(f"a {_name(kind)} with over {_len(seen) - 1} nodes")
        items.append(_getattr(node, fields[0]))
        node = _getattr(node, fields[1], None)
    return items


def _level_order(root: Any, fields: tuple[str, ...], limit: int) -> list[Any]:
    kind: Any = _type(root)
    seen: dict[int, Any] = {}  # holds the nodes, so that no id is used twice
    items: list[Any] = []
    waiting: collections.deque[Any] = collections.deque([root])
    while waiting:
        node = waiting.popleft()
        if node is None:
            items.append(None)
            continue
        if _type(node) is not kind:
            raise Unserialisable(f"a {_name(kind)} leads to a {_name(_type(node))}")
        if _id(node) in seen:
            raise Unserialisable(f"the {_name(kind)} tree has a cycle or a shared branch")
        seen[_id(node)] = node
        if 2 * _len(seen) > limit:
            raise Unserialisable(f"a {_name(kind)} with over {_len(seen) - 1} nodes")
        items.append(_getattr(node, fields[0]))
        waiting.append(_getattr(node, fields[1]))
        waiting.append(_getattr(node, fields[2]))
    while items and items[-1] is None:
        items.pop()
    return items
