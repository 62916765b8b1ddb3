"""Small calls to compare candidates on: edge cases first, then random ones and mutated examples."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from algosmith.inputs.dress import dressed
from algosmith.inputs.mutate import mutated
from algosmith.inputs.sized import families_of, make_call
from algosmith.inputs.spec import kind_spec
from algosmith.sandbox.types import Call, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from algosmith.inputs.kinds import Parameter, Signature
    from algosmith.sandbox.types import Value

_EDGES = (
    (0, "random/low"),
    (1, "random/middle"),
    (2, "equal/middle"),
    (3, "signed/middle"),
    (5, "ascending/absent"),
    (4, "descending/full"),
    (6, "few/low"),
    (2, "two/plain"),
    (12, "random/plain"),
    (6, "binary/middle"),
)
"""(size, family): empty, one, equal, negative, absent, reversed, duplicates, larger."""
_NUMBERS = (0, 1, 2, 3, 10, 7, 100, 97, 13, 64, 1000, 5, 12345, 30, 255)


def small_calls(signature: Signature, seed: int, count: int) -> tuple[Call, ...]:
    """``count`` different calls (fewer where the kinds have no more values); same seed, same calls.

    Edge cases come first: empty, one element, equal, negative, absent, large, duplicates. Known
    preconditions hold: sorted stays sorted, ``k <= len(nums)``, bounds in words.
    """
    if signature.reason is not None or not signature.parameters:
        return (Call(),) if signature.reason is None else ()
    chosen: dict[str, Call] = {}
    for call in _stream(signature, random.Random(seed)):  # noqa: S311 - test inputs
        chosen.setdefault(_key(call), call)
        if len(chosen) >= count:
            break
    return tuple(chosen.values())


def _stream(signature: Signature, rng: random.Random) -> Iterator[Call]:
    parameters = signature.parameters
    nonempty = any("nonempty" in p.kind.traits for p in parameters)
    only_numbers = all(p.kind.base in ("int", "float", "bool") for p in parameters)
    if only_numbers:
        yield from _numeric(parameters, rng)
    for size, family in _EDGES:
        if size or not nonempty:
            yield from _made(parameters, size, family, rng)
    names = families_of(parameters)
    for attempt in range(200):
        if signature.examples and attempt % 2:
            yield mutated(rng.choice(signature.examples), parameters, rng)
        else:
            yield from _made(parameters, rng.randint(1, 12), rng.choice(names), rng)


def _made(
    parameters: tuple[Parameter, ...], size: int, family: str, rng: random.Random
) -> Iterator[Call]:
    try:
        yield make_call(parameters, {"*": size}, family, rng.randrange(1 << 30))
    except (ValueError, IndexError):  # no such value at this size (a graph of 0 vertices)
        return


def _numeric(parameters: tuple[Parameter, ...], rng: random.Random) -> Iterator[Call]:
    for index in range(len(_NUMBERS) * 2):
        values: list[Value] = []
        for position, parameter in enumerate(parameters):
            number = _NUMBERS[(index * (position + 1) + 2 * position) % len(_NUMBERS)]
            if index >= len(_NUMBERS):
                number = rng.randrange(60)
            values.append(_fitting(parameter, number, values))
        yield _call(parameters, values)


def _fitting(parameter: Parameter, number: int, before: list[Value]) -> Value:
    kind = parameter.kind
    if kind.base == "bool":
        return number % 2 == 1
    if parameter.role == "count" and before and isinstance(before[0], int):
        number = min(number, before[0])
    if kind.low is not None and number < kind.low:
        number = kind.low + number
    if kind.high is not None and number > kind.high:
        number = max(kind.low or 0, 0) + number % (kind.high - max(kind.low or 0, 0) + 1)
    return number + 0.5 if kind.base == "float" else number


def _call(parameters: tuple[Parameter, ...], values: list[Value]) -> Call:
    named = {
        p.name: dressed(kind_spec(p.kind), value)
        for p, value in zip(parameters, values, strict=True)
    }
    positional = tuple(named[p.name] for p in parameters if not p.keyword)
    return Call(positional, {p.name: named[p.name] for p in parameters if p.keyword})


def _key(call: Call) -> str:
    def shown(value: Value) -> str:
        if isinstance(value, set | frozenset):
            return f"set{sorted(map(repr, value))}"
        return f"{value.kind}{value.items}" if isinstance(value, Node) else repr(value)

    return "|".join([*map(shown, call.args), *(f"{k}={shown(v)}" for k, v in call.kwargs.items())])
