"""Inputs to compare candidates on: the user's examples, then calls that stand in no text."""

from __future__ import annotations

import logging
import random
from collections import Counter
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.inputs.bounds import allow, bounds_in
from algosmith.inputs.infer import infer
from algosmith.inputs.mutate import mutated
from algosmith.inputs.small import small_calls
from algosmith.sandbox.types import Call
from algosmith.verify import large as large_inputs
from algosmith.verify import spiked
from algosmith.verify.behaviour import plain_key
from algosmith.verify.types import Probes

log = logging.getLogger(__name__)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.inputs.bounds import Bound
    from algosmith.inputs.kinds import Signature
    from algosmith.languages.types import LanguageRunner
    from algosmith.model import Task
    from algosmith.sandbox.types import Value
    from algosmith.verify.statements import ExampleSet
    from algosmith.verify.types import Placement

UNSEEN = 24
"""Calls to make beyond the examples."""
VALID = 12
"""Calls of property tests, on top: the user says that they are valid."""
SPECIAL = 12
"""Calls with the candidates' own constants, on top."""
MOST = 72
"""Unseen calls of ours at most, however often candidates are added."""
_MOST_READ = 8
_TRIES = 60
_SPARE = 3
"""So many times more are made where the user's bounds may forbid some."""


def probes(
    task: Task,
    placed: Sequence[Placement],
    found: ExampleSet,
    seed: int,
    advised: Sequence[Call] = (),
    previous: Probes | None = None,
) -> Probes:
    """Calls for all candidates of a task; the same seed gives the same calls.

    ``advised`` are the model's: they come last, so that they take no time from the others. The
    ``previous`` calls stay when candidates are added: these only add what their constants suggest.
    """
    given = [*_unlike([], [e.call for e in found.examples if e.call])]
    fresh = _unlike(given, found.inputs)[:VALID]
    signature, reason = _signature(task, placed, [*given, *fresh])
    bounds = _bounds(task, signature, given)
    if signature is not None and signature.reason is None:
        fresh = _fresh(signature, placed, given, fresh, seed, bounds)
    kinds = signature.parameters if signature else ()
    if kinds and kinds[0].name == "self":
        given = []  # their calls do not say which object they are made on
    if previous is not None and previous.parameters == repr(kinds):
        older = previous.calls[previous.shown : previous.own]
        fresh = _unlike(given, (*older, *fresh))[:MOST]
    own = (*given, *fresh)
    running = languages.running(task.language)
    own = own if running is None else _unlike((), [_plain(call, running) for call in own])
    more = _unlike(own, advised)
    reason = "" if fresh else reason or "no input could be made"
    plain = not any(p.kind.base in ("callable", "object") for p in kinds)
    large = large_inputs.calls(signature, seed) if signature and not signature.reason else ()
    large = _within(bounds, signature, large) if signature else large
    large = large if running is None else tuple(_plain(call, running) for call in large)
    return Probes((*own, *more), len(given), len(own), reason, plain, repr(kinds), large)


def _bounds(task: Task, signature: Signature | None, given: Sequence[Call]) -> tuple[Bound, ...]:
    """The bounds that the user's words give; those that an example breaks are misread."""
    if signature is None:
        return ()
    words = f"{(task.function.docstring if task.function else '') or ''}\n{task.text}"
    found = bounds_in(words, [p.name for p in signature.parameters])
    return tuple(
        bound for bound in found if all(allow([bound], _named(c, signature)) for c in given)
    )


def _within(
    bounds: Sequence[Bound], signature: Signature, calls: Sequence[Call]
) -> tuple[Call, ...]:
    """The calls that the bounds allow: an input outside of them speaks for and against nobody."""
    return tuple(call for call in calls if allow(bounds, _named(call, signature)))


def _named(call: Call, signature: Signature) -> dict[str, Value]:
    """The arguments by the names of their parameters."""
    names = (p.name for p in signature.parameters if not p.keyword)
    return {**dict(zip(names, call.args, strict=False)), **call.kwargs}


def _unlike(given: Sequence[Call], calls: Sequence[Call]) -> tuple[Call, ...]:
    """The calls that are none of those given, each once."""
    seen = {call_key(call) for call in given}
    kept: dict[object, Call] = {}
    for call in calls:
        if (key := call_key(call)) not in seen:
            kept.setdefault(key, call)
    return tuple(kept.values())


def _fresh(
    signature: Signature,
    placed: Sequence[Placement],
    given: Sequence[Call],
    valid: Sequence[Call],
    seed: int,
    bounds: Sequence[Bound] = (),
) -> tuple[Call, ...]:
    """Calls that are none of the examples': the valid ones, then ours, within the bounds."""
    seen = {call_key(call) for call in given}
    kept: dict[object, Call] = {call_key(call): call for call in valid}
    near = _within(bounds, signature, _near(signature, given, seed))
    count = (UNSEEN + len(given)) * (_SPARE if bounds else 1)
    general = _within(bounds, signature, small_calls(signature, seed, count))
    bases = given or [*kept.values()] or [call for call in general if any(call.args)][:_MOST_READ]
    special = _within(bounds, signature, spiked.calls(bases, placed, seed, SPECIAL))
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


def call_key(call: Call | None) -> object:
    """Equal for calls with the same arguments."""
    if call is None:
        return None
    kwargs = frozenset((k, plain_key(v)) for k, v in call.kwargs.items())
    return (tuple(map(plain_key, call.args)), kwargs)


def _plain(call: Call, running: LanguageRunner) -> Call:
    """A call of ours with values as the language has them."""
    return Call(tuple(map(running.plain, call.args)))


def _signature_of(task: Task, one: Placement, given: Sequence[Call]) -> Signature:
    running = languages.running(one.language)
    if running is None:
        return infer(one.after, one.entry, task.text, given)
    docstring = (task.function.docstring if task.function else "") or ""
    return running.signature(
        f"{one.language}\n{one.after}", one.entry, f"{docstring}\n{task.text}", given
    )


def _signature(
    task: Task, placed: Sequence[Placement], given: Sequence[Call]
) -> tuple[Signature | None, str]:
    """The signature that most of the candidates' sources show; use inside a function tells much.

    Where none can be called with values of ours, one that says why, and the reason.
    """
    found: list[Signature] = []
    unfit: Signature | None = None
    reason = "no input could be made"
    for one in placed[:_MOST_READ]:
        try:
            signature = _signature_of(task, one, given)
        except (RuntimeError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
            # The code read here is a model's: what trips the reader must not end the judgement.
            log.warning("no signature for %r: %r", one.entry, error)
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
