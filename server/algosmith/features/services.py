"""What the use cases need, made once for each language server or command."""

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path

from algosmith import llm, sandbox
from algosmith.config import Settings
from algosmith.errors import SandboxError
from algosmith.features.store import Store
from algosmith.sandbox.types import Sandbox
from algosmith.wire import Completer

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Services:
    """Settings and the long-lived things behind them."""

    settings: Settings
    completer: Completer
    store: Store
    trusted: bool = False
    """Whether the workspace may be run (in the cage) at all."""
    roots: tuple[Path, ...] = ()
    """The workspace's folders."""
    cage_problem: str = ""
    """Why there is no cage; empty while there is one or nobody asked."""
    _cage: Sandbox | None = None
    _thinker: Completer | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def cage(self) -> Sandbox | None:
        """The cage, opened at first need; None where nothing may or can be run."""
        if not (self.trusted and self.settings.verify.enabled):
            return None
        async with self._opening:
            if self._cage is None and not self.cage_problem:
                await self._open_cage()
        return self._cage

    def thinker(self) -> Completer | None:
        """Whatever runs ``thinking_model``; None where no second model is set."""
        second = self.settings.second()
        if second.model == self.settings.model:
            return None
        if self._thinker is None:
            self._thinker = llm.connect_thinking(self.settings)
        return self._thinker

    def why_no_cage(self) -> str:
        """For people: why candidates are not run."""
        if not self.settings.verify.enabled:
            return "running candidates is switched off (verify.enabled)"
        if not self.trusted:
            return "this workspace is not trusted"
        return self.cage_problem

    def cage_tier(self) -> str | None:
        """The tier of the cage that is open; None while there is none."""
        return self._cage.report.tier if self._cage else None

    async def close(self) -> None:
        """Ends what belongs to this process; a shared engine lives on."""
        if self._cage is not None:
            await self._cage.close()
            self._cage = None
        await self.completer.close()
        if self._thinker is not None:
            await self._thinker.close()

    async def _open_cage(self) -> None:
        python = self.settings.verify.python
        try:
            self._cage = await sandbox.open_sandbox(Path(python) if python else None)
        except SandboxError as error:
            self.cage_problem = str(error)
            log.warning("no cage: %s %s", error, error.detail)


def build(settings: Settings, *, trusted: bool, roots: tuple[Path, ...] = ()) -> Services:
    """Services for a workspace; starts neither engine nor cage."""
    return Services(settings, llm.connect(settings), Store(), trusted, roots)
