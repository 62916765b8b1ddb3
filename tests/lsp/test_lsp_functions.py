"""Hover, lenses, explaining and measuring, with a scripted engine."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.fakes import FakeEngine
from tests.lsp.editor import Editor
from tests.lsp.test_lsp_solving import BODY, settings

FUNCTION = """import os


def total(values):
    s = 0
    for v in values:
        s += v
    return s
"""
EXPLANATION = (
    "Algorithm: linear sum <b>bold</b> [link](command:evil)\n"
    "Idea: Adds every value once.\nTime: O(n)\nSpace: O(1)\n"
)


async def test_hover_on_a_task_tells_its_state(home: Path, engine: FakeEngine) -> None:
    engine.enqueue("no code here", sticky=True, delay=0.5)
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        first = await editor.hover(uri, 2, 8)
        assert first is not None
        assert "not solved yet" in first
        await editor.choose(uri, 2, "Solve TODO")
        await engine.wait_for(lambda: engine.requests)
        running = await editor.hover(uri, 2, 8)
        assert running is not None
        assert "being solved" in running
        await editor.until(lambda: editor.messages)
        ended = await editor.hover(uri, 2, 8)
        assert ended is not None
        assert "No usable answer" in ended
        assert await editor.hover(uri, 6, 1) is None


@pytest.mark.parametrize("name", ["vscode-1.139.1", "emacs-28.2"])
async def test_hover_on_a_function_explains_it(name: str, home: Path, engine: FakeEngine) -> None:
    engine.enqueue(EXPLANATION, sticky=True)
    async with Editor.start(name, home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", FUNCTION)
        text = await editor.hover(uri, 3, 6)
        assert text is not None
        assert "Adds every value once" in text
        assert "claimed" in text
        if name == "emacs-28.2":
            assert "<b>bold</b>" in text
        else:
            assert "<b>" not in text.replace("\\<b\\>", "")
            assert "\\[link\\](command:evil)" in text
        again = await editor.hover(uri, 3, 5)
        assert again == text
        assert len(engine.requests) == 1, "the second one came from the cache"
        assert await editor.hover(uri, 5, 6) is None, "only on the function's head"


async def test_hover_waits_only_a_little_and_blocks_nobody(home: Path, engine: FakeEngine) -> None:
    model_answers = asyncio.Event()
    engine.enqueue(EXPLANATION, sticky=True, held=model_answers)
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", FUNCTION)
        await editor.actions(uri, 3)
        pending = asyncio.create_task(editor.hover(uri, 3, 6))
        await engine.wait_for(lambda: engine.requests)
        assert await editor.actions(uri, 3)
        assert not pending.done()
        first = await pending
        assert first is not None
        assert "asking the model" in first
        assert not engine.finished
        model_answers.set()
        await engine.wait_for(lambda: engine.finished)
        await asyncio.sleep(0.3)
        second = await editor.hover(uri, 3, 6)
        assert second is not None
        assert "Adds every value once" in second


async def test_a_hover_that_is_cancelled_frees_the_engine(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(EXPLANATION, sticky=True, delay=20.0)
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", FUNCTION)
        task = asyncio.create_task(editor.hover(uri, 3, 6))
        await engine.wait_for(lambda: engine.requests)
        (identity,) = editor.client.protocol._request_futures
        editor.client.cancel_request(types.CancelParams(identity))
        with pytest.raises(Exception, match="cancel"):
            await task
        await engine.wait_for(lambda: engine.cancelled)


async def test_hover_says_what_is_wrong_without_a_pop_up(home: Path) -> None:
    async with Editor.start("helix-25.01.1", home) as editor:
        uri = editor.open("a.py", FUNCTION)
        text = await editor.hover(uri, 3, 6)
        assert text is not None
        assert "algosmith models get qwen2.5-coder-1.5b" in text.replace("\\", "")
        assert editor.messages == []


@pytest.mark.parametrize("off", [{"hover": {"enabled": False}}, {"hover": {"explain": False}}])
async def test_hover_can_be_switched_off(
    home: Path, engine: FakeEngine, off: dict[str, Any]
) -> None:
    chosen = settings(engine, **off)
    async with Editor.start("vscode-1.139.1", home, settings=chosen) as editor:
        uri = editor.open("a.py", FUNCTION)
        assert await editor.hover(uri, 3, 6) is None
        assert engine.requests == []


async def test_explain_is_told_to_a_plain_client(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(EXPLANATION, sticky=True)
    async with Editor.start("nvim-0.11.4", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", FUNCTION)
        await editor.choose(uri, 5, "Explain algorithm: total")
        await editor.until(lambda: editor.messages)
        assert editor.messages[0].startswith("total: linear sum")
        assert "Explaining total" in {getattr(v, "title", None) for v in editor.progress}
        with pytest.raises(Exception, match="no function"):
            await editor.execute("algosmith.explain", uri, {"line": 0, "character": 0})


async def test_explain_answers_a_client_that_shows_it(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(EXPLANATION, sticky=True)
    async with Editor.start(
        "vscode-1.139.1", home, settings=settings(engine), options={"preview": True}
    ) as editor:
        uri = editor.open("a.py", FUNCTION)
        place = {"start": {"line": 5, "character": 0}, "end": {"line": 6, "character": 2}}
        answer = await editor.execute("algosmith.explain", uri, place)
        assert "Adds every value once" in answer["markdown"]
        assert answer["range"]["start"] == {"line": 3, "character": 0}
        assert editor.messages == []


@pytest.mark.sandbox
async def test_measured_complexity_is_shown_and_written(home: Path, engine: FakeEngine) -> None:
    chosen = settings(engine, complexity={"lens": True})
    async with Editor.start(
        "vscode-1.139.1", home, settings=chosen, options={"trusted": True}
    ) as editor:
        uri = editor.open("a.py", FUNCTION)
        (lens,) = await editor.lenses(uri)
        assert lens.command is not None
        assert lens.command.title == "Measure complexity"
        await editor.execute(lens.command.command, *(lens.command.arguments or ()))
        await editor.until(lambda: editor.messages)
        assert "Time: O(n) measured" in editor.messages[0]
        await editor.until(lambda: ("lens refresh", None) in editor.notified)
        (lens,) = await editor.lenses(uri)
        assert lens.command is not None
        assert lens.command.title == "Time: O(n) measured · Space: O(1) measured"
        await editor.choose(uri, 3, "Annotate with measured complexity")
        await editor.until(lambda: editor.labels)
        assert "    # Time: O(n) measured" in editor.text(uri)
        assert engine.requests == []


async def test_lenses_above_todos(home: Path, engine: FakeEngine) -> None:
    async with Editor.start("nvim-0.12.4", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        (lens,) = await editor.lenses(uri)
        assert lens.command is not None
        assert lens.command.title == "Solve TODO: add them"
        assert lens.range.start.line == 2
    chosen = settings(engine, lens={"todo": False})
    async with Editor.start("nvim-0.12.4", home, settings=chosen) as editor:
        uri = editor.open("a.py", BODY)
        await editor.execute("algosmith.showStatus")
        assert not await editor.lenses(uri)


async def test_notebook_cells_are_documents(home: Path, engine: FakeEngine) -> None:
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        cell = "vscode-notebook-cell:/work/a.ipynb#1"
        document = types.NotebookDocument(
            "file:///work/a.ipynb",
            "jupyter",
            1,
            [types.NotebookCell(types.NotebookCellKind.Code, cell)],
        )
        item = types.TextDocumentItem(cell, "python", 1, "# TODO: add two numbers")
        editor.client.notebook_document_did_open(
            types.DidOpenNotebookDocumentParams(document, [item])
        )
        assert [a.title for a in await editor.actions_at(cell, 0, 4)] == [
            "Solve TODO: add two numbers",
            "Hint 1 of 4: a question",
        ]
        where = types.Range(types.Position(0, 8), types.Position(0, 11))
        change = types.NotebookDocumentCellContentChanges(
            types.VersionedTextDocumentIdentifier(version=2, uri=cell),
            [types.TextDocumentContentChangePartial(where, "multiply")],
        )
        editor.client.notebook_document_did_change(
            types.DidChangeNotebookDocumentParams(
                types.VersionedNotebookDocumentIdentifier(version=2, uri="file:///work/a.ipynb"),
                types.NotebookDocumentChangeEvent(
                    cells=types.NotebookDocumentCellChanges(text_content=[change])
                ),
            )
        )
        assert [a.title for a in await editor.actions_at(cell, 0, 4)] == [
            "Solve TODO: multiply two numbers",
            "Hint 1 of 4: a question",
        ]
        editor.client.notebook_document_did_close(
            types.DidCloseNotebookDocumentParams(
                types.NotebookDocumentIdentifier("file:///work/a.ipynb"),
                [types.TextDocumentIdentifier(cell)],
            )
        )
        assert await editor.actions_at(cell, 0, 4) == []
