"""A desk for each person, made when they first come; all of them ask one engine. No HTTP."""

import asyncio
import logging
import time
from typing import Any

from algosmith.features.services import Services
from algosmith.web.desk import Desk
from algosmith.web.history import History
from algosmith.web.hub import Hub
from algosmith.web.people import Keys, history_file
from algosmith.wire import EngineStatus

_LOOK_SECONDS = 2.0
log = logging.getLogger(__name__)


class Desks:
    """Everybody's desks; histories and streams of one person are nobody else's."""

    def __init__(self, services: Services, keys: Keys) -> None:
        self.services, self._keys = services, keys
        self._desks: dict[str, Desk] = {}

    def of(self, name: str) -> Desk:
        """This person's desk."""
        if name not in self._desks:
            hub = Hub()

            def tell(text: str) -> None:
                hub.tell("notice", text=text)

            kept = self.services.settings.web.history
            history = History(history_file(name) if kept else None, tell)
            self._desks[name] = Desk(self.services, history, hub)
        return self._desks[name]

    async def watch(self) -> None:
        """Follows the engine for the open pages; lets go who lost their key or went away."""
        while True:
            try:
                await self._let_go()
                await self._follow()
            except Exception:
                # Contained: whoever loses their key later must be let go as well.
                log.exception("a look at the open pages failed")
            await asyncio.sleep(_LOOK_SECONDS)

    async def _let_go(self) -> None:
        for name, desk in list(self._desks.items()):
            if not self._keys.knows(name):
                del self._desks[name]
                await desk.close()
            else:
                await desk.rest(time.monotonic())

    async def _follow(self) -> None:
        if any(desk.hub.readers for desk in self._desks.values()):
            status = _shown(await self.services.completer.status())
            for desk in self._desks.values():
                desk.show(status)

    def end_streams(self) -> None:
        """Every open page is let go."""
        for desk in self._desks.values():
            desk.hub.close()

    async def close(self) -> None:
        """Stops everything; a shared engine lives on."""
        for desk in self._desks.values():
            await desk.close()
        await self.services.close()


def _shown(seen: EngineStatus) -> dict[str, Any]:
    return {
        "state": seen.state,
        "model": seen.model,
        "device": seen.device,
        "running": seen.running,
        "queue": seen.queue,
        "rate": round(seen.tokens_per_second, 1),
        "message": seen.message,
        "fraction": seen.fraction,
    }
