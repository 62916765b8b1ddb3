"""Servers that are not ours, driven through ``engine.url``, all by the same tests.

llama.cpp's own server and ``transformers serve`` in the normal run, vLLM in ``make test-vllm``.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from algosmith.errors import EngineError
from algosmith.llm import connect
from algosmith.wire import ChatRequest, Completer, Message, Progress
from tests.llm import servers
from tests.llm.servers import Server

pytestmark = [pytest.mark.model, pytest.mark.slow]

TASK = servers.ROOT / "tests" / "scenarios" / "python" / "count_vowels.py"


def ask(server: Server, text: str = "Say hello.", **fields: object) -> ChatRequest:
    given = {"model": server.model, "messages": (Message("user", text),), "max_tokens": 12}
    return ChatRequest(**{**given, **fields})  # type: ignore[arg-type]  test data


@contextlib.asynccontextmanager
async def connected(server: Server) -> AsyncIterator[Completer]:
    completer = connect(server.settings())
    try:
        yield completer
    finally:
        await completer.close()


async def test_it_answers_with_candidates_seeds_and_progress(server: Server) -> None:
    async with connected(server) as completer:
        seen: list[Progress] = []
        replies = await completer.complete(
            ask(server, n=3, seed=5, thinking_tokens=50), seen.append
        )
        assert len(replies) == 3
        assert all(reply.text and 0 < reply.tokens <= 12 for reply in replies)
        assert seen[-1].phase == "writing"
        assert seen[-1].finished == 3
        if server.repeats:
            again = await completer.complete(ask(server, n=3, seed=5))
            assert [reply.text for reply in again] == [reply.text for reply in replies]
        assert (await completer.status()).state == "ready"


async def test_it_refuses_what_does_not_fit_and_stays_usable(server: Server) -> None:
    if not server.refuses_long:
        pytest.skip(f"{server.kind} has no limit to refuse by")
    async with connected(server) as completer:
        with pytest.raises(EngineError, match="context"):
            await completer.complete(ask(server, "word " * 4000))
        (reply,) = await completer.complete(ask(server))
        assert reply.text


async def test_it_is_freed_by_a_cancel(server: Server) -> None:
    async with connected(server) as completer:
        long = ask(server, max_tokens=1900)
        jobs = [asyncio.create_task(completer.complete(long)) for _ in range(4)]
        await asyncio.sleep(1.0)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        # All four slots were taken; only freed ones let this one answer soon.
        (reply,) = await asyncio.wait_for(completer.complete(ask(server, max_tokens=4)), 30)
        assert reply.tokens


async def test_a_task_is_solved_with_user_settings(server: Server, tmp_path: Path) -> None:
    record = await solve(server, tmp_path)
    assert record["model"] == server.model
    assert record["tokens"] > 1


async def test_a_request_waits_for_a_server_that_comes_back(tmp_path: Path) -> None:
    server = servers.llama_cpp(tmp_path)
    server.start()
    server.kill()
    async with connected(server) as completer:
        job = asyncio.create_task(completer.complete(ask(server)))
        await asyncio.sleep(0.2)
        assert not job.done()
        await asyncio.to_thread(server.start)
        assert (await job)[0].text
        server.stop()


async def solve(server: Server, folder: Path, **more: str) -> dict[str, Any]:
    """What ``algosmith solve`` prints with this server in the user's settings."""
    config = folder / "config" / "config.toml"
    config.parent.mkdir()
    lines = [f'model = "{server.model}"', "candidates = 1", "thinking.tokens = 0"]
    lines += [f'{name} = "{value}"' for name, value in more.items()]
    lines += ["verify.repair_rounds = 0", "[engine]", f'url = "{server.root}/v1"']
    lines += [f'key_file = "{server.key_file}"'] if server.key_file else []
    config.write_text("\n".join(lines), "utf-8")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "algosmith", "solve", "--json", "--seed", "1", str(TASK)),
        env={**os.environ, "ALGOSMITH_HOME": str(folder)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    assert out, err.decode()
    return json.loads(out)
