"""Takes questions, follows their answers, keeps them: everything of the page but HTTP.

An answer goes on while its tab is reloaded or hidden; when no page has been open for a while,
what still runs is stopped, so that a closed browser keeps no processor busy.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from algosmith import llm
from algosmith.errors import AlgosmithError, ConfigError, EngineBusy
from algosmith.features import ask, words
from algosmith.features.ask import Answer, Problem
from algosmith.features.services import Services
from algosmith.web.entries import ENDED, Entry, State
from algosmith.web.history import History
from algosmith.web.hub import Hub
from algosmith.wire import Completer, Delta, Progress

log = logging.getLogger(__name__)

_MOST_RUNNING = 32
_MOST_REMEMBERED = 100
_ALONE_SECONDS = 60.0
"""Without any page open for so long, answers are stopped."""


@dataclass(slots=True)
class Desk:
    """The questions of one person."""

    services: Services
    history: History
    hub: Hub
    entries: OrderedDict[str, Entry] = field(default_factory=OrderedDict[str, Entry])
    """Those that run, and the latest that ended."""
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict[str, "asyncio.Task[None]"])
    _completers: dict[tuple[str, str | None], Completer] = field(
        default_factory=dict[tuple[str, "str | None"], Completer]
    )
    _status: dict[str, Any] = field(default_factory=dict[str, Any])
    _alone_since: float = field(default_factory=time.monotonic)

    def ask(self, problem: Problem, model: str | None, adapter: str | None) -> Entry:
        """Begins an answer. Raises EngineBusy when too many run already."""
        if len(self._tasks) >= _MOST_RUNNING:
            raise EngineBusy(f"{_MOST_RUNNING} answers are being written; stop one, or wait.")
        services = self._services(model, adapter)
        settings = services.settings
        entry = Entry(
            problem.question,
            problem.mode,
            problem.prompt,
            settings.model_name,
            settings.thinking.tokens,
        )
        self.entries[entry.id] = entry
        self._forget()
        task = asyncio.create_task(self._answer(entry, services, problem))
        self._tasks[entry.id] = task
        task.add_done_callback(lambda _: self._tasks.pop(entry.id, None))
        return entry

    async def stop(self, id_: str) -> None:
        """Stops an answer; what there is of it is kept."""
        task = self._tasks.get(id_)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def find(self, id_: str) -> dict[str, Any] | None:
        """An entry as it is now, or as it was kept."""
        entry = self.entries.get(id_)
        return entry.record() if entry else await self.history.get(id_)

    async def delete(self, id_: str | None) -> None:
        """Deletes one entry or all, running ones excepted."""
        for key in [id_] if id_ is not None else list(self.entries):
            if key not in self._tasks:
                self.entries.pop(key, None)
        await self.history.delete(id_)
        self.hub.tell("history")

    def status(self) -> dict[str, Any]:
        """The engine as it was last seen."""
        return self._status

    def show(self, status: dict[str, Any]) -> None:
        """Tells the open pages how the engine is."""
        if status != self._status:
            self._status = status
            self.hub.tell("status", status=status)

    async def rest(self, now: float) -> None:
        """Stops answers that nobody has waited for a while."""
        if self.hub.readers:
            self._alone_since = now
        elif now - self._alone_since > _ALONE_SECONDS:
            for id_ in list(self._tasks):
                await self.stop(id_)

    async def close(self) -> None:
        """Stops everything; a shared engine lives on."""
        for id_ in list(self._tasks):
            await self.stop(id_)
        self.hub.close()
        self.history.close()
        for completer in self._completers.values():
            await completer.close()

    async def _answer(self, entry: Entry, services: Services, problem: Problem) -> None:
        begun = time.monotonic()

        def progress(now: Progress) -> None:
            if now.phase in ("starting", "loading", "queued"):
                self._change(entry, "waiting", words.progress_step(now).message)

        def delta(new: Delta) -> None:
            self._grow(entry, new)

        def checking() -> None:
            self._change(entry, "checking", "")

        state: State = "stopped"
        message = ""
        try:
            answer = await ask.ask(services, problem, progress, delta, checking)
            _finish(entry, answer)
            state = "done"
            message = "The answer ended at its bound of tokens." if answer.cut else ""
        except asyncio.CancelledError:
            log.debug("answer %s was stopped", entry.id)
        except AlgosmithError as error:
            state, message = "failed", str(error)
            log.warning("no answer: %s\n%s", error, error.detail)
        except Exception:
            # Contained: one question fails, the page lives.
            log.exception("answering failed")
            state, message = "failed", "Something failed here; the log `web.log` says what."
        entry.seconds = time.monotonic() - begun
        self._change(entry, state, message)
        await asyncio.shield(self.history.put(entry.record()))
        self.hub.tell("history")

    def _grow(self, entry: Entry, new: Delta) -> None:
        entry.state = "writing" if new.text else "thinking"
        entry.tokens = new.tokens
        entry.seq += 1
        if new.reasoning:
            entry.reasoning.append(new.reasoning)
        if new.text:
            entry.answer.append(new.text)
        self.hub.tell(
            "delta",
            id=entry.id,
            seq=entry.seq,
            state=entry.state,
            tokens=entry.tokens,
            reasoning=new.reasoning,
            answer=new.text,
        )

    def _change(self, entry: Entry, state: State, message: str) -> None:
        if (entry.state, entry.message) == (state, message) and state not in ENDED:
            return
        entry.state, entry.message = state, message
        entry.seq += 1
        self.hub.tell("entry", entry=entry.record())

    def _services(self, model: str | None, adapter: str | None) -> Services:
        settings = self.services.settings
        chosen = ask.with_model(settings, model, adapter)
        if chosen is settings:
            return self.services
        if adapter is not None and adapter not in [one.name for one in settings.adapters]:
            raise ConfigError(f"There is no adapter {adapter!r} in the setting `adapters`.")
        key = (chosen.model, chosen.adapter)
        if key not in self._completers:
            self._completers[key] = llm.connect(chosen)
        return Services(chosen, self._completers[key], self.services.store, trusted=True)

    def _forget(self) -> None:
        for key in list(self.entries):
            if len(self.entries) <= _MOST_REMEMBERED:
                return
            if key not in self._tasks:
                del self.entries[key]


def _finish(entry: Entry, answer: Answer) -> None:
    entry.answer, entry.reasoning = [answer.text], [answer.reasoning]
    entry.tokens = answer.tokens
    if answer.agreement is not None:
        entry.check = ask.check_words(answer.agreement)
