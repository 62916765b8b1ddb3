"""The early answer to ``initialize`` is the one that pygls computes; messages are cut rightly."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from algosmith.lsp import commands, extensions, greeting, transport
from algosmith.lsp.server import build_server
from tests.lsp.editor import EDITORS, recorded

FALSE_MEANS_ABSENT = ("willSave", "willSaveWaitUntil")


class _Caught:
    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def write(self, data: bytes) -> None:
        self.messages.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        pass


@pytest.mark.parametrize("params", [*EDITORS, {"capabilities": {}}], ids=str)
async def test_it_says_what_pygls_says(
    params: str | dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("ALGOSMITH_HOME", str(tmp_path))
    raw = recorded(params) if isinstance(params, str) else {"processId": None, **params}
    server, caught = build_server(), _Caught()
    server.protocol.set_writer(caught)  # pyright: ignore[reportArgumentType]  close may be sync
    request = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": raw}
    transport.handle(server, transport.Sink(caught.write), json.dumps(request).encode())
    expected = caught.messages[0]["result"]
    for name in FALSE_MEANS_ABSENT:
        assert not expected["capabilities"]["textDocumentSync"].pop(name, False)
    assert greeting.answer(raw) == expected


def test_the_commands_announced_are_those_there_are() -> None:
    assert set(greeting.COMMANDS) == set(commands.COMMANDS)


@pytest.mark.parametrize("name", [*commands.COMMANDS])
def test_every_command_is_documented(name: str) -> None:
    assert f"`{name}`" in _documentation()


@pytest.mark.parametrize(
    "shape",
    [
        extensions.TaskItem,
        extensions.CandidateItem,
        extensions.ModelItem,
        extensions.Candidates,
        extensions.Status,
    ],
)
def test_every_field_of_an_extension_is_documented(shape: Any) -> None:
    for field in shape.__dataclass_fields__:
        first, *rest = field.split("_")
        assert first + "".join(word.title() for word in rest) in _documentation()


def test_messages_are_cut_where_they_end() -> None:
    source, sink = os.pipe()
    bodies = [b'{"a": 1}', '{"b": "两"}'.encode(), b"x" * 50_000]
    os.write(sink, b"".join(greeting.frame(body) for body in bodies[:2]))
    messages = greeting.Messages(source)
    assert [messages.next(), messages.next()] == bodies[:2]
    os.write(sink, b"Content-Type: whatever\r\ncontent-length:50000\r\n\r\n" + bodies[2])
    assert messages.next() == bodies[2]
    os.write(sink, b"Content-Length: 10\r\n\r\nshort")
    os.close(sink)
    assert messages.next() is None
    os.close(source)


@pytest.mark.parametrize(
    "body",
    [
        b"not json",
        b"[]",
        b"3",
        b'{"id": 1}',
        b'{"method": "shutdown", "id": 1}',
        b'{"method": "initialize"}',
    ],
)
def test_what_is_no_initialize_is_left_to_pygls(body: bytes) -> None:
    source, sink = os.pipe()
    os.write(sink, greeting.frame(body))
    os.close(sink)
    sent: list[bytes] = []
    first = greeting.greet(greeting.Messages(source), sent.append)
    os.close(source)
    assert first == greeting.First(body, answered=False)
    assert sent == []


def _documentation() -> str:
    return (Path(__file__).parents[2] / "server/docs/lsp-extensions.md").read_text()
