"""Work beside the kernel's own event loop: it waits, shows progress and can be interrupted."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

_GLANCE_SECONDS = 0.1
_Result = TypeVar("_Result")


class Background:
    """One event loop in a thread of its own, for the kernel's life."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="algosmith", daemon=True).start()

    def wait(
        self, work: Coroutine[Any, Any, _Result], glance: Callable[[], None] = lambda: None
    ) -> _Result:
        """Its result. ``glance`` is called ten times a second in the kernel's own thread.

        An interrupt cancels the work and waits until it has let go of the engine.
        """
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            while True:
                try:
                    return future.result(_GLANCE_SECONDS)
                except TimeoutError:
                    if future.done():
                        raise
                    glance()
        except KeyboardInterrupt:
            future.cancel()
            asyncio.run_coroutine_threadsafe(self._settle(), self._loop).result(10)
            raise
        except CancelledError as error:
            raise KeyboardInterrupt from error

    async def _settle(self) -> None:
        """Ends when everything that was cancelled has ended."""
        mine = asyncio.current_task()
        waiting = [task for task in asyncio.all_tasks() if task is not mine and task.cancelling()]
        await asyncio.gather(*waiting, return_exceptions=True)
