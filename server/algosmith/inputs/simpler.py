"""Simpler values: what to try in place of an input that shows a mistake, to find a smaller one.

Each call gives many at once, since a batch costs the cage no more than one; hypothesis, which
shrinks one value at a time, would need a process for each.
"""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from algosmith.sandbox.types import Call, Node

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from algosmith.sandbox.types import Value

_MOST_PLACES = 40
"""Items of one container that are tried one by one."""
_EACH, _UNIFORM = 3, 6


def weight(value: Value | Call) -> tuple[float, ...]:
    """Smaller for what a person would call smaller: fewer parts, then smaller numbers."""
    parts, size = 0, 0.0
    stack: list[Any] = [*value.args, *value.kwargs.values()] if isinstance(value, Call) else [value]
    while stack:
        one = stack.pop()
        parts += 1
        if isinstance(one, bool) or one is None:
            size += bool(one)
        elif isinstance(one, int | float):
            size += min(abs(one), 1e300) + 0.5 * (one < 0) if one == one else 1e300
        elif isinstance(one, str | bytes):
            parts += len(one)
            size += sum(one) if isinstance(one, bytes) else sum(map(_letter, one))
        elif isinstance(one, dict):
            stack += [*one.keys(), *one.values()]  # pyright: ignore[reportUnknownArgumentType]  # plain values
        elif isinstance(one, Node):
            stack += one.items
        elif isinstance(one, list | tuple | set | frozenset):
            stack += one  # pyright: ignore[reportUnknownArgumentType]  # plain values
    return parts, size


def _letter(letter: str) -> int:
    """``a`` and ``0`` are the simplest."""
    return ord(letter) - ord("a") if "a" <= letter <= "z" else ord(letter)


def calls(call: Call) -> Iterator[Call]:
    """Calls that differ by one step towards what is simple, the boldest steps first."""
    for at, value in enumerate(call.args):
        for one in values(value):
            yield replace(call, args=(*call.args[:at], one, *call.args[at + 1 :]))
    for name, value in call.kwargs.items():
        for one in values(value):
            yield replace(call, kwargs={**call.kwargs, name: one})
    numbers = [value for value in call.args if type(value) is int]
    if len(numbers) > 1:  # what holds for (1000, 1000) may hold for (7, 7), and for no (7, 1000)
        for step in (lambda n: n // 2, lambda n: n - 1 if n > 0 else n):  # type: ignore[misc]
            args = tuple(step(v) if type(v) is int else v for v in call.args)  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
            yield replace(call, args=args)


def values(value: Value) -> Iterator[Value]:
    """Values that are one step simpler."""
    match value:
        case bool():
            yield from (False,) if value else ()
        case int():
            yield from _integers(value)
        case float():
            yield from _floats(value)
        case str():
            yield from _texts(value)
        case list() | tuple():
            kind = type(value)
            yield from (kind(part) for part in _items(value))
        case set() | frozenset():
            kind = type(value)
            yield from (kind(part) for part in _shorter(sorted(value, key=repr)))
        case dict():
            yield from (dict(part) for part in _shorter([*value.items()]))
        case Node():
            yield from (Node(value.kind, tuple(part)) for part in _nodes(value))
        case _:
            return


def _texts(value: str) -> Iterator[str]:
    yield from ("".join(part) for part in _shorter(value))
    for at, letter in itertools.islice(enumerate(value), _MOST_PLACES):
        plain = "0" if letter.isdigit() else "A" if letter.isupper() else "a"
        if letter not in (plain, " "):
            yield value[:at] + plain + value[at + 1 :]


def _nodes(node: Node) -> Iterator[Sequence[Value]]:
    """Of a tree only what its last level can lose: a hole elsewhere moves all behind it."""
    if None not in node.items:
        yield from _items(node.items)
    else:
        yield from (node.items[:count] for count in (1, len(node.items) // 2, len(node.items) - 1))


def _integers(value: int) -> Iterator[int]:
    if value == 0:
        return
    yield 0
    if value < 0:
        yield -value
    sign = -1 if value < 0 else 1
    left = abs(value)
    near = {1, 2, left // 2, left * 3 // 4, left - 2, left - 1, left - 10, left - 100}
    yield from (sign * one for one in sorted(near) if 0 < one < left)


def _floats(value: float) -> Iterator[float]:
    whole = value == value and abs(value) < 1e15 and value == int(value)
    if not whole:
        yield from (0.0, 1.0)
        if abs(value) < 1e15:
            yield float(int(value))
            yield round(value, 1)
        return
    yield from (float(one) for one in _integers(int(value)))


def _items(items: Sequence[Value]) -> Iterator[Sequence[Value]]:
    yield from _shorter(items)
    listed = [*items]
    if len(listed) > _EACH:  # what only the length decides shows on equal items, too
        simple = {repr(one): one for item in listed[:_MOST_PLACES] for one in (item, *_first(item))}
        yield from ([one] * len(listed) for one in sorted(simple.values(), key=weight)[:_UNIFORM])
    for at in range(min(len(listed), _MOST_PLACES)):
        for one in _first(listed[at]):
            yield [*listed[:at], one, *listed[at + 1 :]]
    for at in range(min(len(listed), _MOST_PLACES)):
        for one in itertools.islice(values(listed[at]), _EACH, None):
            yield [*listed[:at], one, *listed[at + 1 :]]


def _first(value: Value) -> Iterator[Value]:
    yield from itertools.islice(values(value), _EACH)


def _shorter(items: Any) -> Iterator[Any]:
    """Without ever smaller runs of items."""
    run = len(items)
    while run:
        starts = range(0, len(items), run)
        if len(starts) > _MOST_PLACES:
            return
        for start in starts:
            yield [*items[:start], *items[start + run :]]
        run //= 2
