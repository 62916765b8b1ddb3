"""All small inputs, the smallest first: most mistakes show on one of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from algosmith.sandbox.types import Call, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from algosmith.inputs.kinds import Kind, Parameter
    from algosmith.sandbox.types import Value

_KNOWN = frozenset({"sorted", "distinct", "positive", "nonempty", "nonnegative"})
"""What is known of a value and can be kept here; values with more rules are made elsewhere."""
_LONGEST = 4
_NUMBERS = (0, 1, 2, -1, 3, -2)
_FLOATS = (0.0, 1.0, -1.0, 0.5, 2.0)
_WORD = 5


def numbers(parameters: Sequence[Parameter]) -> Iterator[Call]:
    """Every call with whole numbers within the bounds known, by growing numbers, without end."""
    for most in itertools.count():
        for values in _up_to(len(parameters), most):
            signed = [_signs(value, parameters[at].kind) for at, value in enumerate(values)]
            yield from (_call(parameters, one) for one in itertools.product(*signed))


def are_numbers(parameters: Sequence[Parameter]) -> bool:
    """Whether ``numbers`` makes calls for them."""
    return bool(parameters) and all(p.kind.base == "int" for p in parameters)


def small(parameters: Sequence[Parameter], most: int) -> Iterator[Call]:
    """Up to ``most`` calls of small values, in all combinations; none where rules forbid that."""
    if any(p.role not in ("free", "size", "value") for p in parameters) or not parameters:
        return
    each = max(6, int(2 * most ** (1 / len(parameters))))
    pools = [list(itertools.islice(_values(p.kind, _LONGEST), each)) for p in parameters]
    if any(not pool for pool in pools):
        return
    made = 0
    for total in range(sum(len(pool) for pool in pools)):
        for places in _summing([len(pool) for pool in pools], total):
            yield _call(parameters, [pool[at] for pool, at in zip(pools, places, strict=True)])
            made += 1
            if made >= most:
                return


def _up_to(count: int, most: int) -> Iterator[tuple[int, ...]]:
    """All tuples of numbers whose largest is ``most``."""
    if count == 1:
        yield (most,)
        return
    for values in itertools.product(range(most + 1), repeat=count):
        if max(values) == most:
            yield values


def _signs(value: int, kind: Kind) -> list[int]:
    found = [value, -value] if value else [0]
    return [one for one in found if _fits(one, kind)]


def _fits(value: float, kind: Kind) -> bool:
    low = kind.low if kind.low is not None else 1 if "positive" in kind.traits else None
    return (low is None or value >= low) and (kind.high is None or value <= kind.high)


def _summing(lengths: list[int], total: int) -> Iterator[tuple[int, ...]]:
    """Places in pools whose sum is ``total``: all small together first."""
    if len(lengths) == 1:
        yield from ((total,),) if total < lengths[0] else ()
        return
    for at in range(min(total + 1, lengths[0])):
        yield from ((at, *rest) for rest in _summing(lengths[1:], total - at))


def _call(parameters: Sequence[Parameter], values: Sequence[Value]) -> Call:
    named = dict(zip((p.name for p in parameters), values, strict=True))
    positional = tuple(named[p.name] for p in parameters if not p.keyword)
    return Call(positional, {p.name: named[p.name] for p in parameters if p.keyword})


def _values(kind: Kind, longest: int) -> Iterator[Value]:
    """The values of a kind, the smallest first; none of a kind with rules that are not known."""
    if kind.traits - _KNOWN or (kind.class_name and kind.base != "linked"):
        return
    match kind.base:
        case "int":
            pool = [n for n in _NUMBERS if _fits(n, kind)]
            low = kind.low if kind.low is not None else 1
            yield from pool
            yield from (
                n for n in range(max(low, 1), max(low, 1) + 12) if _fits(n, kind) and n not in pool
            )
        case "float":
            yield from (one for one in _FLOATS if _fits(one, kind))
        case "bool":
            yield from (False, True)
        case "none":
            yield None
        case "str":
            yield from _texts(kind)
        case "list" | "tuple" | "set" | "linked":
            yield from _sequences(kind, longest)
        case _:
            return


def _texts(kind: Kind) -> Iterator[str]:
    seen = sorted({letter for text in kind.samples if isinstance(text, str) for letter in text})
    letters = "".join(seen[:3]) or "ab"
    first = 1 if "nonempty" in kind.traits else 0
    for length in range(first, _WORD + 1):
        yield from map("".join, itertools.product(letters, repeat=length))


def _sequences(kind: Kind, longest: int) -> Iterator[Value]:
    if kind.base == "tuple" and len(kind.parts) > 1:
        pools = [list(itertools.islice(_values(part, 2), 5)) for part in kind.parts]
        yield from itertools.product(*pools)
        return
    deeper = kind.part.base in ("list", "tuple", "set")
    pool = list(itertools.islice(_values(kind.part, max(1, longest - 2)), 6 if deeper else 5))
    for length in range("nonempty" in kind.traits, (2 if deeper else longest) + 1):
        for items in itertools.product(pool, repeat=length):
            if _is_allowed(items, kind):
                yield _made(kind, items)


def _is_allowed(items: tuple[Value, ...], kind: Kind) -> bool:
    keys = [repr(item) for item in items]
    if ("distinct" in kind.traits or kind.base == "set") and len(set(keys)) < len(keys):
        return False
    if "sorted" in kind.traits:
        try:
            return list(items) == sorted(items)  # type: ignore[type-var]  # else TypeError
        except TypeError:
            return False
    return True


def _made(kind: Kind, items: tuple[Value, ...]) -> Value:
    if kind.base == "linked":
        return Node(kind.class_name or "ListNode", items)
    if kind.base == "set":
        return set(items)
    return items if kind.base == "tuple" else list(items)
