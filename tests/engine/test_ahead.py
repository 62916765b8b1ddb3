"""A prompt is read ahead only while nobody needs the engine."""

import asyncio

from algosmith.engine.backends.base import Group
from algosmith.wire import ChatRequest, Message
from tests.engine.engine_in_process import engine, until
from tests.engine.scripted_backend import ScriptedBackend
from tests.engine.test_engine_app import ask


def slow(group: Group, index: int) -> bytes:
    """Reading ahead lasts until it is ended, answers are short."""
    return b"x" * 100_000 if group.warm else b"answer"


def request(text: str) -> ChatRequest:
    return ChatRequest("demo", (Message("user", text),))


async def test_real_work_ends_the_reading_ahead_before_it_starts() -> None:
    async with engine(ScriptedBackend(slow, step_seconds=0.001)) as running:
        client = running.client()
        reading = asyncio.create_task(client.warm(request("look")))
        await until(lambda: running.backend.live)
        assert (await client.status()).running == 0, "nobody has to wait for it"
        (reply,) = await client.complete(ask())
        await reading
        assert reply.text == "answer"
        assert running.backend.cancelled == [1]
        assert running.backend.most_live == 1
        await client.close()


async def test_only_the_newest_place_is_read_ahead() -> None:
    async with engine(ScriptedBackend(slow, step_seconds=0.001)) as running:
        client = running.client()
        first = asyncio.create_task(client.warm(request("first")))
        await until(lambda: running.backend.live)
        second = asyncio.create_task(client.warm(request("second")))
        await first
        await until(lambda: len(running.backend.added) == 2)
        assert "second" in str(running.backend.added[1].prompt)
        second.cancel()
        await until(lambda: not running.backend.live)
        await client.close()


async def test_nothing_is_read_ahead_while_somebody_waits_for_an_answer() -> None:
    long = ScriptedBackend(lambda group, index: b"x" * 40, step_seconds=0.005)
    async with engine(long) as running:
        client = running.client()
        working = asyncio.create_task(client.complete(ask(n=2)))
        await until(lambda: running.backend.live)
        reading = asyncio.create_task(client.warm(request("look")))
        await working
        await reading
        assert [group.warm for group in long.added] == [False, True]
        assert long.cancelled == []
        await client.close()
