"""What breaks servers, on a real engine process with the demo model.

Stop strings and characters split over tokens, readers that are slow or vanish, a model file that
goes away, answers that go round in circles.
"""

import asyncio
import json
import os
import shutil
import time
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from algosmith import catalogue, paths
from algosmith.config import EngineSettings, Settings
from algosmith.llm import connect, launcher
from algosmith.wire import ChatRequest, Message, Progress

pytestmark = pytest.mark.model


@pytest.fixture
async def settings(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncGenerator[Settings, None]:
    """A copy of the model, that a test may remove."""
    home = Path(f"/tmp/as-hard-{os.getpid()}-{time.monotonic_ns() % 10**6}")
    model = tmp_path / "copy.gguf"
    shutil.copyfile(catalogue.resolve("smollm2-135m"), model)
    monkeypatch.setenv("ALGOSMITH_HOME", str(home))
    small = EngineSettings(context_tokens=1024, parallel=4, threads=1, prefix_cache_mb=16)
    yield Settings(model=str(model), engine=small)
    await launcher.stop()
    shutil.rmtree(home)


def ask(settings: Settings, text: str, **fields: Any) -> ChatRequest:
    fields = {"max_tokens": 24, "seed": 3, "temperature": 0.0, **fields}
    return ChatRequest(settings.model, (Message("user", text),), **fields)


async def test_stops_and_characters_over_tokens_and_a_model_that_goes_away(
    settings: Settings,
) -> None:
    engine = connect(settings)
    question = "Write one sentence about the sea."
    (whole,) = await engine.complete(ask(settings, question))
    # From the middle of a word into the next one: it begins and ends within tokens.
    space = whole.text.index(" ", 8)
    stop = whole.text[space - 2 : space + 3]
    (cut,) = await engine.complete(ask(settings, question, stop=(stop,)))
    assert cut.text == whole.text[: whole.text.index(stop)]
    assert cut.finish_reason == "stop"
    # Emoji and Chinese take several tokens each, and hot sampling leaves half of one at times.
    wild = ask(settings, "重复:🎉算法🧮" * 6, n=4, temperature=1.8, max_tokens=60)
    for reply in await engine.complete(wild):
        assert reply.text.encode()
    writing = asyncio.Event()

    def report(progress: Progress) -> None:
        if progress.phase == "writing":
            writing.set()

    job = asyncio.create_task(engine.complete(ask(settings, question), report))
    await asyncio.wait_for(writing.wait(), 60)
    await asyncio.to_thread(Path(settings.model).unlink)
    assert (await job)[0].text == whole.text
    # The engine has the model still; what a restart says is in test_engine_process.
    assert (await engine.complete(ask(settings, question)))[0].text == whole.text
    await engine.close()


async def test_slow_and_vanished_readers_harm_nobody(settings: Settings) -> None:
    engine = connect(settings)
    await engine.complete(ask(settings, "hi", max_tokens=1))
    body = json.dumps({
        "model": settings.model, "messages": [{"role": "user", "content": "Count to 900."}],
        "max_tokens": 700, "stream": True, "n": 2, "temperature": 0.6, "top_p": 0.95,
    }).encode()  # fmt: skip
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    _, slow = await asyncio.open_unix_connection(paths.engine_socket(), limit=256)
    slow.write(head.encode() + body)
    await slow.drain()
    for _ in range(3):  # one that reads nothing leaves the others their turns
        (reply,) = await asyncio.wait_for(
            engine.complete(ask(settings, "hi", max_tokens=4, seed=None)), 60
        )
        assert reply.tokens
    assert (await engine.status()).running
    slow.transport.abort()
    status = await engine.status()
    for _ in range(400):
        if not status.running and not status.queue:
            break
        await asyncio.sleep(0.05)
        status = await engine.status()
    assert not status.running
    await engine.close()


async def test_an_answer_that_goes_round_in_circles_is_cut(settings: Settings) -> None:
    engine = connect(settings)
    text = "Continue, and never stop: " + "the cat and the dog, " * 30
    (reply,) = await engine.complete(ask(settings, text, max_tokens=700))
    assert reply.finish_reason == "repetition"
    assert reply.tokens < 700
    await engine.close()
