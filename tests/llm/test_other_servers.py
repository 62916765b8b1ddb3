"""Servers that are not ours, driven through ``engine.url``.

By default llama.cpp's own server, which the test starts. ``ALGOSMITH_TEST_URL`` and
``ALGOSMITH_TEST_MODEL`` point the same tests at a server that runs (``tests/e2e/other_server.sh``
does so with a real vLLM and with ``transformers serve``).
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from algosmith.config import EngineSettings, Settings
from algosmith.errors import EngineError
from algosmith.llm import connect, models
from algosmith.wire import ChatRequest, Message, Progress

MODEL = os.environ.get("ALGOSMITH_TEST_MODEL", "demo")

pytestmark = [pytest.mark.model, pytest.mark.slow]

LLAMA_SERVER = """
import sys, time
import xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.n_ctx, params.n_parallel, params.kv_unified = 2048, 4, True
params.cpuparams.n_threads = params.cpuparams_batch.n_threads = 1
params.verbosity = 1
server = xllamacpp.Server(params)
time.sleep(600)
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The URL of a server; llama.cpp's comes as it is, its Jinja chat template included."""
    if "ALGOSMITH_TEST_URL" in os.environ:
        yield os.environ["ALGOSMITH_TEST_URL"]
        return
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", LLAMA_SERVER, str(models.resolve("demo")), str(port)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                if httpx.get(f"http://127.0.0.1:{port}/health").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        else:
            pytest.fail("llama.cpp's server did not start")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.kill()
        process.wait()


def ask(text: str = "Say hello.", **fields: object) -> ChatRequest:
    return ChatRequest(MODEL, (Message("user", text),), **{"max_tokens": 12, **fields})  # type: ignore[arg-type]  test data


async def test_it_answers_with_candidates_seeds_and_progress(server: str) -> None:
    completer = connect(Settings(engine=EngineSettings(url=server)))
    seen: list[Progress] = []
    replies = await completer.complete(ask(n=3, seed=5, thinking_tokens=50), seen.append)
    assert len(replies) == 3
    assert all(reply.text and 0 < reply.tokens <= 12 for reply in replies)
    assert seen[-1].phase == "writing"
    assert seen[-1].finished == 3
    again = await completer.complete(ask(n=3, seed=5))
    assert [reply.text for reply in again] == [reply.text for reply in replies]
    assert (await completer.status()).state == "ready"
    assert (await completer.models())[0].name
    await completer.close()


async def test_it_refuses_what_does_not_fit_and_stays_usable(server: str) -> None:
    completer = connect(Settings(engine=EngineSettings(url=server)))
    with pytest.raises(EngineError, match="context"):
        await completer.complete(ask("word " * 4000))
    (reply,) = await completer.complete(ask())
    assert reply.text
    await completer.close()


async def test_it_is_freed_by_a_cancel(server: str) -> None:
    completer = connect(Settings(engine=EngineSettings(url=server)))
    jobs = [asyncio.create_task(completer.complete(ask(max_tokens=1900))) for _ in range(4)]
    await asyncio.sleep(1.0)
    for job in jobs:
        job.cancel()
    await asyncio.gather(*jobs, return_exceptions=True)
    # All four slots were taken; only freed ones let this one answer soon.
    (reply,) = await asyncio.wait_for(completer.complete(ask(max_tokens=4)), 30)
    assert reply.tokens
    await completer.close()
