"""Counts work while rewritten source runs: steps, and what C builtins do, from a cost table.

Standard library, ``charges`` and ``meter`` only: it runs in the cage, sent as source.
Integers cost a unit whatever their size; Timsort is charged n log n even on sorted input.
"""

# Values of any type pass through; strict checking would only list them all as unknown.
# pyright: standard

from __future__ import annotations

from collections import deque
from typing import Any

from algosmith.complexity.charges import (
    FOUND,
    HASHED,
    METHODS,
    SEQUENCES,
    SIZED,
    WorkLimit,
    log2,
    sorting,
    tail,
)
from algosmith.complexity.meter import SCALARS, UNSIZED, Steps

_WIDE = 1 << 15
_WIDEST = 1 << 18
"""Bits of a number; beyond it arithmetic takes longer than any step may."""
_LINE = 64
"""Bytes that a concatenation copies at no cost that shows: a number's digits stay below."""


class Meter(Steps):
    """Counts what operations and builtins do; ``names()`` is what the rewritten source calls."""

    def slice(self, value: Any) -> Any:
        """The result of a slice."""
        if isinstance(value, SEQUENCES):
            self.charge(len(value))
        return value

    def contains(self, value: Any, container: Any) -> bool:
        """``value in container``, charged by where it was found."""
        if isinstance(container, HASHED) or not isinstance(container, SIZED):
            return value in container
        if isinstance(container, str | bytes):
            self.charge(len(container))
            return value in container
        position = 0
        for position, item in enumerate(container, 1):
            if item is value or item == value:
                self.charge(position)
                return True
        self.charge(position)
        return False

    def delete(self, container: Any, index: Any) -> None:
        """``del container[index]``."""
        if isinstance(container, list) and isinstance(index, int):
            self.charge(tail(container, index))

    def store(self, container: Any, values: Any, *ends: Any) -> Any:
        """``container[a:b] = values``: what stands behind moves only where the length changes.

        ``ends`` are a and b where looking at them twice does no harm.
        """
        length = len(container)
        if len(ends) == 2 and all(end is None or isinstance(end, int) for end in ends):
            start, stop, _ = slice(*ends).indices(length)
            same = isinstance(values, SIZED) and len(values) == max(0, stop - start)
            self.charge(1 if same else max(1, length - start))
        else:
            self.charge(length)
        return self.whole(values)

    def add(self, left: Any, right: Any) -> Any:
        """``left + right``."""
        result = left + right
        if result.__class__ not in SCALARS and isinstance(result, SEQUENCES):
            short = isinstance(result, str | bytes) and len(result) <= _LINE
            self.charge(1 if short else len(result))
        return result

    def grow(self, left: Any, right: Any) -> Any:
        """``s = s + t``: in place for strings, a copy for lists."""
        result = left + right
        if isinstance(result, str):
            self.charge(len(right))
        elif isinstance(result, SEQUENCES):
            self.charge(len(result))
        return result

    def times(self, left: Any, right: Any) -> Any:
        """``left * right``: charged before it is made, for it may be huge."""
        if left.__class__ in SCALARS and right.__class__ in SCALARS:
            return left * right
        if isinstance(left, SEQUENCES) and isinstance(right, int):
            self.charge(max(0, len(left) * right))
        elif isinstance(right, SEQUENCES) and isinstance(left, int):
            self.charge(max(0, len(right) * left))
        return left * right  # pyright: ignore[reportOperatorIssue] - raises as it would

    def union(self, left: Any, right: Any) -> Any:
        """``left | right``."""
        if isinstance(left, SIZED):
            self.charge(len(left) + len(right))
        return left | right

    def common(self, left: Any, right: Any) -> Any:
        """``left & right``."""
        if isinstance(left, SIZED):
            self.charge(min(len(left), len(right)))
        return left & right

    def sorted(self, values: Any, **options: Any) -> Any:
        """``sorted``."""
        items = list(self.counted(values) if hasattr(values, "__next__") else values)
        self.charge(sorting(len(items)))
        return sorted(items, **options)

    def over(self, function: Any) -> Any:
        """A builtin that reads all of its first argument."""

        def charged(values: Any, *rest: Any, **options: Any) -> Any:
            return function(self.counted(values), *rest, **options)

        return charged

    def until(self, function: Any) -> Any:
        """``any`` and ``all``: read up to the first telling element."""

        def charged(values: Any) -> Any:
            return function(self.each(values) if isinstance(values, SIZED) else values)

        return charged

    def several(self, function: Any) -> Any:
        """``min`` and ``max``, also where they are passed as values."""

        def charged(*values: Any, **options: Any) -> Any:
            if len(values) == 1:
                return function(self.counted(values[0]), **options)
            return function(*values, **options)

        return charged

    def text(self, value: Any, *rest: Any) -> str:
        """``str``: numbers cost a unit."""
        self.whole(value)
        return str(value, *rest)

    def number(self, value: Any, *rest: Any, **options: Any) -> int:
        """``int``: text costs its length."""
        self.whole(value)
        return int(value, *rest, **options)

    def power(self, base: Any, exponent: Any, modulus: Any = None) -> Any:
        """``pow`` and ``**``: with a modulus as many steps as the exponent has bits."""
        if modulus is not None:
            self.charge(log2(abs(exponent)))
            return pow(base, exponent, modulus)
        if isinstance(base, int) and isinstance(exponent, int):
            self.wide(abs(base).bit_length() * exponent)
        return base**exponent

    def shift(self, value: Any, places: Any) -> Any:
        """``<<``."""
        if isinstance(places, int):
            self.wide(places)
        return value << places

    def wide(self, bits: int) -> None:
        """A number of so many bits: dear when wide, for many of them would fill the memory."""
        if bits > _WIDEST:
            raise WorkLimit
        if bits > _WIDE:
            self.charge(bits >> 9)

    def method(self, owner: Any, name: str, *args: Any, **options: Any) -> Any:
        """``owner.name(*args)`` for a name that is expensive on some type."""
        rule = METHODS.get(name)
        if rule is None or not isinstance(owner, SIZED):
            return getattr(owner, name)(*args, **options)
        if args and hasattr(args[0], "__next__") and not isinstance(args[0], UNSIZED):
            args = (list(self.counted(args[0])), *args[1:])
        self.charge(rule(owner, args))
        result = getattr(owner, name)(*args, **options)
        if name in FOUND and isinstance(owner, list | tuple | deque | str) and result is not None:
            self.charge(max(1, result) if result >= 0 else len(owner))
        return result

    def names(self) -> dict[str, Any]:
        """The names that rewritten source uses."""
        plain = {
            "tick": self.tick, "line": self.line, "enter": self.enter, "leave": self.leave,
            "whole": self.whole, "same": self.same, "slice": self.slice, "in": self.contains,
            "delete": self.delete, "store": self.store, "add": self.add, "grow": self.grow,
            "times": self.times, "union": self.union, "common": self.common,
            "method": self.method,
            "power": self.power, "shift": self.shift, "f_sorted": self.sorted, "f_str": self.text,
            "f_int": self.number, "f_pow": self.power, "f_any": self.until(any),
            "f_all": self.until(all), "f_min": self.several(min), "f_max": self.several(max),
        }  # fmt: skip
        for function in (sum, list, tuple, set, frozenset, dict, bytes, bytearray, repr):
            plain[f"f_{function.__name__}"] = self.over(function)
        return {f"_algo_{name}": value for name, value in plain.items()}
