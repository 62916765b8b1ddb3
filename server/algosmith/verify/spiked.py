"""Inputs with the candidates' own constants in them: where code compares, it may be wrong.

A candidate that treats "_" or 100 specially is only told from another by inputs that hold them.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from algosmith.sandbox.types import Call
from algosmith.verify import source, values
from algosmith.verify.behaviour import plain_key

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from algosmith.verify.placing import Standing

_MOST_CONSTANTS = 12
_LONGEST_TEXT = 20
_LARGEST = 1_000_000
_TRIES = 40


def calls(
    given: Sequence[Call], standings: Sequence[Standing], rng: random.Random, most: int
) -> tuple[Call, ...]:
    """Up to ``most`` of the given calls with constants of the candidates' code put in."""
    constants = _constants(standings)
    if not given or not constants:
        return ()
    found: dict[object, Call] = {}
    for _ in range(_TRIES):
        call = rng.choice(given)
        spots = [i for i, value in enumerate(call.args) if _takes(value)]
        if not spots:
            continue
        spot = rng.choice(spots)
        args = list(call.args)
        args[spot] = _with(args[spot], rng.choice(constants), rng)
        made = Call(tuple(args), call.kwargs)
        if args[spot] is not call.args[spot]:
            found.setdefault(tuple(map(plain_key, args)), made)
        if len(found) >= most:
            break
    return tuple(found.values())


def _constants(standings: Sequence[Standing]) -> list[Any]:
    """Texts and numbers that stand in the candidates' functions, in a fixed order."""
    found: set[Any] = set()
    for standing in standings:
        tree = source.tree_of(standing.text)
        node = source.definition(tree, standing.entry) if tree else None
        for part in ast.walk(node) if node else ():
            value = part.value if isinstance(part, ast.Constant) else None
            short = isinstance(value, str) and 0 < len(value) <= _LONGEST_TEXT
            number = type(value) in (int, float) and abs(value) <= _LARGEST  # type: ignore[arg-type]  # a number
            if short or number:
                found.add(value)
    return sorted(found, key=repr)[:_MOST_CONSTANTS]


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
