"""What needs no model, in a real Neovim: a counterexample found and kept, review, a hint."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.editors import nvim
from tests.e2e.editors.nvim import Editor
from tests.fakes import Scripted
from tests.fakes_process import run_fake_engine
from tests.samples import BEST_AND_BRUTE

pytestmark = pytest.mark.e2e

FILE = (
    BEST_AND_BRUTE
    + """\


def reverse(items: list[int]) -> list[int]:
    # TODO: turn the list around
    pass
"""
)
_SAID = Scripted("Which item comes first in the end?", sticky=True)
_WORKSPACE = """
local client = vim.lsp.get_clients({name = 'algosmith', bufnr = 0})[1]
local answer = vim.lsp.buf_request_sync(
  0, 'workspace/diagnostic', { previousResultIds = {} }, 60000)[client.id]
return answer.result.items[1].items[1].message
"""


@pytest.fixture
def vim(tmp_path: Path) -> Iterator[Editor]:
    with (
        run_fake_engine(tmp_path, [_SAID]) as model,
        nvim.editor("current", tmp_path, model.url) as running,
    ):
        yield running


def test_a_counterexample_is_found_marked_and_kept_and_code_is_reviewed(vim: Editor) -> None:
    file = vim.folder / "work.py"
    file.write_text(FILE)
    vim.edit(file)
    vim.api.current.window.cursor = (1, 5)
    titles = vim.act("Find a counterexample: best against best_brute")
    assert not [title for title in titles if title.startswith("Keep")]
    vim.until(lambda: "gave -1" in vim.floating(), "the finding is shown")
    assert any("inputs tried" in s or "Searching" in s for s in vim.lua("return _G.steps"))
    marks = "return vim.tbl_map(function(d) return {d.lnum, d.code} end, vim.diagnostic.get(0))"
    vim.until(lambda: vim.lua(marks) == [[0, "counterexample"]], "the function is marked")
    assert "best(" in vim.lua(_WORKSPACE)
    vim.act("Keep best(")
    vim.until(lambda: ">>> best([-1])\n    -1\n" in vim.text(), "the example stands there")

    vim.keys("<Esc>j")
    vim.until(lambda: vim.floating() == "", "the float closes")
    vim.api.current.window.cursor = (1, 5)
    vim.act("Review: best")
    vim.until(lambda: "What running it showed" in vim.floating(), "the review")
    assert "gave 0, expected -1" in vim.floating()
    vim.keys("<Esc>j")
    vim.until(lambda: vim.floating() == "", "the float closes")
    vim.lua("vim.fn.search('TODO')")
    vim.act("Hint 1 of 4")
    vim.until(lambda: "Which item comes first" in vim.floating(), "the hint")
