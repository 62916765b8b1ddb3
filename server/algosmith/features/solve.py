"""Solving a task: answers are judged as they come, until one is verified or the budget is spent.

One careful answer first, more after it, then repairs of what failed, then a model that thinks.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace

from algosmith.errors import AlgosmithError
from algosmith.features import advice, asking, rounds, words
from algosmith.features.finish import outcome_of
from algosmith.features.knowledge import (
    Knowledge,
    is_enough,
    may_think,
    with_arrivals,
    worth_repairing,
)
from algosmith.features.measure import written_by
from algosmith.features.rounds import Arrival, Inquiry
from algosmith.features.services import Services
from algosmith.features.store import Report, RunningJob
from algosmith.features.teaching import refuse_solution
from algosmith.model import Outcome, Snapshot, Step, Task
from algosmith.verify.judge import assess
from algosmith.verify.types import Advice, Case
from algosmith.wire import Progress

log = logging.getLogger(__name__)


async def solve(services: Services, snapshot: Snapshot, task: Task, report: Report) -> Outcome:
    """Candidates for the task, best first, with their evidence.

    The same task asked while it is being solved joins that job. Cancelling frees the engine and
    ends the checks. Raises AlgosmithError when no answer could be had at all, and in a folder of
    ``teaching.hints_only``.
    """
    refuse_solution(services.settings, snapshot.uri)

    async def work(running: RunningJob) -> Outcome:
        return await _solve(services, snapshot, task, running)

    return await services.store.join(task.key, work, report)


@dataclass(frozen=True, slots=True)
class _Job:
    """What one solving works with."""

    inquiry: Inquiry
    running: RunningJob
    case: Case

    @property
    def services(self) -> Services:
        """Settings and what stands behind them."""
        return self.inquiry.services


async def _solve(
    services: Services, snapshot: Snapshot, task: Task, running: RunningJob
) -> Outcome:
    known = Knowledge(time.monotonic())
    question = await asyncio.to_thread(asking.question, services, snapshot, task)
    await services.cage(snapshot.language)
    why_not = services.why_no_cage(snapshot.language)
    case = Case(
        snapshot,
        task,
        services.trusted,
        services.roots,
        why_not_run=why_not,
        sampled=True,
    )

    def on_progress(progress: Progress) -> None:
        step = words.progress_step(progress, task.prose)
        so_far = services.store.best_so_far(task.key)
        running.report(replace(step, message=f"{step.message} · {so_far}") if so_far else step)

    job = _Job(Inquiry(services, question, on_progress), running, case)
    known = await _grown(job, known, rounds.candidates(job.inquiry))
    for _ in range(services.settings.verify.repair_rounds):
        failure = None if running.taken.is_set() else worth_repairing(known)
        if failure is None:
            break
        known = await _grown(job, known, rounds.repairs(job.inquiry, failure))
    spent = may_think(known, services)
    if spent is not None and not running.taken.is_set():
        known = await _grown(job, known, rounds.thoughts(job.inquiry, spent))
    known = await _advised(job, known)
    return await outcome_of(services, snapshot, task, known, running.report)


async def _grown(job: _Job, known: Knowledge, arrivals: AsyncGenerator[Arrival]) -> Knowledge:
    """Judges answers while more are being written; stops the rest once enough is known.

    A failure of the engine ends the round; it is the user's only where there is no answer at all.
    """
    queue: asyncio.Queue[Arrival | None] = asyncio.Queue()

    async def pump() -> None:
        try:
            async with contextlib.aclosing(arrivals):
                async for arrival in arrivals:
                    queue.put_nowait(arrival)
        finally:
            queue.put_nowait(None)

    producer = asyncio.create_task(pump())
    try:
        while not is_enough(known):
            came = await _next(job, known, queue)
            if not came:
                break
            known = await _judged(job, known, came)
    finally:
        producer.cancel()
        ended = (await asyncio.gather(producer, return_exceptions=True))[0]
    if isinstance(ended, Exception):
        if not (known.answers and isinstance(ended, AlgosmithError)):
            raise ended
        log.warning("a round ended early: %s\n%s", ended, ended.detail)
    return known


async def _next(
    job: _Job, known: Knowledge, queue: "asyncio.Queue[Arrival | None]"
) -> Sequence[Arrival]:
    """All that has come; nothing when no more will, the time is up, or the user takes the best."""
    left = known.seconds_left(job.services.settings)
    waiting = [asyncio.create_task(queue.get())]
    if known.placed:
        waiting.append(asyncio.create_task(_taken(job.running)))
    try:
        await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        first = waiting[0].result() if waiting[0].done() else None
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
    came = [first] if first else []
    while first is not None and not queue.empty():
        more = queue.get_nowait()
        if more is None:
            queue.put_nowait(None)
            break
        came.append(more)
    return came


async def _taken(running: RunningJob) -> None:
    await running.taken.wait()


async def _judged(job: _Job, known: Knowledge, came: Sequence[Arrival]) -> Knowledge:
    services = job.services
    of = max(arrival.of for arrival in came)
    prose = job.case.task.prose
    job.running.report(Step("checking", words.checking(len(known.answers), len(came), prose)))
    new = [(arrival.answer.candidate, arrival.answer.edit) for arrival in came]
    cage = await services.cage(job.case.snapshot.language)
    assessment = await assess(job.case, new, cage, services.settings, known.assessment)
    known = with_arrivals(known, came, assessment)
    if known.placed:
        best = assessment.verdicts[assessment.order[0]].level
        job.running.known(words.known_so_far(len(known.answers), of, best, prose))
    return known


async def _advised(job: _Job, known: Knowledge) -> Knowledge:
    """Judged again with the model's tests and inputs, where these can change the choice.

    Only then, and only in what is left of the time: on a processor the request may cost more than
    all candidates, and it can break a tie but verify nothing.
    """
    services, assessment = job.services, known.assessment
    cage = await services.cage(job.case.snapshot.language)
    if assessment is None or not assessment.wants or cage is None or job.running.taken.is_set():
        return known
    edit = known.answers[assessment.order[0]].edit
    if isinstance(edit, Exception) or not services.settings.verify.advice:
        return known
    function = written_by(job.case.snapshot, job.case.task, edit)
    if function is None:
        return known
    job.running.report(Step("checking", words.asking_for_tests(job.case.task.prose)))
    try:
        async with asyncio.timeout(known.budget_left(services.settings)):
            written = await advice.ask(
                services, job.inquiry.question, function, assessment.wants, job.inquiry.on_progress
            )
    except TimeoutError:
        return known
    found = await advice.read(written, function, cage)
    if found != Advice():
        case = replace(job.case, advice=found)
        assessment = await assess(case, [], cage, services.settings, assessment)
    return replace(known, assessment=assessment, tokens=known.tokens + written.tokens)
