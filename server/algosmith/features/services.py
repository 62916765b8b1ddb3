"""What the use cases need, made once for each language server or command."""

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path

from algosmith import languages, llm, sandbox
from algosmith.config import Settings
from algosmith.errors import SandboxError
from algosmith.features.store import Store
from algosmith.languages import LanguageRunner
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
    _cages: dict[str, Sandbox | str] = field(default_factory=dict[str, "Sandbox | str"])
    """For other languages, by name: a cage that runs them, or why there is none."""
    _thinker: Completer | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def cage(self, language: str = "python") -> Sandbox | None:
        """The cage that runs a language, opened at first need; None where nothing can be run."""
        if not (self.trusted and self.settings.verify.enabled):
            return None
        running = languages.running(language)
        async with self._opening:
            if running is not None:
                return await self._other_cage(languages.of(language).name, running)
            if self._cage is None and not self.cage_problem:
                await self._open_cage()
        return self._cage

    async def required_cage(self, language: str = "python") -> Sandbox:
        """The same; raises SandboxError, which says why, where nothing can be run."""
        cage = await self.cage(language)
        if cage is None:
            why = self.why_no_cage(language) or "no cage on this machine"
            raise SandboxError(f"Nothing was run: {why}.")
        return cage

    def thinker(self) -> Completer | None:
        """Whatever runs ``thinking_model``; None where no second model is set."""
        second = self.settings.second()
        if second.model == self.settings.model:
            return None
        if self._thinker is None:
            self._thinker = llm.connect_thinking(self.settings)
        return self._thinker

    def why_no_cage(self, language: str = "python") -> str:
        """For people: why candidates are not run."""
        if not self.settings.verify.enabled:
            return "running candidates is switched off (verify.enabled)"
        if not self.trusted:
            return "this workspace is not trusted"
        if languages.running(language) is not None:
            opened = self._cages.get(languages.of(language).name)
            return opened if isinstance(opened, str) else ""
        return self.cage_problem

    def cage_tier(self) -> str | None:
        """The tier of the cage that is open; None while there is none."""
        return self._cage.report.tier if self._cage else None

    async def close(self) -> None:
        """Ends what belongs to this process; a shared engine lives on."""
        if self._cage is not None:
            await self._cage.close()
            self._cage = None
        for opened in self._cages.values():
            if not isinstance(opened, str):
                await opened.close()
        self._cages.clear()
        await self.completer.close()
        if self._thinker is not None:
            await self._thinker.close()

    async def _other_cage(self, name: str, running: LanguageRunner) -> Sandbox | None:
        if name not in self._cages:
            try:
                self._cages[name] = await running.opened()
            except SandboxError as error:
                self._cages[name] = str(error)
                log.warning("no cage for %s: %s\n%s", name, error, error.detail)
        opened = self._cages[name]
        return None if isinstance(opened, str) else opened

    async def _open_cage(self) -> None:
        python = self.settings.verify.python
        try:
            self._cage = await sandbox.open_sandbox(Path(python) if python else None)
        except SandboxError as error:
            self.cage_problem = str(error)
            log.warning("no cage: %s\n%s", error, error.detail)


def build(settings: Settings, *, trusted: bool, roots: tuple[Path, ...] = ()) -> Services:
    """Services for a workspace; starts neither engine nor cage."""
    return Services(settings, llm.connect(settings), Store(), trusted, roots)
