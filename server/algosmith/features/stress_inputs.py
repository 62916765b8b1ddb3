"""The inputs of a stress test, in batches: those of the examples first, then small, then large."""

from __future__ import annotations

import contextlib
import itertools
import random
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.errors import TaskError
from algosmith.features.stress_shapes import shaped
from algosmith.inputs import smallest
from algosmith.inputs.mutate import mutated
from algosmith.inputs.sized import families, sized_call
from algosmith.inputs.small import small_calls
from algosmith.model import Candidate
from algosmith.programs.inputs import inputs_for
from algosmith.sandbox.types import Call
from algosmith.verify import spiked
from algosmith.verify.running import call_text
from algosmith.verify.types import Placement

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from algosmith.features.parties import Party
    from algosmith.inputs.kinds import Signature

_SMALL, _BATCH = 2_000, 250
_SIZES = (8, 16, 33, 64, 128, 300, 600, 1_100, 2_500, 6_000, 20_000)
_LONGEST = 200_000
"""Characters that one call takes on its way into the cage."""
_LONGEST_LIST = 10_000
_PROGRAM_BATCH = 12
_SPENT = 64
"""Rounds in a row without a call that is new: there are none left, as for a function of a bool."""


def batches(
    parties: Sequence[Party], seed: int, limit: int | None, near: Sequence[Call] = ()
) -> Iterator[list[Call]]:
    """Calls until no new one comes, none twice; small ones, later small and large ones in turn.

    ``limit`` is the largest size to come to; ``near`` are calls to try changes of, and may grow
    meanwhile. Raises TaskError where no input can be made.
    """
    seen: set[str] = set()
    idle = 0
    programs = parties[0].problem is not None
    stream = _program_calls(parties, seed) if programs else _calls(parties, seed, limit, near)
    for made in stream:
        batch: list[Call] = []
        for call in made:
            text = call_text(call)
            if text not in seen and len(text) <= _LONGEST:
                seen.add(text)
                batch.append(call)
        idle = 0 if batch else idle + 1
        if batch:
            yield batch
        elif idle == _SPENT:
            return


def _program_calls(parties: Sequence[Party], seed: int) -> Iterator[list[Call]]:
    problem = next((p.problem for p in parties if p.problem and p.problem.samples), None)
    if problem is None:
        raise TaskError(
            "no input can be made: write a sample (Input: … Output: …) into the docstring, or "
            "NAME.in and NAME.out beside the file"
        )
    yield [Call((sample.input,)) for sample in problem.samples]
    if not inputs_for(problem, 1, seed):
        raise TaskError("no input can be made: the samples show no layout that can be followed")
    for turn in itertools.count():
        yield [Call((text,)) for text in inputs_for(problem, _PROGRAM_BATCH, seed + turn)]


def signature_of(parties: Sequence[Party]) -> Signature:
    """How to call them; raises TaskError where they can't be called with values of ours."""
    given = _given(parties)
    reason = ""
    for one in parties:
        signature = one.signature(given)
        if signature.reason is None:
            return signature
        reason = signature.reason
    raise TaskError(f"no input can be made: {parties[0].name} {reason}.")


def _given(parties: Sequence[Party]) -> list[Call]:
    calls = [e.call for p in parties for e in p.found.examples if e.call]
    return list({call_text(call): call for call in calls}.values())


def _calls(
    parties: Sequence[Party], seed: int, limit: int | None, telling: Sequence[Call]
) -> Iterator[list[Call]]:
    signature = signature_of(parties)
    given = _given(parties)
    yield [*given, *(call for one in parties for call in one.found.inputs)]
    numbers = smallest.are_numbers(signature.parameters)
    counted = smallest.numbers(signature.parameters) if numbers else iter(())
    exhaustive = smallest.small(signature.parameters, _SMALL)
    rng = random.Random(seed)  # noqa: S311  test inputs
    placed = [Placement(0, Candidate(""), (), text=one.program.source, language=one.language)
              for one in parties]  # fmt: skip
    yield [*small_calls(signature, seed, 60), *shaped(signature, seed, 60)]
    yield list(_special(signature, given, placed, seed))
    for turn in itertools.count(1):
        yield list(itertools.islice(counted, _BATCH))
        yield list(itertools.islice(exhaustive, _BATCH))
        yield list(small_calls(signature, seed + turn, _BATCH // 4))
        yield list(shaped(signature, seed + turn, _BATCH // 4))
        if bases := [*given, *telling]:
            near = [mutated(rng.choice(bases), signature.parameters, rng) for _ in range(60)]
            yield [*near, *(mutated(call, signature.parameters, rng) for call in near)]
        yield list(_special(signature, given, placed, seed + turn))
        yield list(_large(signature, turn, seed, limit))


def _special(
    signature: Signature, given: Sequence[Call], placed: Sequence[Placement], seed: int
) -> Iterator[Call]:
    """Calls with the constants of the code, alone and in several arguments at once."""
    bases = given or [c for c in small_calls(signature, seed, 12) if any(c.args)]
    yield from spiked.calls(bases, placed, seed, 60)
    constants = spiked.constants_of(placed)
    yield from _alone(bases[:3], constants)
    sizes = [c for c in constants if type(c) is int and 4 < c < _LONGEST_LIST]
    yield from spiked.long_calls(bases, sizes)
    for size, family in itertools.product(sizes[:6], families(signature)[:4]):
        yield from _sized(signature, size + 1, family, seed)
    if smallest.are_numbers(signature.parameters) and len(signature.parameters) > 1:
        rng = random.Random(seed)  # noqa: S311  test inputs
        for call in spiked.calls(bases, placed, seed + 1, 40):
            number = rng.choice([value for value in call.args if isinstance(value, int)])
            near = [number, number + 1, 2 * number]
            yield Call(tuple([number] * len(call.args)))
            yield Call(tuple([rng.choice(near) for _ in call.args]))


def _alone(bases: Sequence[Call], constants: Sequence[object]) -> Iterator[Call]:
    """Lists that hold nothing but one constant of the code."""
    for call in bases:
        for at, value in enumerate(call.args):
            if isinstance(value, list) and value:
                for constant in constants:
                    if isinstance(constant, int | str) and type(constant) is type(value[0]):
                        args = (*call.args[:at], [constant], *call.args[at + 1 :])
                        yield replace(call, args=args)


def _large(signature: Signature, turn: int, seed: int, limit: int | None) -> Iterator[Call]:
    sizes = [size for size in _SIZES if limit is None or size <= limit]
    known = families(signature)
    for at in range(min(len(known), 6)):
        for size in sizes[: turn + 1][-3:]:
            yield from _sized(signature, size, known[(turn + at) % len(known)], seed + turn)


def _sized(signature: Signature, size: int, family: str, seed: int) -> Iterator[Call]:
    """One call of a size; none where the family has no value of it."""
    with contextlib.suppress(ValueError, KeyError, IndexError, TypeError):
        yield sized_call(signature, size, family, seed)


def size_of(call: Call) -> int:
    """The largest length or number in a call."""
    sizes = [0]
    stack: list[object] = [*call.args, *call.kwargs.values()]
    while stack:
        value = stack.pop()
        if isinstance(value, str | bytes):
            sizes.append(len(value))
        elif isinstance(value, int):
            sizes.append(abs(value))
        else:
            items: list[object] = []
            if isinstance(value, dict):
                items = [*value.values()]  # pyright: ignore[reportUnknownArgumentType]
            elif isinstance(value, list | tuple | set | frozenset):
                items = [*value]  # pyright: ignore[reportUnknownArgumentType]
            elif hasattr(value, "items") and isinstance(value.items, tuple):  # type: ignore[union-attr]
                items = [*value.items]  # type: ignore[union-attr]
            sizes.append(len(items))
            stack += [one for one in items if not isinstance(one, int | float)]
    return max(sizes)
