"""How fast and how heavy the language server is, measured through a real process over stdio.

    python tests/bench/bench_lsp.py [--json] [--runs 10] [--edits 300]

Prints one row for each figure with its aim. Needs no engine: listing actions never talks to one.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_CLIENT = Path(__file__).parents[1] / "fixtures/initialize/vscode-1.139.1.initialize.json"
_LINES = 10_000
_URI = "file:///bench/large.py"


@dataclass(frozen=True)
class Figure:
    """One measured figure."""

    name: str
    value: float
    unit: str
    aim: float | None
    """At most this; None for figures that are only for information."""


class Server:
    """The server's process and its message streams."""

    def __init__(self, home: Path) -> None:
        self.begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "algosmith", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "ALGOSMITH_HOME": str(home)},
        )
        self._next = 0

    def notify(self, method: str, params: Any) -> None:
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def request(self, method: str, params: Any) -> Any:
        """Sends a request and waits for its answer; the server's own requests are answered."""
        self._next += 1
        identity = self._next
        self._send({"jsonrpc": "2.0", "id": identity, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == identity and "method" not in message:
                assert "error" not in message, message
                return message["result"]
            if "method" in message and "id" in message:
                empty = [None] if message["method"] == "workspace/configuration" else None
                self._send({"jsonrpc": "2.0", "id": message["id"], "result": empty})

    def initialize(self) -> float:
        """Seconds from the process's start to the answer."""
        params = json.loads(_CLIENT.read_text())
        self.request("initialize", params | {"processId": os.getpid()})
        seconds = time.perf_counter() - self.begun
        self.notify("initialized", {})
        return seconds

    def open(self, text: str) -> None:
        document = {"uri": _URI, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def actions(self, line: int, character: int) -> Any:
        at = {"line": line, "character": character}
        where = {"textDocument": {"uri": _URI}, "range": {"start": at, "end": at}}
        return self.request("textDocument/codeAction", where | {"context": {"diagnostics": []}})

    def resident_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status")
        if status.exists():
            rows = dict(line.split(":", 1) for line in status.read_text().splitlines())
            return int(rows["VmRSS"].split()[0]) / 1024
        command = ["ps", "-o", "rss=", "-p", str(self.process.pid)]
        return int(subprocess.check_output(command)) / 1024

    def cpu_seconds(self) -> float | None:
        """CPU time so far, which a busy machine changes little; None where the system hides it."""
        stat = Path(f"/proc/{self.process.pid}/stat")
        if not stat.exists():
            return None
        fields = stat.read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.request("shutdown", None)
        self.notify("exit", None)
        assert self.process.wait(10) == 0

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        stream = self.process.stdout
        assert stream is not None
        length = 0
        while (line := stream.readline()) != b"\r\n":
            assert line, "the server is gone"
            if line.lower().startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        return json.loads(stream.read(length))


def large_file() -> str:
    """10,000 lines as people write them, with a TODO every thousand."""
    lines = ["import math", "", ""]
    number = 0
    while len(lines) < _LINES - 14:
        number += 1
        lines += [
            f"def function_{number}(values, limit=10):",
            f'    """Adds what is below the limit, times {number}."""',
            "    total = 0",
            "    for index, value in enumerate(values):",
            "        if value < limit:",
            "            total += value * math.sqrt(index + 1)",
            f"    return total * {number}",
            "",
            "",
        ]
        if number % 100 == 50:
            lines += [
                f"def solve_{number}(values):",
                "    # TODO: sort by size",
                "    pass",
                "",
                "",
            ]
    return "\n".join([*lines, *[""] * (_LINES - len(lines))])


def start_up(home: Path, runs: int) -> list[Figure]:
    """A cold process to its first answers, and its memory when idle."""
    first: list[float] = []
    listed: list[float] = []
    memory = 0.0
    for _ in range(runs):
        server = Server(home)
        first.append(server.initialize() * 1000)
        server.open("# TODO: add two numbers\n")
        assert server.actions(0, 5)
        listed.append((time.perf_counter() - server.begun) * 1000)
        time.sleep(0.5)
        memory = max(memory, server.resident_mib())
        server.close()
    return [
        Figure("initialize answered, cold process", statistics.median(first), "ms", 300),
        Figure("first code actions listed, cold process", statistics.median(listed), "ms", None),
        Figure("resident memory, idle", memory, "MiB", 60),
    ]


def after_edits(home: Path, edits: int) -> list[Figure]:
    """Latency of codeAction in a 10,000-line file right after each edit."""
    text = large_file()
    lines = text.split("\n")
    todos = [number for number, line in enumerate(lines) if "TODO" in line]
    server = Server(home)
    server.initialize()
    server.open(text)
    assert server.actions(todos[0], 8)
    figures: list[Figure] = []
    spent = server.cpu_seconds()
    version = 1
    for name, spots in (
        ("on a TODO", todos),
        ("elsewhere", [number + 6 for number in todos]),
    ):
        times: list[float] = []
        for number in range(edits):
            line = spots[number % len(spots)]
            version += 1
            at = {"line": line, "character": 0}
            change = {"range": {"start": at, "end": at}, "text": " " if number % 2 else "\t"}
            target = {"uri": _URI, "version": version}
            if name == "on a TODO":
                at = {"line": line, "character": len(lines[line])}
                change = {"range": {"start": at, "end": at}, "text": "x"}
                lines[line] += "x"
            server.notify(
                "textDocument/didChange", {"textDocument": target, "contentChanges": [change]}
            )
            begun = time.perf_counter()
            found = server.actions(line, 8)
            times.append((time.perf_counter() - begun) * 1000)
            assert found or name == "elsewhere", f"no action on line {line}"
        times.sort()
        percentile = times[min(len(times) - 1, round(0.99 * len(times)))]
        label = f"codeAction after an edit, {_LINES:,} lines, {name}"
        figures += [
            Figure(f"{label}, median", statistics.median(times), "ms", 3),
            Figure(f"{label}, p99", percentile, "ms", 10),
        ]
    if spent is not None and (now := server.cpu_seconds()) is not None:
        each = (now - spent) * 1000 / (2 * edits)
        figures.append(Figure("CPU time of one edit and one codeAction", each, "ms", None))
    figures.append(Figure("resident memory with that file", server.resident_mib(), "MiB", None))
    server.close()
    return figures


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--edits", type=int, default=300)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        figures = [*start_up(home, options.runs), *after_edits(home, options.edits)]
    if options.json:
        print(json.dumps([asdict(figure) for figure in figures], indent=1))
        return 0
    for figure in figures:
        aim = f"aim {figure.aim:g}" if figure.aim is not None else ""
        print(f"{figure.name:62} {figure.value:8.1f} {figure.unit:4} {aim}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
