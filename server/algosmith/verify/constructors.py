"""Calls that make values of the standard library's classes, in the user's text: bounded, closed.

``spelled`` is the way back: a text that the closed evaluator reads as the same value.
"""

from __future__ import annotations

import datetime
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from algosmith.sandbox import stdvalues
from algosmith.sandbox.types import Node, Record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MADE = "_value_of"
"""The function by whose calls ``spelled`` writes values; nobody else's text may call it."""
_LONGEST = 200
_FACTORIES = stdvalues.FACTORIES


def _fraction(*parts: Any) -> Fraction:
    """No exponent: ``Fraction("1e999999999")`` would take hours."""
    if any(isinstance(part, str) and (len(part) > _LONGEST or "e" in part.lower())
           for part in parts):  # fmt: skip
        raise ValueError(parts)
    return Fraction(*parts)


def _decimal(value: Any = "0") -> Decimal:
    if isinstance(value, str) and len(value) > _LONGEST:
        raise ValueError(value)
    made = Decimal(value)
    if made.is_finite() and abs(made.adjusted()) > stdvalues.MOST_DIGITS:
        raise ValueError(value)  # as a whole number it would have that many digits
    return made


def _defaultdict(factory: Any = None, *rest: Any) -> defaultdict[Any, Any]:
    return defaultdict(factory if factory in _FACTORIES.values() else None, *rest)


def _ordered(*parts: Any) -> OrderedDict[Any, Any]:
    return OrderedDict(*parts)


def _made(name: str, *parts: Any) -> Any:
    """What ``spelled`` wrote."""
    if name == "object":
        return _object(*parts)
    return _node(*parts) if name == "node" else stdvalues.build(name, [*parts])


def _object(kind: Any, fields: Any, items: Any, like: Any = (), decides: Any = False) -> Record:
    """``like`` is True for what equals the tuple of its items."""
    base = (items,) if like is True else like
    if not (
        _is_tuple_of(str, (kind,)) and _is_tuple_of(str, fields) and _is_tuple_of(object, items)
        and _is_tuple_of(object, base) and len(fields) == len(items) and len(base) < 2
    ):  # fmt: skip
        raise ValueError("no object")
    return Record(kind, fields, items, base, decides is True)


def _node(kind: Any, items: Any) -> Node:
    if not (_is_tuple_of(str, (kind,)) and _is_tuple_of(object, items)):
        raise ValueError("no node")
    return Node(kind, items)


def _is_tuple_of(cls: type[Any], value: Any) -> bool:
    return type(value) is tuple and all(
        isinstance(item, cls) for item in cast("tuple[Any, ...]", value)
    )


CONSTRUCTORS: Mapping[str, Callable[..., Any]] = {
    "Fraction": _fraction,
    "Decimal": _decimal,
    "complex": complex,
    "deque": deque,
    "Counter": Counter,
    "OrderedDict": _ordered,
    "defaultdict": _defaultdict,
    "array": array,
    "bytearray": bytearray,
    "date": datetime.date,
    "datetime": datetime.datetime,
    "timedelta": datetime.timedelta,
    "time": datetime.time,
}
NAMED = frozenset({"maxlen", "days", "hours", "minutes", "seconds", "weeks", "microseconds",
                   "milliseconds", "year", "month", "day", "hour", "minute", "second"})  # fmt: skip
"""Named arguments that they may be called with."""


def construct(name: str, arguments: list[Any], options: dict[str, Any]) -> Any:
    """The value of a call; raises what the class raises, ValueError for what is too large."""
    if name == MADE:
        return _made(*arguments)
    if any(isinstance(part, int) and name == "bytearray" for part in arguments):
        raise ValueError("too large")
    if not set(options) <= NAMED:
        raise ValueError(f"arguments of {name}")
    return CONSTRUCTORS[name](*arguments, **options)


def spelled(value: Any) -> str:
    """A text that the closed evaluator reads as the same value."""
    match value:
        case Record(kind=kind, fields=fields, items=items, like=like, decides=decides):
            parts = (kind, fields, items, value.is_tuple or like, decides)
            return f"{MADE}('object', {', '.join(map(spelled, parts))})"
        case Node(kind=kind, items=items):
            return f"{MADE}('node', {kind!r}, {spelled(items)})"
        case tuple():
            inner = [spelled(item) for item in cast("tuple[Any, ...]", value)]
            return f"({', '.join(inner)}{',' if len(inner) == 1 else ''})"
        case _:
            return _spelled_rest(value)


def _spelled_rest(value: Any) -> str:
    parts = stdvalues.parts_of(value)
    if parts is not None:
        return f"{MADE}({', '.join(map(spelled, parts[:1] + tuple(parts[1])))})"
    match value:
        case list():
            return f"[{', '.join(map(spelled, cast('list[Any]', value)))}]"
        case dict():
            pairs = cast("dict[Any, Any]", value).items()
            return f"{{{', '.join(f'{spelled(k)}: {spelled(v)}' for k, v in pairs)}}}"
        case set() | frozenset() if value:
            inner = f"{{{', '.join(map(spelled, cast('set[Any]', value)))}}}"
            return inner if isinstance(value, set) else f"frozenset({inner})"
        case _:
            return repr(value)
