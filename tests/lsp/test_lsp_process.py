"""The server as a process: start, end, strange input, and what it never imports."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HEAVY = ("torch", "transformers", "xllamacpp", "numpy", "algosmith.engine")


class Raw:
    """The process and its streams, without a client's manners."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def send(self, message: dict[str, Any] | bytes) -> None:
        assert self.process.stdin is not None
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self) -> dict[str, Any]:
        stream = self.process.stdout
        assert stream is not None
        header = stream.readline()
        assert header.startswith(b"Content-Length: "), header
        while stream.readline() != b"\r\n":
            pass
        return json.loads(stream.read(int(header.split()[1])))

    def ask(self, number: int, method: str, params: Any = None) -> dict[str, Any]:
        self.send({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        while (answer := self.receive()).get("id") != number:
            pass
        return answer

    def initialize(self, **more: Any) -> dict[str, Any]:
        answer = self.ask(0, "initialize", {"processId": None, "capabilities": {}, **more})
        self.send({"jsonrpc": "2.0", "method": "initialized", "params": {}})
        return answer


@contextlib.contextmanager
def server(home: Path, *arguments: str, prelude: str = "") -> Iterator[Raw]:
    """A server process; killed at the end if it still lives."""
    code = f"{prelude}\nimport sys\nfrom algosmith.cli import run\nsys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "lsp", *arguments]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "ALGOSMITH_HOME": str(home)},
    )
    try:
        yield Raw(process)
    finally:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            assert stream is not None
            with contextlib.suppress(OSError):
                stream.close()


def test_shutdown_then_exit_ends_with_0(home: Path) -> None:
    with server(home) as raw:
        raw.initialize()
        assert raw.ask(1, "shutdown")["result"] is None
        raw.send({"jsonrpc": "2.0", "method": "exit"})
        assert raw.process.wait(15) == 0


def test_a_log_that_cant_be_written_stops_nothing(home: Path) -> None:
    (home / "state" / "log" / "lsp.log").mkdir(parents=True)
    with server(home) as raw:
        assert "capabilities" in raw.initialize()["result"]
        raw.ask(1, "shutdown")
        raw.send({"jsonrpc": "2.0", "method": "exit"})
        assert raw.process.wait(15) == 0
        assert raw.process.stderr is not None
        assert b"no log file" in raw.process.stderr.read()


@pytest.mark.parametrize("how", ["exit", "end of input", "SIGTERM", "end before initialize"])
def test_other_ends_are_orderly_too(home: Path, how: str) -> None:
    with server(home) as raw:
        assert raw.process.stdin is not None
        if how != "end before initialize":
            raw.initialize()
            raw.ask(1, "algosmith/models", {})
        if how == "exit":
            raw.send({"jsonrpc": "2.0", "method": "exit"})
        elif how == "SIGTERM":
            raw.process.send_signal(signal.SIGTERM)
        else:
            raw.process.stdin.close()
        assert raw.process.wait(15) == 1
        assert raw.process.stderr is not None
        assert b"Traceback" not in raw.process.stderr.read()


def test_the_server_leaves_when_the_editor_is_gone(home: Path) -> None:
    editor = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with server(home) as raw:
        raw.initialize(processId=editor.pid)
        raw.ask(1, "algosmith/models", {})
        assert raw.process.poll() is None
        editor.kill()
        editor.wait()
        assert editor.stdin is not None
        editor.stdin.close()
        assert raw.process.wait(15) == 1, "although its input is still open"


def test_prints_can_not_break_the_protocol(home: Path) -> None:
    noise = (
        "import os, subprocess, sys, threading\n"
        "def shout():\n"
        "    import time\n"
        "    for _ in range(40):\n"
        "        time.sleep(0.05)\n"
        "        print('Content-Length: 3', flush=True)\n"
        "        os.write(1, b'noise')\n"
        "        subprocess.run(['echo', 'child'])\n"
        "threading.Timer(0.4, shout).start()\n"
    )
    with server(home, prelude=noise) as raw:
        raw.initialize()
        for number in range(1, 8):
            assert "result" in raw.ask(number, "algosmith/models", {})
            time.sleep(0.1)
        raw.ask(99, "shutdown")
        raw.send({"jsonrpc": "2.0", "method": "exit"})
        assert raw.process.wait(15) == 0
        assert raw.process.stderr is not None
        assert b"noise" in raw.process.stderr.read()


@pytest.mark.parametrize(
    ("message", "code"),
    [
        (b"not json at all", None),
        (b"[1, 2]", None),
        (b'{"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {}}', None),
        (b'{"jsonrpc": "2.0", "method": "nobody/knows", "params": 3}', None),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": {}}', -32600),
        (b'{"jsonrpc": "2.0", "id": 7, "method": "nobody/knows"}', -32601),
        (
            b'{"jsonrpc": "2.0", "id": 7, "method": "workspace/executeCommand", '
            b'"params": {"command": "algosmith.solve", "arguments": [3]}}',
            -32602,
        ),
        (
            b'{"jsonrpc": "2.0", "id": 7, "method": "workspace/executeCommand", '
            b'"params": {"command": "algosmith.solve", "arguments": ["file:///a", {"line": -1}]}}',
            -32602,
        ),
        (b'{"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 12345}}', None),
        (b'{"jsonrpc": "2.0", "id": 12345, "result": null}', None),
    ],
)
def test_messages_that_make_no_sense(home: Path, message: bytes, code: int | None) -> None:
    with server(home) as raw:
        raw.initialize()
        raw.send(message)
        if code is not None:
            while (answer := raw.receive()).get("id") != 7:
                pass
            assert answer["error"]["code"] == code
        assert "result" in raw.ask(8, "algosmith/models", {}), "and goes on serving"


def test_over_tcp(home: Path) -> None:
    with server(home, "--tcp", "0") as raw:
        assert raw.process.stderr is not None
        port = int(raw.process.stderr.readline().rsplit(b":", 1)[1])
        with socket.create_connection(("127.0.0.1", port)) as connection:
            body = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}'
            connection.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            assert b'"hoverProvider"' in connection.recv(65536)
        assert raw.process.wait(15) == 1


def test_the_log_is_a_file(home: Path) -> None:
    with server(home, "--log-level", "info") as raw:
        raw.initialize()
        raw.ask(1, "shutdown")
    assert "serving" in (home / "state" / "log" / "lsp.log").read_text()


def test_the_server_imports_no_model_library() -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import algosmith.lsp.server"],
        capture_output=True,
        text=True,
        check=True,
    )
    names = {line.rpartition("|")[2].strip() for line in result.stderr.splitlines()}
    assert "algosmith.lsp.server" in names
    reached = {n for n in names for h in HEAVY if n == h or n.startswith(h + ".")}
    assert reached == set()


def test_the_greeting_needs_next_to_nothing() -> None:
    code = "import sys, algosmith.lsp.serving; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"asyncio", "pygls", "lsprotocol", "tree_sitter"} & set(loaded)


def test_an_idle_server_holds_nothing_that_it_may_never_need() -> None:
    """Each of these is megabytes: they come with the first request that needs them."""
    code = "import sys, algosmith.lsp.server, algosmith.llm.own; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert not {"httpx", "multiprocessing", "pickle", "urllib.request"} & set(loaded)
    apart = [name for name in loaded if name.startswith("algosmith.languages.")]
    assert not [
        name for name in apart if name.split(".")[2] in ("cpp", "java", "javascript", "rust")
    ]
