"""Tells every open page what happens. A page that does not keep up is let go and asks anew."""

import asyncio
import json
from collections.abc import AsyncGenerator
from typing import Any

_MOST_WAITING = 4096
"""Events; a page that is so far behind reads the entries again instead."""
_PING_SECONDS = 15.0


class Hub:
    """The open pages of this server."""

    def __init__(self) -> None:
        self._readers: set[asyncio.Queue[str | None]] = set()

    @property
    def readers(self) -> int:
        """How many streams are open."""
        return len(self._readers)

    def tell(self, kind: str, **fields: Any) -> None:
        """Sends one event to all."""
        line = encoded(kind, **fields)
        for queue in tuple(self._readers):
            if queue.qsize() < _MOST_WAITING:
                queue.put_nowait(line)
            else:
                self._readers.discard(queue)
                queue.put_nowait(None)

    def close(self) -> None:
        """Ends all streams."""
        for queue in self._readers:
            queue.put_nowait(None)
        self._readers.clear()

    async def events(self, first: str) -> AsyncGenerator[str]:
        """Server-sent events, beginning with ``first``, until the page leaves."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._readers.add(queue)
        try:
            yield first
            while True:
                try:
                    line = await asyncio.wait_for(queue.get(), _PING_SECONDS)
                except TimeoutError:
                    line = ": still here\n\n"
                if line is None:
                    return
                yield line
        finally:
            self._readers.discard(queue)


def encoded(kind: str, **fields: Any) -> str:
    """One server-sent event."""
    return f"data: {json.dumps({'type': kind, **fields}, ensure_ascii=True)}\n\n"
