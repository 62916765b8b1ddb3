"""A real Jupyter kernel whose algosmith talks to a scripted engine."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from tests.fakes import Scripted
from tests.fakes_process import FakeProcess, run_fake_engine

_SECONDS = 120

TOTAL = '''```python
def total(values: list[int]) -> int:
    """The sum."""
    result = START
    for value in values:
        result += double(value)
    return result
```'''
SCRIPT = [
    Scripted("Look at a slow one", when="take your time", pace=0.2, chunk=1, sticky=True),
    Scripted("```python\nreturn left + right\n```", when="merge the two", sticky=True),
    Scripted("Think of a set.\n```python\nsecret\n```\n", when="learner", sticky=True),
    Scripted(r"So the answer is $\boxed{10000}$.", when="odd numbers?", sticky=True),
    Scripted(TOTAL, sticky=True),
]


@dataclass
class Ran:
    """What one cell printed, showed, and proposes as the next cell."""

    text: str = ""
    html: list[str] = field(default_factory=list)
    proposed: str = ""
    error: str = ""


@dataclass
class Kernel:
    """A kernel and the way to run a cell in it."""

    manager: KernelManager
    client: BlockingKernelClient

    def run(self, cell: str) -> Ran:
        """Runs it to its end."""
        ran = Ran()

        def output(message: dict[str, Any]) -> None:
            content = message["content"]
            if message["msg_type"] == "stream":
                ran.text += content["text"]
            elif "data" in content:
                ran.html.append(content["data"].get("text/html", ""))
            elif message["msg_type"] == "error":
                ran.error = f"{content['ename']}: {content['evalue']}"

        reply = self.client.execute_interactive(cell, output_hook=output, timeout=_SECONDS)
        for payload in reply["content"].get("payload", []):
            if payload["source"] == "set_next_input":
                ran.proposed = payload["text"]
        return ran


@pytest.fixture(scope="module", autouse=True)
def _jupyters_loops() -> Iterator[None]:
    """Jupyter's client makes event loops and closes none: collected here, where that is ignored."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProcess]:
    with run_fake_engine(tmp_path_factory.mktemp("engine"), SCRIPT) as engine:
        yield engine


@pytest.fixture(scope="module")
def environment(model: FakeProcess, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of the kernel: a home of its own."""
    home = tmp_path_factory.mktemp("home")
    (home / "config").mkdir()
    settings = f'model = "fake"\nseed = 1\ncandidates = 2\n[engine]\nurl = "{model.url}"\n'
    (home / "config" / "config.toml").write_text(settings, "utf-8")
    folders = {name: str(home / name) for name in ("IPYTHONDIR", "JUPYTER_RUNTIME_DIR")}
    return {
        **os.environ,
        **folders,
        "ALGOSMITH_HOME": str(home),
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    }


@contextmanager
def started(environment: dict[str, str], folder: Path) -> Iterator[Kernel]:
    """A kernel that works in ``folder``; ended after it."""
    manager, client = start_new_kernel(startup_timeout=_SECONDS, env=environment, cwd=str(folder))
    try:
        yield Kernel(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kernel]:
    with started(environment, tmp_path_factory.mktemp("notebooks")) as made:
        yield made
