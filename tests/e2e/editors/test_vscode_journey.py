"""A user's way through VS Code: light bulb, palette, progress, preview, accept, undo, cancel."""

from shutil import which

import pytest
from playwright.sync_api import expect

from tests.e2e.editors.scripted import SQUARES, SQUARES_TOOLS, TWO_SUM, task
from tests.e2e.editors.vscode import CodeServer
from tests.e2e.editors.window import WAIT, Window
from tests.fakes_process import FakeProcess

pytestmark = pytest.mark.e2e


def test_solve_from_the_light_bulb(window: Window) -> None:
    file = window.workspace / "pairs.py"
    file.write_text(TWO_SUM)
    window.open_file("pairs.py")
    expect(window.lens("Solve TODO")).to_be_visible(timeout=WAIT)
    window.shot("lens")
    window.goto(9, 8)
    titles = window.menu()
    window.shot("light-bulb-menu")
    assert titles[0] == "Solve TODO: one pass with a dictionary"
    window.choose("Solve TODO")
    progress = window.notification("Solving TODO")
    expect(progress).to_contain_text("tok/s", timeout=WAIT)
    window.shot("progress")
    expect(window.lens("Next candidate")).to_be_visible(timeout=WAIT)
    window.shot("preview")
    assert "2/2 examples" in window.lens("measured").inner_text()
    first = window.shown()
    assert "pass" in first, "the lines that go are shown with those that come"

    window.page.keyboard.press("Alt+]")
    expect(window.lens("(2 of")).to_be_visible(timeout=WAIT)
    window.shot("next-candidate")
    assert window.shown() != first
    window.page.keyboard.press("Alt+[")
    expect(window.lens("(1 of")).to_be_visible(timeout=WAIT)
    assert file.read_text() == TWO_SUM, "nothing is written before Accept"

    window.page.keyboard.press("Control+Enter")
    expect(window.tab("Proposal for")).to_have_count(0, timeout=WAIT)
    window.until(lambda: "seen[number] = place" in window.shown(), "the solution is in the text")
    window.shot("accepted")
    window.save()
    solved = file.read_text()
    assert "# TODO" not in solved
    assert solved.startswith(TWO_SUM.split("    # TODO")[0])

    window.page.keyboard.press("Control+z")
    window.until(lambda: "# TODO: one pass" in window.shown(), "one undo takes it back")
    window.shot("undone")
    window.save()
    assert file.read_text() == TWO_SUM


@pytest.mark.parametrize("name", [name for name, tool in SQUARES_TOOLS.items() if which(tool)])
def test_other_languages_are_run_before_they_are_offered(window: Window, name: str) -> None:
    file = window.workspace / name
    file.write_text(SQUARES[name])
    window.open_file(name)
    expect(window.lens("Solve TODO")).to_be_visible(timeout=WAIT)
    line = next(n for n, text in enumerate(SQUARES[name].splitlines(), 1) if "TODO" in text)
    window.goto(line, 8)
    window.menu()
    window.choose("Solve TODO")
    expect(window.lens("2/2 examples")).to_be_visible(timeout=WAIT)
    window.shot("preview")
    window.page.keyboard.press("Control+Enter")
    window.until(lambda: "number * number" in window.shown(), "the solution is in the text")
    window.shot("accepted")
    window.save()
    assert "TODO" not in file.read_text()


def test_solve_from_the_palette_and_discard(window: Window) -> None:
    file = window.workspace / "sorting.py"
    text = task("sort the items") + "\n\n" + task("sort the items downwards", "second")
    file.write_text(text)
    window.open_file("sorting.py")
    expect(window.lens("Solve TODO").first).to_be_visible(timeout=WAIT)
    window.goto(1)
    window.command("Algosmith: Solve TODO")
    rows = window.page.locator(".quick-input-widget .monaco-list-row")
    expect(rows).to_have_count(2, timeout=WAIT)
    window.shot("which-todo")
    window.page.keyboard.press("Enter")
    expect(window.lens("Discard")).to_be_visible(timeout=WAIT)
    window.shot("preview")
    window.page.keyboard.press("Escape")
    expect(window.tab("Proposal for")).to_have_count(0, timeout=WAIT)
    expect(window.page.locator(".tab.dirty")).to_have_count(0)
    assert file.read_text() == text

    window.goto(8, 8)
    titles = window.menu()
    window.shot("menu-with-what-waits")
    assert any("sorted" in title or "Insert" in title for title in titles), titles


def test_insert_at_once(window: Window, editor: CodeServer) -> None:
    editor.configure(algosmith__insert="best")
    window.reload()
    file = window.workspace / "once.py"
    file.write_text(task("sort the items"))
    window.open_file("once.py")
    window.lens("Solve TODO").click(timeout=WAIT)
    window.until(lambda: "return sorted(items)" in window.shown(), "it is inserted")
    expect(window.tab("Proposal for")).to_have_count(0)
    window.shot("inserted")
    window.page.keyboard.press("Control+z")
    window.until(lambda: "# TODO: sort the items" in window.shown(), "one undo takes it back")
    window.save()
    assert file.read_text() == task("sort the items")


def test_cancel_in_the_progress_notification(window: Window, model: FakeProcess) -> None:
    file = window.workspace / "slow.py"
    file.write_text(task("very slow"))
    window.open_file("slow.py")
    window.lens("Solve TODO").click(timeout=WAIT)
    progress = window.notification("Solving TODO: very slow")
    expect(progress).to_contain_text("tok/s", timeout=WAIT)
    window.shot("thinking")
    before = len(model.cancelled())
    window.goto(1)
    window.page.keyboard.type("# typing goes on meanwhile\n")
    window.until(lambda: "goes on meanwhile" in window.shown(), "the editor is not blocked")
    progress.hover()
    progress.get_by_role("button", name="Cancel").click()
    window.until(lambda: len(model.cancelled()) > before, "the model is stopped")
    expect(progress).to_have_count(0, timeout=WAIT)
    window.shot("cancelled")
    assert "# TODO: very slow" in window.shown()


def test_take_the_best_now(window: Window, model: FakeProcess) -> None:
    file = window.workspace / "first.py"
    file.write_text(task("take the first"))
    window.open_file("first.py")
    button = window.page.locator(".statusbar-item", has_text="Take the best now")
    window.lens("Solve TODO").click(timeout=WAIT)
    so_far = "1 of 3 checked, best: consistent"
    expect(window.notification("Solving TODO")).to_contain_text(so_far, timeout=WAIT)
    expect(button).to_contain_text(so_far, timeout=WAIT)
    window.shot("may-be-taken")
    before = len(model.cancelled())
    button.click()
    expect(window.lens("Accept")).to_be_visible(timeout=WAIT)
    window.until(lambda: len(model.cancelled()) > before, "the model is stopped")
    expect(button).to_have_count(0, timeout=WAIT)
    window.shot("taken")
    window.page.keyboard.press("Control+Enter")
    window.until(lambda: "return sorted(items)" in window.shown(), "accepted")


def test_solve_all(window: Window) -> None:
    file = window.workspace / "many.py"
    file.write_text(task("sort the items") + "\n\n" + task("sort the items too", "second"))
    window.open_file("many.py")
    expect(window.lens("Solve TODO").first).to_be_visible(timeout=WAIT)
    window.command("Algosmith: Solve All TODOs in This File")
    for _ in range(2):
        expect(window.lens("Accept")).to_be_visible(timeout=WAIT)
        window.shot("one-of-all")
        tab = window.tab("Proposal for").first.get_attribute("data-resource-name")
        window.page.keyboard.press("Control+Enter")
        window.until(
            lambda t=tab: t is None or window.tab("Proposal for").count() < 2, "the next one"
        )
        window.page.wait_for_timeout(500)
    window.until(lambda: window.shown().count("return sorted(items)") == 2, "both are solved")
    window.save()
    assert "TODO" not in file.read_text()


def test_hover_and_measure_in_dark_and_light(window: Window, editor: CodeServer) -> None:
    file = window.workspace / "slowsort.py"
    file.write_text(
        "def smallest_first(items: list[int]) -> list[int]:\n"
        "    result = list(items)\n"
        "    for i in range(len(result)):\n"
        "        for j in range(i + 1, len(result)):\n"
        "            if result[j] < result[i]:\n"
        "                result[i], result[j] = result[j], result[i]\n"
        "    return result\n"
        "\n\n" + task("sort the items")
    )
    window.open_file("slowsort.py")
    expect(window.lens("Solve TODO")).to_be_visible(timeout=WAIT)
    window.goto(1, 8)
    window.command("Algosmith: Measure Complexity")
    hover = window.page.locator(".monaco-hover:visible")
    expect(hover).to_contain_text("O(n", timeout=WAIT)
    window.page.keyboard.press("Escape")
    window.command("Algosmith: Explain Algorithm")
    expect(hover).to_contain_text("exchange sort", timeout=WAIT)
    window.page.wait_for_timeout(500)
    window.shot("explained-dark")
    window.page.keyboard.press("Escape")
    editor.configure(workbench__colorTheme="Default Light Modern")
    window.reload()
    expect(window.page.locator(".monaco-workbench.vs")).to_be_visible(timeout=WAIT)
    expect(window.lens("Solve TODO")).to_be_visible(timeout=WAIT)
    window.goto(1, 8)
    window.command("Algosmith: Measure Complexity")
    expect(hover).to_contain_text("O(n", timeout=WAIT)
    window.shot("hover-light")
    window.page.keyboard.press("Escape")
    window.goto(16, 8)
    window.menu()
    window.shot("menu-light")
    window.choose("Solve TODO")
    expect(window.lens("Accept")).to_be_visible(timeout=WAIT)
    window.shot("preview-light")
