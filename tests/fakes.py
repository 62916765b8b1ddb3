"""A scripted OpenAI-compatible engine, on a Unix socket or loopback TCP, for tests.

In a test's own event loop:

    async with FakeEngine([Scripted("```python\nreturn 1\n```", when="two_sum")]) as engine:
        settings = Settings(engine=EngineSettings(url=engine.url))
        ...
        assert engine.requests[0]["n"] == 8
        await engine.wait_for(lambda: engine.cancelled)

As a process of its own: ``tests/fakes_process.py``.

Replies are a queue: each *choice* of a request takes the first reply whose ``when`` is found in the
request's messages; a ``sticky`` one stays. When all matching replies are used up the last one taken
by the same request is repeated, else the answer is HTTP 500 that says so.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import h11


@dataclass
class Scripted:
    """One answer and how it comes."""

    text: str = ""
    when: str = ""
    """Taken only when this occurs in the request's messages."""
    thinking: str = ""
    """Sent in a field of its own (or in tags, see ``tags``) before the text."""
    thinking_field: str = "reasoning_content"
    """Name of that field: vLLM calls it ``reasoning``."""
    tags: bool = False
    """Send the thinking inside <think> tags in the content, as plain servers do."""
    delay: float = 0.0
    """Seconds before the first byte of the stream."""
    held: asyncio.Event | None = None
    """Nothing is answered before it is set."""
    pace: float = 0.0
    """Seconds between chunks."""
    chunk: int = 12
    """Characters in a chunk."""
    crash_after: int | None = None
    """End the server (kill -9 in a process) after so many chunks of this choice."""
    status: int = 200
    error: str = ""
    """With a status other than 200: the message of the error body."""
    finish: str = "stop"
    sticky: bool = False


@dataclass
class FakeEngine:
    """The server; an async context manager. ``socket`` None means loopback TCP."""

    script: list[Scripted] = field(default_factory=list)
    socket: Path | None = None
    tcp: bool = False
    model: str = "fake"
    ignore_n: bool = False
    """Answer one choice whatever n says, as ``transformers serve`` does."""
    done: bool = True
    """End a stream with ``[DONE]``; ``transformers serve`` does not."""
    refuse: tuple[str, ...] = ()
    """Fields answered with 400, as strict servers do."""
    key: str | None = None
    """When set, requests without ``Authorization: Bearer KEY`` get 401."""
    requests: list[dict[str, Any]] = field(default_factory=list)
    """Bodies of chat requests, in order of arrival."""
    headers: list[dict[str, str]] = field(default_factory=list)
    cancelled: list[dict[str, Any]] = field(default_factory=list)
    """Bodies of requests whose client left before the end."""
    finished: list[dict[str, Any]] = field(default_factory=list)
    crash: Callable[[], None] | None = None
    """What a crash does; by default the connections and the listener go away."""
    record: Callable[[str, dict[str, Any]], None] | None = None
    url: str = ""
    port: int = 0

    def enqueue(self, text: str = "", **options: Any) -> Scripted:
        """Add one reply to the script."""
        scripted = Scripted(text, **options)
        self.script.append(scripted)
        return scripted

    async def __aenter__(self) -> Self:
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        if self.tcp:
            self._server = await asyncio.start_server(self._client, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]
            self.url = f"http://127.0.0.1:{self.port}/v1"
        else:
            self._folder = tempfile.TemporaryDirectory(prefix="fake-engine-")
            self.socket = self.socket or Path(self._folder.name) / "engine.sock"
            self._server = await asyncio.start_unix_server(self._client, self.socket)
            self.url = f"unix://{self.socket}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self.drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)
        if not self.tcp:
            self._folder.cleanup()

    def drop(self) -> None:
        """Go away without a word: what clients see of a crash."""
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()

    async def wait_for(self, condition: Callable[[], object], seconds: float = 120.0) -> None:
        """Wait until the condition holds; fails the test when it never does."""
        end = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < end, "the fake engine never saw it"
            await asyncio.sleep(0.01)

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            while await self._exchange(reader, writer):
                pass
        except (ConnectionError, h11.RemoteProtocolError, asyncio.CancelledError):
            pass  # the client left, or the test is over: nothing to answer
        finally:
            self._writers.discard(writer)
            self._tasks.discard(task)
            writer.close()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        connection = h11.Connection(h11.SERVER)
        head: h11.Request | None = None
        body = b""
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                data = await reader.read(65536)
                if not data:
                    return False
                connection.receive_data(data)
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                break
            else:
                return False
        assert head is not None
        exchange = _Exchange(connection, reader, writer)
        await self._route(head, body, exchange)
        return False

    async def _route(self, head: h11.Request, body: bytes, exchange: "_Exchange") -> None:
        path = head.target.decode()
        headers = {name.decode().lower(): value.decode() for name, value in head.headers}
        if self.key is not None and headers.get("authorization") != f"Bearer {self.key}":
            await exchange.json(401, {"error": {"message": "bad key"}})
        elif path.endswith("/v1/models"):
            served = [{"id": self.model}] if self.model else []
            await exchange.json(200, {"object": "list", "data": served})
        elif path.endswith("/health"):
            await exchange.json(200, {"status": "ok", "state": "ready", "model": self.model})
        elif path.endswith("/v1/chat/completions"):
            request = json.loads(body)
            self.requests.append(request)
            self.headers.append(headers)
            self._note("request", request)
            await self._chat(request, exchange)
        else:
            await exchange.json(404, {"error": {"message": f"no such path: {path}"}})

    async def _chat(self, request: dict[str, Any], exchange: "_Exchange") -> None:
        refused = [name for name in self.refuse if name in request]
        if refused:
            message = f"unsupported field: {refused[0]}"
            await exchange.json(400, {"error": {"message": message, "param": refused[0]}})
            return
        replies = self._take(request, 1 if self.ignore_n else int(request.get("n") or 1))
        bad = next((reply for reply in replies if reply.status != 200), None)
        if not replies:
            await exchange.json(500, {"error": {"message": "the script has no reply for this"}})
        elif bad:
            await exchange.json(bad.status, {"error": {"message": bad.error}})
        else:
            await self._answer(request, replies, exchange)

    async def _answer(
        self, request: dict[str, Any], replies: list[Scripted], exchange: "_Exchange"
    ) -> None:
        answer = asyncio.create_task(
            self._stream(replies, exchange)
            if request.get("stream")
            else self._whole(replies, exchange)
        )
        gone = asyncio.create_task(exchange.client_gone())
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
            if answer.done() and not answer.cancelled() and answer.exception() is None:
                self.finished.append(request)
                self._note("finished", request)
            else:
                self.cancelled.append(request)
                self._note("cancelled", request)
        finally:
            for task in (answer, gone):
                task.cancel()
            await asyncio.gather(answer, gone, return_exceptions=True)

    def _take(self, request: dict[str, Any], count: int) -> list[Scripted]:
        prompt = "\n".join(str(message.get("content")) for message in request["messages"])
        taken: list[Scripted] = []
        for _ in range(count):
            match = next((reply for reply in self.script if reply.when in prompt), None)
            if match is not None:
                taken.append(match)
                if not match.sticky:
                    self.script.remove(match)
            elif taken:
                taken.append(taken[-1])
        return taken

    async def _whole(self, replies: list[Scripted], exchange: "_Exchange") -> None:
        choices: list[dict[str, Any]] = []
        for index, reply in enumerate(replies):
            pieces = list(_pieces(reply))
            await asyncio.sleep(reply.delay + reply.pace * len(pieces))
            if reply.crash_after is not None:
                self._crash()
            message: dict[str, str] = {"role": "assistant", "content": ""}
            for piece in pieces:
                for name, text in piece.items():
                    message[name] = message.get(name, "") + text
            choices.append({"index": index, "message": message, "finish_reason": reply.finish})
        usage = _usage(replies)
        await exchange.json(200, {"model": self.model, "choices": choices, "usage": usage})

    async def _stream(self, replies: list[Scripted], exchange: "_Exchange") -> None:
        await asyncio.sleep(max(reply.delay for reply in replies))
        for reply in replies:
            if reply.held is not None:
                await reply.held.wait()
        await exchange.start(200, "text/event-stream")
        queues = [(index, reply, _pieces(reply), [0]) for index, reply in enumerate(replies)]
        while queues:
            for entry in tuple(queues):
                index, reply, pieces, sent = entry
                if reply.crash_after is not None and reply.crash_after <= sent[0]:
                    self._crash()
                piece = next(pieces, None)
                finish = reply.finish if piece is None else None
                await exchange.event(_chunk(self.model, index, piece or {}, finish))
                sent[0] += 1
                if piece is None:
                    queues.remove(entry)
            await asyncio.sleep(max((entry[1].pace for entry in queues), default=0))
        await exchange.event({"model": self.model, "choices": [], "usage": _usage(replies)})
        await exchange.end(b"data: [DONE]\n\n" if self.done else b"")

    def _crash(self) -> None:
        (self.crash or self.drop)()
        raise ConnectionAbortedError

    def _note(self, kind: str, request: dict[str, Any]) -> None:
        if self.record:
            self.record(kind, request)


@dataclass
class _Exchange:
    """One request's answer."""

    connection: h11.Connection
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def client_gone(self) -> None:
        while await self.reader.read(65536):
            pass

    async def start(self, status: int, kind: str) -> None:
        headers = [("content-type", kind), ("connection", "close")]
        await self._send(h11.Response(status_code=status, headers=headers))

    async def event(self, data: dict[str, Any]) -> None:
        await self._send(h11.Data(data=f"data: {json.dumps(data)}\n\n".encode()))

    async def end(self, last: bytes = b"") -> None:
        await self._send(h11.Data(data=last))
        await self._send(h11.EndOfMessage())

    async def json(self, status: int, body: dict[str, Any]) -> None:
        await self.start(status, "application/json")
        await self.end(json.dumps(body).encode())

    async def _send(self, event: Any) -> None:
        data = self.connection.send(event)
        self.writer.write(data or b"")
        await self.writer.drain()


def _pieces(reply: Scripted) -> Iterator[dict[str, str]]:
    text = reply.text
    if reply.thinking and reply.tags:
        text = f"<think>\n{reply.thinking}\n</think>\n\n{text}"
    elif reply.thinking:
        for start in range(0, len(reply.thinking), reply.chunk):
            yield {reply.thinking_field: reply.thinking[start : start + reply.chunk]}
    for start in range(0, len(text), reply.chunk):
        yield {"content": text[start : start + reply.chunk]}


def _chunk(model: str, index: int, delta: dict[str, str], finish: str | None) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "finish_reason": finish}
    return {"object": "chat.completion.chunk", "model": model, "choices": [choice]}


def _usage(replies: Iterable[Scripted]) -> dict[str, int]:
    tokens = sum(len(list(_pieces(reply))) for reply in replies)
    return {"prompt_tokens": 7, "completion_tokens": tokens, "total_tokens": tokens + 7}
