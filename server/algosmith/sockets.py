"""What both ends of the engine's connection must agree on and check. Standard library only.

On systems with Unix sockets the engine listens on one, mode 0600 in a 0700 folder, and each side
looks at the other's user. Elsewhere it listens on loopback TCP; port and token then stand in a file
that only the user can read.
"""

import json
import os
import socket
import stat
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from algosmith import paths
from algosmith.errors import EngineError

UNIX = "unix://"
HAS_UNIX = hasattr(socket, "AF_UNIX") and sys.platform != "win32"
_LOCAL_PEERCRED = 1
"""macOS: getsockopt(SOL_LOCAL=0, LOCAL_PEERCRED) gives a struct xucred."""


class HasOptions(Protocol):
    """A socket, or asyncio's wrapper of one."""

    def getsockopt(self, level: int, optname: int, buflen: int, /) -> bytes:
        """As ``socket.getsockopt``."""
        ...


@dataclass(frozen=True, slots=True)
class Address:
    """Where our own engine listens."""

    url: str
    """``unix:///path`` or ``http://127.0.0.1:port/v1``."""
    token: str | None = None
    """Bearer token; None on a Unix socket, where the peer's user is checked instead."""


def peer_uid(connected: HasOptions) -> int | None:
    """The user at the other end of a Unix socket; None where the system can't tell."""
    if hasattr(socket, "SO_PEERCRED"):
        return _credentials(connected)[1]
    if sys.platform == "darwin":
        return struct.unpack_from("2I", connected.getsockopt(0, _LOCAL_PEERCRED, 76))[1]
    return None


def peer_pid(connected: HasOptions) -> int | None:
    """The process at the other end of a Unix socket, on Linux."""
    return _credentials(connected)[0] if hasattr(socket, "SO_PEERCRED") else None


def _credentials(connected: HasOptions) -> tuple[int, int, int]:
    raw = connected.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return struct.unpack("3i", raw)


def private_folder(folder: Path) -> Path:
    """The folder, made 0700 when absent.

    Raises:
        EngineError: it belongs to another user, others may write to it, or it is no folder.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not HAS_UNIX:
            return folder
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise EngineError(
                f"{folder} is not a folder of yours: remove it, or set ALGOSMITH_HOME"
            )
        if found.st_mode & 0o022:
            raise EngineError(f"others may write to {folder}: run `chmod 700 {folder}`")
        if found.st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise EngineError(
            f"{folder} can't be used: {error.strerror}; make room, or set ALGOSMITH_HOME"
        ) from error
    return folder


def address_file(name: str = paths.ENGINE) -> Path:
    """Where the engine writes port and token when it listens on TCP."""
    return paths.engine_socket(name).with_suffix(".json")


def own_address(name: str = paths.ENGINE) -> Address | None:
    """Where our engine listens; None when none does.

    Raises:
        EngineError: the file with port and token is not the user's own.
    """
    file = address_file(name)
    if HAS_UNIX and not file.exists():
        place = paths.engine_socket(name)
        return Address(f"{UNIX}{place}") if place.exists() else None
    try:
        found = file.lstat()
        if HAS_UNIX and (found.st_uid != os.getuid() or found.st_mode & 0o077):
            raise EngineError(f"{file} is readable by others: remove it")
        content: Any = json.loads(file.read_text("utf-8"))
        return Address(f"http://127.0.0.1:{int(content['port'])}/v1", str(content["token"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EngineError(f"{file} is damaged: remove it", detail=repr(error)) from error
