"""Inputs from a generator that the model wrote: run in the cage, plain values come out or nothing.

The generator is untrusted like a candidate and sees less: no file, no example, only a seed. What
it returns is checked out here; one fault that no careful generator has, and none of it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from algosmith.sandbox.types import Call, Limits, Program
from algosmith.verify import examples, source, values
from algosmith.verify.advice import is_bounded
from algosmith.verify.examples.reading import wrapped
from algosmith.verify.probing import UNSEEN, call_key
from algosmith.verify.telling import gave

if TYPE_CHECKING:
    from algosmith.model import Function
    from algosmith.sandbox.types import Answer, Run, Sandbox
    from algosmith.verify.examples.reading import Target

ENTRY = "make_input"
SEEDS = 32
LEAST = 8
"""Different inputs that a generator has to give to be used."""
_LIMITS = Limits(wall_seconds=2.0, cpu_seconds=2.0, memory_bytes=256 << 20, answer_bytes=16 << 10)
_FATAL = ("timeout", "crashed", "memory", "protocol")


async def inputs(sandbox: Sandbox, code: str, function: Function) -> tuple[tuple[Call, ...], str]:
    """Calls of the function with what ``make_input(seed)`` returns; or none, and why."""
    seeds = [Call((seed,)) for seed in range(SEEDS)]
    run = await sandbox.run(Program(code, ENTRY), seeds, _LIMITS)
    problem = _problem(run)
    if problem:
        return (), problem
    target, shape = examples.target_for(function), source.parameters_of(function)
    found: dict[object, Call] = {}
    for answer in run.answers:
        call = _call(answer, target, shape)
        if call is not None:
            found.setdefault(call_key(call), call)
    if len(found) < LEAST:
        return (), f"{ENTRY} gave {len(found)} different inputs that fit, {LEAST} are needed"
    return tuple(found.values())[:UNSEEN], ""


def _problem(run: Run) -> str:
    """Why nothing of the run is used; empty where it went as it should."""
    if run.failure is not None:
        return f"{ENTRY} could not be run ({run.failure})"
    fatal = next((a for a in run.answers if a.status in _FATAL), None)
    if fatal is not None or len(run.answers) < SEEDS:
        return f"{ENTRY} {gave(fatal, _LIMITS.wall_seconds)}"
    if all(answer.status != "value" for answer in run.answers):
        return f"{ENTRY} {gave(run.answers[0], _LIMITS.wall_seconds)}"
    return ""


def _call(answer: Answer, target: Target, shape: source.Parameters) -> Call | None:
    """The call that a tuple of arguments makes; a single argument may come without its tuple."""
    if answer.status != "value" or answer.lazy:
        return None
    items = values.items_of(answer.value)
    single = items is None or (isinstance(answer.value, list) and shape.required <= 1)
    given: list[Any] = [answer.value] if single or items is None else items
    fits = shape.required <= len(given) <= len(shape.names) or shape.variadic
    if not fits or not is_bounded(Call(tuple(given)), linked=False):
        return None
    wraps = (*target.wraps, *[""] * len(given))
    return Call(tuple(wrapped(a, wraps[i]) for i, a in enumerate(given)))
