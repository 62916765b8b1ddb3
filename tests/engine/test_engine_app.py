"""The engine without a model: protocol, fairness, cancel, limits, errors, access."""

import asyncio
import contextlib
import time
from dataclasses import replace
from typing import Any

import pytest

from algosmith.engine.app import Access
from algosmith.engine.backends.base import Group, LoadReport
from algosmith.engine.cards import Sampling
from algosmith.errors import EngineError, ModelError, RequestRejected
from algosmith.wire import ChatRequest, Message
from tests.engine.engine_in_process import Engine, engine, until
from tests.engine.scripted_backend import FATAL, ScriptedBackend

CHAT = {"model": "base", "messages": [{"role": "user", "content": "hi"}]}


def ask(text: str = "hi", model: str = "base", **fields: Any) -> ChatRequest:
    return ChatRequest(model, (Message("user", text),), **fields)


def long_text(group: Group, index: int) -> bytes:
    return b"0123456789 and so on; " * 40


async def test_choices_seeds_and_usage() -> None:
    async with engine(ScriptedBackend(token_bytes=3)) as running:
        client = running.client()
        replies = await client.complete(ask("你好 🎉", n=3, seed=40))
        prompt = "<|im_start|>user\n你好 🎉<|im_end|>\n<|im_start|>assistant\n"
        assert [reply.text for reply in replies] == [f"seed {40 + i}: {prompt}" for i in range(3)]
        assert all(reply.finish_reason == "stop" for reply in replies)
        assert replies[0].tokens == -(-len(replies[0].text.encode()) // 3)
        status, body = await running.post({**CHAT, "n": 2, "seed": 1})
        assert status == 200
        assert [choice["index"] for choice in body["choices"]] == [0, 1]
        usage = body["usage"]
        assert usage["completion_tokens"] == sum(c["tokens"] for c in body["choices"]) > 0
        assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
        await client.close()


async def test_more_choices_than_slots_come_in_waves() -> None:
    async with engine(ScriptedBackend(slots=4)) as running:
        client = running.client()
        replies = await client.complete(ask(n=10))
        seeds = [int(reply.text.split(":")[0].removeprefix("seed ")) for reply in replies]
        assert seeds == list(range(seeds[0], seeds[0] + 10))
        assert running.backend.most_live == 4
        await client.close()


async def test_too_little_memory_for_all_choices_at_once_means_fewer_at_a_time() -> None:
    async with engine(ScriptedBackend(slots=8, cells=2)) as running:
        client = running.client()
        replies = await client.complete(ask(n=8))
        assert len({reply.text for reply in replies}) == 8
        assert running.backend.most_live == 2
        await client.close()


async def test_no_memory_even_for_one_ends_the_request_with_advice() -> None:
    async with engine(ScriptedBackend(cells=0)) as running:
        client = running.client()
        with pytest.raises(EngineError, match=r"thinking\.tokens"):
            await client.complete(ask())
        assert (await client.status()).state == "ready"
        await client.close()


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"logprobs": True}, 400, "logprobs"),
        ({"frequency_penalty": 3}, 400, "frequency_penalty"),
        ({"frequency_penalty": 0.5}, 200, None),
        ({"response_format": {"type": "json_object"}}, 400, "response_format"),
        ({"tools": [{"type": "function"}]}, 400, "tools"),
        ({"best_of": 3}, 400, "best_of"),
        ({"chat_template": "{{ 1 }}"}, 400, "chat_template"),
        ({"n": 0}, 400, "n"),
        ({"n": 65}, 400, "n"),
        ({"n": True}, 400, "n"),
        ({"n": 2.0}, 400, "n"),
        ({"temperature": "hot"}, 400, "temperature"),
        ({"temperature": -0.1}, 400, "temperature"),
        ({"top_p": 0}, 400, "top_p"),
        ({"max_tokens": 0}, 400, "max_tokens"),
        ({"seed": 1.5}, 400, "seed"),
        ({"stop": [""]}, 400, "stop"),
        ({"stop": ["x"] * 9}, 400, "stop"),
        ({"stop": 3}, 400, "stop"),
        ({"messages": []}, 400, "messages"),
        ({"messages": "hi"}, 400, "messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, 400, "messages"),
        ({"messages": [{"role": "user", "content": None}]}, 400, "messages"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, 400, "messages"),
        ({"stream_options": {"x": 1}}, 400, "stream_options"),
        ({"model": "other"}, 404, "model"),
        ({"model": None}, 400, "model"),
        ({"model": "../../etc/passwd"}, 404, "model"),
        ({"logprobs": None, "frequency_penalty": 0, "user": None}, 200, None),
        ({"model": "demo", "max_completion_tokens": 5}, 200, None),
        ({"messages": [{"role": "user", "content": [{"type": "text", "text": "a"}]}]}, 200, None),
    ],
)
async def test_fields_are_honoured_or_refused_by_name(
    change: dict[str, Any], status: int, field: str | None
) -> None:
    async with engine(ScriptedBackend()) as running:
        got, body = await running.post({**CHAT, **change})
        assert got == status
        if field:
            assert body["error"]["param"] == field
            assert field in body["error"]["message"]
            assert running.backend.added == []


async def test_sampling_fields_reach_the_backend_and_absent_ones_get_the_models_own() -> None:
    async with engine(ScriptedBackend()) as running:
        await running.post({**CHAT, "temperature": 0, "top_p": 0.5, "seed": -3, "max_tokens": 7})
        await running.post(CHAT)
        first, second = running.backend.added
        assert (first.sampling, first.seed, first.max_tokens) == (Sampling(0, 0.5), -3, 7)
        assert second.sampling == Sampling(0.6, 0.95)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1:80"}, 403),
        ({"Content_Type": "text/plain"}, 415),
        ({"Content_Type": ""}, 415),
        ({"Content_Type": "application/json; charset=utf-8"}, 200),
    ],
)
async def test_requests_a_web_page_could_send_are_refused(
    headers: dict[str, str], status: int
) -> None:
    async with engine(ScriptedBackend()) as running:
        assert (await running.post(CHAT, **headers))[0] == status
        assert len(running.backend.added) == (status == 200)


async def test_token_and_host_on_tcp() -> None:
    access = Access(frozenset(("127.0.0.1:4711",)), "secret")
    async with engine(ScriptedBackend(), access=access) as running:
        host = {"Host": "127.0.0.1:4711"}
        assert (await running.post(CHAT, **host))[0] == 401
        assert (await running.post(CHAT, **host, Authorization="Bearer nope"))[0] == 401
        assert (await running.post(CHAT, **host, Authorization="Bearer secret"))[0] == 200
        assert (await running.post(CHAT, Authorization="Bearer secret"))[0] == 403


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"GET /nope HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 404),
        (b"DELETE /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", 405),
        (b"hello there\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 40_000, 431),
    ],
)
async def test_strange_requests(data: bytes, status: int) -> None:
    async with engine(ScriptedBackend()) as running:
        assert (await running.raw(data))[0] == status


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b'"x"', b"\xff\xfe", b"[" * 20_000])
async def test_bodies_that_are_no_request(body: bytes) -> None:
    async with engine(ScriptedBackend()) as running:
        assert (await running.post(body))[0] == 400


async def test_a_request_of_two_mebibytes_is_refused() -> None:
    async with engine(ScriptedBackend()) as running:
        head = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2097152\r\n\r\n"
        assert (await running.raw(head))[0] == 413
        client = running.client()
        with pytest.raises(EngineError):
            await client.complete(ask("x" * (2 << 20)))
        assert running.backend.added == []
        await client.complete(ask())
        await client.close()


async def test_prompt_longer_than_the_context_is_the_requests_fault() -> None:
    async with engine(ScriptedBackend()) as running:
        client = running.client()
        with pytest.raises(RequestRejected, match="tokens"):
            await client.complete(ask("x" * 5000))
        await client.close()


async def test_cancel_frees_the_slots_before_the_next_step() -> None:
    backend = ScriptedBackend(long_text, slots=4, step_seconds=0.01)
    async with engine(backend) as running:
        client = running.client()
        job = asyncio.create_task(client.complete(ask(n=4)))
        await until(lambda: len(backend.live) == 1 and backend.steps > 5)
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
        before = backend.steps
        await until(lambda: not backend.live)
        assert backend.steps - before <= 3
        await client.complete(ask(n=4, max_tokens=2))
        await client.close()


async def test_a_client_that_vanishes_while_waiting_is_dropped_from_the_queue() -> None:
    backend = ScriptedBackend(long_text, slots=1, step_seconds=0.002)
    async with engine(backend) as running:
        client, other = running.client(), running.client()
        first = asyncio.create_task(client.complete(ask()))
        await until(lambda: backend.live)
        second = asyncio.create_task(other.complete(ask()))
        await until(lambda: running.scheduler.status().queue == 1)
        second.cancel()
        await until(lambda: running.scheduler.status().queue == 0)
        await first
        assert len(backend.added) == 1
        await client.close()
        await other.close()


async def test_a_slow_reader_costs_nobody_else() -> None:
    backend = ScriptedBackend(long_text, slots=4)
    async with engine(backend) as running:
        reader, writer = await asyncio.open_unix_connection(running.socket, limit=100)
        body = b'{"model":"base","stream":true,"n":4,"messages":[{"role":"user","content":"x"}]}'
        writer.write(
            b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n"
            b"Content-Type: application/json\r\n"
            b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(body) + body
        )
        await until(lambda: backend.added and not backend.live)  # decoded without being read
        client = running.client()
        await client.complete(ask(max_tokens=3))
        text = b""
        while piece := await reader.read(200):
            text += piece
            await asyncio.sleep(0)
        assert b"[DONE]" in text
        writer.close()
        await client.close()


async def test_thinking_budget_closes_the_thinking_and_an_answer_comes() -> None:
    backend = ScriptedBackend(
        lambda group, index: b"<think>" + b"hm " * 900, token_bytes=3, reasoning=True
    )
    async with engine(backend) as running:
        client = running.client()
        (reply,) = await client.complete(ask(thinking_tokens=20, max_tokens=500))
        assert reply.text == "forced answer"
        assert reply.reasoning.startswith("hm hm")
        assert len(backend.forced) == 1
        assert "</think>" in backend.forced[0][2]
        assert reply.tokens <= 20 + 13
        # A budget as large as everything still leaves room for the answer.
        (reply,) = await client.complete(ask(thinking_tokens=9999, max_tokens=40))
        assert reply.text == "forced answer"[: len(reply.text)] != ""
        await client.close()


@pytest.mark.parametrize(("reasoning", "suits"), [(True, 3), (False, 8)])
async def test_health_says_how_many_candidates_suit_a_processor(
    reasoning: bool, suits: int
) -> None:
    async with engine(ScriptedBackend(long_text, reasoning=reasoning)) as running:
        client = running.client()
        await until(lambda: running.scheduler.backend)
        assert (await client.status()).candidates == suits
        await client.close()


async def test_answers_of_models_that_do_not_think_get_what_thinking_leaves() -> None:
    async with engine(ScriptedBackend(long_text)) as running:
        client = running.client()
        (reply,) = await client.complete(ask(thinking_tokens=100, max_tokens=130))
        assert (reply.tokens, reply.finish_reason) == (30, "length")
        await client.close()


async def test_loops_end_with_a_finish_reason_of_their_own() -> None:
    backend = ScriptedBackend(lambda group, index: b"again " * 500, token_bytes=6)
    async with engine(backend) as running:
        client = running.client()
        (reply,) = await client.complete(ask(max_tokens=490))
        assert reply.finish_reason == "repetition"
        assert reply.tokens < 300
        await client.close()


async def test_stop_strings_split_over_tokens() -> None:
    backend = ScriptedBackend(lambda group, index: "答案 END more".encode())
    async with engine(backend) as running:
        client = running.client()
        (reply,) = await client.complete(ask(stop=("END",)))
        assert (reply.text, reply.finish_reason) == ("答案 ", "stop")
        assert not backend.live
        await client.close()


async def test_adapters_are_picked_by_the_model_field() -> None:
    async with engine(ScriptedBackend(adapters=("sql", "zh"))) as running:
        client = running.client()
        await client.complete(ask(model="zh"))
        await client.complete(ask(model="base"))
        assert [group.adapter for group in running.backend.added] == ["zh", None]
        with pytest.raises(RequestRejected, match="the engine serves base, sql, zh, not nope"):
            await client.complete(ask(model="nope"))
        rows = await client.models()
        assert [(row.name, row.adapter_of) for row in rows] == [
            ("base", None), ("sql", "base"), ("zh", "base"),
        ]  # fmt: skip
        assert (await client.status()).adapters == ("sql", "zh")
        await client.close()


async def test_a_failed_group_ends_alone() -> None:
    backend = ScriptedBackend(long_text)
    backend.event_error = "out of memory: ask for fewer candidates"
    async with engine(backend) as running:
        client = running.client()
        with pytest.raises(EngineError, match="fewer candidates"):
            await client.complete(ask())
        backend.event_error = None
        await client.complete(ask(max_tokens=2))
        await client.close()


async def test_a_failing_step_ends_its_requests_and_the_engine_lives() -> None:
    backend = ScriptedBackend(long_text)
    async with engine(backend) as running:
        client = running.client()
        backend.fail = lambda step: ValueError("nan logits") if step == 3 else None
        with pytest.raises(EngineError, match="nan logits"):
            await client.complete(ask())
        await client.complete(ask(max_tokens=2))
        assert running.fatal == []
        await client.close()


async def test_a_broken_device_is_told_to_all_and_asks_for_a_new_process() -> None:
    backend = ScriptedBackend(long_text, slots=1)
    async with engine(backend) as running:
        backend.fail = lambda step: FATAL if step == 3 else None
        clients = [running.client() for _ in range(3)]
        results = await asyncio.gather(
            *(client.complete(ask()) for client in clients), return_exceptions=True
        )
        assert all("fell off the bus" in str(result) for result in results)
        assert len(running.fatal) == 1
        assert running.scheduler.status().state == "starting"  # a new process is on its way
        for client in clients:
            await client.close()


async def test_health_while_loading_and_requests_wait_for_the_model() -> None:
    backend = ScriptedBackend()

    def load(report: LoadReport) -> ScriptedBackend:
        report("loading base (3 MiB)", 0.4)
        time.sleep(0.3)
        return backend

    async with engine(backend, load) as running:
        client = running.client()
        waiting = asyncio.create_task(client.complete(ask()))
        await asyncio.sleep(0.1)
        status = await client.status()
        assert (status.state, status.fraction) == ("loading", 0.4)
        assert "loading base" in status.message
        assert (await waiting)[0].text
        assert (await client.status()).state == "ready"
        await client.close()


@pytest.mark.parametrize(
    "error", [ModelError("the folder has no config.json"), RuntimeError("boom")]
)
async def test_a_model_that_does_not_load_is_told_to_all(error: Exception) -> None:
    def load(report: LoadReport) -> ScriptedBackend:
        raise error

    async with engine(ScriptedBackend(), load) as running:
        client = running.client()
        with pytest.raises(EngineError, match=r"config\.json|boom"):
            await client.complete(ask())
        assert (await client.status()).state == "failed"
        await client.close()


async def test_too_many_waiting_requests_are_refused_politely() -> None:
    backend = ScriptedBackend(long_text, slots=1, step_seconds=0.01)
    async with engine(backend) as running:
        assert isinstance(running, Engine)
        clients = [running.client() for _ in range(125)]
        jobs = [asyncio.create_task(client.complete(ask())) for client in clients]
        await until(lambda: running.scheduler.status().queue >= 120)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await until(lambda: not running.scheduler.busy)
        for client in clients:
            await client.close()


async def test_replies_come_as_they_end_and_closing_the_stream_frees_the_rest() -> None:
    def uneven(group: Group, index: int) -> bytes:
        return b"short" if index == 2 else b"long " * 5000

    async with engine(ScriptedBackend(uneven, step_seconds=0.001)) as running:
        client = running.client()
        async with contextlib.aclosing(client.stream(ask(n=4))) as replies:
            first = await anext(replies)
            assert (first.index, first.text) == (2, "short")
        await until(lambda: not running.backend.live)
        assert running.backend.cancelled == [1]
        await client.close()


async def test_a_last_message_of_the_assistant_is_continued() -> None:
    async with engine(ScriptedBackend(lambda group, index: b"def f(): ...")) as running:
        client = running.client()
        begun = Message("assistant", "Sure:\n```python\n")
        request = ask()
        request = replace(request, messages=(*request.messages, begun))
        (reply,) = await client.complete(request)
        assert (reply.text, reply.reasoning) == ("def f(): ...", "")
        prompt = "".join(piece.text for piece in running.backend.added[0].prompt)
        assert prompt.endswith("<|im_start|>assistant\nSure:\n```python\n")
        await client.close()


async def test_a_thinking_model_is_never_greedy() -> None:
    async with engine(ScriptedBackend(reasoning=True)) as running:
        await running.post({**CHAT, "temperature": 0, "top_p": 1, "top_k": 5})
        assert running.backend.added[0].sampling == Sampling(0.6, 0.95, 5)
