"""The client of any OpenAI-compatible server. Streams always, so that cancelling frees the decoder.

Servers differ in small ways and these are met here: ``n`` ignored or refused (single requests make
up for it), unknown fields refused (optional ones are left out), reasoning in fields or tags.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import replace
from typing import Any, cast

import httpx

from algosmith.catalogue import AUTO
from algosmith.errors import (
    ConnectionLost,
    EngineBusy,
    EngineError,
    NoAnswer,
    RequestRejected,
    Unreachable,
)
from algosmith.llm.answers import Answers
from algosmith.llm.keys import read_key
from algosmith.llm.responses import error_text, message_of, model_of, object_of, refusal, status_of
from algosmith.llm.transport import open_client
from algosmith.wire import (
    CANDIDATES,
    ChatRequest,
    DeltaSink,
    EngineStatus,
    ModelInfo,
    ProgressSink,
    Reply,
)

_SAMPLING = (
    "temperature", "top_p", "top_k", "min_p",
    "repetition_penalty", "presence_penalty", "frequency_penalty",
)  # fmt: skip
_OPTIONAL = (
    "stream_options", "seed", "stop", "n", "thinking_tokens",
    "continue_final_message", "add_generation_prompt", *_SAMPLING[1:],
)  # fmt: skip
"""What may be left out when a server refuses it by name; an answer without it is still right."""
_TOO_MANY = ("max_tokens", "output tokens", "in the completion")
"""How vLLM says that the bound exceeds its context; without one it fills what is left."""
_FOREIGN = "the server's answer is not a chat completion; mend the setting `engine.url`"
_WARM_SECONDS = 60.0
"""A prompt that takes longer to read is not read ahead to its end."""
_RETRY_SECONDS = (0.3, 1.0, 2.0, 4.0)


class HttpCompleter:
    """``wire.Completer`` over HTTP.

    Args:
        url: ``http(s)://host:port/v1`` or ``unix:///path/of.sock``.
        key_file: file whose first line is the API key.
        key: the key itself.
        own: it is our engine, which knows ``thinking_tokens`` and counts tokens as they come.
        retries: how often to try again, with growing pauses, when the server is away or busy.
    """

    def __init__(
        self,
        url: str,
        key_file: str | None = None,
        *,
        key: str | None = None,
        own: bool = False,
        retries: int = 4,
    ) -> None:
        self.url = url
        self._own = own
        self._retries = min(retries, len(_RETRY_SECONDS))
        self._refused: set[str] = set()
        self._first: str | None = None
        """What "auto" means here, once the server was asked."""
        key = read_key(key_file) if key_file is not None else key
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        self._client = open_client(url, headers)

    async def complete(
        self, request: ChatRequest, on_progress: ProgressSink | None = None
    ) -> tuple[Reply, ...]:
        """All ``n`` replies; see ``wire.Completer``."""
        answers = self._answers(request, on_progress)
        await self._fill(request, answers)
        return answers.replies()

    async def stream(
        self,
        request: ChatRequest,
        on_progress: ProgressSink | None = None,
        on_delta: DeltaSink | None = None,
    ) -> AsyncGenerator[Reply]:
        """Each reply once it is complete; see ``wire.Completer``."""
        answers = self._answers(request, on_progress, on_delta)
        reading = asyncio.create_task(self._fill(request, answers))
        try:
            async for reply in answers.as_they_end(reading):
                yield reply
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    async def warm(self, request: ChatRequest) -> None:
        """See ``wire.Completer``: only our own engine can read a prompt ahead."""
        if not self._own:
            return
        body = {**self._body(replace(request, n=1)), "warm": True, "stream": False}
        del body["stream_options"]
        with contextlib.suppress(httpx.HTTPError):
            await self._client.post("chat/completions", json=body, timeout=_WARM_SECONDS)

    def _answers(
        self, request: ChatRequest, sink: ProgressSink | None, deltas: DeltaSink | None = None
    ) -> Answers:
        prefill = request.messages[-1] if request.messages else None
        echoed = prefill is not None and prefill.role == "assistant" and not self._own
        answers = Answers(sink, prefill.content if prefill and echoed else "", deltas)
        answers.waiting()
        return answers

    async def _fill(self, request: ChatRequest, answers: Answers) -> None:
        """Ask, and ask again singly where ``n`` was ignored or refused."""
        request = replace(request, n=request.n or CANDIDATES)
        await self._request(request, answers, 0)
        if answers.count == 0:
            raise EngineError(_FOREIGN)
        tasks = [
            asyncio.create_task(
                self._request(replace(request, n=1, seed=_shift(request.seed, i)), answers, i)
            )
            for i in range(answers.count, request.n)  # none, unless n was ignored or refused
        ]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def status(self) -> EngineStatus:
        """What ``/health`` says; a plain OpenAI server without it is asked for its models."""
        root = self._client.base_url.copy_with(path="/health")
        try:
            response = await self._client.get(root, timeout=5)
            if response.status_code == 200:
                return status_of(response)
            models = await self.models()
            return EngineStatus("ready", model=models[0].name if models else None)
        except httpx.TimeoutException:
            return EngineStatus("starting", message=f"{self.url} is too busy to answer")
        except (httpx.HTTPError, EngineError) as error:
            return EngineStatus("away", message=str(error) or f"no answer from {self.url}")

    async def models(self) -> tuple[ModelInfo, ...]:
        """What ``/v1/models`` lists."""
        try:
            response = await self._client.get("models", timeout=10)
        except httpx.HTTPError as error:
            raise Unreachable(self._away(), detail=repr(error)) from error
        if response.status_code != 200:
            raise refusal(response.status_code, message_of(response.content), self.url)
        rows = cast("list[dict[str, Any]]", object_of(response.content).get("data") or [])
        return tuple(model_of(row) for row in rows)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def _request(self, request: ChatRequest, answers: Answers, offset: int) -> None:
        pauses = iter(_RETRY_SECONDS[: self._retries])
        bounded = True
        while True:
            try:
                body = self._body(await self._named(request))
                if not bounded:
                    del body["max_tokens"]
                return await self._stream(body, answers, offset)
            except RequestRejected as error:
                if bounded and any(words in str(error) for words in _TOO_MANY):
                    bounded = False
                elif not self._leave_out(str(error), self._body(request)):
                    self._first = None  # the server may serve another model by now
                    raise
            except (Unreachable, EngineBusy):
                pause = next(pauses, None)
                if pause is None:
                    raise
                await asyncio.sleep(pause)

    def _body(self, request: ChatRequest) -> dict[str, Any]:
        body: dict[str, Any] = {
            "model": request.model,
            "messages": [{"role": m.role, "content": m.content} for m in request.messages],
            "max_tokens": request.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        sampling = {name: getattr(request, name) for name in _SAMPLING}
        body.update({name: value for name, value in sampling.items() if value is not None})
        if request.messages[-1].role == "assistant" and not self._own:
            # vLLM and SGLang ask for it, llama-server and Ollama do it by themselves.
            body |= {"continue_final_message": True, "add_generation_prompt": False}
        if request.n > 1:
            body["n"] = request.n
        if request.seed is not None:
            body["seed"] = request.seed
        if request.stop:
            body["stop"] = list(request.stop)
        if self._own and request.thinking_tokens is not None:
            body["thinking_tokens"] = request.thinking_tokens
        return {name: value for name, value in body.items() if name not in self._refused}

    async def _named(self, request: ChatRequest) -> ChatRequest:
        """The request with a model that the server has; "auto" is a word of ours."""
        if self._own or request.model != AUTO:
            return request
        if self._first is None:
            names = [model.name for model in await self.models()]
            self._first = AUTO if AUTO in names else next(iter(names), None)
        if self._first is None:
            raise RequestRejected(f"{self.url} lists no model; name one in the setting `model`")
        return replace(request, model=self._first)

    def _leave_out(self, message: str, body: Mapping[str, Any]) -> bool:
        """Whether the refusal names an optional field that can be left out next time."""
        words = set(message.replace("'", " ").replace('"', " ").replace("`", " ").split())
        words = {word.strip(".,:;()") for word in words}
        named = [name for name in _OPTIONAL if name in body and name in words]
        self._refused.update(named)
        return bool(named)

    async def _stream(self, body: Mapping[str, Any], answers: Answers, offset: int) -> None:
        sent = False
        try:
            async with self._client.stream("POST", "chat/completions", json=body) as response:
                sent = True
                if response.status_code != 200:
                    raise await self._refusal(response, body["model"])
                await self._read(response, answers, offset, int(body.get("n", 1)))
        except httpx.ConnectError as error:
            raise Unreachable(self._away(), detail=repr(error)) from error
        except httpx.TimeoutException as error:
            message = f"no answer from {self.url} for {int(self._client.timeout.read or 0)} s"
            raise EngineError(
                f"{message}; is the server overloaded?", detail=repr(error)
            ) from error
        except httpx.TransportError as error:
            place = "in the middle of its answer" if sent else "before it answered"
            kind = ConnectionLost if sent else NoAnswer
            raise kind(f"the engine went away {place}; ask again", detail=repr(error)) from error

    async def _read(
        self, response: httpx.Response, answers: Answers, offset: int, count: int
    ) -> None:
        if "text/event-stream" not in response.headers.get("content-type", ""):
            chunk = object_of(await response.aread())  # a server that does not stream
            _take(answers, chunk, offset, count)
            return
        done = False
        async for data in _events(response):
            if data == "[DONE]":
                done = True
                break
            chunk = object_of(data.encode())
            if chunk.get("error"):
                raise EngineError(error_text(chunk["error"]) or "the engine failed; ask again")
            _take(answers, chunk, offset, count)
        if not done and not answers.complete(offset, count):
            raise ConnectionLost("the engine went away in the middle of its answer; ask again")

    async def _refusal(self, response: httpx.Response, model: str) -> EngineError:
        """What a status other than 200 means; for a 404 what would have been found."""
        error = refusal(response.status_code, message_of(await response.aread()), self.url)
        if response.status_code != 404:
            return error
        try:
            names = [served.name for served in await self.models()]
        except EngineError:
            hint = "mend the setting `engine.url`; most end in /v1"
            return RequestRejected(f"{self.url} takes no chat requests: {hint}")
        place = "the engine" if self._own else self.url
        served = f"{place} serves {', '.join(names) or 'no model'}, not {model}"
        hint = "mend the setting `model` or `adapter`"
        return error if model in names else RequestRejected(f"{served}: {hint}")

    def _away(self) -> str:
        return f"no server answers at {self.url}: start it, or mend the setting `engine.url`"


def _take(answers: Answers, chunk: Mapping[str, Any], offset: int, count: int) -> None:
    try:
        answers.take(chunk, offset)
        answers.take_usage(chunk, offset, count)
    except (TypeError, ValueError, AttributeError) as error:
        raise EngineError(_FOREIGN, detail=repr(chunk)[:500]) from error


async def _events(response: httpx.Response) -> AsyncIterator[str]:
    lines = cast("AsyncGenerator[str]", response.aiter_lines())
    async with contextlib.aclosing(lines):
        async for line in lines:
            if line.startswith("data:"):
                yield line[5:].strip()


def _shift(seed: int | None, index: int) -> int | None:
    return None if seed is None else seed + index
