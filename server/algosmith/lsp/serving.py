"""Running the server in this process: over the standard streams, or a loopback port for debugging.

Imports almost nothing at first: the client's ``initialize`` is answered before the rest is loaded.
"""

import gc
import os
import sys
from collections.abc import Callable

from algosmith.lsp import greeting
from algosmith.lsp.greeting import First, Messages


def over_stdio(log_level: str | None) -> int:
    """Serves the client at the other end of the standard streams; gives the exit code."""
    source, sink = _claim_standard_streams()
    messages, send = Messages(source), _sender(sink)
    try:
        first = greeting.greet(messages, send)
    except BrokenPipeError:
        return 1
    if first is None:
        return 1
    return _serve(messages, send, log_level, first)


def over_tcp(port: int, log_level: str | None) -> int:
    """Serves one client on 127.0.0.1; whoever may connect there can drive this server."""
    import socket

    with socket.create_server(("127.0.0.1", port)) as listener:
        sys.stderr.write(f"listening on 127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stderr.flush()
        connection, _ = listener.accept()
    with connection:
        descriptor = connection.fileno()
        return _serve(Messages(descriptor), _sender(descriptor), log_level, None)


def _serve(
    messages: Messages, send: Callable[[bytes], None], log_level: str | None, first: First | None
) -> int:
    # These come after the greeting on purpose.
    import asyncio

    from algosmith.lsp import logs, transport
    from algosmith.lsp.server import build_server

    server = build_server()
    # What was loaded stays: collections that answer to key presses need not look at it again.
    gc.freeze()
    logs.start(log_level or server.session.configuration.settings.log_level)
    # The answer to ``initialize`` was sent already; pygls gives it once more.
    sink = transport.Sink(send, skip=1 if first and first.answered else 0)
    return asyncio.run(transport.serve(server, messages, sink, first and first.body))


def _claim_standard_streams() -> tuple[int, int]:
    """The descriptors of the client's streams; from now on ``print`` goes to stderr.

    A stray print, or a child that writes to its inherited stdout, can't break the protocol then,
    and a child that reads stdin can't take messages away.
    """
    source, sink = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return source, sink


def _sender(descriptor: int) -> Callable[[bytes], None]:
    """Writes all of its argument to the descriptor."""

    def send(data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    return send
