"""Starts the page's server, one for each user of this machine, or one for several people.

A second start on this machine finds the first by a file in the runtime folder and only gives its
link again.
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
from algosmith.web.desks import Desks
from algosmith.web.people import Keys, OneKey, People
from algosmith.web.place import LOOPBACK, Place


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is, and the key that opens it."""

    port: int
    key: str
    pid: int

    @property
    def link(self) -> str:
        """The key is in the fragment: browsers send it to nobody and servers log none of it."""
        return f"http://{LOOPBACK}:{self.port}/#key={self.key}"


def running() -> Address | None:
    """The page that this user has open already."""
    try:
        raw = json.loads(_file().read_text("utf-8"))
        address = Address(int(raw["port"]), str(raw["key"]), int(raw["pid"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    headers = {"authorization": f"Bearer {address.key}"}
    url = f"http://{LOOPBACK}:{address.port}/api/choices"
    try:
        answer = httpx.get(url, headers=headers, timeout=5, trust_env=False)
    except httpx.HTTPError:
        return None
    return address if answer.status_code == 200 else None


def serve(settings: Settings, listener: socket.socket, opened: Callable[[str], None]) -> None:
    """Serves this machine until the user ends it; ``opened`` is told the link once it works."""
    port = int(listener.getsockname()[1])
    address = Address(port, secrets.token_urlsafe(24), os.getpid())
    urls = frozenset(f"http://{name}:{port}" for name in (LOOPBACK, "localhost"))
    _write(address)
    try:
        keys = OneKey(address.key)
        asyncio.run(_serve(settings, listener, keys, urls, lambda: opened(address.link)))
    finally:
        _file().unlink(missing_ok=True)


def serve_people(
    settings: Settings,
    listener: socket.socket,
    place: Place,
    people: People,
    opened: Callable[[], None],
) -> None:
    """Serves everybody who has a key, under the addresses of ``place``."""
    urls = frozenset(place.urls)
    asyncio.run(_serve(settings, listener, people, urls, opened, place))


async def _serve(
    settings: Settings,
    listener: socket.socket,
    keys: Keys,
    urls: frozenset[str],
    opened: Callable[[], None],
    place: Place | None = None,
) -> None:
    desks = Desks(services.build(settings, trusted=True), keys)
    config = uvicorn.Config(
        make_app(desks, keys, urls),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=1,
        ssl_certfile=place.cert if place else None,
        ssl_keyfile=place.cert_key if place else None,
    )
    await _Server(config, desks, opened).serve(sockets=[listener])


class _Server(uvicorn.Server):
    """Says when it is up, and ends its streams before it waits for connections to close."""

    def __init__(self, config: uvicorn.Config, desks: Desks, opened: Callable[[], None]) -> None:
        super().__init__(config)
        self._desks, self._opened = desks, opened

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn."""
        await super().startup(sockets)
        if self.started:
            self._opened()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """See uvicorn."""
        self._desks.end_streams()
        await super().shutdown(sockets)


def _file() -> Path:
    return paths.runtime_dir() / "web.json"


def _write(address: Address) -> None:
    private_folder(_file().parent)
    new = _file().with_suffix(".new")
    try:
        descriptor = os.open(new, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(address), file)
        new.replace(_file())
    except OSError as error:
        raise ConfigError(
            f"{_file()} can't be written ({error.strerror}): make room, or name another folder by "
            "ALGOSMITH_HOME"
        ) from error
