"""Connections to llama.cpp's own socket, for an engine that may not connect to anything.

A Unix socket can't be told from another by a system-call filter, and some of the user's own start
programs for whoever connects: the session bus, the Docker daemon. So a second process, which never
sees a byte of a model, connects to this one path and hands the connection over.
"""

import os
import signal
import socket
import tempfile
from pathlib import Path

from algosmith.errors import FatalBackendError


class Connector:
    """Starts the second process, which ends with this one. Before any other thread starts."""

    def __init__(self, parent: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="llama-", dir=parent))
        """The engine's own, new and empty."""
        self.address = self.folder / "llama.sock"
        """Where llama.cpp is to listen."""
        self._asking, answering = socket.socketpair()
        if os.fork() == 0:
            try:
                _answer(answering, str(self.address))
            finally:
                os._exit(0)
        answering.close()

    def connect(self) -> socket.socket:
        """A connection to ``address``.

        Raises:
            OSError: nobody listens there.
            FatalBackendError: the second process is gone.
        """
        try:
            self._asking.sendall(b"?")
            said, descriptors, _, _ = socket.recv_fds(self._asking, 1, 1)
        except OSError:
            said, descriptors = b"", []
        if not said:
            raise FatalBackendError("the process that connects the engine to llama.cpp has ended")
        if not descriptors:
            raise ConnectionRefusedError(f"nobody listens on {self.address}")
        return socket.socket(fileno=descriptors[0])


def _answer(asked: socket.socket, address: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine, which ends us
    # Else the engine's lock would be held, and its socket open, by us as well.
    os.closerange(3, asked.fileno())
    os.closerange(asked.fileno() + 1, os.sysconf("SC_OPEN_MAX"))
    while asked.recv(1):
        with socket.socket(socket.AF_UNIX) as connection:
            try:
                connection.connect(address)
                socket.send_fds(asked, [b"+"], [connection.fileno()])
            except OSError:
                asked.sendall(b"-")
