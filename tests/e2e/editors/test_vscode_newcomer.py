"""VS Code for someone who has nothing yet: no server, the wrong one, no Python; then the way in."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.editors.scripted import ROOT, task
from tests.e2e.editors.vscode import CodeServer, code_server
from tests.e2e.editors.window import WAIT, Window

pytestmark = pytest.mark.e2e

REVERSE_WORDS = '''\
def reverse_words(text: str) -> str:
    """The words of the text from the last to the first, one space between them.

    >>> reverse_words("the sky is blue")
    'blue is sky the'
    >>> reverse_words("  hello   world ")
    'world hello'
    >>> reverse_words("algorithm")
    'algorithm'
    >>> reverse_words("")
    ''
    >>> reverse_words("a b c d e")
    'e d c b a'
    """
    # TODO: reverse the order of the words
    pass
'''
LONG = 1_800_000
"""Milliseconds; for a download, and for a real model on a slow machine with other work to do."""


@pytest.fixture(scope="module")
def bare(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CodeServer]:
    """VS Code on a machine without any program on PATH."""
    environment = {"PATH": "/nonexistent"}
    folder = tmp_path_factory.mktemp("bare")
    with code_server(playwright, folder, {}, environment=environment) as running:
        yield running


def _window(server: CodeServer, tmp_path: Path, artifacts: Path) -> Window:
    workspace = tmp_path / "project"
    workspace.mkdir()
    (workspace / "work.py").write_text(task("sort the items"))
    return server.open(workspace, artifacts)


def test_no_python_on_the_machine(bare: CodeServer, tmp_path: Path, artifacts: Path) -> None:
    window = _window(bare, tmp_path, artifacts)
    window.open_file("work.py")
    offer = window.notification("Algosmith needs its server")
    expect(offer).to_be_visible(timeout=WAIT)
    window.shot("offer")
    offer.get_by_role("button", name="Set Up").click()
    message = window.notification("Algosmith needs Python 3.11 or newer")
    expect(message).to_be_visible(timeout=WAIT)
    window.shot("needs-python")
    expect(message.get_by_role("button", name="Show Log")).to_be_visible()


@pytest.mark.parametrize(
    ("command", "text", "button"),
    [
        (["/absent/algosmith"], "did not start", "Open Setting"),
        (["OLD"], "does not fit", "Set Up"),
        (["WRONG"], "did not start", "Show Log"),
    ],
    ids=["absent", "old", "not-ours"],
)
def test_the_setting_names_no_fitting_server(
    bare: CodeServer,
    tmp_path: Path,
    artifacts: Path,
    command: list[str],
    text: str,
    button: str,
) -> None:
    for name, answer in (("OLD", "algosmith 0.0.9"), ("WRONG", "GNU hello 2.1")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {answer}\n")
        program.chmod(0o755)
    words = [str(tmp_path / word) if word.isupper() else word for word in command]
    bare.configure(**{"algosmith.server.command": words})
    window = _window(bare, tmp_path, artifacts)
    window.open_file("work.py")
    message = window.notification(text)
    expect(message).to_be_visible(timeout=WAIT)
    window.shot("message")
    expect(message.get_by_role("button", name=button)).to_be_visible()


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    """What a user would get from the package index."""
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    command += ["--no-build-isolation", "--wheel-dir", str(tmp_path / "wheel"), str(ROOT)]
    subprocess.run(command, check=True)
    (built,) = (tmp_path / "wheel").glob("algosmith-*.whl")
    return built


def test_from_nothing_to_a_verified_answer(
    playwright: Playwright, wheel: Path, tmp_path: Path, artifacts: Path, timings: dict[str, Any]
) -> None:
    folder = tmp_path / "vscode"
    folder.mkdir()
    settings = {"algosmith.server.package": f"algosmith[demo] @ {wheel.as_uri()}"}
    python_only = tmp_path / "bin"
    python_only.mkdir()
    (python_only / "python3").symlink_to(sys.executable)
    environment = {"PATH": f"{python_only}:/usr/bin:/bin"}
    with code_server(playwright, folder, settings, environment=environment) as server:
        try:
            _first_solve(server, tmp_path, artifacts, timings)
        finally:
            artifacts.mkdir(parents=True, exist_ok=True)
            (artifacts / "extension.log").write_text(server.log())
            _stop_engine(folder)


def _first_solve(
    server: CodeServer, tmp_path: Path, artifacts: Path, timings: dict[str, Any]
) -> None:
    workspace = tmp_path / "first"
    workspace.mkdir()
    (workspace / "words.py").write_text(REVERSE_WORDS)
    begun = time.monotonic()
    window = server.open(workspace, artifacts)
    window.open_file("words.py")
    offer = window.notification("Algosmith needs its server")
    expect(offer).to_be_visible(timeout=WAIT)
    offer.get_by_role("button", name="Set Up").click()
    expect(window.notification("Setting up Algosmith")).to_be_visible(timeout=WAIT)
    window.shot("setting-up")
    expect(window.lens("Solve TODO")).to_be_visible(timeout=LONG)
    timings["newcomer: setting up, seconds"] = round(time.monotonic() - begun, 1)
    window.shot("ready")
    window.lens("Solve TODO").click()
    expect(window.notification("Solving TODO")).to_be_visible(timeout=WAIT)
    window.shot("solving")
    expect(window.lens("Accept")).to_be_visible(timeout=LONG)
    window.shot("verified")
    assert "verified 5/5 examples" in window.lens("5/5 examples").inner_text()
    window.lens("Accept").click()
    window.until(lambda: "# TODO" not in window.shown(), "accepted")
    window.shot("accepted")
    timings["newcomer: clean profile to first solved TODO, seconds"] = round(
        time.monotonic() - begun, 1
    )
    timings["newcomer: clicks"] = 3


def _stop_engine(folder: Path) -> None:
    """The engine is shared by all windows and outlives VS Code; not this test."""
    (python,) = folder.glob("data/User/globalStorage/*/environment/bin/python")
    environment = {**os.environ, "ALGOSMITH_HOME": str(folder / "algosmith")}
    command = [str(python), "-m", "algosmith", "engine", "stop"]
    subprocess.run(command, env=environment, check=False, timeout=60, capture_output=True)
