"""Everything that belongs to the one client of this process."""

import asyncio
import logging
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from algosmith.features import services as building
from algosmith.features import warming
from algosmith.features.services import Services
from algosmith.lsp.client import Client
from algosmith.lsp.configuration import Configuration
from algosmith.lsp.diagnoses import Diagnoses
from algosmith.lsp.documents import Documents
from algosmith.lsp.jobs import Jobs
from algosmith.lsp.progress import Progress
from algosmith.model import Snapshot, Span

log = logging.getLogger(__name__)

_CONFIGURATION_SECONDS = 3.0


class Session:
    """The client's facts, documents, settings and jobs; made before ``initialize``."""

    def __init__(self, server: LanguageServer) -> None:
        self.server = server
        self.client = Client()
        self.documents = Documents()
        self.configuration = Configuration()
        self.jobs = Jobs(self._new_progress, self.warn, self._on_jobs_changed)
        self.diagnoses = Diagnoses()
        self.said: dict[str, str] = {}
        """The last review or hint, in words, by the text of the exercise."""
        self.hinted: dict[str, int] = {}
        """The level of the last hint for each exercise."""
        self.watchers: list[asyncio.Task[None]] = []
        """Background tasks that live as long as the session."""
        self.jobs_changed = asyncio.Event()
        """Set whenever a job begins or ends; whoever waits for it clears it."""
        self.configured = asyncio.Event()
        """The client's own settings are in force, or it has none to give."""
        self._warming: asyncio.Task[None] | None = None
        self.shut_down = False
        """The client sent ``shutdown``; what is left is ``exit``."""
        self.leaving: asyncio.Future[int] | None = None
        """The transport waits for it; its result is the process's exit code."""
        self._services: Services | None = None
        self._retired: set[asyncio.Task[None]] = set()

    @property
    def services(self) -> Services:
        """What the use cases need, under the settings in force; built at first use."""
        if self._services is None:
            self._services = building.build(
                self.configuration.settings, trusted=self.client.trusted, roots=self._roots()
            )
        return self._services

    async def ready(self) -> None:
        """Waits, not for long, until what the user set is in force."""
        if self.configured.is_set():
            return
        try:
            await asyncio.wait_for(self.configured.wait(), _CONFIGURATION_SECONDS)
        except TimeoutError:
            log.warning("the client has not said its settings; going on without them")
            self.configured.set()

    def settings_changed(self) -> None:
        """Puts the settings in force; running jobs end under those they began with."""
        old = self._services
        if old is None or old.settings == self.configuration.settings:
            return
        self._services = None
        self.services.store = old.store
        task = asyncio.create_task(self._retire(old))
        self._retired.add(task)
        task.add_done_callback(self._retired.discard)

    def looked_at(self, snapshot: Snapshot, span: Span) -> None:
        """The user is at a place: what would be asked there may be read ahead, in the background.

        Looking at another place ends that.
        """
        if self._warming is not None:
            self._warming.cancel()
        self._warming = asyncio.create_task(warming.warm(self.services, snapshot, span))

    def folders_changed(self) -> None:
        """Takes the workspace's folders over."""
        if self._services is not None:
            self._services.roots = self._roots()

    def leave(self, code: int) -> None:
        """Ends the process, after an orderly clean-up."""
        if self.leaving is not None and not self.leaving.done():
            self.leaving.set_result(code)

    def inform(self, message: str) -> None:
        """Shows a message."""
        self._show(types.MessageType.Info, message)

    def warn(self, message: str) -> None:
        """Shows a message about something that did not work."""
        self._show(types.MessageType.Warning, message)

    async def close(self) -> None:
        """Ends the jobs, the connection to the engine and the cage."""
        for watcher in self.watchers:
            watcher.cancel()
        await self.jobs.close()
        await asyncio.gather(*self._retired, return_exceptions=True)
        if self._services is not None:
            services, self._services = self._services, None
            await _close(services)

    async def _retire(self, services: Services) -> None:
        await asyncio.gather(*(job.task for job in self.jobs.running), return_exceptions=True)
        await _close(services)

    def _roots(self) -> tuple[Path, ...]:
        found = [to_fs_path(folder.uri) for folder in self.server.workspace.folders.values()]
        root = self.server.workspace.root_path
        return tuple(Path(path) for path in found if path) or ((Path(root),) if root else ())

    def _new_progress(self, token: str, title: str) -> Progress:
        return Progress(self.server, token, title, shown=self.client.shows_progress)

    def _on_jobs_changed(self) -> None:
        self.jobs_changed.set()

    def _show(self, kind: types.MessageType, message: str) -> None:
        self.server.window_show_message(types.ShowMessageParams(kind, message))


async def _close(services: Services) -> None:
    try:
        await services.close()
    except Exception:
        # What can't be closed must not keep the process, or a settings change, from going on.
        log.exception("closing failed")
