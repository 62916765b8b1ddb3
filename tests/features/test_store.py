"""One job for each task, whoever asks; cancelling takes only the one who cancels away."""

import asyncio

import pytest

from algosmith.features.store import Report, RunningJob, Store
from algosmith.model import Outcome, Snapshot, Span, Step, Task

SPAN = Span(0, 0)
TASK = Task("TODO", "x", "python", "en", "function", SPAN, SPAN, 1, None, "key")
OUTCOME = Outcome(Snapshot("file:///a.py", "python", b""), TASK, "demo", (), None, "nothing")
STEP = Step("writing", "writing")


class Work:
    """A job that waits until it is told to end."""

    def __init__(self) -> None:
        self.started = 0
        self.cancelled = False
        self.go = asyncio.Event()

    async def __call__(self, job: RunningJob) -> Outcome:
        self.started += 1
        job.report(STEP)
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return OUTCOME


def _ignore(step: Step) -> None:
    del step


async def test_two_askers_join_one_job() -> None:
    store, work = Store(), Work()
    first, second = (asyncio.create_task(store.join("key", work, _ignore)) for _ in range(2))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert store.running("key")
    work.go.set()
    assert await first is await second is OUTCOME
    assert work.started == 1
    assert store.outcomes.get("key") is OUTCOME
    assert not store.running("key")


async def test_cancelling_one_asker_leaves_the_job_to_the_other() -> None:
    store, work = Store(), Work()
    first, second = (asyncio.create_task(store.join("key", work, _ignore)) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert not work.cancelled
    work.go.set()
    assert await second is OUTCOME


async def test_cancelling_the_last_asker_cancels_the_job() -> None:
    store, work = Store(), Work()
    only = asyncio.create_task(store.join("key", work, _ignore))
    await asyncio.sleep(0.01)
    only.cancel()
    with pytest.raises(asyncio.CancelledError):
        await only
    assert work.cancelled
    assert not store.running("key")
    assert store.outcomes.get("key") is None


async def test_a_failed_job_tells_every_asker_and_is_not_kept() -> None:
    async def fail(job: RunningJob) -> Outcome:
        await asyncio.sleep(0.01)
        raise ValueError("no")

    store = Store()
    askers = [store.join("key", fail, _ignore) for _ in range(2)]
    results = await asyncio.gather(*askers, return_exceptions=True)
    assert [str(result) for result in results] == ["no", "no"]
    assert not store.running("key")


async def test_every_asker_sees_progress() -> None:
    store, seen = Store(), [0, 0]
    go = asyncio.Event()

    async def work(job: RunningJob) -> Outcome:
        await go.wait()
        job.report(STEP)
        return OUTCOME

    def counter(index: int) -> Report:
        def count(step: Step) -> None:
            seen[index] += step == STEP

        return count

    askers = [asyncio.create_task(store.join("key", work, counter(i))) for i in range(2)]
    await asyncio.sleep(0.01)
    go.set()
    await asyncio.gather(*askers)
    assert seen == [1, 1]


def test_the_store_is_bounded() -> None:
    store = Store()
    for number in range(500):
        store.outcomes.put(str(number), OUTCOME)
    assert store.outcomes.get("0") is None
    assert store.outcomes.get("499") is OUTCOME
