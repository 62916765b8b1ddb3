"""Values of the standard library's classes as plain parts, and back, inside the cage.

``algosmith.sandbox.stdvalues`` is the counterpart outside and has the same bounds: what would be
refused there is no plain value here.
"""

from __future__ import annotations

import collections
import importlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_BITS, MOST_DIGITS, MOST_ITEMS = 1 << 14, 2_000, 100_000
_MODULES = {
    "Fraction": "fractions", "Decimal": "decimal", "array": "array", "date": "datetime",
    "datetime": "datetime", "time": "datetime", "timedelta": "datetime", "deque": "collections",
    "Counter": "collections", "OrderedDict": "collections", "defaultdict": "collections",
    "complex": "builtins", "range": "builtins", "bytearray": "builtins",
}  # fmt: skip
_FACTORIES = (int, float, str, list, set, dict, tuple, bool)
_EMPTY: dict[int, int] = {}
_VIEWS: Any = {type(_EMPTY.keys()): "dict_keys", type(_EMPTY.values()): "dict_values",
               type(_EMPTY.items()): "dict_items"}  # fmt: skip

# A candidate may replace builtins; what follows must not notice.
_type: Any = type
_list: Any = list
_dict: Any = dict
_map: Any = map
_enumerate: Any = enumerate
_len, _getattr, _max, _abs, _bytes, _str = len, getattr, max, abs, bytes, str
_ordered: Any = collections.OrderedDict
_pairs: Any = _ordered.items


class TooLarge(Exception):
    """The value is outside the bounds."""


def parts_of(value: Any, kind: Any) -> tuple[str, list[Any]] | None:
    """The name of a value's class and its parts; None where it is none of the library's.

    Raises TooLarge.
    """
    if kind in _VIEWS:
        return _VIEWS[kind], [_list(value)]
    name = _getattr(kind, "__name__", "")
    module = sys.modules.get(_MODULES.get(name, "")) if _type(name) is _str else None
    if module is None or _getattr(module, name, None) is not kind:
        return None
    return name, _TAKERS[name](value)


def build(name: str, parts: list[Any]) -> Any:
    """The value that parts stand for."""
    if name == "dict_keys":
        return _dict.fromkeys(parts[0]).keys()
    if name == "dict_values":
        return _dict(_enumerate(parts[0])).values()
    if name == "dict_items":
        return _dict(parts[0]).items()
    module = importlib.import_module(_MODULES[name])
    kind = _getattr(module, name)
    if name == "defaultdict":
        factory = {known.__name__: known for known in _FACTORIES}.get(parts[0])
        return kind(factory, parts[1])
    if name in ("datetime", "time"):
        *fields, offset = parts
        return kind(*fields, tzinfo=_zone(module, offset))
    return kind(*parts)


def _zone(module: Any, offset: Any) -> Any:
    return None if offset is None else module.timezone(module.timedelta(seconds=offset))


def _fraction(value: Any) -> list[Any]:
    top, bottom = value.numerator, value.denominator
    _bound(_max(top.bit_length(), bottom.bit_length()), MOST_BITS)
    return [top, bottom]


def _decimal(value: Any) -> list[Any]:
    sign, digits, exponent = value.as_tuple()
    if _type(exponent) is _str:
        if exponent == "N":
            raise TooLarge("a signalling NaN")
        return ["NaN" if exponent == "n" else "-Infinity" if sign else "Infinity"]
    _bound(_max(_len(digits), _abs(exponent)), MOST_DIGITS)
    return [f"{'-' * sign}{''.join(_map(_str, digits))}E{exponent:+d}"]


def _range(value: Any) -> list[Any]:
    parts = [value.start, value.stop, value.step]
    for part in parts:
        _bound(part.bit_length(), 62)
    _bound(_len(value), MOST_ITEMS)
    return parts


def _defaultdict(value: Any) -> list[Any]:
    factory = value.default_factory
    return [factory.__name__ if factory in _FACTORIES else "", _dict(value)]


def _array(value: Any) -> list[Any]:
    if value.typecode not in "bBhHiIlLqQfd":
        raise TooLarge("an array of characters")
    return [value.typecode, value.tolist()]


def _moment(value: Any) -> list[Any]:
    parts = [value.hour, value.minute, value.second, value.microsecond]
    offset = value.utcoffset()
    return [*parts, None if offset is None else offset.total_seconds()]


def _day(value: Any) -> list[Any]:
    return [value.year, value.month, value.day]


_TAKERS: dict[str, Callable[[Any], list[Any]]] = {
    "complex": lambda v: [v.real, v.imag],
    "Fraction": _fraction,
    "Decimal": _decimal,
    "range": _range,
    "deque": lambda v: [_list(v), v.maxlen],
    "Counter": lambda v: [_dict(v)],
    "OrderedDict": lambda v: [_dict(_pairs(v))],
    "defaultdict": _defaultdict,
    "array": _array,
    "bytearray": lambda v: [_bytes(v)],
    "date": _day,
    "datetime": lambda v: [*_day(v), *_moment(v)],
    "time": _moment,
    "timedelta": lambda v: [v.days, v.seconds, v.microseconds],
}


def _bound(size: int, most: int) -> None:
    if size > most:
        raise TooLarge("too large to compare")
