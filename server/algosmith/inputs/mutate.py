"""Examples with small changes: the surest way to stay within preconditions nobody wrote down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from algosmith.sandbox import stdvalues
from algosmith.sandbox.types import Call, Node

if TYPE_CHECKING:
    import random

    from algosmith.inputs.kinds import Kind, Parameter
    from algosmith.sandbox.types import Value


def mutated(call: Call, parameters: tuple[Parameter, ...], rng: random.Random) -> Call:
    """The call with one argument changed; arguments tied to others in length stay."""
    free = [
        i
        for i, p in enumerate(parameters)
        if i < len(call.args) and p.role != "length" and p.kind.base != "none"
    ]
    tied = {p.of for p in parameters if p.role in ("length", "last", "same", "permutation")}
    free = [i for i in free if parameters[i].name not in tied]
    if not free:
        return call
    chosen = rng.choice(free)
    arguments = list(call.args)
    arguments[chosen] = _changed(arguments[chosen], parameters[chosen].kind, rng)
    return Call(tuple(arguments), call.kwargs)


def _changed(value: Value, kind: Kind, rng: random.Random) -> Value:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return _bounded(value + rng.choice((-2, -1, 1, 2, value)), value, kind)
    if isinstance(value, float):
        return value + rng.choice((-1.0, 0.5, 1.0))
    if isinstance(value, str):
        return _changed_text(value, rng)
    if isinstance(value, list):
        return _changed_list(list(value), kind, rng)
    if isinstance(value, tuple) and value:
        changed = list(value)
        position = rng.randrange(len(changed))
        changed[position] = _changed(changed[position], kind.part, rng)
        return tuple(changed)
    parts = stdvalues.parts_of(value)
    if parts is not None:
        return _changed_parts(parts[0], parts[1], value, kind, rng)
    if isinstance(value, Node) and value.items and None not in value.items:
        return Node(value.kind, value.items[: rng.randint(1, len(value.items))])
    return value


def _changed_parts(
    name: str, parts: list[Any], value: Value, kind: Kind, rng: random.Random
) -> Value:
    """A value of the standard library's with one of its parts changed, where that makes one."""
    free = [i for i, part in enumerate(parts) if type(part) in (int, float, list)]
    if not free:
        return value
    at = rng.choice(free[:1] if name in ("deque", "array") else free)
    changed = [*parts]
    changed[at] = _changed(parts[at], kind, rng)
    try:
        return stdvalues.build(name, changed)
    except stdvalues.PartsError:
        return value


def _bounded(number: int, original: int, kind: Kind) -> int:
    if kind.low is None and original >= 0:
        number = abs(number)
    if kind.low is not None:
        number = max(kind.low, number)
    return number if kind.high is None else min(kind.high, number)


def _changed_text(text: str, rng: random.Random) -> str:
    """Characters are repeated, dropped or exchanged among themselves: the alphabet stays."""
    if not text:
        return text
    i, j = rng.randrange(len(text)), rng.randrange(len(text))
    way = rng.randrange(4)
    if way == 0:
        return text[:i] + text[i + 1 :]
    if way == 1:
        return text[:i] + text[i] + text[i:]
    if way == 2:
        return text[:i] + text[j] + text[i + 1 :]
    return text[::-1]


def _changed_list(values: list[Value], kind: Kind, rng: random.Random) -> list[Value]:
    if not values:
        return values
    i, j = rng.randrange(len(values)), rng.randrange(len(values))
    way = rng.randrange(4)
    matrix = isinstance(values[0], list) and "rows" not in kind.traits
    if way == 0 and not matrix:
        del values[i]
    elif way == 1 and not matrix and "distinct" not in kind.traits:
        values.insert(i, values[j])
    elif way == 2:
        values[i] = _changed(values[i], kind.part, rng)
    else:
        values[i], values[j] = values[j], values[i]
    if "sorted" in kind.traits and all(isinstance(v, int) for v in values):
        values.sort(key=_as_number)
    return values


def _as_number(value: Value) -> float:
    return value if isinstance(value, int | float) else 0.0
