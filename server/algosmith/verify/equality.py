"""Python's ``==`` on plain values as a user's assert means it: NaN equals NaN, approx allows."""

from __future__ import annotations

import cmath
import math
from decimal import Decimal
from numbers import Number
from typing import Any, cast

from algosmith.sandbox.compare import same


class Approx:
    """``pytest.approx``: a number or numbers within a tolerance."""

    __slots__ = ("absolute", "relative", "value")

    def __init__(self, value: Any, relative: float, absolute: float) -> None:
        self.value, self.relative, self.absolute = value, relative, absolute


def equal(left: Any, right: Any) -> bool:
    """Python's ``==`` on plain values, but NaN equals NaN and Approx allows its tolerance."""
    if isinstance(right, Approx):
        return _near(left, right)
    if isinstance(left, Approx):
        return _near(right, left)
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        a, b = cast("list[Any]", left), cast("list[Any]", right)
        if type(a) is not type(b):
            return False
        return len(a) == len(b) and all(map(equal, a, b))
    one, other = cast("Any", left), cast("Any", right)
    return bool(one == other) or same(one, other, relative=0, absolute=0)


def _near(value: Any, wanted: Approx) -> bool:
    inner = wanted.value
    if isinstance(inner, list | tuple):
        items = list(cast("list[Any]", inner))
        return (
            isinstance(value, list | tuple)
            and len(cast("list[Any]", value)) == len(items)
            and all(
                _near(v, Approx(i, wanted.relative, wanted.absolute))
                for v, i in zip(cast("list[Any]", value), items, strict=True)
            )
        )
    if isinstance(inner, dict):
        pairs = cast("dict[Any, Any]", inner)
        found = cast("dict[Any, Any]", value) if isinstance(value, dict) else {}
        return found.keys() == pairs.keys() and all(
            _near(found[k], Approx(i, wanted.relative, wanted.absolute)) for k, i in pairs.items()
        )
    if not (_is_number(inner) and _is_number(value)):
        return equal(value, inner)
    close: Any = cmath.isclose if complex in (type(inner), type(value)) else math.isclose
    return close(value, inner, rel_tol=wanted.relative, abs_tol=wanted.absolute)


def _is_number(value: Any) -> bool:
    return type(value) is not bool and isinstance(value, Number | Decimal)
