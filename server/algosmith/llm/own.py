"""``Completer`` over our own engine: started when first needed, started anew when it died."""

import contextlib
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith import paths
from algosmith.config import Settings
from algosmith.errors import ConnectionLost, ModelError, NoAnswer, Unreachable
from algosmith.llm import launcher
from algosmith.sockets import own_address
from algosmith.wire import ChatRequest, DeltaSink, EngineStatus, ModelInfo, ProgressSink, Reply

if TYPE_CHECKING:
    from algosmith.llm.client import HttpCompleter

_ATTEMPTS = 3
"""A request that was not begun survives so many engines, less one; one that kills them does not."""


class OwnEngine:
    """Talks to the user's engine. No process is started before the first request."""

    def __init__(self, settings: Settings, name: str = paths.ENGINE) -> None:
        self._settings, self._name = settings, name
        self._client: HttpCompleter | None = None
        self._url = ""

    async def complete(
        self, request: ChatRequest, on_progress: ProgressSink | None = None
    ) -> tuple[Reply, ...]:
        """All ``n`` replies; see ``wire.Completer``."""
        async with contextlib.aclosing(self.stream(request, on_progress)) as replies:
            collected = [reply async for reply in replies]
        return tuple(sorted(collected, key=lambda reply: reply.index))

    async def stream(
        self,
        request: ChatRequest,
        on_progress: ProgressSink | None = None,
        on_delta: DeltaSink | None = None,
    ) -> AsyncGenerator[Reply]:
        """Each reply once it is complete; see ``wire.Completer``.

        An engine that dies in the middle ends this request with a message; the next one starts a
        new engine. One that had gone before it took the request is simply started again.
        """
        for attempt in range(1, _ATTEMPTS + 1):
            ready = await launcher.start(self._settings, on_progress, self._name)
            request = replace(request, n=request.n or ready.candidates)
            client = await self._connected()
            given = 0
            try:
                async with contextlib.aclosing(
                    client.stream(request, on_progress, on_delta)
                ) as replies:
                    async for reply in replies:
                        given += 1
                        yield reply
                return
            except (Unreachable, NoAnswer):  # it left, or died, before it said anything
                if given or attempt == _ATTEMPTS:
                    raise
            except ConnectionLost as error:
                message = "the engine ended in the middle of this answer; ask again to restart it"
                raise ConnectionLost(message, detail=error.detail) from error

    async def warm(self, request: ChatRequest) -> None:
        """See ``wire.Completer``: only an engine that is there, and serves this model, is asked."""
        if request.seed is not None:
            return  # a seeded request takes nothing out of the cache
        found = await launcher.status(self._name)
        if found.state != "ready" or found.running or found.queue:
            return
        try:
            path = launcher.served_path(self._settings, found)
        except ModelError:
            return
        if found.fingerprint == launcher.fingerprint(self._settings, path):
            await (await self._connected()).warm(request)

    async def status(self) -> EngineStatus:
        """Where the engine stands; starts none."""
        return await launcher.status(self._name)

    async def models(self) -> tuple[ModelInfo, ...]:
        """The model and its adapters; starts the engine."""
        await launcher.start(self._settings, name=self._name)
        return await (await self._connected()).models()

    async def close(self) -> None:
        """Give the connection back; the engine lives on for others."""
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def _connected(self) -> "HttpCompleter":
        address = own_address(self._name)
        if address is None:
            raise Unreachable("the engine went away; ask again")
        if self._client is None or self._url != address.url:
            from algosmith.llm.client import HttpCompleter

            await self.close()
            self._url = address.url
            self._client = HttpCompleter(address.url, key=address.token, own=True, retries=0)
        return self._client
