"""Searching a counterexample from an editor: offered where it can be, found, marked, kept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.editor import WAIT_SECONDS, Editor
from tests.lsp.test_lsp_diagnostics import pull, saved
from tests.samples import BEST_AND_BRUTE

pytestmark = pytest.mark.sandbox

FILE = (
    BEST_AND_BRUTE
    + '''\


def no_conjecture(n: int) -> bool:
    """Every square is under 50 (a conjecture)."""
    return n * n < 50


def is_small(n: int) -> bool:
    return n < 10


def plain(n: int) -> int:
    return n
'''
)
TRUSTED = {"trusted": True, "preview": True}
FIRST, SLOW, PROPERTY, BOOL, PLAIN = 0, 9, 19, 24, 28


@pytest.fixture
async def editor(home: Path) -> AsyncIterator[Editor]:
    async with Editor.start("vscode-1.139.1", home, options=TRUSTED) as started:
        yield started


async def offered(editor: Editor, uri: str, line: int) -> list[str]:
    titles = [one.title for one in await editor.actions(uri, line)]
    return [title for title in titles if "counterexample" in title]


async def run(editor: Editor, uri: str, line: int) -> Any:
    params = types.ExecuteCommandParams("algosmith.stress", [uri, {"line": line, "character": 4}])
    asked = editor.client.workspace_execute_command_async(params)
    return await asyncio.wait_for(asked, WAIT_SECONDS)


async def test_what_is_found_is_marked_and_can_be_kept_as_an_example(editor: Editor) -> None:
    uri = editor.open("a.py", FILE)
    against = "Find a counterexample: best against best_brute"
    assert await offered(editor, uri, FIRST) == [against]
    assert await offered(editor, uri, SLOW) == [against]
    assert await offered(editor, uri, PROPERTY) == ["Find a counterexample to no_conjecture"]
    assert await offered(editor, uri, BOOL) == []
    assert await offered(editor, uri, PLAIN) == []

    told = await run(editor, uri, FIRST)
    assert "gave -1" in told["markdown"]
    (found,) = await pull(editor, uri)
    assert (found.code, found.range.start.line) == ("counterexample", FIRST)
    assert "gave 0" in found.message
    assert "gave -1" in found.message
    saved(editor, uri)  # nothing changed: it stays
    assert await pull(editor, uri) == [found]

    await run(editor, uri, PROPERTY)
    marks = await pull(editor, uri)
    assert [one.range.start.line for one in marks] == [FIRST, PROPERTY]
    await editor.choose(uri, PROPERTY, "Keep no_conjecture(8) == False as an example")
    assert "    >>> no_conjecture(8)\n    False\n" in editor.text(uri)
    assert await offered(editor, uri, PROPERTY) == [
        "Find a counterexample: no_conjecture against its examples and tests"
    ]
    assert await pull(editor, uri) == []  # it held for the text that was searched
    titles = {value.title for value in editor.progress if value.kind == "begin"}
    assert "Searching a counterexample: best against best_brute" in titles


async def test_a_search_can_be_cancelled_and_what_has_nothing_to_hold_to_is_told_so(
    editor: Editor,
) -> None:
    uri = editor.open("a.py", "def f(n: int) -> bool:\n    '''Always.'''\n    return n == n\n")
    asked = asyncio.ensure_future(run(editor, uri, 0))
    await editor.until(lambda: any("inputs tried" in str(v) for v in editor.progress))
    params = types.ExecuteCommandParams("algosmith.cancel", [uri])
    assert await editor.client.workspace_execute_command_async(params) == 1
    with pytest.raises(Exception, match=r"(?i)cancel"):
        await asked
    other = editor.open("b.py", "def f(n):\n    return n\n")
    with pytest.raises(Exception, match="nothing to hold this function to"):
        await run(editor, other, 0)
