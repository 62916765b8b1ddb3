"""Jobs: joining, cancelling at any moment, failures told once; and their progress."""

import asyncio
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any

import pytest
from lsprotocol import types

from algosmith.errors import EngineError
from algosmith.lsp.jobs import Goal, Jobs
from algosmith.lsp.progress import Progress
from algosmith.model import Step

GOAL = Goal("solve", "file:///a.py", "key")


@dataclass
class FakeServer:
    """Takes what a client would get."""

    asked: list[futures.Future[None]] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)
    answer_at_once: bool = True

    def window_work_done_progress_create(self, _: Any) -> futures.Future[None]:
        self.asked.append(futures.Future())
        if self.answer_at_once:
            self.asked[-1].set_result(None)
        return self.asked[-1]

    def progress(self, params: types.ProgressParams) -> None:
        self.sent.append(params.value)


@dataclass
class Bench:
    """Jobs with everything around them recorded."""

    server: FakeServer = field(default_factory=FakeServer)
    failures: list[str] = field(default_factory=list)
    changes: int = 0

    def __post_init__(self) -> None:
        def changed() -> None:
            self.changes += 1

        self.jobs = Jobs(self.progress, self.failures.append, changed)

    def progress(self, token: str, title: str) -> Progress:
        server: Any = self.server
        return Progress(server, token, title, shown=True)

    @property
    def kinds(self) -> list[str]:
        return [type(value).__name__.removeprefix("WorkDoneProgress") for value in self.server.sent]


async def work(report: Callable[[Step], None]) -> str:
    report(Step("thinking", "one"))
    await asyncio.sleep(0.01)
    report(Step("checking", "two", 0.5))
    return "result"


async def test_a_job_shows_its_steps_and_gives_its_result() -> None:
    bench = Bench()
    job = bench.jobs.start(GOAL, "Solving", work)
    assert bench.jobs.running == (job,)
    assert await job.task == "result"
    await asyncio.sleep(0)
    assert bench.jobs.running == ()
    assert bench.kinds == ["Begin", "Report", "Report", "End"]
    assert [getattr(v, "percentage", None) for v in bench.server.sent] == [None, None, 50, None]
    assert (bench.changes, bench.failures) == (2, [])


async def test_the_same_goal_joins_and_another_does_not() -> None:
    bench = Bench()
    first = bench.jobs.start(GOAL, "Solving", work, quiet=True)
    assert bench.jobs.start(GOAL, "Solving", work) is first
    assert not first.quiet, "someone asked for it now"
    other = bench.jobs.start(Goal("solve", "file:///a.py", "other"), "Solving", work)
    assert other is not first
    await asyncio.gather(first.task, other.task)


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
async def test_cancelling_ends_the_progress_at_any_moment(steps: int) -> None:
    bench = Bench()
    job = bench.jobs.start(GOAL, "Solving", work)
    for _ in range(steps):
        await asyncio.sleep(0)
    assert bench.jobs.cancel(token="another") == 0
    assert bench.jobs.cancel(uri="file:///b.py") == 0
    assert bench.jobs.cancel(token=job.token) == 1
    again = bench.jobs.start(GOAL, "Solving", work)
    assert again is not job, "a job that is being cancelled can't be joined"
    with pytest.raises(asyncio.CancelledError):
        await job.task
    await asyncio.sleep(0)
    ends = [v.message for v in bench.server.sent if isinstance(v, types.WorkDoneProgressEnd)]
    assert ends == ["cancelled"]
    assert bench.failures == []
    await again.task


@pytest.mark.parametrize(
    ("error", "said"),
    [(EngineError("Start it with `x`."), "Start it with `x`."), (KeyError("?"), "lsp.log")],
)
@pytest.mark.parametrize("quiet", [True, False])
async def test_a_failure_is_told_unless_nobody_asked(
    error: Exception, said: str, quiet: bool
) -> None:
    bench = Bench()

    async def fail(_: Any) -> None:
        raise error

    job = bench.jobs.start(GOAL, "Solving", fail, quiet=quiet)
    with pytest.raises(type(error)):
        await job.task
    await asyncio.sleep(0)
    assert len(bench.failures) == (0 if quiet else 1)
    assert all(said in failure for failure in bench.failures)
    assert bench.server.sent[-1].message == "failed"


async def test_a_client_that_is_slow_to_give_a_token_delays_nothing() -> None:
    bench = Bench(FakeServer(answer_at_once=False))
    job = bench.jobs.start(GOAL, "Solving", work)
    await asyncio.sleep(0)
    assert bench.kinds == []
    bench.server.asked[0].set_result(None)
    assert bench.server.sent[0].message == "one"
    await job.task
    await asyncio.sleep(0)
    assert bench.kinds == ["Begin", "Report", "End"]


@pytest.mark.parametrize("answer", ["never", "late", "refused"])
async def test_a_client_that_gives_no_token_gets_no_progress(answer: str) -> None:
    bench = Bench(FakeServer(answer_at_once=False))
    job = bench.jobs.start(GOAL, "Solving", work)
    if answer == "refused":
        bench.server.asked[0].set_exception(ValueError("no"))
    assert await job.task == "result"
    await asyncio.sleep(0)
    if answer == "late":
        bench.server.asked[0].set_result(None)
    assert bench.kinds == []


async def test_closing_ends_everything() -> None:
    bench = Bench()
    job = bench.jobs.start(GOAL, "Solving", work)
    await bench.jobs.close()
    assert job.task.cancelled()
    assert bench.jobs.running == ()
