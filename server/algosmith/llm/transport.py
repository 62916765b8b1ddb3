"""HTTP to an engine: over a Unix socket whose owner is checked on each connection, or over TCP.

A squatter on the socket's path must get no source code: the peer's uid is looked at after the
connection is made and before a byte is sent. The socket is read by asyncio's streams: anyio's own
Unix stream reports an error of its own when a read is cancelled just as bytes arrive.
"""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Generator, Iterable, Mapping
from typing import Any, cast

import httpcore
import httpx

from algosmith.errors import EngineError
from algosmith.sockets import UNIX, peer_uid

_DOOR_SECONDS = 0.01
LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=8)


class _CheckedBackend(httpcore.AsyncNetworkBackend):
    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ASYNC109  the base class names it so
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        with _told_as(httpcore.ConnectError, httpcore.ConnectTimeout):
            async with asyncio.timeout(timeout):
                connected = await _connect(path)
                stream = _Stream(*await asyncio.open_unix_connection(sock=connected))
        uid = peer_uid(stream.get_extra_info("socket"))
        if uid != os.getuid():
            await stream.aclose()
            raise EngineError(
                f"{path} belongs to another user (uid {uid}): nothing was sent; "
                "remove the file, or set ALGOSMITH_HOME to a folder of your own"
            )
        return stream

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Stream(httpcore.AsyncNetworkStream):
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def read(
        self,
        max_bytes: int,
        timeout: float | None = None,  # noqa: ASYNC109  as above
    ) -> bytes:
        with _told_as(httpcore.ReadError, httpcore.ReadTimeout):
            async with asyncio.timeout(timeout):
                return await self._reader.read(max_bytes)

    async def write(
        self,
        buffer: bytes,
        timeout: float | None = None,  # noqa: ASYNC109  as above
    ) -> None:
        with _told_as(httpcore.WriteError, httpcore.WriteTimeout):
            async with asyncio.timeout(timeout):
                self._writer.write(buffer)
                await self._writer.drain()

    async def aclose(self) -> None:
        self._writer.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":  # asked of an idle connection: only its end can be read
            return self._reader.at_eof() or self._writer.is_closing()
        return self._writer.get_extra_info(info)


async def _connect(path: str) -> socket.socket:
    """A socket that is connected; waits while the engine has too many at its door.

    The kernel then says EAGAIN, which asyncio's own connecting takes for "under way".
    """
    connecting = socket.socket(socket.AF_UNIX)
    try:
        connecting.setblocking(False)
        while True:
            try:
                connecting.connect(path)
            except BlockingIOError:
                await asyncio.sleep(_DOOR_SECONDS)
            else:
                return connecting
    except BaseException:
        connecting.close()
        raise


@contextlib.contextmanager
def _told_as(lost: type[Exception], late: type[Exception]) -> Generator[None]:
    try:
        yield
    except TimeoutError as error:
        raise late(str(error)) from error
    except OSError as error:
        raise lost(str(error)) from error


class UnixTransport(httpx.AsyncBaseTransport):
    """httpx over one Unix socket, with the peer check that httpx has no place for."""

    def __init__(self, path: str) -> None:
        self._pool = httpcore.AsyncConnectionPool(
            uds=path, network_backend=_CheckedBackend(), max_keepalive_connections=8
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request; errors become httpx's own."""
        stream = cast("httpx.AsyncByteStream", request.stream)
        raw = httpcore.Request(
            method=request.method,
            url=str(request.url),
            headers=request.headers.raw,
            content=stream,
            extensions=request.extensions,
        )
        try:
            response = await self._pool.handle_async_request(raw)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            raise httpx.ConnectError(str(error), request=request) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise httpx.ReadError(str(error), request=request) from error
        except httpcore.TimeoutException as error:
            raise httpx.ReadTimeout(str(error), request=request) from error
        body = _Body(response, request)
        return httpx.Response(response.status, headers=response.headers, stream=body)

    async def aclose(self) -> None:
        """Close idle connections."""
        await self._pool.aclose()


class _Body(httpx.AsyncByteStream):
    def __init__(self, response: httpcore.Response, request: httpx.Request) -> None:
        self._response, self._request = response, request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            async for part in cast("AsyncIterator[bytes]", self._response.stream):
                yield part
        except httpcore.TimeoutException as error:
            raise httpx.ReadTimeout(str(error), request=self._request) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise httpx.ReadError(str(error), request=self._request) from error

    async def aclose(self) -> None:
        await self._response.aclose()


def open_client(url: str, headers: Mapping[str, str]) -> httpx.AsyncClient:
    """A client whose requests are relative to ``url`` (``http(s)://…`` or ``unix:///path``)."""
    timeout = httpx.Timeout(600, connect=10, write=30, pool=None)
    if url.startswith(UNIX):
        return httpx.AsyncClient(
            transport=UnixTransport(url.removeprefix(UNIX)),
            base_url="http://localhost/v1/",
            headers=headers,
            timeout=timeout,
        )
    # No environment proxies: the user's code goes to the server named and nowhere else.
    return httpx.AsyncClient(
        base_url=url.rstrip("/") + "/",
        headers=headers,
        timeout=timeout,
        limits=LIMITS,
        trust_env=False,
    )
