"""Completers without a server, for tests."""

from collections.abc import AsyncGenerator
from typing import Any

from algosmith.wire import ChatRequest, Reply


class WholeCompleter:
    """Base of fakes that only say what ``complete`` gives: ``stream`` hands that on in order."""

    async def complete(self, request: ChatRequest, on_progress: Any = None) -> tuple[Reply, ...]:
        raise NotImplementedError

    async def stream(
        self, request: ChatRequest, on_progress: Any = None, on_delta: Any = None
    ) -> AsyncGenerator[Reply]:
        for reply in await self.complete(request, on_progress):
            yield reply

    async def warm(self, request: ChatRequest) -> None:
        return None
