"""Background jobs of one client: started at once, shown as progress, cancelled by whoever asks."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Literal

from algosmith import paths
from algosmith.errors import AlgosmithError
from algosmith.lsp.progress import Progress
from algosmith.model import Step

log = logging.getLogger(__name__)

Kind = Literal[
    "solve", "solve all", "explain", "measure", "annotate", "check", "review", "hint", "parts",
    "stress",
]  # fmt: skip
Work = Callable[[Callable[[Step], None]], Coroutine[Any, Any, Any]]


@dataclass(frozen=True, slots=True)
class Goal:
    """What a job is for; a second job for the same goal joins the first."""

    kind: Kind
    uri: str
    key: str = ""
    """What it works on, in the document."""


@dataclass(slots=True, eq=False)
class Job:
    """One job; ``task`` gives its result, or raises what it raised."""

    goal: Goal
    token: str
    task: "asyncio.Task[Any]"
    quiet: bool
    """Nobody asked for it by a command: a failure is not worth a message."""


class Jobs:
    """The jobs under way.

    ``fail`` is told each failure that is meant for the user, ``changed`` that a job began or ended.
    """

    def __init__(
        self,
        new_progress: Callable[[str, str], Progress],
        fail: Callable[[str], None],
        changed: Callable[[], None],
    ) -> None:
        self._new_progress = new_progress
        self._fail = fail
        self._changed = changed
        self._running: list[Job] = []
        self._numbers = itertools.count(1)

    @property
    def running(self) -> tuple[Job, ...]:
        """The jobs under way, oldest first."""
        return tuple(self._running)

    def start(self, goal: Goal, title: str, work: Work, *, quiet: bool = False) -> Job:
        """Starts a job, or joins the one that does the same."""
        for job in self._running:
            if job.goal == goal and not job.task.cancelling():
                job.quiet = job.quiet and quiet
                return job
        token = f"algosmith-{next(self._numbers)}"
        progress = self._new_progress(token, title)
        job = Job(goal, token, asyncio.create_task(work(progress.report)), quiet)
        self._running.append(job)
        job.task.add_done_callback(lambda _: self._ended(job, progress))
        self._changed()
        return job

    def cancel(self, *, token: object = None, uri: str | None = None) -> int:
        """Cancels the job of a token, those of a document, or all; says how many there were."""
        chosen = [
            job
            for job in self._running
            if (token is None or job.token == token)
            and (uri is None or job.goal.uri == uri)
            and not job.task.cancelling()  # a second time would cut its clean-up short
        ]
        for job in chosen:
            job.task.cancel()
        return len(chosen)

    def cancel_kind(self, kind: Kind, uri: str) -> None:
        """Cancels a document's jobs of one kind."""
        for job in self._running:
            if job.goal.kind == kind and job.goal.uri == uri and not job.task.cancelling():
                job.task.cancel()

    async def close(self) -> None:
        """Cancels everything and waits until it ended."""
        self.cancel()
        await asyncio.gather(*(job.task for job in self.running), return_exceptions=True)

    def _ended(self, job: Job, progress: Progress) -> None:
        """Runs for a job that was cancelled before its first step, too."""
        self._running.remove(job)
        if job.task.cancelled():
            progress.end("cancelled")
        elif error := job.task.exception():
            progress.end("failed")
            self._report(job, error)
        else:
            progress.end("done")
        self._changed()

    def _report(self, job: Job, error: BaseException) -> None:
        if isinstance(error, AlgosmithError):
            log.warning("%s failed: %s\n%s", job.goal.kind, error, error.detail)
        else:
            log.error("%s failed by a fault of ours", job.goal.kind, exc_info=error)
        if not job.quiet:
            self._fail(problem(error))


def problem(error: BaseException) -> str:
    """The failure in a sentence for the user."""
    if isinstance(error, AlgosmithError):
        return str(error)
    return f"That failed by a fault of algosmith's own; {paths.log_file('lsp')} has the details."
