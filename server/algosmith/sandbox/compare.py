"""Whether two plain values are the same: by type and value, outside the cage."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, cast

from algosmith.sandbox import stdvalues
from algosmith.sandbox.types import Node, Record

if TYPE_CHECKING:
    from algosmith.sandbox.types import Value

RELATIVE = 1e-9
ABSOLUTE = 1e-12


def same(a: Value, b: Value, *, relative: float = RELATIVE, absolute: float = ABSOLUTE) -> bool:
    """Equal in type and value, all the way down.

    NaN equals NaN; a bool is no int, an int no float, a list no tuple; a Counter is a dict. Two
    floats are the same when they differ by at most ``relative`` of the larger or by ``absolute``:
    results of the same sum in another order agree, a rounding to nine digits does not. Pass 0 for
    both to compare exactly.
    Floats inside sets and dict keys are compared exactly. An empty Node is None. Values nested
    deeper than the protocol allows raise RecursionError.
    """
    return _same(_plain(a), _plain(b), (relative, absolute))


def _plain(value: Value) -> Value:
    return None if type(value) is Node and not value.items else value


def _same(a: Value, b: Value, tolerance: tuple[float, float]) -> bool:
    if isinstance(a, dict) and isinstance(b, dict):
        return _same_dict(a, b, tolerance)
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return _same_float(a, cast("float", b), tolerance)
    if isinstance(a, (list, tuple)):
        return _same_items(a, cast("list[Value]", b), tolerance)
    if isinstance(a, (set, frozenset)):
        return _keys(a) == _keys(cast("set[Value]", b))
    if isinstance(a, Node):
        other = cast("Node", b)
        return a.kind == other.kind and _same_items(a.items, other.items, tolerance)
    if isinstance(a, Record):
        return _same_record(a, cast("Record", b), tolerance)
    parts, others = stdvalues.parts_of(a), stdvalues.parts_of(b)
    if parts and others:
        return _same_items(parts[1], others[1], tolerance)
    return a == b


def _same_record(a: Record, b: Record, tolerance: tuple[float, float]) -> bool:
    if a.kind != b.kind or a.fields != b.fields or not _same_items(a.items, b.items, tolerance):
        return False
    return (a.is_tuple and b.is_tuple) or _same_items(a.like, b.like, tolerance)


def _same_float(a: float, b: float, tolerance: tuple[float, float]) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return math.isclose(a, b, rel_tol=tolerance[0], abs_tol=tolerance[1])


def _same_items(
    a: list[Value] | tuple[Value, ...],
    b: list[Value] | tuple[Value, ...],
    tolerance: tuple[float, float],
) -> bool:
    return len(a) == len(b) and all(
        _same(_plain(x), _plain(y), tolerance) for x, y in zip(a, b, strict=True)
    )


def _same_dict(
    a: dict[Value, Value], b: dict[Value, Value], tolerance: tuple[float, float]
) -> bool:
    left = {_key(key): value for key, value in a.items()}
    right = {_key(key): value for key, value in b.items()}
    return left.keys() == right.keys() and all(
        _same(_plain(value), _plain(right[key]), tolerance) for key, value in left.items()
    )


def _keys(values: set[Value] | frozenset[Value]) -> frozenset[object]:
    return frozenset(_key(value) for value in values)


def _key(value: Value) -> object:
    """A stand-in that hashes by type and value: 1, 1.0 and True differ, NaN equals itself."""
    if isinstance(value, tuple):
        return ("tuple", tuple(_key(item) for item in value))
    if isinstance(value, frozenset):
        return ("frozenset", _keys(value))
    if isinstance(value, float):
        return ("float", value.hex() if value else "0")
    if isinstance(value, Record):
        return (value.kind, value.fields, tuple(_key(item) for item in value.items))
    return (type(value).__name__, value)
