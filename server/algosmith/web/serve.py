"""Starts the page's server: a port on loopback, a key, and one server for each user.

A second start finds the first by a file in the runtime folder and only gives its link again.
"""

import asyncio
import json
import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx
import uvicorn

from algosmith import paths
from algosmith.config import Settings
from algosmith.errors import ConfigError
from algosmith.features import services
from algosmith.sockets import private_folder
from algosmith.web.app import make_app
from algosmith.web.desk import Desk
from algosmith.web.history import History
from algosmith.web.hub import Hub

DEFAULT_PORT = 8765
_HOST = "127.0.0.1"
_TRIED = 20


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is, and the key that opens it."""

    port: int
    key: str
    pid: int

    @property
    def link(self) -> str:
        """The key is in the fragment: browsers send it to nobody and servers log none of it."""
        return f"http://{_HOST}:{self.port}/#key={self.key}"


def running() -> Address | None:
    """The page that this user has open already."""
    try:
        raw = json.loads(_file().read_text("utf-8"))
        address = Address(int(raw["port"]), str(raw["key"]), int(raw["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    headers = {"authorization": f"Bearer {address.key}"}
    url = f"http://{_HOST}:{address.port}/api/choices"
    try:
        answer = httpx.get(url, headers=headers, timeout=5, trust_env=False)
    except httpx.HTTPError:
        return None
    return address if answer.status_code == 200 else None


def listen(port: int | None) -> socket.socket:
    """A listening socket; without a wish the default port or the next free one.

    Raises:
        ConfigError: the wished port is taken.
    """
    wanted = [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + _TRIED)
    for number in wanted:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((_HOST, number))
            listener.listen(128)
        except OSError as error:
            listener.close()
            if port is not None:
                reason = error.strerror or str(error)
                raise ConfigError(
                    f"port {port} can't be used ({reason}): leave --port out, or name another one"
                ) from error
        else:
            return listener
    raise ConfigError(f"the ports from {DEFAULT_PORT} on are all taken: name a free one by --port")


def serve(settings: Settings, listener: socket.socket, opened: Callable[[str], None]) -> None:
    """Serves until the user ends it; ``opened`` is told the link as soon as it works."""
    asyncio.run(_serve(settings, listener, opened))


async def _serve(
    settings: Settings, listener: socket.socket, opened: Callable[[str], None]
) -> None:
    port = int(listener.getsockname()[1])
    address = Address(port, secrets.token_urlsafe(24), os.getpid())
    hub = Hub()

    def tell(text: str) -> None:
        hub.tell("notice", text=text)

    file = paths.state_dir() / "history.sqlite" if settings.web.history else None
    built = services.build(settings, trusted=True)
    desk = Desk(built, History(file, tell), hub)
    hosts = frozenset(f"{name}:{port}" for name in (_HOST, "localhost"))
    config = uvicorn.Config(
        make_app(desk, key=address.key, hosts=hosts),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
    server = _Server(config, hub, lambda: opened(address.link))
    _write(address)
    try:
        await server.serve(sockets=[listener])
    finally:
        _file().unlink(missing_ok=True)


class _Server(uvicorn.Server):
    """Says when it is up, and ends its streams before it waits for connections to close."""

    def __init__(self, config: uvicorn.Config, hub: Hub, opened: Callable[[], None]) -> None:
        super().__init__(config)
        self._hub, self._opened = hub, opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn."""
        await super().startup(sockets)
        if self.started:
            self._opened()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn."""
        self._hub.close()
        await super().shutdown(sockets)


def _file() -> Path:
    return paths.runtime_dir() / "web.json"


def _write(address: Address) -> None:
    private_folder(_file().parent)
    new = _file().with_suffix(".new")
    descriptor = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, json.dumps(asdict(address)).encode())
    finally:
        os.close(descriptor)
    new.replace(_file())
