"""A small HTTP/1.1 server on asyncio and h11 (which httpx brings anyway): limits, streams, leaving.

It serves one application object on an already listening socket. A client that vanishes cancels its
handler; one that sends or reads too slowly is cut off.
"""

import asyncio
import contextlib
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

import h11

_log = logging.getLogger(__name__)

MOST_HEADER_BYTES = 16 * 1024
MOST_BODY_BYTES = 1024 * 1024
_MOST_CONNECTIONS = 128
_REQUEST_SECONDS = 15.0
_IDLE_SECONDS = 120.0
_WRITE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request, complete."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    client: str
    """Who is connected: the same for all connections of one process where that is known."""


class HttpError(Exception):
    """Ends a request with a status and a JSON error body."""

    def __init__(self, status: int, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.status, self.field = status, field


class Reply:
    """The answer to one request, written as it comes."""

    def __init__(self, connection: h11.Connection, writer: asyncio.StreamWriter) -> None:
        self._connection, self._writer = connection, writer
        self.started = False

    async def json(self, status: int, value: object) -> None:
        """A whole answer."""
        body = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        await self._start(status, "application/json", [("content-length", str(len(body)))])
        await self._send(h11.Data(data=body))
        await self._send(h11.EndOfMessage())

    async def error(self, status: int, message: str, field: str | None = None) -> None:
        """An error as OpenAI shapes it; ``field`` is what was wrong in the request."""
        kind = "invalid_request_error" if status < 500 else "server_error"
        error = {"message": message, "type": kind, "param": field, "code": status}
        await self.json(status, {"error": error})

    async def event(self, value: object) -> None:
        """One server-sent event; the first begins the stream."""
        if not self.started:
            await self._start(200, "text/event-stream", [("cache-control", "no-store")])
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        await self._send(h11.Data(data=f"data: {text}\n\n".encode("utf-8", "replace")))

    async def end(self) -> None:
        """Ends a stream."""
        await self._send(h11.EndOfMessage())

    async def _start(self, status: int, kind: str, headers: list[tuple[str, str]]) -> None:
        self.started = True
        common = [("content-type", kind), ("x-content-type-options", "nosniff")]
        await self._send(h11.Response(status_code=status, headers=[*common, *headers]))

    async def _send(self, event: h11.Event) -> None:
        self._writer.write(self._connection.send(event) or b"")
        await asyncio.wait_for(self._writer.drain(), _WRITE_SECONDS)


Application = Callable[[Request, Reply], Awaitable[None]]
Greeter = Callable[[asyncio.StreamWriter], str | None]
"""Looks at a new connection: a name for the client, or None to refuse it."""


class HttpServer:
    """Connections and their requests."""

    def __init__(self, application: Application, greeter: Greeter) -> None:
        self._application, self._greeter = application, greeter
        self._connections: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; the callback for ``asyncio.start_server`` and its like."""
        task = asyncio.current_task()
        client = self._greeter(writer)
        if task is None or client is None or len(self._connections) >= _MOST_CONNECTIONS:
            writer.close()
            return
        self._connections.add(task)
        try:
            await self._converse(reader, writer, client)
        except (OSError, TimeoutError, asyncio.CancelledError, h11.LocalProtocolError) as error:
            _log.debug("%s left: %r", client, error)
            writer.transport.abort()
        finally:
            self._connections.discard(task)
            writer.close()

    async def close(self) -> None:
        """End all connections."""
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: str
    ) -> None:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MOST_HEADER_BYTES)
        while True:
            reply = Reply(connection, writer)
            try:
                if not await _first_byte(connection, reader):
                    return
                async with asyncio.timeout(_REQUEST_SECONDS):
                    request = await _receive(connection, reader, client)
            except h11.RemoteProtocolError as error:
                await reply.error(error.error_status_hint, "not an HTTP request I understand")
                return
            except HttpError as error:
                await reply.error(error.status, str(error))
                return
            await self._answer(request, reply, connection, reader)
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()

    async def _answer(
        self,
        request: Request,
        reply: Reply,
        connection: h11.Connection,
        reader: asyncio.StreamReader,
    ) -> None:
        """Run the application; when the client leaves first, cancel it."""
        answer = asyncio.ensure_future(self._guarded(request, reply))
        gone = asyncio.ensure_future(_client_gone(connection, reader))
        try:
            await asyncio.wait({answer, gone}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left = not answer.done()
            for task in (answer, gone):
                task.cancel()
            results = await asyncio.gather(answer, gone, return_exceptions=True)
        if left:
            raise ConnectionResetError("the client left before its answer was complete")
        if isinstance(results[0], BaseException):
            raise results[0]

    async def _guarded(self, request: Request, reply: Reply) -> None:
        try:
            await self._application(request, reply)
        except HttpError as error:
            await reply.error(error.status, str(error), error.field)
        except OSError:
            raise
        except Exception:  # noqa: BLE001  contained: one request fails, the engine lives
            _log.exception("%s %s failed", request.method, request.path)
            if reply.started:
                raise ConnectionAbortedError("failed after the answer had begun") from None
            await reply.error(500, "the engine failed on this request; its log says why")


async def _first_byte(connection: h11.Connection, reader: asyncio.StreamReader) -> bool:
    if connection.trailing_data[0]:
        return True
    with contextlib.suppress(TimeoutError):
        data = await asyncio.wait_for(reader.read(65536), _IDLE_SECONDS)
        connection.receive_data(data)
        return bool(data)
    return False


async def _receive(
    connection: h11.Connection, reader: asyncio.StreamReader, client: str
) -> Request:
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                raise HttpError(417, "Expect is not supported")
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            head = event
            sizes = [value for name, value in event.headers if name == b"content-length"]
            _check_size(int(sizes[0]) if sizes else 0)  # h11 has seen that it is a number
        elif isinstance(event, h11.Data):
            body += event.data
            _check_size(len(body))
        elif isinstance(event, h11.EndOfMessage) and head is not None:
            headers = {
                name.decode("ascii"): value.decode("latin-1") for name, value in head.headers
            }
            path = head.target.decode("ascii", "replace").split("?", 1)[0]
            return Request(head.method.decode("ascii"), path, headers, bytes(body), client)
        else:
            raise ConnectionResetError("the client left")


def _check_size(size: int) -> None:
    if size > MOST_BODY_BYTES:
        raise HttpError(413, f"the request is larger than {MOST_BODY_BYTES:,} bytes")


async def _client_gone(connection: h11.Connection, reader: asyncio.StreamReader) -> None:
    """Returns when the client has closed; the start of a further request is kept for later."""
    while data := await reader.read(65536):
        connection.receive_data(data)
        if len(connection.trailing_data[0]) > MOST_HEADER_BYTES:
            return
