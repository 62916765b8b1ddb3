"""The whole chain with the real demo model: code action, engine, changed text."""

import ast
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from algosmith import catalogue
from algosmith.llm import launcher
from tests.lsp.editor import Editor

pytestmark = pytest.mark.model

TASKS = Path(__file__).parents[1] / "scenarios" / "python"
SETTINGS: dict[str, Any] = {
    "seed": 7,
    "candidates": 4,
    "answerTokens": 256,
    "engine": {"contextTokens": 2048, "threads": 1, "prefixCacheMb": 16},
}


@pytest.fixture
async def home(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Path]:
    """A home with nothing in it but the demo model; its engine is stopped at the end."""
    model = catalogue.resolve("smollm2-135m")
    with tempfile.TemporaryDirectory(prefix="as-lsp-") as folder:
        home = Path(folder)
        target = home / "data" / "models" / "smollm2-135m"
        target.mkdir(parents=True)
        try:
            os.link(model, target / model.name)
        except OSError:
            shutil.copy(model, target / model.name)
        monkeypatch.setenv("ALGOSMITH_HOME", folder)
        yield home
        await launcher.stop()


@pytest.mark.parametrize(("name", "tasks"), [("vscode-1.139.1", 9), ("nvim-0.12.4", 1)])
async def test_from_the_code_action_to_the_changed_text(name: str, tasks: int, home: Path) -> None:
    async with Editor.start(name, home, settings=SETTINGS) as editor:
        for file in sorted(TASKS.glob("*.py"))[:tasks]:
            text = file.read_text()
            uri = editor.open(file.name, text)
            line = next(n for n, one in enumerate(text.splitlines()) if "TODO" in one)
            await editor.choose(uri, line, "Solve TODO: ")
            said = len(editor.messages)
            await editor.until(
                lambda uri=uri, text=text, said=said: (
                    editor.text(uri) != text or len(editor.messages) > said
                ),
                240,
            )
            assert editor.text(uri) != text, editor.messages
            ast.parse(editor.text(uri))
            assert "def " in editor.text(uri)
            assert (
                "思路" in editor.text(uri)
                or "Approach" in editor.text(uri)
                or "O(" in editor.text(uri)
            )
        shown = [getattr(value, "message", None) or "" for value in editor.progress]
        assert any("tok/s" in message for message in shown)
        assert editor.messages == []
