"""The scripted engine of ``tests/fakes.py`` as a process of its own, for real servers to talk to.

    with run_fake_engine(tmp_path, [Scripted("...")]) as engine:
        engine.url, engine.requests(), engine.cancelled(), engine.kill()

A scripted crash is a real ``kill -9`` here.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]
if __name__ == "__main__":
    sys.path.insert(0, str(_ROOT))

from tests.fakes import FakeEngine, Scripted  # noqa: E402  run as a script it needs the path first


@dataclass
class FakeProcess:
    """A fake engine in a process of its own."""

    url: str
    process: subprocess.Popen[str]
    log: Path

    def requests(self) -> list[dict[str, Any]]:
        """Bodies of the chat requests so far."""
        return self._logged("request")

    def cancelled(self) -> list[dict[str, Any]]:
        """Bodies of the requests whose client left before the end."""
        return self._logged("cancelled")

    def finished(self) -> list[dict[str, Any]]:
        """Bodies of the requests answered to the end."""
        return self._logged("finished")

    def kill(self) -> None:
        """As ``kill -9``."""
        self.process.kill()
        self.process.wait()

    def _logged(self, kind: str) -> list[dict[str, Any]]:
        if not self.log.exists():
            return []
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line["request"] for line in lines if line["kind"] == kind]


@contextlib.contextmanager
def run_fake_engine(
    folder: Path,
    script: Iterable[Scripted],
    *,
    tcp: bool = False,
    key: str | None = None,
    port: int = 0,
) -> Iterator[FakeProcess]:
    """Start the fake as a process whose files lie in ``folder``; killed at the end."""
    file, log = folder / "fake-script.json", folder / "fake-log.jsonl"
    file.write_text(json.dumps([asdict(reply) for reply in script]))
    command = [sys.executable, __file__, "--script", str(file), "--log", str(log)]
    command += ["--key", key] if key else []
    with tempfile.TemporaryDirectory(prefix="fake-engine-") as short:
        on_socket = not (tcp or port)
        command += ["--socket", f"{short}/engine.sock"] if on_socket else ["--port", str(port)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            yield FakeProcess(process.stdout.readline().strip(), process, log)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()


async def _main(options: argparse.Namespace, script: list[Scripted]) -> None:
    engine = FakeEngine(script, tcp=not options.socket, key=options.key, port=options.port)
    engine.socket = Path(options.socket) if options.socket else None
    engine.crash = lambda: os.kill(os.getpid(), 9)
    log = Path(options.log)

    def record(kind: str, request: dict[str, Any]) -> None:
        with log.open("a") as file:
            file.write(json.dumps({"kind": kind, "request": request}) + "\n")

    engine.record = record
    async with engine:
        print(engine.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--script", required=True, help="JSON list of Scripted fields")
    parser.add_argument("--log", required=True, help="JSON lines: what was seen")
    parser.add_argument("--socket", help="Unix socket; without it a loopback port is taken")
    parser.add_argument(
        "--port", type=int, default=0, help="of the loopback; by default a free one"
    )
    parser.add_argument("--key", help="require this bearer token")
    arguments = parser.parse_args()
    entries = json.loads(Path(arguments.script).read_text())
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(arguments, [Scripted(**entry) for entry in entries]))
