"""Results by task, and jobs under way: the same task asked twice is one job."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any, Generic, Protocol, TypeVar

from algosmith.model import Explanation, Measurement, Outcome, Step

Report = Callable[[Step], None]


class RunningJob(Protocol):
    """A job under way, as its work sees it."""

    def report(self, step: Step) -> None:
        """Tells everybody who waits."""
        ...

    def known(self, best: str) -> None:
        """Keeps in words what is best so far: from now on it can be taken."""
        ...

    @property
    def taken(self) -> asyncio.Event:
        """Set when the user wants the best so far."""
        ...


Work = Callable[[RunningJob], Coroutine[Any, Any, Outcome]]
T = TypeVar("T")

_MOST_RESULTS = 200


class Store:
    """In memory and bounded; nothing of the user's code is written to disk."""

    def __init__(self) -> None:
        self.outcomes: _Cache[Outcome] = _Cache()
        """By task key."""
        self.explanations: _Cache[Explanation] = _Cache()
        """By hash of function text and model."""
        self.measurements: _Cache[Measurement] = _Cache()
        """By hash of the function's text and its file."""
        self._jobs: dict[str, _Job] = {}

    def running(self, key: str) -> bool:
        """Whether a job for this task is under way."""
        return key in self._jobs

    def best_so_far(self, key: str) -> str:
        """What a running job could give at once, in words; empty where there is nothing yet."""
        job = self._jobs.get(key)
        return job.best if job else ""

    def to_take(self) -> tuple[str, ...]:
        """What the running jobs could give at once, in words; those asked for it are left out."""
        jobs = self._jobs.values()
        return tuple(job.best for job in jobs if job.best and not job.taken.is_set())

    def take_best(self, key: str | None = None) -> int:
        """Asks the task's job, or all, for the best so far; says how many jobs there were."""
        jobs = [job for name, job in self._jobs.items() if key in (None, name)]
        for job in jobs:
            job.taken.set()
        return len(jobs)

    async def join(self, key: str, work: Work, report: Report) -> Outcome:
        """Starts ``work``, or joins the job that is already doing it.

        Cancelling one of several waiters only takes that one away; cancelling the last one cancels
        the job.
        """
        job = self._jobs.get(key)
        if job is None:
            job = self._jobs[key] = _Job(work)
            job.task.add_done_callback(lambda _: self._jobs.pop(key, None))
        job.reports.append(report)
        try:
            outcome = await asyncio.shield(job.task)
        except asyncio.CancelledError:
            if job.reports == [report] and not job.task.done():
                job.task.cancel()
                await asyncio.gather(job.task, return_exceptions=True)
            raise
        finally:
            job.reports.remove(report)
        self.outcomes.put(key, outcome)
        return outcome


class _Job:
    def __init__(self, work: Work) -> None:
        self.reports: list[Report] = []
        self.best = ""
        self.taken = asyncio.Event()
        self.task = asyncio.create_task(work(self))

    def report(self, step: Step) -> None:
        for report in self.reports:
            report(step)

    def known(self, best: str) -> None:
        self.best = best


class _Cache(Generic[T]):
    """The most recently used results by key."""

    def __init__(self) -> None:
        self._items: OrderedDict[str, T] = OrderedDict()

    def get(self, key: str) -> T | None:
        """The result, or None."""
        if key not in self._items:
            return None
        self._items.move_to_end(key)
        return self._items[key]

    def put(self, key: str, item: T) -> None:
        """Keeps the result, and lets go of the one unused for longest when there are too many."""
        self._items[key] = item
        self._items.move_to_end(key)
        if len(self._items) > _MOST_RESULTS:
            self._items.popitem(last=False)
