"""Inputs with the candidates' own constants in them: where code compares, it may be wrong.

A candidate that treats "_" or 100 specially is only told from another by inputs that hold them.
"""

from __future__ import annotations

import ast
import itertools
import random
from typing import TYPE_CHECKING, Any

from algosmith import languages
from algosmith.sandbox.types import Call
from algosmith.verify import source, values
from algosmith.verify.behaviour import plain_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from algosmith.verify.types import Placement

_MOST_CONSTANTS = 16
_LONGEST_TEXT = 20
_LARGEST = 1_000_000
_TRIES = 4
_SHORTEST, _LONGEST = 8, 1_100
"""Numbers in the code that may be about a length."""
_MOST_LONG = 3
_TELLING = (121, 341, 2.71828)
"""The square of a prime, a number that passes for one, a number with decimals: shortcuts that test
a few divisors or one power, or round, go wrong here first."""


def calls(
    given: Sequence[Call], placed: Sequence[Placement], seed: int, most: int
) -> tuple[Call, ...]:
    """Up to ``most`` of the given calls with constants of the candidates' code put in.

    Each constant gets its turn before one gets its second; the long ones stand last.
    """
    if not given:
        return ()
    constants = [*_TELLING, *constants_of(placed)]
    found: dict[object, Call] = {}
    for turn, constant in itertools.product(range(2), constants):
        # Chance of its own for each constant: calls stay when further constants come.
        rng = random.Random(f"{seed} {turn} {constant!r}")  # noqa: S311 - test inputs
        for _ in range(_TRIES):
            made = _spiked(rng.choice(given), constant, rng)
            if made is not None and len(found) < most:
                found.setdefault(tuple(map(plain_key, made.args)), made)
                break
    sizes = sorted(c for c in constants if type(c) is int and _SHORTEST <= c <= _LONGEST)
    return (*found.values(), *long_calls(given, sizes[:_MOST_LONG]))


def _spiked(call: Call, constant: Any, rng: random.Random) -> Call | None:
    spots = [i for i, value in enumerate(call.args) if _takes(value)]
    if not spots:
        return None
    spot = rng.choice(spots)
    args = list(call.args)
    args[spot] = _with(args[spot], constant, rng)
    return None if args[spot] is call.args[spot] else Call(tuple(args), call.kwargs)


def long_calls(given: Sequence[Call], sizes: Sequence[int]) -> list[Call]:
    """Calls with an argument just longer than a number in the code."""
    found: list[Call] = []
    for size in sizes:
        for call in given:
            spot = next((i for i, v in enumerate(call.args) if _is_long(v)), None)
            if spot is not None:
                args = list(call.args)
                value: Any = args[spot]
                args[spot] = (value * (size // len(value) + 1))[: size + 1]
                found.append(Call(tuple(args), call.kwargs))
                break
    return found


def _is_long(value: Any) -> bool:
    return isinstance(value, str | list | tuple) and len(value) > 1  # pyright: ignore[reportUnknownArgumentType]  # plain values


def constants_of(placed: Sequence[Placement]) -> list[Any]:
    """Texts and numbers that stand in the candidates' programs, in a fixed order.

    ``2 ** 9`` counts as 512, ``len("abc")`` as 3.
    """
    found: set[Any] = set()
    for one in placed:
        for value in _values_in(one):
            short = isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT
            number = type(value) in (int, float) and abs(value) <= _LARGEST  # type: ignore[arg-type]  # a number
            if short or number:
                found.add(value)
    return sorted(found, key=repr)[:_MOST_CONSTANTS]


def _values_in(one: Placement) -> Iterator[Any]:
    running = languages.running(one.language)
    if running is not None:
        yield from running.literals(one.text, "")
        return
    tree = source.tree_of(one.part or one.text)
    for part in ast.walk(tree) if tree else ():
        yield _value(part)


def _value(node: ast.AST) -> Any:
    if not isinstance(node, ast.Constant | ast.BinOp | ast.UnaryOp | ast.Call):
        return None
    try:
        return values.evaluate(node, {})
    except values.NotPlain:
        return None


def _takes(value: Any) -> bool:
    if isinstance(value, str) or type(value) in (int, float):
        return True
    items = values.items_of(value)
    return bool(items) and any(_takes(item) for item in items or ())


def _with(value: Any, constant: Any, rng: random.Random) -> Any:
    """The value with the constant in it; the value itself where the two do not fit."""
    if isinstance(value, str) and isinstance(constant, str):
        at = rng.randrange(len(value) + 1)
        return value[:at] + constant + value[at + rng.randrange(2) :]
    if type(value) is int and type(constant) is int:
        number = constant + rng.choice((-1, 0, 1))
        return number if value < 0 else abs(number)
    if type(value) is float and type(constant) in (int, float):
        return float(constant)
    items = values.items_of(value)
    if not items:
        return value
    at = rng.randrange(len(items))
    changed = _with(items[at], constant, rng)
    if changed is items[at]:
        return value
    items[at] = changed
    return tuple(items) if isinstance(value, tuple) else items
