"""The page in a real browser; the model is scripted. Only ``make e2e`` runs these."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

if "ALGOSMITH_EDITORS" not in os.environ:
    collect_ignore_glob = ["test_*.py"]
else:
    from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

    from tests.e2e.web.answers import SCRIPT
    from tests.fakes_process import FakeProcess, run_fake_engine
    from tests.web.page import PageServer, page_server

    ARTIFACTS = Path(__file__).resolve().parents[3] / "artifacts" / "e2e" / "web"
    FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]

    @pytest.fixture(scope="session")
    def browser() -> Iterator[Browser]:
        chromium = shutil.which("chromium")
        assert chromium, "chromium is missing: run make editors, or apt-get install chromium"
        with sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
            yield running
            running.close()

    @pytest.fixture(scope="session")
    def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProcess]:
        with run_fake_engine(tmp_path_factory.mktemp("engine"), SCRIPT) as running:
            yield running

    @pytest.fixture(scope="session")
    def server(
        model: FakeProcess, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[PageServer]:
        with page_server(tmp_path_factory.mktemp("home"), model.url) as running:
            yield running

    @pytest.fixture
    def context(browser: Browser) -> Iterator[BrowserContext]:
        """A profile of its own: nothing is remembered between tests."""
        opened = browser.new_context(viewport={"width": 1200, "height": 900}, locale="en-US")
        opened.set_default_timeout(30_000)
        expect.set_options(timeout=20_000)
        yield opened
        opened.close()

    @pytest.fixture
    def artifacts(request: pytest.FixtureRequest) -> Path:
        """A folder for this test's pictures."""
        folder = ARTIFACTS / request.node.name.replace("[", "-").rstrip("]")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder
