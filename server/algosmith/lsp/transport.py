"""Messages in and out: what pygls writes goes to a client, what the client sends goes to pygls."""

import asyncio
import json
import logging
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, cast

from algosmith.lsp.greeting import Messages, frame

log = logging.getLogger(__name__)

_INVALID_REQUEST = -32600
_CLOSING_SECONDS = 5.0


class Sink:
    """Where pygls writes, message by message; ``skip`` the first so many of them."""

    def __init__(self, send: Callable[[bytes], object], skip: int = 0) -> None:
        self._send = send
        self._skip = skip

    def write(self, data: bytes) -> None:
        """Sends one message."""
        if self._skip:
            self._skip -= 1
            return
        self._send(data)

    def close(self) -> None:
        """The descriptor ends with the process."""


async def serve(server: Any, messages: Messages, sink: Sink, first: bytes | None = None) -> int:
    """Handles messages until the client, or its death, ends the session; gives the exit code."""
    loop = asyncio.get_running_loop()
    leaving: asyncio.Future[int] = loop.create_future()
    server.session.leaving = leaving
    server.protocol.set_writer(sink)
    for name in () if sys.platform == "win32" else (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, server.session.leave, 1)

    def pump() -> None:
        while (body := messages.next()) is not None:
            loop.call_soon_threadsafe(handle, server, sink, body)
        loop.call_soon_threadsafe(server.session.leave, 1)

    if first is not None:
        handle(server, sink, first)
    threading.Thread(target=pump, name="messages", daemon=True).start()
    code = await leaving
    try:
        await asyncio.wait_for(server.session.close(), _CLOSING_SECONDS)
    except TimeoutError:
        log.warning("closing took over %s seconds; leaving all the same", _CLOSING_SECONDS)
    return code


def handle(server: Any, sink: Sink, body: bytes) -> None:
    """Handles one message; one that makes no sense is answered, never fatal."""
    raw: Any = None
    try:
        raw = json.loads(body)
        if "method" in raw:
            raw.setdefault("params", None)  # may be left out, which pygls does not expect
        message = server.protocol.structure_message(raw)
    except Exception as error:  # whatever a client sends must not end the server
        log.warning("a message made no sense", exc_info=error)
        request = cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}
        if "id" in request and "method" in request:
            problem = {"code": _INVALID_REQUEST, "message": f"not understood: {error}"}
            reply = {"jsonrpc": "2.0", "id": request["id"], "error": problem}
            sink.write(frame(json.dumps(reply).encode()))
        return
    try:
        server.protocol.handle_message(message)
    except BrokenPipeError:
        server.session.leave(1)
    except Exception:
        log.exception("a message could not be handled")
