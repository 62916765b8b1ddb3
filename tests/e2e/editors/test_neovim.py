"""Neovim, current and oldest supported: attach, act, preview, accept, hover, cancel, health."""

from collections.abc import Iterator
from pathlib import Path
from shutil import which
from typing import Any

import pytest

from tests.e2e.editors import nvim
from tests.e2e.editors.nvim import Editor
from tests.e2e.editors.scripted import SQUARES, SQUARES_TOOLS, TWO_SUM, script, task
from tests.fakes_process import FakeProcess, run_fake_engine

pytestmark = pytest.mark.e2e

VERSIONS = {"current": (0, 11), "oldest": (0, 10)}


@pytest.fixture
def model(tmp_path: Path) -> Iterator[FakeProcess]:
    with run_fake_engine(tmp_path, script()) as running:
        yield running


@pytest.fixture(params=list(VERSIONS))
def version(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def vim(version: str, model: FakeProcess, tmp_path: Path, artifacts: Path) -> Iterator[Editor]:
    with nvim.editor(version, tmp_path, model.url) as running:
        yield running
        artifacts.mkdir(parents=True, exist_ok=True)
        (artifacts / "screen.txt").write_text(running.screen())


def _file(vim: Editor, text: str, name: str = "work.py") -> Path:
    project = vim.folder / "project"
    project.mkdir(exist_ok=True)
    (project / "pyproject.toml").touch()
    file = project / name
    file.write_text(text)
    return file


def test_it_is_the_version_meant(vim: Editor, version: str) -> None:
    found = vim.lua("local v = vim.version() return {v.major, v.minor}")
    assert tuple(found) == VERSIONS[version]


def test_solve_preview_next_accept_undo(vim: Editor, artifacts: Path) -> None:
    file = _file(vim, TWO_SUM)
    vim.edit(file)
    vim.api.current.window.cursor = (9, 8)
    titles = vim.act("Solve TODO")
    assert titles[0].startswith("Solve TODO: one pass with a dictionary")
    vim.until(lambda: "2/2 examples" in vim.virtual(), "the preview opens")
    artifacts.mkdir(parents=True, exist_ok=True)
    (artifacts / "preview.txt").write_text(vim.screen())
    assert any("tok/s" in step for step in vim.lua("return _G.steps")), "progress was shown"
    assert vim.text() == TWO_SUM, "the buffer is not touched before accept"
    first = vim.virtual()
    assert "seen[number] = place" in first
    vim.keys("<C-n>")
    vim.until(lambda: vim.virtual() != first, "the next candidate")
    vim.keys("<C-p>")
    vim.until(lambda: vim.virtual() == first, "the first again")
    vim.keys("K")
    vim.until(lambda: "examples" in vim.floating(), "the evidence")
    vim.keys("<C-y>")
    vim.until(lambda: "seen[number] = place" in vim.text(), "accepted")
    assert vim.virtual() == ""
    assert "# TODO" not in vim.text()
    vim.keys("u")
    vim.until(lambda: vim.text() == TWO_SUM, "one undo takes it back")


@pytest.mark.parametrize("name", [name for name, tool in SQUARES_TOOLS.items() if which(tool)])
def test_other_languages_are_run_before_they_are_offered(
    vim: Editor, name: str, artifacts: Path
) -> None:
    file = _file(vim, SQUARES[name], name)
    vim.edit(file)
    line = next(n for n, text in enumerate(SQUARES[name].splitlines(), 1) if "TODO" in text)
    vim.api.current.window.cursor = (line, 8)
    vim.act("Solve TODO")
    vim.until(lambda: "2/2 examples" in vim.virtual(), "the preview opens")
    artifacts.mkdir(parents=True, exist_ok=True)
    (artifacts / "preview.txt").write_text(vim.screen())
    vim.keys("<C-y>")
    vim.until(lambda: "number * number" in vim.text(), "accepted")
    assert "TODO" not in vim.text()
    vim.keys("u")
    vim.until(lambda: vim.text() == SQUARES[name], "one undo takes it back")


def test_discard_leaves_everything_as_it_was(vim: Editor) -> None:
    vim.edit(_file(vim, task("sort the items")))
    vim.lua("vim.keymap.set('n', '<C-e>', '<Cmd>let g:mine = 1<CR>', {buffer = true})")
    vim.api.current.window.cursor = (7, 8)
    vim.act("Solve TODO")
    vim.until(lambda: "return sorted(items)" in vim.virtual(), "the preview opens")
    vim.keys("<C-e>")
    vim.until(lambda: vim.virtual() == "", "it is gone")
    assert vim.text() == task("sort the items")
    assert vim.api.vars.get("mine") is None
    vim.keys("<C-e>")
    vim.until(lambda: vim.api.vars.get("mine") == 1, "the user's own mapping is back")
    titles = vim.act("no such action")
    assert any("verified" in t or "consistent" in t for t in titles), titles


def test_ready_while_in_another_buffer_waits(vim: Editor) -> None:
    vim.edit(_file(vim, task("rather slow")))
    vim.api.current.window.cursor = (7, 8)
    vim.act("Solve TODO")
    vim.api.command("enew")
    vim.until(lambda: any("Review" in note for note in vim.lua("return _G.notes")), "it is told")
    vim.api.command("buffer work.py")
    vim.api.command("LspAlgosmithReview")
    vim.until(lambda: "return sorted(items)" in vim.virtual(), "it is shown when asked for")


def test_hover_shows_what_was_measured(vim: Editor) -> None:
    vim.edit(_file(vim, "def total(items: list[int]) -> int:\n    return sum(items)\n"))
    vim.api.current.window.cursor = (1, 5)
    vim.act("Measure complexity")
    vim.until(lambda: "O(n)" in vim.floating(), "the finding is shown")
    vim.keys("<Esc>j")
    vim.until(lambda: vim.floating() == "", "the float closes")
    vim.api.current.window.cursor = (1, 5)
    vim.lua("vim.lsp.buf.hover()")
    vim.until(lambda: "measured" in vim.floating(), "hover knows it")


def test_cancel_stops_the_model(vim: Editor, model: FakeProcess) -> None:
    vim.edit(_file(vim, task("very slow")))
    vim.api.current.window.cursor = (7, 8)
    vim.act("Solve TODO")
    vim.until(lambda: any("tok/s" in s for s in vim.lua("return _G.steps")), "it thinks")
    vim.api.command("LspAlgosmithCancel")
    vim.until(lambda: len(model.cancelled()) >= 1, "the model is stopped")
    vim.until(lambda: any(s.startswith("end") for s in vim.lua("return _G.steps")), "it ends")
    assert vim.text() == task("very slow")


def test_take_the_best_now(vim: Editor, model: FakeProcess) -> None:
    vim.edit(_file(vim, task("take the first")))
    vim.api.current.window.cursor = (7, 8)
    vim.act("Solve TODO")
    so_far = "1 of 3 checked, best: consistent"
    vim.until(lambda: any(so_far in s for s in vim.lua("return _G.steps")), "progress says so")
    vim.api.command("LspAlgosmithTakeBest")
    vim.until(lambda: "return sorted(items)" in vim.virtual(), "the preview opens")
    vim.until(lambda: len(model.cancelled()) >= 1, "the model is stopped")
    vim.keys("<C-y>")
    vim.until(lambda: "return sorted(items)" in vim.text(), "accepted")
    vim.api.command("LspAlgosmithTakeBest")
    nothing = "no TODO is being solved"
    vim.until(lambda: any(nothing in note for note in vim.lua("return _G.notes")), "it is told")


def test_wide_characters_before_the_place(vim: Editor) -> None:
    text = 'NAMES = "äö𝕏漢字"\n\n\n' + task("排序 𝕏 items", "geordnet")
    vim.edit(_file(vim, text))
    vim.api.current.window.cursor = (10, 8)
    vim.act("Solve TODO")
    vim.until(lambda: "return sorted(items)" in vim.virtual(), "the preview opens")
    assert "实测" in vim.virtual() or "时间" in vim.virtual(), "a Chinese TODO, a Chinese comment"
    vim.keys("<C-y>")
    vim.until(lambda: "return sorted(items)" in vim.text(), "accepted")
    assert vim.text().startswith('NAMES = "äö𝕏漢字"\n\n\ndef geordnet(')


def test_the_task_vanishes_under_the_preview(vim: Editor) -> None:
    vim.edit(_file(vim, task("sort the items")))
    vim.api.current.window.cursor = (7, 8)
    vim.act("Solve TODO")
    vim.until(lambda: "return sorted(items)" in vim.virtual(), "the preview opens")
    vim.keys("ggdG")
    vim.until(lambda: vim.virtual() == "", "the preview goes")
    assert vim.lua("return #_G.notes") > 0


def test_status_and_health(vim: Editor) -> None:
    vim.edit(_file(vim, task("sort the items")))
    shown = "return require('algosmith.status').text()"
    vim.until(lambda: "fake" in vim.lua(shown), "the status line knows the model")
    vim.api.command("checkhealth algosmith")
    vim.until(lambda: "algosmith 0." in vim.text(), "the report is there")
    report = vim.text()
    errors = [line for line in report.splitlines() if "ERROR" in line]
    assert len(errors) == 1, report
    assert "models get qwen2.5-coder" in errors[0], (
        "a fresh profile has no model; it says how to get one"
    )
    assert "is trusted" in report


def test_untrusted_until_told(version: str, model: FakeProcess, tmp_path: Path) -> None:
    with nvim.editor(version, tmp_path, model.url, trusted=None) as vim:
        vim.edit(_file(vim, task("sort the items")))
        vim.api.current.window.cursor = (7, 8)
        vim.act("Solve TODO")
        vim.until(lambda: "return sorted(items)" in vim.virtual(), "the preview opens")
        assert "unchecked" in vim.virtual()
        vim.keys("<C-e>")
        old = _client(vim)
        vim.api.command("LspAlgosmithTrust")
        vim.until(lambda: _client(vim) not in (old, None), "the server starts anew")
        status = "return require('algosmith.status').text()"
        vim.until(lambda: vim.lua(status) != "", "it says how it is")
        vim.act("Solve TODO")
        vim.until(lambda: "1/1 example" in vim.virtual(), "now it was run")


def _client(vim: Editor) -> Any:
    return vim.lua(
        "local c = vim.lsp.get_clients({name = 'algosmith', bufnr = 0})[1]"
        " return c and c.initialized and c.id"
    )
