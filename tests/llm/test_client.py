"""The HTTP client against a scripted server: streams, n, refusals, cancel, dropped connections."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from algosmith.errors import ConfigError, EngineBusy, EngineError, RequestRejected
from algosmith.llm import client as client_module
from algosmith.llm.client import HttpCompleter
from algosmith.wire import ChatRequest, Message, Progress
from tests.fakes import FakeEngine, Scripted
from tests.fakes_process import run_fake_engine


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "_RETRY_SECONDS", (0.01, 0.02, 0.04, 0.08))


def ask(text: str = "solve it", **fields: Any) -> ChatRequest:
    return ChatRequest("fake", (Message("user", text),), **fields)


async def test_all_choices_come_with_tokens_and_finish_reasons() -> None:
    script = [Scripted("one"), Scripted("two, longer than a chunk", finish="length")]
    async with FakeEngine(script) as engine:
        completer = HttpCompleter(engine.url)
        first, second = await completer.complete(ask(n=2, seed=7, stop=("END",), max_tokens=99))
        assert (first.text, first.finish_reason) == ("one", "stop")
        assert (second.text, second.finish_reason) == ("two, longer than a chunk", "length")
        assert second.tokens > first.tokens > 0
        sent = engine.requests[0]
        assert sent["stream"] is True
        assert (sent["n"], sent["seed"], sent["stop"], sent["max_tokens"]) == (2, 7, ["END"], 99)
        assert "thinking_tokens" not in sent
        await completer.close()


@pytest.mark.parametrize("options", [{"tags": True}, {}, {"thinking_field": "reasoning"}])
async def test_thinking_is_kept_apart_and_shown_as_progress(options: dict[str, Any]) -> None:
    seen: list[Progress] = []
    reply = Scripted("the answer", thinking="let me see " * 9, pace=0.03, **options)
    async with FakeEngine([reply]) as engine:
        completer = HttpCompleter(engine.url)
        (got,) = await completer.complete(ask(), seen.append)
        await completer.close()
    assert got.text == "the answer"
    assert got.reasoning == ("let me see " * 9).strip()
    phases = [progress.phase for progress in seen]
    assert phases[0] == "queued"
    assert phases.index("thinking") < phases.index("writing")
    assert seen[-1].finished == 1


@pytest.mark.parametrize("options", [{"ignore_n": True}, {"refuse": ("n",)}])
async def test_servers_without_n_get_single_requests(options: dict[str, Any]) -> None:
    script = [Scripted(f"reply {i}") for i in range(3)]
    async with FakeEngine(script, **options) as engine:
        completer = HttpCompleter(engine.url)
        replies = await completer.complete(ask(n=3, seed=5))
        assert sorted(reply.text for reply in replies) == ["reply 0", "reply 1", "reply 2"]
        singles = [request for request in engine.requests if "n" not in request]
        assert sorted(request["seed"] for request in singles)[-2:] == [6, 7]
        await completer.close()


async def test_a_server_that_is_not_ours_is_asked_for_eight_where_nobody_says_how_many() -> None:
    async with FakeEngine([Scripted("fine", sticky=True)]) as engine:
        completer = HttpCompleter(engine.url)
        assert len(await completer.complete(ask(n=0))) == 8
        assert engine.requests[0]["n"] == 8
        await completer.close()


async def test_one_of_several_single_requests_may_end_first_and_without_done() -> None:
    script = [Scripted("first"), Scripted("short"), Scripted("long " * 9, pace=0.02)]
    async with FakeEngine(script, ignore_n=True, done=False) as engine:
        completer = HttpCompleter(engine.url)
        replies = await completer.complete(ask(n=3))
        assert sorted(len(reply.text) for reply in replies) == [5, 5, 45]
        await completer.close()


async def test_refused_optional_fields_are_left_out_next_time() -> None:
    script = [Scripted("fine", sticky=True)]
    async with FakeEngine(script, refuse=("stream_options", "seed")) as engine:
        completer = HttpCompleter(engine.url)
        for _ in range(2):
            (reply,) = await completer.complete(ask(seed=3))
            assert reply.text == "fine"
        assert len(engine.requests) == 4  # two refusals, then none
        await completer.close()


@pytest.mark.parametrize(
    ("status", "kind", "words"),
    [
        (400, RequestRejected, "too long"),
        (401, EngineError, "key_file"),
        (404, RequestRejected, "too long"),
        (429, EngineBusy, "try again"),
        (503, EngineBusy, "try again"),
        (500, EngineError, "too long"),
    ],
)
async def test_error_statuses(status: int, kind: type[EngineError], words: str) -> None:
    async with FakeEngine([Scripted(status=status, error="too long", sticky=True)]) as engine:
        completer = HttpCompleter(engine.url)
        with pytest.raises(kind, match=words):
            await completer.complete(ask())
        assert len(engine.requests) == (5 if status in (429, 503) else 1)
        await completer.close()


async def test_a_bound_beyond_the_context_is_left_to_the_server() -> None:
    async with FakeEngine([Scripted("fine", sticky=True)], refuse=("max_tokens",)) as engine:
        completer = HttpCompleter(engine.url)
        for _ in range(2):  # the next request may fit: its bound is tried again
            assert (await completer.complete(ask(max_tokens=7168)))[0].text == "fine"
        assert ["max_tokens" in request for request in engine.requests] == [True, False] * 2
        await completer.close()


@pytest.mark.parametrize(
    ("path", "words"),
    [("/v1", "serves fake, not other: mend the setting `model` or `adapter`"), ("", "end in /v1")],
)
async def test_not_found_says_what_would_be(path: str, words: str) -> None:
    script = [Scripted(status=404, error="Not Found", sticky=True)]
    async with FakeEngine(script, tcp=True) as engine:
        completer = HttpCompleter(engine.url.removesuffix("/v1") + path)
        with pytest.raises(RequestRejected, match=words):
            await completer.complete(replace(ask(), model="other"))
        await completer.close()


async def test_a_server_that_comes_back_is_used_again() -> None:
    script = [Scripted(status=503, error="warming up"), Scripted("back")]
    async with FakeEngine(script) as engine:
        completer = HttpCompleter(engine.url)
        (reply,) = await completer.complete(ask())
        assert reply.text == "back"
        await completer.close()


async def test_cancelling_closes_the_stream() -> None:
    async with FakeEngine([Scripted("slow " * 500, pace=0.05)]) as engine:
        completer = HttpCompleter(engine.url)
        job = asyncio.create_task(completer.complete(ask()))
        await engine.wait_for(lambda: engine.requests)
        job.cancel()
        with pytest.raises(asyncio.CancelledError):
            await job
        await engine.wait_for(lambda: engine.cancelled)
        await completer.close()


async def test_kill_in_the_middle_of_an_answer(tmp_path: Path) -> None:
    with run_fake_engine(tmp_path, [Scripted("text " * 50, crash_after=3)]) as engine:
        completer = HttpCompleter(engine.url, retries=0)
        with pytest.raises(EngineError, match="in the middle of its answer"):
            await completer.complete(ask())
        assert (await completer.status()).state == "away"
        with pytest.raises(EngineError, match="no server answers"):
            await completer.complete(ask())
        await completer.close()


async def test_key_is_read_from_a_file_and_sent_over_tcp(tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("s3cret\n")
    async with FakeEngine([Scripted("hi")], tcp=True, key="s3cret") as engine:
        with_key, without = HttpCompleter(engine.url, str(key)), HttpCompleter(engine.url)
        assert (await with_key.complete(ask()))[0].text == "hi"
        with pytest.raises(EngineError, match="key_file"):
            await without.complete(ask())
        assert (await with_key.status()).state == "ready"
        assert (await with_key.models())[0].name == "fake"
        await with_key.close()
        await without.close()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"two words", b"\xe4\xbd\xa0"])
def test_unusable_keys_are_named(tmp_path: Path, content: bytes) -> None:
    key = tmp_path / "key"
    key.write_bytes(content + (b"\x00" if content == b"two words" else b""))
    with pytest.raises(ConfigError, match="key_file"):
        HttpCompleter("http://127.0.0.1:1/v1", str(key))


@pytest.mark.parametrize("body", [b"<html>", b'{"choices": [3]}', b"[]"])
async def test_something_else_behind_the_url(body: bytes) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        completer = HttpCompleter(f"http://127.0.0.1:{port}/v1", retries=0)
        with pytest.raises(EngineError, match="is not"):
            await completer.complete(ask())
        await completer.close()


async def test_auto_asks_a_server_for_the_first_model_it_lists() -> None:
    async with FakeEngine([Scripted("fine", sticky=True)], model="theirs") as engine:
        completer = HttpCompleter(engine.url)
        await completer.complete(replace(ask(n=1), model="auto"))
        await completer.complete(replace(ask(n=1), model="named"))
        assert [request["model"] for request in engine.requests] == ["theirs", "named"]
        await completer.close()


async def test_auto_goes_on_when_the_server_serves_another_model() -> None:
    script = [Scripted("fine"), Scripted(status=404), Scripted("fine")]
    async with FakeEngine(script, model="theirs") as engine:
        completer, request = HttpCompleter(engine.url), replace(ask(n=1), model="auto")
        await completer.complete(request)
        engine.model = "another"
        with pytest.raises(RequestRejected):
            await completer.complete(request)
        await completer.complete(request)
        assert [one["model"] for one in engine.requests] == ["theirs", "theirs", "another"]
        await completer.close()


async def test_auto_where_a_server_lists_nothing_says_what_to_set() -> None:
    async with FakeEngine([Scripted("fine", sticky=True)], model="") as engine:
        completer = HttpCompleter(engine.url)
        with pytest.raises(RequestRejected, match="lists no model; name one in the setting"):
            await completer.complete(replace(ask(n=1), model="auto"))
        await completer.close()
