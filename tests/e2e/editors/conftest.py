"""Real editors against the real server; the model is scripted where a real one would be too slow.

Only ``make e2e`` runs these: they need editors that it installs. Screenshots and timings are kept
in ``artifacts/``.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

if "ALGOSMITH_EDITORS" not in os.environ:
    collect_ignore_glob = ["test_*.py"]
else:
    from playwright.sync_api import Playwright, sync_playwright

    from tests.e2e.editors.scripted import SERVER, script
    from tests.e2e.editors.vscode import CodeServer, code_server
    from tests.e2e.editors.window import Window
    from tests.fakes_process import FakeProcess, run_fake_engine

    @pytest.fixture(scope="session")
    def playwright() -> Iterator[Playwright]:
        with sync_playwright() as running:
            yield running

    @pytest.fixture(scope="session")
    def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProcess]:
        """The scripted model all windows of ``editor`` ask."""
        with run_fake_engine(tmp_path_factory.mktemp("engine"), script()) as running:
            yield running

    @pytest.fixture(scope="session")
    def editor(
        playwright: Playwright, model: FakeProcess, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[CodeServer]:
        """VS Code with the extension; workspaces are trusted."""
        settings = {
            "algosmith.server.command": SERVER,
            "algosmith.engine.url": model.url,
            "algosmith.model": "fake",
            "algosmith.candidates": 3,
            "algosmith.seconds": 3600,  # what a slow machine writes is not cut short
        }
        with code_server(playwright, tmp_path_factory.mktemp("vscode"), settings) as running:
            yield running

    @pytest.fixture
    def window(editor: CodeServer, tmp_path: Path, artifacts: Path) -> Iterator[Window]:
        """A window on an empty folder; settings a test changes are put back."""
        workspace = tmp_path / "project"
        workspace.mkdir()
        before = dict(editor.settings)
        opened = editor.open(workspace, artifacts)
        yield opened
        opened.shot("end")
        (artifacts / "extension.log").write_text(editor.log())
        opened.page.context.close()
        editor.pages.remove(opened.page)
        editor.settings = before
        editor.write_settings()


ARTIFACTS = Path(__file__).resolve().parents[3] / "artifacts" / "e2e"


@pytest.fixture(scope="session")
def timings() -> Iterator[dict[str, Any]]:
    """Figures of the run; written to artifacts/e2e/timings.json and shown as a table at the end."""
    figures: dict[str, Any] = {}
    yield figures
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    file = ARTIFACTS / "timings.json"
    before = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps({**before, **figures}, indent=2) + "\n")


@pytest.fixture
def artifacts(request: pytest.FixtureRequest) -> Path:
    """An empty folder for this test's pictures."""
    name = request.node.name.replace("[", "-").rstrip("]")
    folder = ARTIFACTS / Path(str(request.path)).stem.removeprefix("test_") / name
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The figures as a table."""
    file = ARTIFACTS / "timings.json"
    if file.exists() and "ALGOSMITH_EDITORS" in os.environ:
        terminalreporter.section("figures (artifacts/e2e/timings.json)")
        for name, value in json.loads(file.read_text()).items():
            terminalreporter.write_line(f"{name:64} {value}")
