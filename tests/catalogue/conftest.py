"""A machine of its own for each test: home, catalogue, package index, hub."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.catalogue.imitations import CONTENT, THINKER, Hub, write_catalogue, write_index

_RUN = """
import sys
from pathlib import Path
from algosmith.catalogue import records
records.FILE = Path(sys.argv.pop(1))
from algosmith import cli
sys.exit(cli.run(sys.argv[1:]))
"""


@dataclass
class Machine:
    """Runs ``algosmith models`` as users do, with the small catalogue in place of the real one."""

    folder: Path
    wheels: list[Path]
    environment: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def models(self) -> Path:
        return self.home / "data" / "models"

    @property
    def index(self) -> Path:
        return self.folder / "index"

    def start(self, *args: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", _RUN, str(self.folder / "catalogue.toml"), "models"]
        # A training in this very process says so to the library of the hub.
        inherited = {k: v for k, v in os.environ.items() if k != "HF_HUB_OFFLINE"}
        return subprocess.Popen(
            [*command, *args],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**inherited, **self.environment, "ALGOSMITH_HOME": str(self.home)},
            # What runs in the background ignores Ctrl-C, and so would its children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def run(self, *args: str) -> tuple[int, str, str]:
        """Exit status, output and errors."""
        process = self.start(*args)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def refused(self, *args: str) -> str:
        """The one sentence with which a command fails."""
        status, _, err = self.run(*args)
        assert status == 1, err
        sentence = err.strip().splitlines()[-1]
        assert sentence.startswith("algosmith models: "), err
        assert "Traceback" not in err
        return sentence

    def visible(self) -> list[str]:
        """What a user sees in the models folder: never a half file."""
        return sorted(p.name for p in self.models.glob("*") if not p.name.startswith("."))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "index").mkdir()
    wheels = write_index(tmp_path / "index")
    write_catalogue(tmp_path / "catalogue.toml", wheels)
    environment = {
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(tmp_path / "index"),
        "HF_HOME": str(tmp_path / "hf"),
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
    }
    return Machine(tmp_path, wheels, environment)


@pytest.fixture
def hub(machine: Machine):
    with Hub({"org/toy-gguf": {"toy-q4.gguf": CONTENT}, "org/thinker": THINKER}) as running:
        machine.environment["HF_ENDPOINT"] = running.url
        yield running
