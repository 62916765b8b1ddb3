"""The real ``algosmith web`` as a process, asking a scripted engine."""

import contextlib
import os
import re
import ssl
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60


@dataclass
class PageServer:
    """One running page."""

    link: str
    process: subprocess.Popen[str]
    home: Path
    cert: str | None = None
    """A certificate to believe, where it serves by TLS."""

    @property
    def root(self) -> str:
        """The address without the key."""
        return self.link.partition("#")[0].rstrip("/")

    @property
    def key(self) -> str:
        """What the link carries in its fragment."""
        return self.link.partition("#key=")[2]

    def client(self, **headers: str) -> httpx.Client:
        """A client that holds the key, unless ``headers`` say otherwise."""
        given = {"authorization": f"Bearer {self.key}", **headers}
        verify = ssl.create_default_context(cafile=self.cert) if self.cert else True
        return httpx.Client(
            base_url=self.root, headers=given, timeout=_SECONDS, trust_env=False, verify=verify
        )

    def resident_bytes(self) -> int:
        """Memory of the server's process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) << 10


def settings_file(home: Path, url: str, more: str = "") -> None:
    """What a user of a server of their own writes."""
    (home / "config").mkdir(parents=True, exist_ok=True)
    text = f'model = "fake"\n[engine]\nurl = "{url}"\n{more}'
    (home / "config" / "config.toml").write_text(text)


@contextlib.contextmanager
def page_server(home: Path, url: str, *options: str, more: str = "") -> Iterator[PageServer]:
    """Starts the page with ``engine.url`` and ends it as Ctrl-C does."""
    settings_file(home, url, more)
    command = [sys.executable, "-m", "algosmith", "web", "--no-open", *options]
    with (home / "stderr.txt").open("w") as errors:
        process = subprocess.Popen(
            command,
            env={**os.environ, "ALGOSMITH_HOME": str(home), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )
    late = threading.Timer(_SECONDS, process.kill)
    late.start()
    try:
        link = _link(process, home)
        late.cancel()
        yield PageServer(link, process, home)
    finally:
        late.cancel()
        process.terminate()
        process.wait(20)
        assert process.stdout is not None
        process.stdout.close()


def _link(process: subprocess.Popen[str], home: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        found = re.search(r"https?://[^\s,]+", line)
        if found:
            return found[0]
    raise AssertionError(f"the page did not start:\n{(home / 'stderr.txt').read_text()}")
