"""Inputs to compare candidates on: the user's examples, then calls that stand in no text."""

from __future__ import annotations

import logging
import random
from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from algosmith.inputs.infer import infer
from algosmith.inputs.mutate import mutated
from algosmith.inputs.small import small_calls
from algosmith.verify import spiked
from algosmith.verify.behaviour import plain_key

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.inputs.kinds import Signature
    from algosmith.model import Task
    from algosmith.sandbox.types import Call
    from algosmith.verify.placing import Standing
    from algosmith.verify.types import Found

UNSEEN = 24
"""Calls to make beyond the examples."""
VALID = 12
"""Calls of property tests, on top: the user says that they are valid."""
SPECIAL = 12
"""Calls with the candidates' own constants, on top."""
_MOST_READ = 8
_TRIES = 60


@dataclass(frozen=True, slots=True)
class Probes:
    """The calls of one task: the examples' first, then the unseen ones."""

    calls: tuple[Call, ...]
    shown: int
    """How many of the calls are the examples'."""
    own: int
    """How many are the examples' or ours; the model chose those behind."""
    reason: str = ""
    """Why there are no calls of ours; empty where there are."""
    plain: bool = True
    """Whether plain values can be the arguments at all."""

    @property
    def unseen(self) -> range:
        """Indices of the calls that stand in no text which the candidates' writer saw."""
        return range(self.shown, len(self.calls))

    def without_advice(self) -> Probes:
        """Only the examples' calls and ours."""
        return replace(self, calls=self.calls[: self.own])


def probes(
    task: Task,
    standings: Sequence[Standing],
    found: Found,
    seed: int,
    advised: Sequence[Call] = (),
) -> Probes:
    """Calls for all candidates of a task; the same seed gives the same calls.

    ``advised`` are the model's: they come last, so that they take no time from the others.
    """
    given = [example.call for example in found.examples]
    seen = {call_key(call) for call in given}
    valid = {key: call for call in found.inputs if (key := call_key(call)) not in seen}
    fresh = tuple(islice(valid.values(), VALID))
    signature, reason = _signature(task, standings, [*given, *fresh])
    if signature is not None and signature.reason is None:
        fresh = _fresh(signature, standings, given, fresh, seed)
    own = (*given, *fresh)
    seen = {call_key(call) for call in own}
    more: dict[object, Call] = {}
    for call in advised:
        if (key := call_key(call)) not in seen:
            more.setdefault(key, call)
    reason = "" if fresh else reason or "no input could be made"
    kinds = signature.parameters if signature else ()
    plain = not any(p.kind.base in ("callable", "object") for p in kinds)
    return Probes((*own, *more.values()), len(given), len(own), reason, plain)


def _fresh(
    signature: Signature,
    standings: Sequence[Standing],
    given: Sequence[Call],
    valid: Sequence[Call],
    seed: int,
) -> tuple[Call, ...]:
    """Calls that are none of the examples': the valid ones, then ours."""
    seen = {call_key(call) for call in given}
    kept: dict[object, Call] = {call_key(call): call for call in valid}
    near = _near(signature, given, seed)
    general = small_calls(signature, seed, UNSEEN + len(given))
    rng = random.Random(seed)  # noqa: S311 - test inputs
    bases = given or [*kept.values()] or [call for call in general if any(call.args)][:_MOST_READ]
    special = spiked.calls(bases, standings, rng, SPECIAL)
    unseen = len(kept) + UNSEEN
    first, total = unseen - len(near), unseen + len(special)
    for made, most in ((general, first), (near, unseen), (general, unseen), (special, total)):
        for call in made:
            if len(kept) < most and (key := call_key(call)) not in seen:
                kept.setdefault(key, call)
    return tuple(kept.values())


def _near(signature: Signature, given: Sequence[Call], seed: int) -> tuple[Call, ...]:
    """Examples with one small change: the likeliest inputs to be valid, and of the same kind."""
    rng = random.Random(seed)  # noqa: S311 - test inputs
    found: dict[object, Call] = {}
    for _ in range(_TRIES if given else 0):
        call = mutated(rng.choice(given), signature.parameters, rng)
        found.setdefault(call_key(call), call)
        if len(found) >= UNSEEN // 2:
            break
    return tuple(found.values())


def call_key(call: Call) -> object:
    """Equal for calls with the same arguments."""
    kwargs = frozenset((k, plain_key(v)) for k, v in call.kwargs.items())
    return (tuple(map(plain_key, call.args)), kwargs)


def _signature(
    task: Task, standings: Sequence[Standing], given: Sequence[Call]
) -> tuple[Signature | None, str]:
    """The signature that most of the candidates' sources show; use inside a function tells much.

    Where none can be called with values of ours, one that says why, and the reason.
    """
    found: list[Signature] = []
    unfit: Signature | None = None
    reason = "no input could be made"
    for standing in standings[:_MOST_READ]:
        try:
            signature = infer(standing.after, standing.entry, task.text, given)
        except (RuntimeError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
            # The code read here is a model's: what trips the reader must not end the judgement.
            log.warning("no signature for %s: %r", standing.entry, error)
            continue
        if signature.reason is None:
            found.append(signature)
        else:
            unfit, reason = signature, signature.reason
    if not found:
        return unfit, reason
    counts = Counter(repr(signature.parameters) for signature in found)
    best = max(counts.values())
    return next(s for s in found if counts[repr(s.parameters)] == best), ""
