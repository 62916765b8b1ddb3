"""Runs candidates in the cage, and keeps what ran: what is known already is not run again.

Every program runs twice, in two processes and with the calls in opposite order, so that results
that depend on chance, time or earlier calls are seen.
"""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from algosmith.sandbox import codec
from algosmith.sandbox.types import UNDEFINED, Call, Limits, Program, Run, Session
from algosmith.verify.behaviour import repeats
from algosmith.verify.patience import is_tiny
from algosmith.verify.types import Behaviour, Record, Records

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from pathlib import Path

    from algosmith.sandbox.types import Answer, Job, Sandbox

T = TypeVar("T")

AT_ONCE = 2
_RUNS = 3
"""How often a program is started at most for calls of which one never returned."""
_RETRY = 0.1
"""Share of the time that each further start gets."""
_SHORT = 0.5
"""Limits below this may be used up by other work of the machine alone."""
_HASHES = re.compile(r'\b(?:set|frozenset|hash)\b|\{[^:{}]*\}|\["[ez]"')
"""Programs and jobs that may hang on the order of a set (in a job's text it begins with its tag);
for others a second hash seed changes nothing."""
_ORDERS = 5
"""How many other hash seeds a failing example is tried under: 1 in 32 for two items."""
_FATAL = ("timeout", "crashed", "memory", "protocol")


@dataclass(frozen=True, slots=True)
class Runner:
    """Where and how long candidates run, and what they have shown so far."""

    sandbox: Sandbox
    seconds: float
    search_path: tuple[Path, ...] = ()
    module: str = ""
    """The name that the file has for those who import it."""
    records: Records = field(default_factory=dict[tuple[str, str, float], Record])
    _names: dict[int, tuple[Job, str]] = field(default_factory=dict[int, "tuple[Job, str]"])
    """Jobs already named, by identity: to write large arguments out takes longer than to run."""

    def record(self, text: str, entry: str) -> Record:
        """What a program has shown so far."""
        return self.records.setdefault((text, entry, self.seconds), Record())

    def name(self, job: Job) -> str:
        """A job as exact text."""
        known = self._names.get(id(job))
        if known is None:
            known = self._names.setdefault(id(job), (job, job_text(job)))
        return known[1]

    async def behave(
        self, text: str, entry: str, calls: Sequence[Job], shown: int = 0
    ) -> Behaviour:
        """Answers to all jobs; those not known yet come from one process.

        A job that never returns ends it; the jobs behind are then tried in another one, for a
        shorter time, unless the job was one of the first ``shown``, which decide, and so small
        that this is an endless loop.
        """
        record = self.record(text, entry)
        names = [self.name(call) for call in calls]
        first_of = {name: i for i, name in reversed([*enumerate(names)])}
        missing = sorted(i for name, i in first_of.items() if name not in record.answers)
        if missing and record.failure is None and record.runs < _RUNS:
            asked = [calls[i] for i in missing]
            first = sum(i < shown for i in missing)
            program = Program(text, entry, self.search_path, module=self.module)
            run, used = await self._ask(program, asked, first, record)
            record.runs += used
            record.failure = run.failure if not record.answers else None
            found = zip(missing, run.answers, strict=False)
            record.answers.update((names[i], answer) for i, answer in found)
        if record.failure is not None:
            return Behaviour((), failure=record.failure)
        unsteady = (i for i, name in enumerate(names) if not record.repeated.get(name, True))
        answers = tuple(map(record.answers.get, names))
        return Behaviour(
            answers,
            unsteady=tuple(unsteady),
            starved=record.starved,
            unrepeated=record.unrepeated,
            undefined=tuple(i for i, name in enumerate(names) if name in record.undefined),
        )

    async def again(
        self, text: str, entry: str, calls: Sequence[Job], *, blamed: bool = False
    ) -> Behaviour:
        """The behaviour with what a second process, asked in reverse order, answered otherwise.

        In it the items of sets stand in another order. Where the answers are blamed on the code,
        more orders are tried: two items stand in the same one in every second process.
        """
        record = self.record(text, entry)
        ordered = any(map(_HASHES.search, (text, *map(self.name, calls))))
        seeds = (range(1, 1 + _ORDERS) if blamed else (1,)) if ordered else (0,)
        for seed in seeds:
            program = Program(text, entry, self.search_path, seed, self.module, checked=True)
            await self._repeat(program, calls, record)
        return await self.behave(text, entry, calls)

    async def _repeat(self, program: Program, calls: Sequence[Job], record: Record) -> None:
        """Notes what one more process answers otherwise, where none did so far."""
        asked = {
            name: call
            for call in reversed(calls)
            if (answer := record.answers.get(name := self.name(call)))
            and answer.status not in _FATAL
            and record.repeated.get(name, True)
            and (name, program.hash_seed) not in record.tried
        }
        if asked:
            record.tried |= {(name, program.hash_seed) for name in asked}
            second, _ = await self._ask(program, [*asked.values()], 0, Record())
            if any(answer.status == "timeout" for answer in second.answers):
                # What came back once and not again: a busy machine does that, but hardly twice.
                second, _ = await self._ask(program, [*asked.values()], 0, Record())
            record.unrepeated = second.failure is not None
            for name, answer in zip(asked, second.answers, strict=False):
                if answer.status == "timeout":
                    record.unrepeated = True  # it says nothing of what the code does
                    continue
                record.repeated[name] = repeats(record.answers[name], answer, program.source)
                if answer.error.startswith(UNDEFINED) and record.answers[name].status == "value":
                    record.undefined.add(name)

    async def _ask(
        self, program: Program, calls: Sequence[Job], shown: int, record: Record
    ) -> tuple[Run, int]:
        """The answers of as many runs as are left, and how many of these are used up.

        One that all calls come back from uses up none; a last one may not be followed by others.
        """
        answers: list[Answer] = []
        seconds, most = self.seconds, _RUNS - record.runs
        for used in range(most):
            run = await self._run(program, calls[len(answers) :], seconds)
            record.starved |= _starved(run, seconds)
            if run.failure is not None and not answers:
                return run, most
            answers += run.answers
            if len(answers) >= len(calls):
                return Run(tuple(answers)), used
            if not run.answers or (len(answers) <= shown and is_tiny(calls[len(answers) - 1])):
                break
            seconds = self.seconds * _RETRY
        return Run(tuple(answers)), most

    async def _run(self, program: Program, calls: Sequence[Job], seconds: float) -> Run:
        run = await self._once(program, calls, seconds)
        if seconds < _SHORT and _starved(run, seconds):
            return await self._once(program, calls, 4 * seconds)
        return run

    async def _once(self, program: Program, calls: Sequence[Job], seconds: float) -> Run:
        limits = Limits(wall_seconds=seconds, cpu_seconds=seconds)
        return await self.sandbox.run(program, calls, limits)


def split(seen: Behaviour, told: int) -> Behaviour:
    """The behaviour with the answers to the first ``told`` jobs, the examples', kept apart."""
    if seen.failure is not None:
        return seen
    undefined = tuple(i - told for i in seen.undefined if i >= told)
    return Behaviour(
        seen.answers[told:],
        seen.answers[:told],
        unsteady=tuple(i - told for i in seen.unsteady if i >= told and i - told not in undefined),
        wavering=tuple(i for i in seen.unsteady if i < told),
        starved=seen.starved,
        unrepeated=seen.unrepeated or bool(undefined),
        undefined=undefined,
    )


def job_text(job: Job) -> str:
    """A job as exact text."""
    if isinstance(job, Session):
        return json.dumps({"steps": job.steps})
    return call_text(job) if isinstance(job, Call) else json.dumps({"input": job.text})


def call_text(call: Call) -> str:
    """The call as exact text: 1, 1.0 and True are three calls."""
    named = [codec.encode(part) for pair in call.kwargs.items() for part in pair]
    return json.dumps([[codec.encode(value) for value in call.args], named])


async def gather(
    jobs: Sequence[Callable[[], Awaitable[T]]], report: Callable[[int, int], None] | None = None
) -> list[T]:
    """Runs jobs, a few at once, in a fixed order of results."""
    gate, done = asyncio.Semaphore(AT_ONCE), 0

    async def one(job: Callable[[], Awaitable[T]]) -> T:
        nonlocal done
        async with gate:
            found = await job()
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
