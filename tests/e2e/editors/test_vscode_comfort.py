"""VS Code around the main job: status item, models, doctor, walkthrough, log."""

import pytest
from playwright.sync_api import expect

from tests.e2e.editors.scripted import task
from tests.e2e.editors.window import WAIT, Window

pytestmark = pytest.mark.e2e


@pytest.fixture
def at_work(window: Window) -> Window:
    (window.workspace / "work.py").write_text(task("sort the items"))
    window.open_file("work.py")
    expect(window.lens("Solve TODO")).to_be_visible(timeout=WAIT)
    return window


def test_the_status_item_says_how_it_stands(at_work: Window) -> None:
    item = at_work.page.locator(".statusbar-item", has_text="fake")
    expect(item).to_be_visible(timeout=WAIT)
    item.click()
    rows = at_work.page.locator(".quick-input-widget .monaco-list-row")
    expect(rows.filter(has_text="Engine")).to_be_visible(timeout=WAIT)
    at_work.shot("status")
    texts = " ".join(rows.all_inner_texts())
    for word in ("Choose Model", "Restart Server", "Doctor", "Model", "Cage", "Queue", "Server"):
        assert word in texts


def test_choosing_a_model(at_work: Window) -> None:
    at_work.command("Algosmith: Choose Model")
    rows = at_work.page.locator(".quick-input-widget .monaco-list-row")
    expect(rows.filter(has_text="A model folder or GGUF file")).to_be_visible(timeout=WAIT)
    at_work.shot("models")
    assert rows.filter(has_text="fake").count() == 1, "the model in use is in the list"


def test_the_doctor_reports_in_the_log(at_work: Window) -> None:
    at_work.command("Algosmith: Doctor")
    panel = at_work.page.locator(".output-view-container, .part.panel")
    expect(panel.first).to_contain_text("models get qwen2.5-coder", timeout=WAIT)
    at_work.shot("doctor")
    expect(panel.first).to_contain_text("cage", timeout=WAIT)


def test_the_walkthrough(at_work: Window) -> None:
    at_work.command("Welcome: Open Walkthrough...")
    row = at_work.page.locator(".quick-input-widget .monaco-list-row", has_text="Algosmith").first
    expect(row).to_be_visible(timeout=WAIT)
    row.click()
    page = at_work.page.locator(".gettingStartedContainer")
    expect(page).to_contain_text("Set up the server", timeout=WAIT)
    at_work.page.wait_for_timeout(1500)
    at_work.shot("walkthrough")
    expect(page).to_contain_text("Read the evidence")


def test_the_key_solves_and_the_context_menu_offers_it(at_work: Window) -> None:
    at_work.goto(7, 8)
    at_work.page.keyboard.press("Shift+F10")
    menu = at_work.page.locator(".monaco-menu")
    expect(menu).to_contain_text("Solve TODO", timeout=WAIT)
    at_work.shot("context-menu")
    at_work.page.keyboard.press("Escape")
    at_work.page.keyboard.press("Control+k")
    at_work.page.keyboard.press("t")
    expect(at_work.lens("Accept")).to_be_visible(timeout=WAIT)
    lens = at_work.lens("1/1 example")
    lens.click()
    hover = at_work.page.locator(".monaco-hover:visible").first
    expect(hover).to_contain_text("example", timeout=WAIT)
    at_work.shot("evidence")
