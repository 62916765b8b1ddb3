"""The real scheduler, app and HTTP server over a scripted backend, on a Unix socket, in a test."""

import asyncio
import contextlib
import json
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from algosmith.engine.app import Access, App
from algosmith.engine.backends.base import LoadReport
from algosmith.engine.curve import Curve
from algosmith.engine.http import HttpServer
from algosmith.engine.openai_api import Defaults
from algosmith.engine.scheduler import Scheduler
from algosmith.llm.client import HttpCompleter
from tests.engine.scripted_backend import ScriptedBackend


@dataclass
class Engine:
    """What a test may touch."""

    backend: ScriptedBackend
    scheduler: Scheduler
    socket: Path
    fatal: list[str] = field(default_factory=list[str])

    def client(self, **options: Any) -> HttpCompleter:
        return HttpCompleter(f"unix://{self.socket}", own=True, retries=0, **options)

    async def raw(self, data: bytes) -> tuple[int, dict[str, Any]]:
        """Send bytes, read one answer to its end."""
        reader, writer = await asyncio.open_unix_connection(self.socket)
        writer.write(data)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), json.loads(body)

    async def post(self, body: object, **headers: str) -> tuple[int, dict[str, Any]]:
        """POST a chat request with the headers changed as given (None leaves one out)."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        shown = {
            "Host": "localhost",
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            "Connection": "close",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in shown.items() if value)
        head = f"POST /v1/chat/completions HTTP/1.1\r\n{lines}\r\n"
        return await self.raw(head.encode() + data)


async def until(condition: Callable[[], object], seconds: float = 300.0) -> None:
    """Wait for a condition; fail when it never holds."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def engine(
    backend: ScriptedBackend,
    load: Callable[[LoadReport], ScriptedBackend] | None = None,
    access: Access | None = None,
    thinking_seconds: float | None = None,
    curve: Curve | None = None,
) -> AsyncGenerator[Engine, None]:
    """An engine that serves until the block ends."""
    fatal: list[str] = []
    scheduler = Scheduler(load or (lambda report: backend), fatal.append, curve)
    access = access or Access(frozenset(("localhost",)))
    defaults = Defaults(2000, thinking_seconds, 3000)
    app = App(scheduler, access, frozenset(("base", "demo")), defaults, lambda status: status)
    clients: dict[int, str] = {}

    def greet(writer: asyncio.StreamWriter) -> str:
        return clients.setdefault(id(writer), f"client {len(clients)}")

    server = HttpServer(app, greet)
    with tempfile.TemporaryDirectory() as folder:
        socket = Path(folder) / "e.sock"
        accepting = await asyncio.start_unix_server(server.serve, socket)
        scheduler.start()
        try:
            yield Engine(backend, scheduler, socket, fatal)
        finally:
            accepting.close()
            await asyncio.to_thread(scheduler.stop)
            await server.close()
