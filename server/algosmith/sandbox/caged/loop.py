"""Drives a coroutine without sockets: an asyncio loop that can wait for time only."""

from __future__ import annotations

import sys
import types
from typing import Any

MAX_YIELDED = 100_000


def run_coroutine(result: Any) -> Any:
    """What a coroutine returns, or the items of an asynchronous generator."""
    if type(result) is types.AsyncGeneratorType:
        result = _items(result)
    if "asyncio" not in sys.modules:
        return _drive(result)
    loop = new_loop()
    try:
        return loop.run_until_complete(result)
    finally:
        loop.close()


def _drive(coroutine: Any) -> Any:
    """Without asyncio there is nothing that a coroutine could wait for."""
    try:
        while True:
            coroutine.send(None)
    except StopIteration as stop:
        return stop.value


async def _items(source: Any) -> list[Any]:
    items: list[Any] = []
    async for item in source:
        items.append(item)
        if len(items) > MAX_YIELDED:
            raise MemoryError("an asynchronous generator gave too many items")
    return items


def new_loop() -> Any:
    """An event loop that needs no socket pair, which the cage refuses."""
    import asyncio
    import time

    class Selector:
        """Stands where asyncio waits for descriptors."""

        def select(self, timeout: float | None = None) -> list[Any]:
            """Waits for the next timer; without one nothing can ever happen again."""
            if timeout is None:
                raise RuntimeError("the coroutine waits for something that can't happen")
            if timeout > 0:
                time.sleep(timeout)
            return []

    class Loop(asyncio.BaseEventLoop):
        """Time and callbacks only."""

        _selector = Selector()

        def _process_events(self, event_list: list[Any]) -> None:
            pass

        def _write_to_self(self) -> None:
            pass

    return Loop()


def serve_asyncio_run() -> None:
    """Lets a candidate's own ``asyncio.run`` work."""
    import asyncio

    events: Any = sys.modules["asyncio.events"]
    events.new_event_loop = new_loop
    asyncio.new_event_loop = new_loop
