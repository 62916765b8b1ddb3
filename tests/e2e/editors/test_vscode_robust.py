"""VS Code when things are not as they should be: each time a message that offers the next step."""

import json
import os
import signal

import pytest
from playwright.sync_api import expect

from tests.e2e.editors.scripted import task
from tests.e2e.editors.vscode import CodeServer
from tests.e2e.editors.window import WAIT, Window
from tests.fakes_process import FakeProcess

pytestmark = pytest.mark.e2e


def _solve_and_accept(window: Window) -> None:
    window.lens("Solve TODO").first.click(timeout=WAIT)
    expect(window.lens("Accept")).to_be_visible(timeout=WAIT)
    window.page.keyboard.press("Control+Enter")
    expect(window.tab("Proposal for")).to_have_count(0, timeout=WAIT)
    window.until(lambda: "return sorted(items)" in window.shown(), "the solution is in the text")


def test_the_server_is_killed_and_comes_back(window: Window, editor: CodeServer) -> None:
    (window.workspace / "again.py").write_text(task("sort the items"))
    window.open_file("again.py")
    expect(window.lens("Solve TODO")).to_be_visible(timeout=WAIT)
    servers = editor.children("algosmith lsp")
    assert servers, "the server runs"
    for server in servers:
        os.kill(server, signal.SIGKILL)
    window.until(
        lambda: (now := editor.children("algosmith lsp")) and not set(now) & set(servers),
        "another server is started",
    )
    window.page.wait_for_timeout(1000)
    window.shot("after-kill")
    _solve_and_accept(window)
    window.shot("solved")
    window.command("Algosmith: Restart Server")
    before = set(editor.children("algosmith lsp"))
    window.until(
        lambda: (now := set(editor.children("algosmith lsp"))) and now != before,
        "the server is started anew on request",
    )


def test_windows_line_ends_and_wide_characters_stay(window: Window) -> None:
    before = 'NAME = "äö𝕏 שלום 漢字"\r\n\r\n\r\n'
    file = window.workspace / "windows.py"
    file.write_bytes((before + task("sort the items").replace("\n", "\r\n")).encode())
    window.open_file("windows.py")
    _solve_and_accept(window)
    window.shot("solved")
    window.save()
    solved = file.read_bytes().decode()
    assert solved.startswith(before)
    assert solved.count("\n") == solved.count("\r\n"), "no line end was changed"
    assert "TODO" not in solved


def test_an_untitled_file(window: Window) -> None:
    window.command("Algosmith: Open a Sample TODO")
    expect(window.lens("Solve TODO")).to_be_visible(timeout=WAIT)
    window.shot("sample")
    window.page.keyboard.press("Control+a")
    window.page.keyboard.press("Delete")
    window.page.keyboard.insert_text(task("sort the items"))
    window.lens("Solve TODO: sort").click(timeout=WAIT)
    review = window.page.get_by_role("button", name="Review")
    expect(window.lens("Accept").or_(review).first).to_be_visible(timeout=WAIT)
    if review.is_visible():
        review.click()
    expect(window.lens("Accept")).to_be_visible(timeout=WAIT)
    window.page.keyboard.press("Control+Enter")
    window.until(lambda: "return sorted(items)" in window.shown(), "solved without a file")


def test_the_file_is_closed_during_the_job(window: Window) -> None:
    (window.workspace / "closed.py").write_text(task("rather slow"))
    window.open_file("closed.py")
    window.lens("Solve TODO").click(timeout=WAIT)
    expect(window.notification("Solving TODO")).to_be_visible(timeout=WAIT)
    window.command("View: Close All Editors")
    message = window.notification("closed.py").or_(window.notification("closed"))
    expect(message.first).to_be_visible(timeout=WAIT)
    window.shot("told")
    assert (window.workspace / "closed.py").read_text() == task("rather slow")


def test_the_task_changes_during_the_job(window: Window) -> None:
    (window.workspace / "changed.py").write_text(task("rather slow"))
    window.open_file("changed.py")
    window.lens("Solve TODO").click(timeout=WAIT)
    expect(window.notification("Solving TODO")).to_contain_text("tok/s", timeout=WAIT)
    window.goto(7, 7)
    window.page.keyboard.press("End")
    window.page.keyboard.type(" but downwards")
    message = window.page.locator(".notification-list-item", has_text="changed")
    expect(message.first).to_be_visible(timeout=WAIT)
    window.shot("told")
    assert "rather slow but downwards" in window.shown()


def test_two_jobs_in_one_file(window: Window, model: FakeProcess) -> None:
    text = task("rather slow") + "\n\n" + task("rather slow too", "second")
    (window.workspace / "both.py").write_text(text)
    window.open_file("both.py")
    expect(window.lens("Solve TODO")).to_have_count(2, timeout=WAIT)
    window.lens("Solve TODO").first.click()
    window.lens("Solve TODO").last.click()
    window.shot("two-jobs")
    for _ in range(2):
        expect(window.lens("Accept")).to_be_visible(timeout=WAIT)
        window.page.keyboard.press("Control+Enter")
        window.page.wait_for_timeout(800)
    window.until(lambda: window.shown().count("return sorted(items)") == 2, "both are solved")
    window.save()
    assert "TODO" not in (window.workspace / "both.py").read_text()


def test_an_answer_without_code_is_told(window: Window) -> None:
    (window.workspace / "hard.py").write_text(task("beyond the model"))
    window.open_file("hard.py")
    window.lens("Solve TODO").click(timeout=WAIT)
    toast = window.page.locator(
        ".notifications-toasts .notification-list-item.monaco-list-row, "
        ".notifications-toasts .notification-list-item"
    )
    expect(toast.filter(has_not_text="Solving").first).to_be_visible(timeout=WAIT)
    window.shot("told")
    assert "# TODO: beyond the model" in window.shown()


def test_a_notebook_cell(window: Window) -> None:
    lines = task("sort the items").splitlines(keepends=True)
    cell = {
        "cell_type": "code",
        "execution_count": None,
        "id": "a1",
        "metadata": {},
        "outputs": [],
        "source": lines,
    }
    notebook = {
        "cells": [cell],
        "metadata": {"language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (window.workspace / "note.ipynb").write_text(json.dumps(notebook))
    window.open_file("note.ipynb")
    window.shot("notebook")
    window.lens("Solve TODO").click(timeout=WAIT)
    review = window.page.get_by_role("button", name="Review")
    expect(window.lens("Accept").or_(review).first).to_be_visible(timeout=WAIT)
    window.shot("preview")
    if review.is_visible():
        review.click()
    expect(window.lens("Accept")).to_be_visible(timeout=WAIT)
    window.page.keyboard.press("Control+Enter")
    expect(window.page.locator(".notebookOverlay")).to_contain_text("sorted", timeout=WAIT)
    window.shot("solved")
