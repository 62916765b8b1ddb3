"""Opening the engine's socket: private, never two engines, never through a stranger's file."""

import contextlib
import errno
import json
import os
import secrets
import socket
import stat
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from algosmith import paths
from algosmith.engine.app import Access
from algosmith.errors import EngineError
from algosmith.sockets import HAS_UNIX, UNIX, address_file, private_folder

_UNIX_HOSTS = frozenset(("localhost", "algosmith"))


class AlreadyRunning(EngineError):
    """Another engine of this user and build holds the lock."""


@dataclass
class Listener:
    """A bound, listening socket and what goes with it."""

    socket: socket.socket
    access: Access
    url: str
    lock: IO[str]
    files: tuple[Path, ...]

    def hide(self) -> None:
        """Nobody finds us any more; the lock still keeps a second engine from loading beside us."""
        for file in self.files:
            file.unlink(missing_ok=True)

    def close(self) -> None:
        """Stop listening; the lock goes last."""
        self.hide()
        self.socket.close()
        self.lock.close()


def open_listener(name: str = paths.ENGINE, *, tcp: bool = not HAS_UNIX) -> Listener:
    """The engine's one socket.

    Raises:
        AlreadyRunning: another engine was faster, be it by a millisecond.
        EngineError: folder or path can't be used; the message says what to do.
    """
    path = paths.engine_socket(name)
    private_folder(path.parent)
    lock = _lock(path.with_suffix(".lock"))
    try:
        return _tcp(address_file(name), lock) if tcp else _unix(path, address_file(name), lock)
    except BaseException:
        lock.close()
        raise


def _lock(path: Path) -> IO[str]:
    """An exclusive lock that the system takes back when this process ends, however it ends."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        file = os.fdopen(os.open(path, flags, 0o600), "r+", encoding="utf-8")
    except OSError as error:
        raise EngineError(f"{path} can't be opened: {error.strerror}; remove it") from error
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise AlreadyRunning("an engine is running already") from error
    return file


def _unix(path: Path, address: Path, lock: IO[str]) -> Listener:
    _clear(path)
    address.unlink(missing_ok=True)
    # Bound under another name and renamed: whoever finds the name finds somebody listening.
    hidden = path.with_name(path.name + ".new")
    hidden.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    before = os.umask(0o177)
    try:
        listening.bind(str(hidden))
    finally:
        os.umask(before)
    listening.listen(64)
    hidden.rename(path)
    return Listener(listening, Access(_UNIX_HOSTS), f"{UNIX}{path}", lock, (path,))


def _clear(path: Path) -> None:
    """Remove a socket that a dead engine left. We hold the lock: no live one is ours."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise EngineError(f"{path} is in the way and no socket: remove it")
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
        except OSError as error:
            if error.errno in (errno.ECONNREFUSED, errno.ENOENT):
                path.unlink(missing_ok=True)
                return
    raise EngineError(f"another program listens on {path}: end it, or set ALGOSMITH_HOME")


def _tcp(target: Path, lock: IO[str]) -> Listener:
    listening = socket.socket(socket.AF_INET)
    listening.bind(("127.0.0.1", 0))
    listening.listen(64)
    port = int(listening.getsockname()[1])
    token = secrets.token_hex(32)
    hidden = target.with_name(target.name + ".new")
    with contextlib.suppress(FileNotFoundError):
        hidden.unlink()
    descriptor = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump({"port": port, "token": token, "pid": os.getpid()}, file)
    hidden.replace(target)
    access = Access(frozenset((f"127.0.0.1:{port}",)), token)
    return Listener(listening, access, f"http://127.0.0.1:{port}/v1", lock, (target,))
