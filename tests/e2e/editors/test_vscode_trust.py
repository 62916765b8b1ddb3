"""VS Code in a workspace that is not trusted: nothing of it is run, and it can name no program."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.editors.scripted import SERVER, task
from tests.e2e.editors.vscode import CodeServer, code_server
from tests.e2e.editors.window import WAIT
from tests.fakes_process import FakeProcess

pytestmark = pytest.mark.e2e


@pytest.fixture
def strict(
    playwright: Playwright, model: FakeProcess, tmp_path: Path, artifacts: Path
) -> Iterator[CodeServer]:
    settings = {
        "algosmith.server.command": SERVER,
        "algosmith.engine.url": model.url,
        "algosmith.model": "fake",
        "algosmith.candidates": 3,
    }
    folder = tmp_path / "vscode"
    folder.mkdir()
    with code_server(playwright, folder, settings, trusted=False) as running:
        yield running
        artifacts.mkdir(parents=True, exist_ok=True)
        (artifacts / "extension.log").write_text(running.log())


def test_untrusted_then_trusted(strict: CodeServer, tmp_path: Path, artifacts: Path) -> None:
    workspace = tmp_path / "hostile"
    (workspace / ".vscode").mkdir(parents=True)
    (workspace / "work.py").write_text(task("sort the items"))
    trap = workspace / "trap.sh"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    (workspace / ".vscode" / "settings.json").write_text(
        json.dumps(
            {
                "algosmith.server.command": [str(trap)],
                "algosmith.engine.url": "http://127.0.0.1:9/v1",
                "algosmith.verify.python": str(trap),
                "algosmith.model": str(trap),
                "algosmith.insert": "best",
            }
        )
    )
    (workspace / "algosmith").mkdir()
    (workspace / "algosmith" / "__main__.py").write_text(
        f"open({str(tmp_path / 'sprung')!r}, 'w')\n"
    )
    window = strict.open(workspace, artifacts)
    window.open_file("work.py")
    window.lens("Solve TODO").click(timeout=WAIT)
    expect(window.lens("Accept")).to_be_visible(timeout=WAIT)
    window.shot("untrusted-preview")
    expect(window.lens("unchecked")).to_be_visible(timeout=WAIT)
    window.page.keyboard.press("Escape")
    expect(window.tab("Proposal for")).to_have_count(0, timeout=WAIT)
    window.goto(1, 8)
    window.command("Show or Focus Hover")
    hover = window.page.locator(".monaco-hover:visible")
    expect(hover.first).to_be_visible(timeout=WAIT)
    window.shot("untrusted-hover")
    assert hover.first.locator("a").count() == 0, "no links to commands"
    window.page.keyboard.press("Escape")

    window.command("Workspaces: Manage Workspace Trust")
    window.page.get_by_role("button", name="Trust", exact=True).first.click(timeout=WAIT)
    window.page.wait_for_timeout(1000)
    window.shot("trusted")
    window.command("View: Close Editor")
    window.lens("Solve TODO").click(timeout=WAIT)
    window.until(
        lambda: window.lens("1/1 example").count() > 0 or "return sorted(items)" in window.shown(),
        "now it was run",
    )
    window.shot("trusted-solved")
    assert not (tmp_path / "sprung").exists(), "a workspace's program was run"
