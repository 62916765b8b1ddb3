"""A real vLLM: adapters by name, a key, slots that a cancel frees, a restart.

``make test-vllm`` runs these, and the tests that it shares with other servers.
"""

import asyncio
import json
import re
from pathlib import Path

import httpx
import pytest

from algosmith.config import EngineSettings, Settings
from algosmith.errors import EngineError
from algosmith.llm import connect
from tests.llm.conftest import VLLM
from tests.llm.servers import KEY, Server
from tests.llm.test_other_servers import ask, connected, solve

pytestmark = [
    pytest.mark.model,
    pytest.mark.slow,
    pytest.mark.skipif(not VLLM, reason="make test-vllm"),
]


async def running(server: Server) -> float:
    """Choices that vLLM decodes at this moment, in its own words."""
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"{server.root}/metrics")).text
    return sum(float(n) for n in re.findall(r"^vllm:num_requests_running\{.*\} (\S+)$", text, re.M))


async def until_running(server: Server, number: float) -> None:
    for _ in range(200):
        if await running(server) == number:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(f"{await running(server)} run, not {number}")


async def test_an_adapter_of_the_settings_answers(vllm: Server, tmp_path: Path) -> None:
    async with connected(vllm) as completer:
        assert [m.adapter_of for m in await completer.models() if m.name == "dp"] == ["demo"]
        texts: list[str] = []
        for model in ("demo", "dp"):
            request = ask(vllm, "Say hello.", model=model, temperature=0.0)
            texts.append((await completer.complete(request))[0].text)
        assert texts[0] != texts[1]
    record = await solve(vllm, tmp_path, adapter="dp")
    assert record["model"] == "dp"
    assert record["tokens"] > 2


async def test_an_unknown_adapter_is_named_with_those_that_are_there(
    vllm: Server, tmp_path: Path
) -> None:
    with pytest.raises(AssertionError, match=r"serves demo, dp, not greedy: .*`adapter`"):
        await solve(vllm, tmp_path, adapter="greedy")


async def test_the_key_is_needed_and_not_shown(vllm: Server) -> None:
    completer = connect(Settings(engine=EngineSettings(url=f"{vllm.root}/v1")))
    with pytest.raises(EngineError, match="key_file") as caught:
        await completer.complete(ask(vllm))
    assert KEY not in f"{caught.value} {caught.value.detail}"
    await completer.close()


async def test_n_is_one_request(vllm: Server) -> None:
    before = vllm.log.read_text().count("POST /v1/chat/completions")
    async with connected(vllm) as completer:
        assert len(await completer.complete(ask(vllm, n=4))) == 4
    assert vllm.log.read_text().count("POST /v1/chat/completions") == before + 1


async def test_a_bound_beyond_its_context_is_left_to_it(vllm: Server) -> None:
    async with connected(vllm) as completer:
        (reply,) = await completer.complete(ask(vllm, max_tokens=7168))
        assert reply.text


async def test_a_cancel_frees_the_slots(vllm: Server) -> None:
    async with connected(vllm) as completer:
        job = asyncio.create_task(completer.complete(ask(vllm, n=3, max_tokens=1900)))
        await until_running(vllm, 3)
        job.cancel()
        await until_running(vllm, 0)


@pytest.mark.flaky(reruns=0)  # a second try would find no server
async def test_a_kill_is_said_and_a_restart_is_found(vllm: Server) -> None:
    async with connected(vllm) as completer:
        job = asyncio.create_task(completer.complete(ask(vllm, max_tokens=1900)))
        await until_running(vllm, 1)
        await asyncio.sleep(1)
        vllm.kill()
        with pytest.raises(EngineError, match="went away in the middle of its answer"):
            await job
        with pytest.raises(EngineError, match=f"no server answers at {vllm.root}"):
            await completer.complete(ask(vllm))
        # What is not closed by a tag is all reasoning to this parser: it shows the field's name.
        rename_tokens(Path(vllm.command[2]), {"<repo_name>": "<think>", "<reponame>": "</think>"})
        await asyncio.to_thread(vllm.start, "--reasoning-parser", "deepseek_r1")
        (reply,) = await completer.complete(ask(vllm))
        assert reply.reasoning
        assert not reply.text


def rename_tokens(model: Path, names: dict[str, str]) -> None:
    """Give unused tokens of the vocabulary other names."""
    file = model / "tokenizer.json"
    text = file.read_text("utf-8")
    for old, new in names.items():
        text = text.replace(json.dumps(old), json.dumps(new))
    file.write_text(text, "utf-8")
