"""What needs no answer of a model, in VS Code: findings on save, a counterexample, a review."""

import pytest
from playwright.sync_api import expect

from tests.e2e.editors.vscode import CodeServer
from tests.e2e.editors.window import WAIT, Window
from tests.features.test_check import SLOW
from tests.samples import BEST_AND_BRUTE

pytestmark = pytest.mark.e2e

MARKED = ".monaco-editor .squiggly-error, .monaco-editor .squiggly-warning"
BULB = ".monaco-editor [class*='light-bulb'], .monaco-editor [class*='lightbulb']"
"""Stands where the server has something to offer: it is at work by then."""


def test_a_wrong_claim_is_marked_on_save_and_corrected(window: Window, editor: CodeServer) -> None:
    editor.configure(algosmith__diagnostics__enabled=True)
    file = window.workspace / "pairs.py"
    file.write_text(SLOW)
    window.reload()
    window.open_file("pairs.py")
    window.goto(1, 6)
    expect(window.page.locator(BULB).first).to_be_visible(timeout=WAIT)
    expect(window.page.locator(MARKED)).to_have_count(0)
    window.goto(1)
    window.page.keyboard.type("# checked\n")
    window.save()
    expect(window.page.locator(MARKED).first).to_be_visible(timeout=WAIT)
    window.shot("marked")
    window.goto(5, 8)
    assert "Correct the annotation to O(n²)" in window.menu()
    window.shot("quick-fix")
    window.choose("Correct the annotation")
    window.until(lambda: "Time: O(n²)" in window.shown(), "the claim is corrected")
    window.save()
    expect(window.page.locator(MARKED)).to_have_count(0, timeout=WAIT)
    window.shot("corrected")
    assert file.read_text() == "# checked\n" + SLOW.replace("Time: O(n)", "Time: O(n²)")


def test_a_counterexample_is_found_marked_and_kept(window: Window) -> None:
    file = window.workspace / "best.py"
    file.write_text(BEST_AND_BRUTE)
    window.open_file("best.py")
    window.goto(1, 6)
    expect(window.page.locator(BULB).first).to_be_visible(timeout=WAIT)
    assert "Find a counterexample: best against best_brute" in window.menu()
    window.choose("Find a counterexample")
    expect(window.page.locator(MARKED).first).to_be_visible(timeout=WAIT)
    window.shot("counterexample")
    window.goto(1, 6)
    assert any(title.startswith("Keep best(") for title in window.menu())
    window.choose("Keep best(")
    window.until(lambda: ">>> best([-1])" in window.shown(), "the example stands there")
    window.save()
    window.shot("kept")
    assert ">>> best([-1])\n    -1\n" in file.read_text()

    window.goto(1, 6)
    window.command("Algosmith: Review Function")
    review = window.page.locator(".monaco-hover", has_text="What running it showed")
    expect(review).to_be_visible(timeout=WAIT)
    expect(review).to_contain_text("gave 0, expected -1")
    window.shot("review")


def test_agents_find_the_server_of_tools(window: Window, editor: CodeServer) -> None:
    editor.configure(chat__disableAIFeatures=False)
    window.reload()
    (window.workspace / "a.py").write_text("# TODO: add two numbers\n")
    window.open_file("a.py")
    expect(window.lens("Solve TODO")).to_be_visible(timeout=WAIT)
    window.command("MCP: List Servers")
    row = window.page.locator(".quick-input-widget .monaco-list-row", has_text="Algosmith")
    expect(row.first).to_be_visible(timeout=WAIT)
    window.shot("servers")
