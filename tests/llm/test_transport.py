"""The Unix socket to our own engine: a cancelled read is quiet, a lost or slow peer has a name."""

import asyncio
import socket
import tempfile
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from algosmith.llm.transport import UnixTransport, open_client

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n"


@pytest.fixture
def short_path() -> Generator[Path]:
    """A place for a socket: its path has room for about a hundred bytes."""
    with tempfile.TemporaryDirectory(prefix="socket-") as folder:
        yield Path(folder, "s")


async def test_a_read_cancelled_as_bytes_arrive_reports_nothing(short_path: Path) -> None:
    """The moment is made, not waited for: the bytes are there when the loop takes the cancel up."""
    said: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: said.append(context))
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(short_path))
        listener.listen()
        async with open_client(f"unix://{short_path}", {}) as client:
            asked = asyncio.create_task(client.get("models"))
            peer, _ = await asyncio.to_thread(listener.accept)
            with peer:
                await asyncio.to_thread(peer.recv, 1 << 16)
                await asyncio.sleep(0.05)
                loop.call_soon(asked.cancel)
                peer.send(HEAD)
                with pytest.raises(asyncio.CancelledError):
                    await asked
                await asyncio.sleep(0.05)
    assert said == []


@pytest.mark.parametrize("sent", [b"", HEAD[:20], HEAD + b"5\r\nhal"])
async def test_a_peer_that_goes_away_is_a_read_error(short_path: Path, sent: bytes) -> None:
    async def gone(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(sent)
        writer.close()

    server = await asyncio.start_unix_server(gone, short_path)
    async with server, open_client(f"unix://{short_path}", {}) as client:
        with pytest.raises(httpx.ReadError):
            await client.get("models")


async def test_a_silent_peer_is_a_timeout_and_nobody_a_failed_connection(short_path: Path) -> None:
    ended = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        ended.set()

    server = await asyncio.start_unix_server(silent, short_path)
    async with server, open_client(f"unix://{short_path}", {}) as client:
        with pytest.raises(httpx.ReadTimeout):
            await client.get("models", timeout=0.05)
    await ended.wait()
    async with open_client(f"unix://{short_path}-none", {}) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get("models")


async def test_an_idle_connection_is_used_again_until_its_peer_ends_it(short_path: Path) -> None:
    connections: list[asyncio.StreamWriter] = []
    ended = asyncio.Semaphore(0)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.append(writer)
        while await reader.read(1 << 16):  # one request: it is far smaller
            writer.write(HEAD + b"2\r\nhi\r\n0\r\n\r\n")
        writer.close()
        ended.release()

    server = await asyncio.start_unix_server(answer, short_path)
    async with server, httpx.AsyncClient(transport=UnixTransport(str(short_path))) as client:
        for _ in range(2):
            assert (await client.get("http://localhost/")).text == "hi"
        assert len(connections) == 1
        connections[0].close()
        await ended.acquire()
        assert (await client.get("http://localhost/")).text == "hi"
        assert len(connections) == 2
    await ended.acquire()


async def test_many_at_once_wait_for_the_door(short_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(short_path))
        listener.listen(1)
        async with open_client(f"unix://{short_path}", {}) as client:
            asked = [asyncio.create_task(client.get("models", timeout=10)) for _ in range(8)]
            await asyncio.sleep(0.1)
            for _ in asked:
                peer, _ = await asyncio.to_thread(listener.accept)
                with peer:
                    await asyncio.to_thread(peer.recv, 1 << 16)
                    peer.send(HEAD + b"2\r\nhi\r\n0\r\n\r\n")
            assert [one.text for one in await asyncio.gather(*asked)] == ["hi"] * 8


async def test_one_who_waits_at_the_door_gives_up_in_time(short_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(short_path))
        listener.listen(0)
        async with open_client(f"unix://{short_path}", {}) as client:
            times = httpx.Timeout(10, connect=0.1)
            asked = [asyncio.create_task(client.get("models", timeout=times)) for _ in range(3)]
            done, waiting = await asyncio.wait(asked, timeout=5, return_when="FIRST_EXCEPTION")
            assert all(isinstance(one.exception(), httpx.ConnectError) for one in done)
            assert done
            for one in waiting:
                one.cancel()
            await asyncio.wait(asked)
