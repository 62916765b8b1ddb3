"""Emacs with eglot: the code action of a plain client changes the text."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.editors.scripted import SERVER, script, task
from tests.fakes_process import FakeProcess, run_fake_engine

pytestmark = pytest.mark.e2e

DRIVER = Path(__file__).with_name("eglot.el")


@pytest.fixture
def model(tmp_path: Path) -> Iterator[FakeProcess]:
    with run_fake_engine(tmp_path, script()) as running:
        yield running


def test_code_action_applied_in_batch(model: FakeProcess, tmp_path: Path, artifacts: Path) -> None:
    home = tmp_path / "algosmith"
    (home / "config").mkdir(parents=True)
    (home / "config" / "config.toml").write_text(
        f'model = "fake"\ncandidates = 3\n[engine]\nurl = "{model.url}"\n'
    )
    file = tmp_path / "work.py"
    file.write_text('NAME = "äö𝕏"\n\n\n' + task("sort the items"))
    ended = subprocess.run(
        ["emacs", "--batch", "-Q", "-l", str(DRIVER), str(file), *SERVER, "lsp"],
        env={**os.environ, "ALGOSMITH_HOME": str(home), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    artifacts.mkdir(parents=True, exist_ok=True)
    (artifacts / "emacs.txt").write_text(ended.stdout + ended.stderr)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert "Solve TODO: sort the items" in ended.stdout
    assert "taken: 0" in ended.stdout, "nothing is being solved any more"
    assert "undone: yes" in ended.stdout
    assert "hover: Time: O(n log n)" in ended.stdout
    solved = file.read_text()
    assert solved.startswith('NAME = "äö𝕏"\n\n\ndef ordered(')
    assert "return sorted(items)" in solved
    assert "TODO" not in solved
