"""What candidates do on the same inputs: run in the cage, compared out here.

Every program runs twice, in two processes and with the calls in opposite order, so that results
that depend on chance, time or earlier calls are seen.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

from algosmith.sandbox.codec import crowded
from algosmith.sandbox.types import Answer, Limits, Node, Program

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence
    from pathlib import Path

    from algosmith.sandbox.types import Call, Run, Sandbox, Value

AT_ONCE = 2
_RESTARTS = 2
"""How often the calls behind one that never returned are still tried."""
_RETRY = 0.1
"""Share of the time that each of these gets."""
_SHORT = 0.5
"""Limits below this may be used up by other work of the machine alone."""
_MISSING = re.compile(r"ModuleNotFoundError: No module named '([\w.]+)'")
_HASHES = re.compile(r"\b(?:set|frozenset|hash)\b|\{[^:{}]*\}")
"""Programs that may hang on the order of a set; for others a second hash seed changes nothing."""
_FATAL = ("timeout", "crashed", "memory", "protocol")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Answers of one program to all inputs."""

    answers: tuple[Answer | None, ...]
    """In the order of the inputs; None where the run ended before."""
    failure: str | None = None
    unsteady: tuple[int, ...] = ()
    """Inputs answered otherwise in the second process."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Runner:
    """Where and how long candidates run."""

    sandbox: Sandbox
    seconds: float
    search_path: tuple[Path, ...] = ()

    async def behave(
        self,
        text: str,
        entry: str,
        calls: Sequence[Call],
        shown: int = 0,
        hash_seed: Literal[0, 1] = 0,
    ) -> Behaviour:
        """Answers to all calls, from one process.

        A call that never returns ends it; the calls behind are then tried in another one, for a
        shorter time, unless the call was one of the first ``shown``, which decide.
        """
        program = Program(text, entry, self.search_path, hash_seed)
        answers: list[Answer | None] = []
        seconds = self.seconds
        for _ in range(1 + _RESTARTS):
            run = await self._run(program, calls[len(answers) :], seconds)
            if run.failure is not None and not answers:
                return Behaviour((), failure=run.failure)
            answers += run.answers
            if not shown <= len(answers) < len(calls) or not run.answers:
                break
            seconds = self.seconds * _RETRY
        missing = [None] * (len(calls) - len(answers))
        return Behaviour((*answers[: len(calls)], *missing))

    async def _run(self, program: Program, calls: Sequence[Call], seconds: float) -> Run:
        run = await self._once(program, calls, seconds)
        if seconds < _SHORT and _starved(run, seconds):
            return await self._once(program, calls, 4 * seconds)
        return run

    async def _once(self, program: Program, calls: Sequence[Call], seconds: float) -> Run:
        limits = Limits(wall_seconds=seconds, cpu_seconds=seconds)
        return await self.sandbox.run(program, calls, limits)

    async def again(
        self, text: str, entry: str, calls: Sequence[Call], first: Behaviour
    ) -> Behaviour:
        """The behaviour with what a second process, asked in reverse order, answered otherwise.

        In it the items of sets stand in another order.
        """
        asked = [i for i, a in enumerate(first.answers) if a and a.status not in _FATAL]
        if not asked:
            return first
        order = asked[::-1]
        other = 1 if _HASHES.search(text) else 0
        turned = [calls[i] for i in order]
        second = await self.behave(text, entry, turned, hash_seed=other)
        if any(answer and answer.status == "timeout" for answer in second.answers):
            # What came back once and not again: a busy machine does that, but hardly twice.
            second = await self.behave(text, entry, turned, hash_seed=other)
        unsteady = tuple(
            sorted(
                i
                for i, answer in zip(order, second.answers, strict=False)
                if answer is not None and key(answer) != key(first.answers[i])
            )
        )
        return replace(first, unsteady=unsteady)


async def gather(
    jobs: Sequence[Callable[[], object]], report: Callable[[int, int], None] | None
) -> list[Behaviour]:
    """Runs jobs, a few at once, in a fixed order of results."""
    gate, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(job: Callable[[], object]) -> Behaviour:
        nonlocal done
        async with gate:
            found = await cast("asyncio.Future[Behaviour]", job())
        done += 1
        if report:
            report(done, len(jobs))
        return found

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(job)) for job in jobs]
    return [task.result() for task in tasks]


def _starved(run: Run, seconds: float) -> bool:
    """Whether a run ran out of time without using it."""
    late = any(answer.status == "timeout" for answer in run.answers) or run.cause == "load"
    return late and run.cpu_seconds < seconds / 2


@dataclass(frozen=True, slots=True)
class View:
    """What of a result counts, as the task's words and examples have it."""

    unordered: bool = False
    distinct: bool = False
    """Repeated items count once, as in ``set(f(x)) == {1, 2}``."""
    digits: int = 9
    """Significant digits of floats."""
    in_place: bool = False
    """The arguments themselves are to be changed."""


_WHOLE = View()


def missing_module(answers: Sequence[Answer | None]) -> str:
    """``imports numpy, not installed`` where a call failed on that; empty where none did."""
    for answer in answers:
        if answer is not None and answer.status == "raised":
            match = _MISSING.match(answer.error)
            if match:
                return f"imports {match[1]}, not installed"
    return ""


def key(answer: Answer | None, view: View = _WHOLE, call: Call | None = None) -> Hashable:
    """Equal for answers that count as the same behaviour.

    3 and 3.0 are the same, as ``==`` has it. Where nothing is returned, the arguments as they are
    afterwards are the answer, unless they are as they were in ``call``.
    """
    if answer is None:
        return ("none",)
    if answer.status == "raised":
        return ("raised", answer.error.split(":", 1)[0])
    if answer.status != "value":
        return ("bad", answer.status)
    if answer.value is None and call is not None and not changes(call, answer):
        return ("nothing",)
    if answer.value is None:
        return ("changed", tuple(plain_key(a, view.digits) for a in answer.arguments))
    if view.unordered and isinstance(answer.value, list | tuple | set | frozenset):
        keys = [written(plain_key(item, view.digits)) for item in answer.value]
        return ("items", tuple(sorted(set(keys) if view.distinct else keys)))
    return ("lazy" if answer.lazy else "value", plain_key(answer.value, view.digits))


def changes(call: Call, answer: Answer) -> bool:
    """Whether the arguments are not what they were before the call."""
    pairs = zip(call.args, answer.arguments, strict=False)
    return any(plain_key(before) != plain_key(after) for before, after in pairs)


def plain_key(value: Value, digits: int = 9) -> Hashable:
    """A hashable stand-in for a plain value."""
    match value:
        case float():
            return _number_key(value, digits)
        case list() | tuple():
            kind = "list" if isinstance(value, list) else "tuple"
            return (kind, *(plain_key(item, digits) for item in value))
        case dict():
            pairs = [(plain_key(k, digits), plain_key(v, digits)) for k, v in value.items()]
            return ("dict", _all_of(pairs))
        case set() | frozenset():
            return ("set", _all_of([plain_key(item, digits) for item in value]))
        case Node():
            return (
                ("node", *(plain_key(item, digits) for item in value.items))
                if value.items
                else None
            )
        case _:
            return value


def written(value: Any) -> str:
    """The value's text; for one with a number of over 4,300 digits a stand-in."""
    try:
        return repr(value)
    except ValueError:
        return f"hash {hash(value) if isinstance(value, int) else len(value)}"


def _all_of(keys: Sequence[Hashable]) -> Hashable:
    """The keys in no order; only their number where they were made to collide."""
    return ("crowded", len(keys)) if crowded(keys) else frozenset(keys)


def _number_key(value: float, digits: int) -> Hashable:
    if value != value:
        return ("nan",)
    if abs(value) < 1e15 and value == int(value):
        return value
    return float(f"{value:.{digits}g}")
