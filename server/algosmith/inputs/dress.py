"""Turns plain values into those of other classes: ``[1, 2]`` into ``deque([1, 2])``.

Standard library only: it also runs in the cage. The traits of a kind name the class.
"""

from __future__ import annotations

import datetime
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Spec = dict[str, Any]
_FIRST_DAY = datetime.date(2020, 2, 20).toordinal()
_MOST_DAYS = 50_000


def _day(number: Any) -> datetime.date:
    return datetime.date.fromordinal(_FIRST_DAY + int(number) % _MOST_DAYS)


def _moment(number: Any) -> datetime.datetime:
    midnight = datetime.datetime.combine(_day(number), datetime.time())
    return midnight + datetime.timedelta(minutes=37 * (int(number) % 37))


def _array(values: Any) -> Any:
    return array("d" if any(isinstance(value, float) for value in values) else "q", values)


def _factory(values: dict[Any, Any]) -> Any:
    """What a dict of such values would make missing ones of."""
    first = next(iter(values.values()), 0)
    known: tuple[Any, ...] = (int, float, str, list, set, dict)
    return next((kind for kind in known if type(first) is kind), None)


def _defaultdict(values: dict[Any, Any]) -> Any:
    return defaultdict(_factory(values), values)


CLASSES: dict[str, Callable[[Any], Any]] = {
    "Fraction": lambda value: Fraction(int(value), 1 + int(value) % 4),
    "Decimal": lambda value: Decimal(int(4 * value)) / 4,
    "complex": lambda value: complex(value, int(value) % 5 - 2),
    "range": lambda value: range(int(value)),
    "date": _day,
    "datetime": _moment,
    "timedelta": lambda value: datetime.timedelta(minutes=45 * int(value)),
    "deque": deque,
    "array": _array,
    "bytearray": bytearray,
    "Counter": Counter,
    "OrderedDict": OrderedDict,
    "defaultdict": _defaultdict,
    "frozenset": frozenset,
}
"""For each trait what makes the value of a plain one."""


def dressed(kind: Spec, value: Any) -> Any:
    """The value with the classes that its kind and the kinds of its parts name."""
    parts: list[Spec] = kind["parts"]
    if any(map(_is_dressed, parts)) and len(parts) >= 1:
        value = _with_parts(kind, parts, value)
    for trait in kind["traits"]:
        if trait in CLASSES:
            return CLASSES[trait](value)
    return value


def _is_dressed(kind: Spec) -> bool:
    return any(trait in CLASSES for trait in kind["traits"]) or any(map(_is_dressed, kind["parts"]))


def _with_parts(kind: Spec, parts: list[Spec], value: Any) -> Any:
    if kind["base"] == "dict" and isinstance(value, dict):
        key, item = parts if len(parts) == 2 else (parts[0], parts[0])
        pairs: list[Any] = list(value.items())  # pyright: ignore[reportUnknownArgumentType]  # plain values
        return {dressed(key, k): dressed(item, v) for k, v in pairs}
    if type(value) not in (list, tuple, set):
        return value
    values: list[Any] = list(value)
    if kind["base"] == "tuple" and len(parts) == len(values):
        made = [dressed(part, item) for part, item in zip(parts, values, strict=True)]
    else:
        made = [dressed(parts[0], item) for item in values]
    return type(value)(made)
