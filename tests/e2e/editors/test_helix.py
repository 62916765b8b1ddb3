"""Helix: the settings of editor-client/README.md, a code action, its edit, undo; in a terminal."""

import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pyte
import pytest

from tests.e2e.editors import programs
from tests.e2e.editors.scripted import SERVER, script, task
from tests.fakes_process import FakeProcess, run_fake_engine

pytestmark = pytest.mark.e2e


class Terminal:
    """A program in a pseudo-terminal, and what it shows."""

    def __init__(self, command: list[str], environment: dict[str, str], folder: Path) -> None:
        self._child = pexpect.spawn(
            command[0], command[1:], env=environment, cwd=str(folder), dimensions=(36, 110)
        )
        self._screen = pyte.Screen(110, 36)
        self._stream = pyte.ByteStream(self._screen)

    def send(self, keys: str) -> None:
        """Types; Escape needs a pause, or the next key reads as one with Alt."""
        self._child.send(keys)
        time.sleep(0.4 if "\x1b" in keys else 0.05)

    def text(self) -> str:
        """What is on the screen now."""
        try:
            while True:
                self._stream.feed(self._child.read_nonblocking(65536, timeout=0.05))
        except (pexpect.TIMEOUT, pexpect.EOF):
            return "\n".join(line.rstrip() for line in self._screen.display)

    def until(self, condition: Callable[[str], object], what: str, seconds: float = 300) -> str:
        """Waits for a screen."""
        end = time.monotonic() + seconds
        while not condition(text := self.text()):
            assert time.monotonic() < end, f"never: {what}\n{text}"
        return text

    def close(self) -> None:
        """Ends the program."""
        self._child.close(force=True)


@pytest.fixture
def model(tmp_path: Path) -> Iterator[FakeProcess]:
    with run_fake_engine(tmp_path, script()) as running:
        yield running


def _languages() -> str:
    program, *arguments = [*SERVER, "lsp"]
    return f"""\
[language-server.algosmith]
command = {json.dumps(program)}
args = {json.dumps(arguments)}
config = {{ trusted = true }}

[[language]]
name = "python"
language-servers = ["algosmith"]
"""


def _opened(file: Path, model: FakeProcess) -> Terminal:
    """Helix with the file, set up as the README says."""
    folder = file.parent
    home = folder / "algosmith"
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text(
        f'model = "fake"\ncandidates = 3\nseconds = 3600\n[engine]\nurl = "{model.url}"\n'
    )
    (folder / "config" / "helix").mkdir(parents=True)
    (folder / "config" / "helix" / "languages.toml").write_text(_languages())
    command, runtime = programs.helix()
    environment = {
        **os.environ,
        **runtime,
        "TERM": "xterm-256color",
        "ALGOSMITH_HOME": str(home),
        "HOME": str(folder),
        **{f"XDG_{kind}_HOME": str(folder / kind.lower()) for kind in ("CONFIG", "CACHE")},
    }
    terminal = Terminal([*command, str(file)], environment, folder)
    terminal.until(lambda text: "def ordered" in text, "the file is shown")
    return terminal


def test_take_the_best_now(model: FakeProcess, tmp_path: Path) -> None:
    file = tmp_path / "work.py"
    file.write_text(task("take the first"))
    terminal = _opened(file, model)
    try:
        terminal.send("7G")
        _menu(terminal, "Solve TODO: take the first")
        terminal.send("\r")
        end = time.monotonic() + 300
        while "return sorted(items)" not in terminal.text():  # nothing is there to take at first
            assert time.monotonic() < end, f"never taken\n{terminal.text()}"
            terminal.send(":lsp-workspace-command algosmith.takeBest\r")
            time.sleep(2)
    finally:
        terminal.close()


def test_solve_by_code_action(model: FakeProcess, tmp_path: Path, artifacts: Path) -> None:
    file = tmp_path / "work.py"
    file.write_text('NAME = "äö𝕏"\n\n\n' + task("sort the items"))
    terminal = _opened(file, model)
    try:
        terminal.send("10G")
        menu = _menu(terminal, "Solve TODO: sort the items")
        terminal.send("\r")
        terminal.until(lambda text: "return sorted(items)" in text, "the edit comes")
        artifacts.mkdir(parents=True, exist_ok=True)
        (artifacts / "menu.txt").write_text(menu)
        (artifacts / "solved.txt").write_text(terminal.text())
        terminal.send("\x1b")
        terminal.send("u")
        terminal.until(lambda text: "# TODO: sort" in text, "one undo takes it back")
        terminal.send("U")
        terminal.until(lambda text: "return sorted(items)" in text, "and redo brings it")
        terminal.send(":wq\r")
        end = time.monotonic() + 300
        while "return sorted(items)" not in file.read_text():
            assert time.monotonic() < end, terminal.text()
            terminal.text()
    finally:
        terminal.close()
    assert file.read_text().startswith('NAME = "äö𝕏"\n\n\ndef ordered(')


def _menu(terminal: Terminal, title: str) -> str:
    """Opens the code-action menu; Helix says nothing of when the server is there, so try again."""
    for _ in range(15):
        terminal.send(" a")
        end = time.monotonic() + 3
        while time.monotonic() < end:
            if title in (text := terminal.text()):
                return text
        terminal.send("\x1b")
    raise AssertionError(f"no menu\n{terminal.text()}")
