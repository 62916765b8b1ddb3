"""The engine's process: one per user, started on demand, gone after the idle time.

``serve`` runs until told to stop (SIGTERM, SIGINT), until nobody asked for long enough, or until
the device breaks, which does not heal within a process; the next request then starts a new one.
"""

import asyncio
import contextlib
import faulthandler
import json
import logging
import logging.handlers
import os
import signal
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from algosmith import __version__, paths
from algosmith.config import Settings
from algosmith.engine import openai_api
from algosmith.engine.app import App
from algosmith.engine.backends import choose
from algosmith.engine.backends.base import Backend, LoadReport
from algosmith.engine.cage import Cage
from algosmith.engine.cores import usable_cores
from algosmith.engine.curve import Curve
from algosmith.engine.http import HttpServer
from algosmith.engine.listener import AlreadyRunning, Listener, open_listener
from algosmith.engine.scheduler import Scheduler
from algosmith.errors import EngineError
from algosmith.sockets import HAS_UNIX, peer_pid, peer_uid, private_folder
from algosmith.wire import EngineStatus

_log = logging.getLogger(__name__)

EXIT_OK, EXIT_RUNNING, EXIT_BROKEN = 0, 3, 4
_FAILED_LINGER_SECONDS = 20.0
"""After a failed load the engine stays so long, for clients to read why."""
_IDLE_LOOK_SECONDS = 0.5
_END_SECONDS = 20.0
"""What giving the memory back may take."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a serving engine is given."""

    settings: Settings
    path: Path
    """The model: a GGUF file or a folder."""
    fingerprint: str = ""
    """Echoed by ``/health``, so that clients see whether it is the engine they want."""
    name: str = paths.ENGINE
    """Which of the user's engines it is: decides socket and log."""

    def to_json(self) -> str:
        """For handing over through a pipe."""
        return json.dumps({**asdict(self), "path": str(self.path)})


def serve(start: Start, *, tcp: bool = not HAS_UNIX) -> int:
    """Serve until it is time to leave; gives the process's exit status.

    Raises:
        EngineError: the socket or the log can't be opened.
    """
    _open_log(start)
    try:
        listener = open_listener(start.name, tcp=tcp)
    except AlreadyRunning:
        _log.info("an engine is running already")
        return EXIT_RUNNING
    _log.info(
        "engine %s, pid %d, on %s, model %s", __version__, os.getpid(), listener.url, start.path
    )
    cage = _cage(start)
    try:
        fatal = asyncio.run(_Daemon(start, listener, cage).run())
    finally:
        listener.close()
    _log.info("engine ends%s", "; the next request starts it anew" if fatal else "")
    return EXIT_BROKEN if fatal else EXIT_OK


def _cage(start: Start) -> Cage:
    """From here on this process has no more rights than serving its model needs."""
    folders = (
        paths.runtime_dir(),
        paths.log_file(start.name).parent,
        private_folder(paths.engine_state_dir()),
    )
    cage = Cage(start.settings, start.path, choose.name_of(start.path, start.settings), folders)
    cage.before_load()
    return cage


class _Daemon:
    def __init__(self, start: Start, listener: Listener, cage: Cage) -> None:
        self._start, self._listener, self._cage = start, listener, cage
        self._leave = asyncio.Event()
        self._fatal = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._scheduler = Scheduler(self._load, self._on_fatal, _curve(start))

    async def run(self) -> bool:
        """Serve; true when the device broke and a new process should take over."""
        self._loop = asyncio.get_running_loop()
        _on_signals(self._loop, self._leave.set)
        names = frozenset(
            (self._start.settings.model, self._start.path.name, self._start.path.stem)
        )
        thinking = self._start.settings.thinking
        defaults = openai_api.Defaults(
            thinking.tokens,
            thinking.seconds,
            self._start.settings.answer_tokens + thinking.tokens,
        )
        access = self._listener.access
        app = App(self._scheduler, access, names, defaults, self._describe)
        server = HttpServer(app, _greet)
        self._listener.socket.setblocking(False)
        accepting = await self._accept(server)
        self._scheduler.start()
        await self._wait()
        self._listener.hide()
        accepting.close()
        _end_surely()
        await asyncio.to_thread(self._scheduler.stop)
        await server.close()
        return self._fatal

    async def _accept(self, server: HttpServer) -> asyncio.Server:
        if self._listener.url.startswith("unix:"):
            return await asyncio.start_unix_server(server.serve, sock=self._listener.socket)
        return await asyncio.start_server(server.serve, sock=self._listener.socket)

    async def _wait(self) -> None:
        idle = self._start.settings.engine.idle_minutes * 60
        while not self._leave.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._leave.wait(), _IDLE_LOOK_SECONDS)
            quiet = time.monotonic() - self._scheduler.last_work
            loading = self._scheduler.backend is None and not self._scheduler.failed
            if self._scheduler.failed and quiet > _FAILED_LINGER_SECONDS:
                return
            if idle < quiet and not loading and not self._scheduler.busy:
                _log.info("nobody asked for %.1f minutes", quiet / 60)
                return

    def _load(self, report: LoadReport) -> Backend:
        backend = choose.load(self._start.path, self._start.settings, report, self._cage.connector)
        self._cage.after_load()
        self._scheduler.last_work = time.monotonic()
        return backend

    def _on_fatal(self, message: str) -> None:
        self._fatal = True
        if self._loop is not None:
            # A moment for the clients to be told before their connections go.
            self._loop.call_soon_threadsafe(self._loop.call_later, 0.5, self._leave.set)

    def _describe(self, status: EngineStatus) -> EngineStatus:
        return replace(
            status,
            version=__version__,
            pid=os.getpid(),
            fingerprint=self._start.fingerprint,
            path=str(self._start.path),
            log=str(paths.log_file(self._start.name)),
            cage=self._cage.report,
        )


def _curve(start: Start) -> Curve:
    """What was measured holds for this file, these threads and this build."""
    engine = start.settings.engine
    threads = engine.threads or usable_cores()
    with contextlib.suppress(OSError):
        size = start.path.stat().st_size
        key = (start.path.name, size, threads, engine.device, engine.backend, __version__)
        return Curve(_curves_file(), " ".join(map(str, key)), threads)
    return Curve(_curves_file(), start.path.name, threads)


def _curves_file() -> Path:
    return paths.engine_state_dir() / "curves.json"


def _end_surely() -> None:
    """Ends this process after a while, whatever the library does.

    One that is told to go while it starts may wait for its own thread for ever, and keeps Python's
    lock meanwhile: no thread and no signal handler of ours would run. This watch needs no lock.
    """
    faulthandler.dump_traceback_later(_END_SECONDS, exit=True)


def _on_signals(loop: asyncio.AbstractEventLoop, leave: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        try:
            loop.add_signal_handler(number, leave)
        except NotImplementedError:  # Windows: the default handlers end the process
            return


def _greet(writer: asyncio.StreamWriter) -> str | None:
    """The client's process, or None for another user's."""
    connected = writer.get_extra_info("socket")
    if not HAS_UNIX or connected.family.name != "AF_UNIX":
        return f"tcp:{writer.get_extra_info('peername')}"
    uid = peer_uid(connected)
    if uid is not None and uid != os.getuid():
        _log.warning("user %d tried to connect", uid)
        return None
    return f"pid:{peer_pid(connected)}"


def _open_log(start: Start) -> None:
    file = paths.log_file(start.name)
    private_folder(file.parent)
    try:
        handler = logging.handlers.RotatingFileHandler(
            file, maxBytes=1 << 20, backupCount=2, encoding="utf-8"
        )
    except OSError as error:
        raise EngineError(
            f"{file} can't be written: {error.strerror}; make room, or set ALGOSMITH_HOME"
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(start.settings.log_level.upper())
