"""Values of the standard library's classes, taken apart into plain parts and put together again.

The strict counterpart of ``caged/stdvalues.py``: what comes from the cage is checked, and bounded,
so that comparing such a value or writing it down costs little.
"""

from __future__ import annotations

import datetime
import decimal
import re
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

MOST_BITS = 1 << 14
"""Of a fraction's numbers: its lowest terms take time in the square of that."""
MOST_DIGITS = 2_000
"""Of a decimal number, its exponent included."""
MOST_ITEMS = 100_000
"""Of a range: what walks it takes that many steps."""
_DECIMAL = re.compile(r"-?(?:\d{1,2000}(?:E[+-]\d{1,4})?|Infinity|NaN)\Z", re.ASCII)
_TYPECODES = "bBhHiIlLqQfd"
FACTORIES: Mapping[str, type[Any]] = {
    kind.__name__: kind for kind in (int, float, str, list, set, dict, tuple, bool)
}
"""What a defaultdict may make missing values of."""

Builder: TypeAlias = Callable[..., Any]


def _fraction(numerator: int, denominator: int) -> Fraction:
    _require(denominator > 0 and max(numerator.bit_length(), denominator.bit_length()) <= MOST_BITS)
    return Fraction(numerator, denominator)


def _decimal(text: str) -> Decimal:
    _require(_DECIMAL.match(text) is not None)
    return Decimal(text)


def _range(start: int, stop: int, step: int) -> range:
    _require(max(map(int.bit_length, (start, stop, step))) <= 62)
    made = range(start, stop, step)
    _require(len(made) <= MOST_ITEMS)
    return made


def _deque(items: list[Any], most: int | None) -> deque[Any]:
    _require(most is None or len(items) <= most < 1 << 62)
    return deque(items, most)


def _defaultdict(factory: str, items: dict[Any, Any]) -> defaultdict[Any, Any]:
    return defaultdict(FACTORIES.get(factory), items)


def _array(code: str, items: list[Any]) -> array[Any]:
    _require(len(code) == 1 and code in _TYPECODES)
    return array(code, items)


def _zone(seconds: float | None) -> datetime.tzinfo | None:
    return None if seconds is None else datetime.timezone(datetime.timedelta(seconds=seconds))


def _datetime(*parts: Any) -> datetime.datetime:
    *fields, offset = parts
    return datetime.datetime(*fields, tzinfo=_zone(offset))


def _time(*parts: Any) -> datetime.time:
    *fields, offset = parts
    return datetime.time(*fields, tzinfo=_zone(offset))


def _number(real: float, imaginary: float) -> complex:
    return complex(real, imaginary)


def _keys(items: list[Any]) -> Any:
    """The keys of a dict: they compare as a set does, and so do its pairs."""
    return dict.fromkeys(items).keys()


def _values(items: list[Any]) -> Any:
    """The values of a dict: such a view equals no other, as in Python."""
    return dict(enumerate(items)).values()


def _pairs(items: list[Any]) -> Any:
    return dict(items).items()


_BUILDERS: Mapping[str, tuple[tuple[type[Any] | tuple[type[Any], ...], ...], Builder]] = {
    "complex": ((float, float), _number),
    "Fraction": ((int, int), _fraction),
    "Decimal": ((str,), _decimal),
    "range": ((int, int, int), _range),
    "deque": ((list, (int, type(None))), _deque),
    "Counter": ((dict,), Counter),
    "OrderedDict": ((dict,), OrderedDict),
    "defaultdict": ((str, dict), _defaultdict),
    "array": ((str, list), _array),
    "bytearray": ((bytes,), bytearray),
    "date": ((int, int, int), datetime.date),
    "datetime": ((*(int,) * 7, (float, type(None))), _datetime),
    "time": ((*(int,) * 4, (float, type(None))), _time),
    "timedelta": ((int, int, int), datetime.timedelta),
    "dict_keys": ((list,), _keys),
    "dict_values": ((list,), _values),
    "dict_items": ((list,), _pairs),
}
"""For each class the exact types of its parts, and what makes a value of them."""


class PartsError(ValueError):
    """The parts are none of the class, or make a value that is too large."""


def build(name: str, parts: list[Any]) -> Any:
    """The value of a class by its parts; raises PartsError."""
    types, builder = _BUILDERS.get(name, ((), None))
    if builder is None or len(types) != len(parts):
        raise PartsError(name)
    for part, allowed in zip(parts, types, strict=True):
        if type(part) not in (allowed if isinstance(allowed, tuple) else (allowed,)):
            raise PartsError(name)
    try:
        return builder(*parts)
    except (ValueError, TypeError, OverflowError, decimal.InvalidOperation) as error:
        raise PartsError(name) from error


def parts_of(value: Any) -> tuple[str, list[Any]] | None:
    """The class and the parts of such a value; None for any other."""
    taker = _TAKERS.get(value.__class__)
    return None if taker is None else (str(value.__class__.__name__), taker(value))


def _offset(value: datetime.datetime | datetime.time) -> float | None:
    offset = value.utcoffset()
    return None if offset is None else offset.total_seconds()


def _decimal_text(value: Decimal) -> str:
    """``-15E-1``: digits and exponent, nothing rounded."""
    sign, digits, exponent = value.as_tuple()
    if isinstance(exponent, str):
        return "NaN" if exponent in ("n", "N") else "-Infinity" if sign else "Infinity"
    return f"{'-' * sign}{''.join(map(str, digits))}E{exponent:+d}"


_EMPTY: dict[int, int] = {}
_TAKERS: Mapping[type[Any], Callable[[Any], list[Any]]] = {
    complex: lambda v: [v.real, v.imag],
    Fraction: lambda v: [v.numerator, v.denominator],
    Decimal: lambda v: [_decimal_text(v)],
    range: lambda v: [v.start, v.stop, v.step],
    deque: lambda v: [list(v), v.maxlen],
    Counter: lambda v: [dict(v)],
    OrderedDict: lambda v: [dict(v)],
    defaultdict: lambda v: [getattr(v.default_factory, "__name__", ""), dict(v)],
    array: lambda v: [v.typecode, v.tolist()],
    bytearray: lambda v: [bytes(v)],
    datetime.date: lambda v: [v.year, v.month, v.day],
    datetime.datetime: lambda v: [
        v.year, v.month, v.day, v.hour, v.minute, v.second, v.microsecond, _offset(v),
    ],
    datetime.time: lambda v: [v.hour, v.minute, v.second, v.microsecond, _offset(v)],
    datetime.timedelta: lambda v: [v.days, v.seconds, v.microseconds],
    type(_EMPTY.keys()): lambda v: [list(v)],
    type(_EMPTY.values()): lambda v: [list(v)],
    type(_EMPTY.items()): lambda v: [list(v)],
}  # fmt: skip


def _require(fits: bool) -> None:
    if not fits:
        raise ValueError("too large, or no such value")
