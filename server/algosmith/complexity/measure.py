"""Measures how a function's work and memory grow: counted runs in the cage, then a fit.

What it does not do: prove anything. A class is growth on the sizes and inputs that were tried.
Measured code shares a process with the counters, so hostile code can falsify its own figures;
it cannot reach anything else.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from algosmith.complexity import bundle
from algosmith.complexity.foreign import measure_other
from algosmith.complexity.notation import name_of
from algosmith.complexity.plan import plan_of
from algosmith.complexity.reading import measurement_of, reason_for
from algosmith.complexity.static import estimate_rate
from algosmith.complexity.subject import subject_of
from algosmith.inputs.infer import infer
from algosmith.model import Growth, Measurement
from algosmith.sandbox.types import Limits
from algosmith.syntax.pythontree import Unreadable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.model import Claims, Function, Snapshot
    from algosmith.sandbox.types import Call, Run, Sandbox


async def measure(  # noqa: PLR0913 - the options are independent and all keyword-only
    source: str,
    entry: str,
    sandbox: Sandbox | None,
    *,
    seconds: float = 1.0,
    text: str = "",
    examples: Sequence[Call] = (),
    claims: Claims | None = None,
    generator: str | None = None,
    space: bool = True,
) -> Measurement:
    """Growth of time and space of ``entry``; never raises for what the code is or does.

    Args:
        source: The module's text, or the part of it that ``entry`` needs.
        entry: ``f`` or ``Class.method``.
        sandbox: The cage; without one the code is only read (``estimated``).
        seconds: Budget; it is turned into a limit on counted work.
        text: Words about the function beyond its docstring.
        examples: Calls known to be valid.
        claims: What the model says; only the confidence depends on it.
        generator: Source of ``gen(n)`` by a model; kept when it runs and its inputs grow.
        space: Whether memory is measured, too, which takes as long as the rest.
    """
    started = time.monotonic()
    signature = infer(source, entry, text, examples)
    reason = signature.reason
    if reason is None and sandbox is None:
        reason = "not run: this machine has no cage for it"
    if reason is not None or sandbox is None:
        return _unmeasured(source, entry, reason or "")
    try:
        plan = plan_of(source, signature, seconds=seconds)
        plan["no_space"] = "" if space else "it was not asked for"
    except Unreadable as error:
        return _unmeasured(source, entry, str(error))
    answer = await _counted(sandbox, plan, generator, seconds)
    if answer.get("points"):
        made = measurement_of(entry, signature, answer, estimate_rate(source, entry), claims)
    else:
        made = _unmeasured(source, entry, reason_for(answer, signature))
    return replace(made, seconds=round(time.monotonic() - started, 3))


async def measure_at(
    snapshot: Snapshot,
    function: Function,
    sandbox: Sandbox | None,
    *,
    seconds: float = 1.0,
    claims: Claims | None = None,
    space: bool = True,
) -> Measurement:
    """Growth of a function as it stands in a file of any language; ``sandbox`` is the language's.

    Never raises for what the code is or does.
    """
    if snapshot.language != "python":
        return await measure_other(snapshot, function, sandbox, seconds=seconds, claims=claims)
    subject = subject_of(snapshot, function)
    return await measure(
        subject.source, subject.entry, sandbox, seconds=seconds,
        text=function.docstring or "", claims=claims, space=space,
    )  # fmt: skip


def estimate(source: str, entry: str) -> Measurement:
    """Growth of time by reading the code alone; nothing runs, space is left open."""
    return _unmeasured(source, entry, "not run")


def _unmeasured(source: str, entry: str, reason: str) -> Measurement:
    rate = estimate_rate(source, entry)
    name = name_of(rate) if rate is not None else None
    return Measurement(
        function=entry,
        basis="estimated",
        time=Growth(name, "low" if name else None, reason=reason),
        space=Growth(None, reason=reason),
    )


async def _counted(
    sandbox: Sandbox, plan: dict[str, Any], generator: str | None, seconds: float
) -> dict[str, Any]:
    answer = await _run(sandbox, plan, seconds)
    if generator is None:
        return answer
    return await _with_generator(sandbox, plan, answer, generator, seconds)


async def _run(sandbox: Sandbox, plan: dict[str, Any], seconds: float) -> dict[str, Any]:
    limits = Limits(
        wall_seconds=60.0 * seconds + 30.0,
        cpu_seconds=6.0 * seconds + 6.0,
        memory_bytes=1 << 30,
        answer_bytes=4 << 20,
    )
    run = await sandbox.run(bundle.program(), (bundle.call(plan),), limits)
    return _answer(run)


def _answer(run: Run) -> dict[str, Any]:
    if run.failure or not run.answers:
        return {"reason": f"it could not be run: {run.failure or 'the cage gave no answer'}"}
    answer = run.answers[0]
    if answer.status == "value" and isinstance(answer.value, str):
        try:
            return cast("dict[str, Any]", json.loads(answer.value))
        except ValueError:
            return {"reason": "its counts came back damaged"}
    reasons = {
        "timeout": "it ran into the time limit",
        "memory": "it needs more memory than a measurement may use",
        "crashed": "it crashed the interpreter",
    }
    return {"reason": reasons.get(answer.status, f"it could not be measured: {answer.error}")}


async def _with_generator(
    sandbox: Sandbox, plan: dict[str, Any], answer: dict[str, Any], generator: str, seconds: float
) -> dict[str, Any]:
    """The model's own inputs, when they run, grow, and the families show no worse work."""
    reading = {**plan["readings"][0], "families": ["generated/middle"], "sizes": []}
    made = await _run(sandbox, {**plan, "readings": [reading], "generator": generator}, seconds)
    points, own = made.get("points", []), answer.get("points", [])
    if len(points) < 8 or made.get("ended") == "raised":
        return answer
    if not own:
        return {**made, "generated": True}
    theirs, ours = dict(map(tuple, points)), dict(map(tuple, own))
    shared = [n for n in theirs if n in ours]
    worse = shared and ours[shared[-1]] > 1.2 * theirs[shared[-1]]
    return answer if worse else {**made, "generated": True}
