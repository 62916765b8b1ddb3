"""Diagnostics: on save, only when switched on and trusted, pulled or pushed as the client does."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.fakes import FakeEngine
from tests.features.test_check import SLOW, WRONG
from tests.lsp.editor import WAIT_SECONDS, Editor

pytestmark = pytest.mark.sandbox

BOTH = f"{SLOW}\n\n{WRONG}"
ON = {"diagnostics": {"enabled": True}}
TRUSTED = {"trusted": True}


def saved(editor: Editor, uri: str) -> None:
    document = types.TextDocumentIdentifier(uri)
    editor.client.text_document_did_save(types.DidSaveTextDocumentParams(document))


async def pull(editor: Editor, uri: str) -> list[types.Diagnostic]:
    params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri))
    answer: Any = await asyncio.wait_for(
        editor.client.text_document_diagnostic_async(params), WAIT_SECONDS
    )
    return list(answer.items)


async def test_a_client_that_pulls_gets_what_a_save_found(home: Path) -> None:
    async with Editor.start("vscode-1.139.1", home, settings=ON, options=TRUSTED) as editor:
        uri = editor.open("a.py", BOTH)
        assert await pull(editor, uri) == []
        saved(editor, uri)
        found = {one.code: one for one in await pull(editor, uri)}
        assert set(found) == {"claim-contradicted", "example-fails"}
        claim = found["claim-contradicted"]
        assert claim.range.start.line == 3
        assert claim.related_information
        assert claim.related_information[0].location.range.start.line == 11
        assert "double(2) gave 4, expected 5" in found["example-fails"].message
        await editor.choose(uri, 3, "Correct the annotation to O(n²)")
        assert "    Time: O(n²)\n" in editor.text(uri)
        assert await pull(editor, uri) == []  # it holds for the text that was checked only
        saved(editor, uri)
        assert [one.code for one in await pull(editor, uri)] == ["example-fails"]
        assert editor.messages == []


async def test_a_client_that_does_not_pull_is_told(home: Path) -> None:
    async with Editor.start("emacs-28.2", home, settings=ON, options=TRUSTED) as editor:
        uri = editor.open("a.py", WRONG)
        saved(editor, uri)
        await editor.until(lambda: editor.client.diagnostics.get(uri))
        (told,) = editor.client.diagnostics[uri]
        assert told.code == "example-fails"


@pytest.mark.parametrize(("settings", "options"), [({}, TRUSTED), (ON, {})])
async def test_nothing_is_run_unless_wanted_and_trusted(
    home: Path, settings: dict[str, Any], options: dict[str, Any]
) -> None:
    async with Editor.start("vscode-1.139.1", home, settings=settings, options=options) as editor:
        uri = editor.open("a.py", WRONG)
        saved(editor, uri)
        assert await pull(editor, uri) == []


async def test_one_function_that_trips_us_costs_the_others_nothing(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from algosmith.features import checking

    real = checking.check_function

    async def tripping(snapshot: Any, subject: Any, *others: Any) -> Any:
        if subject.function.name == "slow_pairs" or "claim" in subject.function.name:
            raise RuntimeError("ours")
        return await real(snapshot, subject, *others)

    monkeypatch.setattr(checking, "check_function", tripping)
    async with Editor.start("vscode-1.139.1", home, settings=ON, options=TRUSTED) as editor:
        uri = editor.open("a.py", f"def claim_it(n):\n    # Time: O(1)\n    return n\n\n\n{WRONG}")
        saved(editor, uri)
        assert [one.code for one in await pull(editor, uri)] == ["example-fails"]


async def test_the_whole_workspace_can_be_asked_for(home: Path, engine: FakeEngine) -> None:
    settings = {**ON, "engine": {"url": engine.url}}
    engine.enqueue("```python\nreturn n + 3\n```", sticky=True)
    async with Editor.start("vscode-1.139.1", home, settings=settings, options=TRUSTED) as editor:
        uri = editor.open("a.py", WRONG)
        saved(editor, uri)
        (found,) = await pull(editor, uri)
        answer: Any = await asyncio.wait_for(
            editor.client.workspace_diagnostic_async(types.WorkspaceDiagnosticParams([])),
            WAIT_SECONDS,
        )
        assert [(one.uri, len(one.items)) for one in answer.items] == [(uri, 1)]
        line = found.range.start.line
        before = editor.text(uri)
        await editor.choose(uri, line, "Solve double again with this evidence")
        await editor.until(lambda: editor.text(uri) != before)
        assert "return n + 3" in editor.text(uri)


async def test_in_a_folder_for_learners_a_finding_offers_no_solution(home: Path) -> None:
    settings = {**ON, "teaching": {"hints_only": ["/work"]}}
    async with Editor.start("vscode-1.139.1", home, settings=settings, options=TRUSTED) as editor:
        uri = editor.open("a.py", WRONG)
        saved(editor, uri)
        (found,) = await pull(editor, uri)
        titles = [one.title for one in await editor.actions(uri, found.range.start.line)]
        assert not [title for title in titles if title.startswith("Solve")]
        assert titles
