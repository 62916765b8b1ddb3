"""Real engine processes with the real demo model: start, share, kill, switch, idle, stop."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import stat
import sys
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from algosmith import catalogue, paths
from algosmith.config import EngineSettings, Settings
from algosmith.engine import daemon
from algosmith.errors import EngineError, ModelError
from algosmith.llm import connect, launcher
from algosmith.llm.transport import open_client
from algosmith.sockets import address_file, own_address
from algosmith.wire import ChatRequest, Completer, Message, Progress

pytestmark = pytest.mark.model

SMALL = EngineSettings(context_tokens=1024, parallel=4, threads=1, prefix_cache_mb=16)


@pytest.fixture
async def settings(monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Settings, None]:
    model = catalogue.resolve("smollm2-135m")
    home = Path(f"/tmp/as-engine-{os.getpid()}-{time.monotonic_ns() % 10**6}")
    monkeypatch.setenv("ALGOSMITH_HOME", str(home))
    yield Settings(model=str(model), engine=SMALL)
    await launcher.stop()
    shutil.rmtree(home)


async def eventually(check: Callable[[], Awaitable[object]], seconds: float = 20.0) -> None:
    """Ask until the answer is yes; fail when it never is."""
    for _ in range(int(seconds / 0.02)):
        if await check():
            return
        await asyncio.sleep(0.02)
    pytest.fail("it never happened")


async def running(engine: Completer) -> int:
    return (await engine.status()).running


def ask(settings: Settings, text: str = "Count from one to ten.", **fields: Any) -> ChatRequest:
    fields = {"max_tokens": 16, "seed": 3, **fields}
    return ChatRequest(settings.model, (Message("user", text),), **fields)


async def test_started_on_demand_shared_and_private(settings: Settings) -> None:
    first, second = connect(settings), connect(settings)
    assert (await first.status()).state == "away"
    seen: list[Progress] = []
    (a,), (b,) = await asyncio.gather(
        first.complete(ask(settings), seen.append), second.complete(ask(settings))
    )
    assert a.text
    assert b.text
    assert {"starting", "loading", "writing"} <= {progress.phase for progress in seen}
    status = await first.status()
    assert status.state == "ready"
    assert status.backend == "llamacpp"
    assert status.memory_bytes
    assert status.memory_bytes > 50 << 20
    assert stat.S_IMODE(paths.engine_socket().stat().st_mode) == 0o600
    assert (await second.status()).pid == status.pid
    await first.close()
    await second.close()


async def test_same_seed_same_answer_and_candidates_differ(settings: Settings) -> None:
    engine = connect(settings)
    request = ask(settings, n=4, temperature=0.9, max_tokens=24)
    once = await engine.complete(request)
    # Neither what the cache holds meanwhile nor what is decoded at the same time may change it.
    await engine.complete(replace(request, seed=None, n=2))
    other = asyncio.create_task(engine.complete(ask(settings, "Tell a story.", seed=None, n=2)))
    again = await engine.complete(request)
    await other
    assert [reply.text for reply in once] == [reply.text for reply in again]
    assert len({reply.text for reply in once}) > 1
    alone = await engine.complete(ask(settings, temperature=0.9, max_tokens=24))
    assert alone[0].text == once[0].text
    greedy = await engine.complete(ask(settings, n=2, temperature=0.0))
    assert greedy[0].text == greedy[1].text
    await engine.close()


async def test_the_engine_decides_how_many_candidates_where_nobody_says(settings: Settings) -> None:
    engine = connect(settings)
    assert len(await engine.complete(ask(settings, n=0, max_tokens=2))) == 8
    await engine.close()


async def test_prefix_of_a_second_request_is_reused(settings: Settings) -> None:
    engine = connect(settings)
    file = "\n".join(f"def function_{i}(x):\n    return x + {i}" for i in range(30))
    await engine.complete(ask(settings, f"{file}\nExplain function_3.", max_tokens=2, seed=None))
    before = (await engine.status()).cache_hits
    await engine.complete(ask(settings, f"{file}\nExplain function_4.", max_tokens=2, seed=None))
    assert (await engine.status()).cache_hits == before + 1
    await engine.close()


async def test_the_system_part_is_known_to_the_next_engine_in_its_cage(settings: Settings) -> None:
    engine = connect(settings)
    system = Message("system", "You write clean, correct and complete Python code. " * 6)
    request = ChatRequest(settings.model, (system, Message("user", "Hi!")), max_tokens=4)
    await engine.complete(request)
    await launcher.stop()
    log = paths.log_file("engine")
    assert "known from an earlier start" not in log.read_text()
    (file,) = paths.engine_state_dir().glob("*.prefix")
    await engine.complete(request)
    assert "known from an earlier start" in log.read_text()
    assert list(paths.engine_state_dir().glob("*.prefix")) == [file]
    await engine.close()


async def test_prompt_longer_than_the_context(settings: Settings) -> None:
    engine = connect(settings)
    with pytest.raises(EngineError, match=r"tokens, the context 1,024"):
        await engine.complete(ask(settings, "word " * 3000))
    (reply,) = await engine.complete(ask(settings))
    assert reply.text
    await engine.close()


async def test_a_context_beyond_the_models_is_cut_to_it(settings: Settings) -> None:
    wide = replace(settings, engine=replace(SMALL, context_tokens=100_000, parallel=1))
    engine = connect(wide)
    (reply,) = await engine.complete(ask(wide))
    assert reply.text
    (model,) = await engine.models()
    assert model.context_tokens == 8192
    await engine.close()


async def test_a_full_disk_under_the_logs_harms_nobody(settings: Settings) -> None:
    log = paths.log_file("engine")
    log.parent.mkdir(parents=True)
    for file in (log, log.with_suffix(".err")):
        file.symlink_to("/dev/full")
    engine = connect(settings)
    (reply,) = await engine.complete(ask(settings))
    assert reply.text
    assert (await engine.status()).state == "ready"
    await engine.close()


@pytest.mark.parametrize("name", ["state", "run", "state/log/engine.err", "state/log/engine.log"])
async def test_folders_and_files_that_cant_be_made_are_named(settings: Settings, name: str) -> None:
    """Something else stands in their place, which stops root as well."""
    place = paths.log_file("engine").parents[2] / name
    if "." in name:
        place.mkdir(parents=True)
    else:
        place.parent.mkdir(parents=True)
        place.write_text("")
    engine = connect(settings)
    with pytest.raises(EngineError, match=place.name):
        await engine.complete(ask(settings))
    await engine.close()


async def test_special_tokens_in_the_prompt_are_plain_text(settings: Settings) -> None:
    engine = connect(settings)
    await engine.complete(ask(settings, max_tokens=1))

    async def prompt_tokens(text: str) -> int:
        body: dict[str, Any] = {"messages": [{"role": "user", "content": text}], "max_tokens": 1}
        body["model"] = settings.model
        async with open_client(f"unix://{paths.engine_socket()}", {}) as client:
            response = await client.post("chat/completions", json=body)
        return response.json()["usage"]["prompt_tokens"]

    # As a special token each would be one token; its characters are several.
    grown = await prompt_tokens("x" + "<|im_end|>" * 20) - await prompt_tokens("x")
    assert grown >= 4 * 20
    await engine.close()


async def test_kill_in_the_middle_of_an_answer_and_the_next_request_restarts(
    settings: Settings,
) -> None:
    engine = connect(settings)
    writing = asyncio.Event()

    def report(progress: Progress) -> None:
        if progress.phase == "writing":
            writing.set()

    job = asyncio.create_task(engine.complete(ask(settings, n=4, max_tokens=600), report))
    await asyncio.wait_for(writing.wait(), 60)
    pid = (await engine.status()).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(EngineError, match="ask again"):
        await job
    (reply,) = await engine.complete(ask(settings))
    assert reply.text
    assert (await engine.status()).pid != pid
    await engine.close()


async def test_a_model_that_is_deleted_while_it_is_loaded_answers_on(
    settings: Settings, tmp_path: Path
) -> None:
    model = tmp_path / "mine.gguf"
    shutil.copy(settings.model, model)
    settings = replace(settings, model=str(model))
    engine = connect(settings)
    (before,) = await engine.complete(ask(settings))
    model.unlink()
    (after,) = await engine.complete(ask(settings))
    assert after.text == before.text
    await launcher.stop()
    with pytest.raises(ModelError) as caught:
        await engine.complete(ask(settings))
    assert str(model) in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    await engine.close()


async def test_cancel_frees_the_decoder(settings: Settings) -> None:
    engine = connect(settings)
    await engine.complete(ask(settings, max_tokens=1))
    job = asyncio.create_task(engine.complete(ask(settings, n=4, max_tokens=900)))
    await eventually(lambda: running(engine))
    await asyncio.sleep(0.3)
    job.cancel()
    await asyncio.gather(job, return_exceptions=True)

    async def idle() -> bool:
        return not await running(engine)

    await eventually(idle, 2.0)
    (reply,) = await engine.complete(ask(settings, max_tokens=4))
    assert reply.tokens <= 4
    await engine.close()


async def test_other_settings_switch_the_engine_when_it_is_idle(settings: Settings) -> None:
    first = connect(settings)
    job = asyncio.create_task(first.complete(ask(settings, max_tokens=60)))
    await eventually(lambda: running(first))
    old = (await first.status()).pid
    other = Settings(
        model=settings.model, engine=EngineSettings(context_tokens=512, parallel=2, threads=1)
    )
    second = connect(other)
    (reply,) = await second.complete(ask(other, max_tokens=4))
    assert job.done()  # it was not interrupted
    assert (await job)[0].text
    assert reply.text
    status = await second.status()
    assert status.pid != old
    assert (await second.models())[0].context_tokens == 512
    await first.close()
    await second.close()


async def test_leaves_after_the_idle_time(settings: Settings) -> None:
    hurried = Settings(
        model=settings.model,
        engine=EngineSettings(context_tokens=512, parallel=1, threads=1, idle_minutes=0.01),
    )
    engine = connect(hurried)
    await engine.complete(ask(hurried, max_tokens=2))
    pid = (await engine.status()).pid

    async def away() -> bool:  # asking for the status keeps nothing alive
        return (await engine.status()).state == "away"

    await eventually(away)
    (reply,) = await engine.complete(ask(hurried, max_tokens=2))
    assert reply.tokens
    assert (await engine.status()).pid != pid
    await engine.close()


async def test_no_model_and_bad_models_are_told_at_once(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"algosmith models get qwen2\.5-coder-1\.5b"):
        await connect(Settings()).complete(ask(settings))
    bad = tmp_path / "bad.gguf"
    bad.write_bytes(b"GGUF" + b"\xff" * 100)
    broken = Settings(model=str(bad), engine=SMALL)
    with pytest.raises(ModelError, match=r"bad\.gguf"):
        await connect(broken).complete(ask(settings))


async def test_a_foreign_process_on_the_sockets_path_gets_no_code(settings: Settings) -> None:
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65536))
        writer.close()

    paths.engine_socket().parent.mkdir(parents=True, mode=0o700)
    server = await asyncio.start_unix_server(listen, paths.engine_socket())
    engine = connect(settings)
    with pytest.raises(EngineError):
        await asyncio.wait_for(engine.complete(ask(settings, "my secret code")), 30)
    server.close()
    assert not any(b"secret" in data for data in heard)
    await engine.close()


async def test_tcp_mode_needs_the_token_that_is_nowhere_to_be_seen(settings: Settings) -> None:
    command = ["-m", "algosmith", "engine", "serve", "--tcp", "--model", settings.model]
    process = await asyncio.create_subprocess_exec(sys.executable, *command)

    async def listens() -> bool:
        return address_file().exists()

    try:
        await eventually(listens, 30)
        address = own_address()
        assert address is not None
        assert (await launcher.status()).pid == process.pid
        async with httpx.AsyncClient() as client:
            url = address.url.removesuffix("/v1") + "/health"
            assert (await client.get(url)).status_code == 401
            key = {"Authorization": f"Bearer {address.token}"}
            assert (await client.get(url, headers=key)).status_code == 200
            assert (await client.get(url, headers={**key, "Origin": "null"})).status_code == 403
            assert (await client.get(url, headers={**key, "Host": "a.b"})).status_code == 403
        token = json.loads(address_file().read_text())["token"].encode()
        proc = Path(f"/proc/{process.pid}")
        assert token not in proc.joinpath("cmdline").read_bytes()
        assert token not in proc.joinpath("environ").read_bytes()
        assert token not in paths.log_file("engine").read_bytes()
    finally:
        process.terminate()
        await process.wait()
    assert not address_file().exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the library call is Linux's")
async def test_a_library_that_hangs_at_the_end_does_not_keep_the_process(
    settings: Settings,
) -> None:
    path = catalogue.resolve(settings.model)
    start = daemon.Start(settings, path, launcher.fingerprint(settings, path))
    script = str(Path(__file__).with_name("hanging_engine.py"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, stdin=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(start.to_json().encode())
    process.stdin.close()
    engine = connect(settings)

    async def ready() -> bool:
        return (await engine.status()).state == "ready"

    try:
        await eventually(ready, 30)
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 60) == 1
        assert not paths.engine_socket().exists()
    finally:
        await engine.close()
        if process.returncode is None:
            process.kill()


async def test_a_broken_device_ends_the_process_and_the_next_request_starts_another(
    settings: Settings,
) -> None:
    path = catalogue.resolve(settings.model)
    start = daemon.Start(settings, path, launcher.fingerprint(settings, path))
    script = str(Path(__file__).with_name("breaking_engine.py"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, stdin=asyncio.subprocess.PIPE
    )
    assert process.stdin is not None
    process.stdin.write(start.to_json().encode())
    process.stdin.close()
    engine = connect(settings)

    async def ready() -> bool:
        return (await engine.status()).state == "ready"

    try:
        await eventually(ready, 30)
        with pytest.raises(EngineError, match=r"fell off the bus; the engine starts anew"):
            await engine.complete(ask(settings))
        assert await asyncio.wait_for(process.wait(), 20) == daemon.EXIT_BROKEN
        (reply,) = await asyncio.wait_for(engine.complete(ask(settings)), 60)
        assert reply.text
        assert (await engine.status()).backend == "llamacpp"
        log = paths.log_file("engine").read_text()
        assert "fell off the bus" in log
        assert "the next request starts it anew" in log
        await engine.close()
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
