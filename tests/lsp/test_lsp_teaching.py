"""Hints and reviews in editors, and a folder in which nothing is solved."""

from pathlib import Path

from tests.fakes import FakeEngine
from tests.lsp.editor import Editor
from tests.lsp.test_lsp_solving import BODY, settings


async def test_hints_come_level_by_level_and_stay_in_the_hover(
    home: Path, engine: FakeEngine
) -> None:
    engine.enqueue("Which number do you add last?\n```python\nreturn 1\n```", sticky=True)
    async with Editor.start(
        "vscode-1.139.1", home, settings=settings(engine), options={"preview": True}
    ) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Hint 1 of 4: a question")
        hover = await editor.hover(uri, 2, 8)
        assert hover is not None
        assert "Which number do you add last?" in hover
        assert "return 1" not in hover
        assert "nothing checked it" in hover
        titles = [action.title for action in await editor.actions(uri, 2)]
        assert "Hint 2 of 4: the idea" in titles


async def test_in_a_folder_for_learners_only_hints_are_offered(
    home: Path, engine: FakeEngine
) -> None:
    taught = settings(engine, teaching={"hints_only": ["/work"]})
    async with Editor.start("vscode-1.139.1", home, settings=taught) as editor:
        uri = editor.open("a.py", BODY)
        titles = [action.title for action in await editor.actions(uri, 2)]
        assert not [title for title in titles if title.startswith(("Solve", "Insert"))]
        assert "Hint 1 of 4: a question" in titles
        assert not await editor.lenses(uri)


async def test_a_review_marks_the_words_of_the_model(home: Path, engine: FakeEngine) -> None:
    engine.enqueue("You add each number once.", sticky=True)
    code = "def total(values):\n    s = 0\n    for v in values:\n        s += v\n    return s\n"
    async with Editor.start(
        "vscode-1.139.1", home, settings=settings(engine), options={"preview": True}
    ) as editor:
        uri = editor.open("a.py", code)
        await editor.choose(uri, 0, "Review: total")
        hover = await editor.hover(uri, 0, 5)
        assert hover is not None
        assert "You add each number once." in hover
        assert "nothing checked it" in hover
        assert "this workspace is not trusted" in hover
