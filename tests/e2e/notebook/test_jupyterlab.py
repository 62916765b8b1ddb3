"""Magics in a real JupyterLab in Chromium, as a user has them. Only `make e2e-notebook` runs these.

JupyterLab lives in an environment of its own; the kernel is that of algosmith's.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes import Scripted
from tests.fakes_process import FakeProcess, run_fake_engine
from tests.web.page import settings_file

LAB = os.environ.get("ALGOSMITH_TEST_JUPYTERLAB", "")
if not LAB:
    pytest.skip("make e2e-notebook", allow_module_level=True)

from playwright.sync_api import Locator, Page, expect, sync_playwright  # noqa: E402

pytestmark = pytest.mark.e2e

ARTIFACTS = Path(__file__).resolve().parents[3] / "artifacts" / "e2e" / "notebook"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
_SECONDS = 240
_MS = _SECONDS * 1000
_NUMBERED = re.compile(r"\[\d+\]:")

TOTAL = """```python
def total(values: list[int]) -> int:
    result = START
    for value in values:
        result += double(value)
    return result
```"""
SCRIPT = [
    Scripted("It ends never. " * 4000, when="take your time", pace=0.05, sticky=True),
    Scripted(TOTAL, sticky=True),
]
CELLS = [
    "%load_ext algosmith",
    "START = 0\ndef double(n):\n    return 2 * n",
    '%%solve\ndef total(values: list[int]) -> int:\n    """The doubled sum.\n\n'
    '    >>> total([1, 2])\n    6\n    """\n    # TODO: sum the doubled values',
    "%%solve\ndef slow(n: int) -> int:\n    # TODO: take your time",
    "print('still ' + 'here')",
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProcess]:
    with run_fake_engine(tmp_path_factory.mktemp("engine"), SCRIPT) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What JupyterLab shows: one notebook with our cells."""
    made = tmp_path_factory.mktemp("notebooks")
    (made / "work.ipynb").write_text(json.dumps(_notebook()))
    return made


@pytest.fixture(scope="module")
def link(
    engine: FakeProcess, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Of that notebook in a running JupyterLab."""
    home = tmp_path_factory.mktemp("home")
    settings_file(home, engine.url)
    kernel = home / "jupyter" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "algosmith", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {
        **os.environ, "ALGOSMITH_HOME": str(home), "HOME": str(home),
        "JUPYTER_PATH": str(home / "jupyter"), "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }  # fmt: skip
    with (home / "lab.log").open("w") as log:
        process = subprocess.Popen(
            [LAB, "lab", "--no-browser", "--allow-root", f"--port={port}", "--port-retries=0",
             "--IdentityProvider.token=secret", f"--notebook-dir={folder}"],
            env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_for(f"http://127.0.0.1:{port}/api?token=secret", home / "lab.log")
        yield f"http://127.0.0.1:{port}/lab/tree/work.ipynb?token=secret"
    finally:
        process.terminate()
        process.wait(60)


def _notebook() -> dict[str, object]:
    cells = [
        {"cell_type": "code", "execution_count": None, "id": f"c{number}", "metadata": {},
         "outputs": [], "source": source}
        for number, source in enumerate(CELLS)
    ]  # fmt: skip
    spec = {"display_name": "algosmith", "language": "python", "name": "python3"}
    return {"cells": cells, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}


def _wait_for(url: str, log: Path) -> None:
    end = time.monotonic() + _SECONDS
    while True:
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < end, log.read_text()
        time.sleep(0.2)


@pytest.fixture(scope="module")
def page(link: str) -> Iterator[Page]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is missing: run make editors, or apt-get install chromium"
    shutil.rmtree(ARTIFACTS, ignore_errors=True)
    ARTIFACTS.mkdir(parents=True)
    expect.set_options(timeout=_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        opened = browser.new_page(viewport={"width": 1200, "height": 1400})
        opened.set_default_timeout(_MS)
        opened.goto(link)
        expect(opened.locator(".jp-Notebook .jp-CodeCell")).to_have_count(len(CELLS))
        expect(
            opened.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
        ).to_be_visible()
        yield opened
        browser.close()


def _cell(page: Page, text: str) -> Locator:
    return page.locator(".jp-Notebook .jp-CodeCell").filter(has_text=text)


def _run(page: Page, text: str) -> Locator:
    cell = _cell(page, text).first
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    return cell


def _ended(cell: Locator) -> None:
    expect(cell.locator(".jp-InputPrompt")).to_have_text(_NUMBERED)


def test_a_solved_cell_is_proposed_below_and_mine_stays(page: Page) -> None:
    _ended(_run(page, "%load_ext"))
    _ended(_run(page, "START = 0"))
    mine = _run(page, "sum the doubled values")
    expect(page.locator(".jp-Notebook .jp-CodeCell")).to_have_count(len(CELLS) + 1)
    expect(mine.locator(".jp-OutputArea")).to_contain_text("1/1 example")
    proposed = _cell(page, "result += double(value)").last
    expect(proposed.locator(".cm-content")).not_to_contain_text("TODO")
    expect(mine.locator(".cm-content")).to_contain_text("TODO: sum the doubled values")
    mine.scroll_into_view_if_needed()
    page.screenshot(path=ARTIFACTS / "1-proposed.png")


def test_an_interrupt_frees_the_engine_and_the_kernel_goes_on(
    page: Page, engine: FakeProcess
) -> None:
    before = len(engine.cancelled())
    slow = _run(page, "take your time")
    expect(slow.locator(".jp-InputPrompt")).to_have_text("[*]:")
    expect(slow.locator(".jp-OutputArea")).to_contain_text("token")
    page.screenshot(path=ARTIFACTS / "2-progress.png")
    page.get_by_text("Kernel", exact=True).first.click()
    page.get_by_text("Interrupt Kernel").first.click()
    _ended(slow)
    end = time.monotonic() + _SECONDS
    while len(engine.cancelled()) == before:
        assert time.monotonic() < end
        time.sleep(0.1)
    after = _run(page, "still ")
    expect(after.locator(".jp-OutputArea")).to_contain_text("still here")
    page.screenshot(path=ARTIFACTS / "3-interrupted.png")


def test_a_notebook_without_trust_runs_nothing_by_itself_and_shows_what_we_said(
    page: Page, link: str, folder: Path
) -> None:
    page.keyboard.press("Control+s")
    saved = folder / "work.ipynb"
    end = time.monotonic() + _SECONDS
    while "1/1 example" not in saved.read_text():
        assert time.monotonic() < end
        time.sleep(0.1)
    # Changed by somebody else: Jupyter's signature no longer fits, so it is not trusted.
    received = json.loads(saved.read_text())
    hostile = "<img src=x onerror='window.ran = 1'><script>window.ran = 1</script>"
    output = {"output_type": "display_data", "metadata": {}, "data": {"text/html": hostile}}
    received["cells"][0]["outputs"] = [output]
    (folder / "received.ipynb").write_text(json.dumps(received))
    browser = page.context.browser
    assert browser
    other = browser.new_page(viewport={"width": 1200, "height": 1400})
    other.set_default_timeout(_MS)
    other.goto(link.replace("lab/tree/work", "lab/workspaces/other/tree/received"))
    said = _cell(other, "sum the doubled values").first.locator(".jp-OutputArea")
    expect(said).to_contain_text("1/1 example")
    expect(said.get_by_alt_text("measured work")).to_be_visible()
    expect(other.get_by_title("Notebook not trusted")).to_be_visible()
    other.screenshot(path=ARTIFACTS / "4-without-trust.png")
    assert other.evaluate("window.ran") is None
    other.close()
