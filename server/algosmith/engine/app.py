"""The engine's routes: who may ask, and what they get.

No route takes a path, a URL or a template; nothing is loaded or fetched on request; a GET changes
nothing.
"""

import asyncio
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from algosmith.engine import openai_answers, openai_api
from algosmith.engine.http import HttpError, Reply, Request
from algosmith.engine.jobs import Job, Part
from algosmith.engine.scheduler import Scheduler
from algosmith.errors import EngineBusy
from algosmith.wire import EngineStatus

_LOADING_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Access:
    """What a request must show."""

    hosts: frozenset[str]
    """Allowed ``Host`` headers."""
    token: str | None = None
    """Bearer token; None where the socket itself keeps others out."""


class App:
    """The application ``http.HttpServer`` serves.

    Args:
        scheduler: does the work.
        access: who may ask.
        names: names of the base model besides its own.
        defaults: for fields that a request leaves out.
        describe: adds process facts (pid, version, …) to the scheduler's status.
    """

    def __init__(
        self,
        scheduler: Scheduler,
        access: Access,
        names: frozenset[str],
        defaults: openai_api.Defaults,
        describe: Callable[[EngineStatus], EngineStatus],
    ) -> None:
        self._scheduler, self._access, self._names = scheduler, access, names
        self._defaults, self._describe = defaults, describe

    async def __call__(self, request: Request, reply: Reply) -> None:
        """Answer one request."""
        self._guard(request)
        match (request.method, request.path):
            case ("GET", "/health"):
                await reply.json(200, asdict(self._describe(self._scheduler.status())))
            case ("GET", "/v1/models"):
                info = (await self._loaded()).info
                rows = openai_answers.model_rows(info)
                await reply.json(200, {"object": "list", "data": rows})
            case ("POST", "/v1/chat/completions"):
                await self._chat(request, reply)
            case (_, "/health" | "/v1/models" | "/v1/chat/completions"):
                raise HttpError(405, f"{request.method} is not for {request.path}")
            case _:
                raise HttpError(404, "no such path; there are /v1/chat/completions and /v1/models")

    def _guard(self, request: Request) -> None:
        """A browser page, a rebound name, another user's program: none gets further than here."""
        headers = request.headers
        if "origin" in headers or "sec-fetch-site" in headers:
            raise HttpError(403, "requests from web pages are refused")
        if headers.get("host", "") not in self._access.hosts:
            raise HttpError(403, "the Host header names another server")
        if self._access.token is not None:
            shown = headers.get("authorization", "").removeprefix("Bearer ")
            if not hmac.compare_digest(shown.encode(), self._access.token.encode()):
                raise HttpError(401, "a valid bearer token is needed")
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        if request.method == "POST" and kind != "application/json":
            raise HttpError(415, "the content type must be application/json")

    async def _loaded(self) -> Any:
        """The backend, once it is loaded."""
        while self._scheduler.backend is None or self._scheduler.failed:
            if self._scheduler.failed:
                raise HttpError(500, self._scheduler.failed)
            await asyncio.sleep(_LOADING_POLL_SECONDS)
        return self._scheduler.backend

    async def _chat(self, request: Request, reply: Reply) -> None:
        backend = await self._loaded()
        call = openai_api.parse(request.body, backend.info, self._names, self._defaults)
        loop = asyncio.get_running_loop()
        job = Job(self._scheduler.next_id(), request.client, call.ask, loop)
        try:
            self._scheduler.submit(job)
        except EngineBusy as error:
            raise HttpError(503, str(error)) from error
        answer = _Answer(job, call, reply)
        try:
            await (answer.stream() if call.stream else answer.whole())
        finally:
            if not job.done:
                self._scheduler.cancel(job)


class _Answer:
    """The way of one job's parts to the client."""

    def __init__(self, job: Job, call: openai_api.ChatCall, reply: Reply) -> None:
        self._job, self._call, self._reply = job, call, reply
        self._id = f"chatcmpl-{secrets.token_hex(8)}"
        self._created = int(time.time())
        self._tokens: dict[int, int] = {}

    async def stream(self) -> None:
        """Server-sent events as text comes."""
        while parts := await self._job.parts():
            for part in parts:
                first = part.index not in self._tokens
                self._tokens[part.index] = part.tokens
                head = (self._id, self._call.ask.model, self._created)
                await self._reply.event(openai_answers.chunk(*head, part, first=first))
        if self._job.error is not None and not self._reply.started:
            raise self._failure()
        if self._job.error is not None:
            await self._reply.event({"error": {"message": self._job.error, "code": 500}})
        else:
            if self._call.include_usage:
                head = (self._id, self._call.ask.model, self._created)
                await self._reply.event(openai_answers.usage_chunk(*head, self._usage()))
            await self._reply.event("[DONE]")
        await self._reply.end()

    async def whole(self) -> None:
        """One JSON object at the end."""
        complete: dict[int, Part] = {}
        while parts := await self._job.parts():
            for part in parts:
                held = complete.setdefault(part.index, Part(part.index))
                held.reasoning += part.reasoning
                held.answer += part.answer
                held.finish = part.finish or held.finish
                self._tokens[part.index] = held.tokens = part.tokens
        if self._job.error is not None:
            raise self._failure()
        head = (self._id, self._call.ask.model, self._created)
        ordered = [complete[index] for index in sorted(complete)]
        await self._reply.json(200, openai_answers.completion(*head, ordered, self._usage()))

    def _failure(self) -> HttpError:
        return HttpError(400 if self._job.rejected else 500, self._job.error or "failed")

    def _usage(self) -> dict[str, int]:
        return openai_answers.usage(self._job.prompt_tokens, sum(self._tokens.values()))
