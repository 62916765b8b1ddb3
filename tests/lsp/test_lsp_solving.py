"""From the code action to the changed text, as each recorded editor, with a scripted engine."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import FakeEngine
from tests.lsp.editor import EDITORS, Editor, reply

BODY = 'def add(a, b):\n    """Adds."""\n    # TODO: add them\n    pass\n\n\nx = "äö𝕏"  # after\n'
CODE = "def add(a, b):\n    return a + b"
SUBTRACTION = "def sub(a, b):\n    return a - b"


def settings(engine: FakeEngine, **more: Any) -> dict[str, Any]:
    """A client's settings for the scripted engine."""
    return {"engine": {"url": engine.url}, "model": "fake", "candidates": 2, **more}


@pytest.mark.parametrize("name", EDITORS)
async def test_a_todo_is_solved(name: str, home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE), sticky=True)
    async with Editor.start(name, home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", '"äö𝕏"\n' + BODY)
        before = editor.text(uri)
        await editor.choose(uri, 3, "Solve TODO: add them")
        await editor.until(lambda: editor.text(uri) != before)
        text = editor.text(uri)
        head, _, tail = before.partition("    # TODO: add them\n    pass\n")
        assert text.startswith(head)
        assert text.endswith(tail)
        assert "    return a + b\n" in text
        assert "# Approach: the obvious way\n    # Time: O(" in text
        await editor.until(lambda: editor.labels)
        assert (editor.labels[0] or "").startswith("Insert: the obvious way")
        kinds = [type(value).__name__ for value in editor.progress]
        shows = name != "emacs-28.2"
        assert kinds[:1] == (["WorkDoneProgressBegin"] if shows else [])
        await editor.until(lambda: not shows or "End" in type(editor.progress[-1]).__name__)
        versioned = editor.edits[0].document_changes is not None
        assert versioned, "all five take versions, Neovim without saying so"


@pytest.mark.parametrize("name", EDITORS)
async def test_ready_solutions_are_in_the_menu(name: str, home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE, "plain addition"), sticky=False)
    engine.enqueue(reply("def add(a, b):\n    return sum((a, b))", "by sum"), sticky=True)
    async with Editor.start(name, home, settings=settings(engine, insert="preview")) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        await editor.until(lambda: editor.messages)
        assert "code-action menu" in editor.messages[0]
        assert editor.text(uri) == BODY
        actions = [a for a in await editor.actions(uri, 2) if a.title.startswith("Insert: ")]
        assert {"plain addition", "by sum"} == {a.title.split(" · ")[0][8:] for a in actions}
        for action in actions:
            assert "O(" in action.title
            assert not action.is_preferred, "nothing is preferred that was not verified"
            assert (action.edit is not None) == (name == "emacs-28.2"), "lazily where it can be"
            assert bool(action.tags) == (name == "vscode-1.139.1")
        await editor.choose(uri, 2, "Insert: by sum")
        assert "    return sum((a, b))\n" in editor.text(uri)


async def test_a_resolved_edit_fits_the_text_as_it_is_by_then(
    home: Path, engine: FakeEngine
) -> None:
    engine.enqueue(reply(CODE), sticky=True)
    async with Editor.start(
        "vscode-1.139.1", home, settings=settings(engine, insert="preview")
    ) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        await editor.until(lambda: editor.messages)
        (action, *_) = [a for a in await editor.actions(uri, 2) if "Insert" in a.title]
        editor.replace(uri, "def add", "# 𝕏𝕏\n\ndef add")
        resolved = await editor.client.code_action_resolve_async(action)
        assert resolved.edit is not None
        assert editor.apply(resolved.edit) is None
        assert "# 𝕏𝕏\n\ndef add(a, b):" in editor.text(uri)
        assert "    return a + b\n" in editor.text(uri)


async def test_resolving_what_is_gone_never_fails(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE), sticky=True)
    async with Editor.start(
        "nvim-0.12.4", home, settings=settings(engine, insert="preview")
    ) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        await editor.until(lambda: editor.messages)
        (action, *_) = [a for a in await editor.actions(uri, 2) if "Insert" in a.title]
        editor.replace(uri, "add them", "subtract them")
        resolved = await editor.client.code_action_resolve_async(action)
        assert resolved.edit is None
        assert resolved.command is not None
        with pytest.raises(Exception, match="changed meanwhile"):
            await editor.execute(resolved.command.command, *(resolved.command.arguments or ()))
        for data in (None, {"uri": uri}, {"uri": "file:///x", "key": "k", "index": 0}, [1]):
            action.data = data
            assert (await editor.client.code_action_resolve_async(action)).edit is None


async def test_only_is_hierarchical(home: Path, engine: FakeEngine) -> None:
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        beside = {
            "Plan it in parts", "Hint 1 of 4", "Explain algorithm", "Measure complexity", "Review",
            "Annotate with",
        }  # fmt: skip
        for only, titles in (
            (["quickfix"], {"Solve TODO"}),
            (["refactor"], beside),
            (["refactor.rewrite"], beside),
            (["refactor.extract"], set[str]()),
            (["refactor.rewrite.function"], set[str]()),
            (["quick"], set[str]()),
            ([""], {"Solve TODO", *beside}),
        ):
            found = [action.title for action in await editor.actions(uri, 2, only)]
            assert {next(t for t in titles if f.startswith(t)) for f in found} == titles, only
        assert await editor.actions(uri, 5) == []


async def test_the_same_task_twice_is_one_job(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE), sticky=True, pace=0.02)
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        await editor.choose(uri, 2, "Solve TODO")
        await editor.until(lambda: editor.labels)
        await asyncio.sleep(0.3)
        assert sum(request.get("n", 1) for request in engine.requests) <= 2, "one job's answers"
        assert len(editor.labels) == 1
        assert editor.text(uri).count("return a + b") == 1
        assert len(editor.client.progress_reports) == 1


async def test_the_best_so_far_can_be_taken(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE))
    engine.enqueue(reply("def add(a, b):\n    return sum((a, b))"), sticky=True, delay=600)
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        title = "Take the best now (1 of 2 checked, best: "
        while not any(a.title.startswith(title) for a in await editor.actions(uri, 2)):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert "being solved: 1 of 2 checked" in (await editor.hover(uri, 2, 8) or "")
        assert (await editor.execute("algosmith.showStatus"))["best"].startswith("1 of 2 checked")
        await editor.choose(uri, 2, title)
        await editor.until(lambda: editor.text(uri) != BODY)
        assert (await editor.execute("algosmith.showStatus"))["best"] == ""
        assert "    return a + b\n" in editor.text(uri)
        assert await editor.execute("algosmith.takeBest") == 0
        await engine.wait_for(lambda: engine.cancelled)


async def test_two_jobs_in_one_file(home: Path, engine: FakeEngine) -> None:
    for code in (SUBTRACTION, SUBTRACTION, CODE, CODE):
        engine.enqueue(reply(code), pace=0.02)
    text = BODY + "\n\n" + BODY.replace("add them", "subtract them").replace("def add", "def sub")
    async with Editor.start("helix-25.01.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", text)
        await editor.choose(uri, 11, "Solve TODO: subtract them")
        await editor.choose(uri, 2, "Solve TODO: add them")
        await editor.until(lambda: len(editor.labels) == 2)
        assert "    return a + b\n" in editor.text(uri)
        assert "    return a - b\n" in editor.text(uri)
        assert "TODO" not in editor.text(uri)


async def test_all_todos_of_a_file(home: Path, engine: FakeEngine) -> None:
    for code in (CODE, CODE, SUBTRACTION, SUBTRACTION):
        engine.enqueue(reply(code))
    text = BODY + "\n\n" + BODY.replace("add them", "subtract them").replace("def add", "def sub")
    async with Editor.start("nvim-0.11.4", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", text)
        await editor.execute("algosmith.solveAll", uri)
        await editor.until(lambda: len(editor.labels) == 2)
        assert "TODO" not in editor.text(uri)
        messages = [getattr(value, "message", "") or "" for value in editor.progress]
        assert any(message.startswith("2 of 2: ") for message in messages)
        with pytest.raises(Exception, match="no TODO"):
            await editor.execute("algosmith.solveAll", uri)


async def test_a_client_that_previews_gets_the_candidates(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE), sticky=True)
    chosen = settings(engine, insert="preview")
    async with Editor.start(
        "vscode-1.139.1", home, settings=chosen, options={"preview": True}
    ) as editor:
        uri = editor.open("a.py", BODY)
        document = {"textDocument": {"uri": uri}}
        (task,) = await editor.ask("algosmith/tasks", document)
        assert (task["title"], task["kind"], task["ready"]) == ("add them", "body", 0)
        await editor.execute("algosmith.solve", uri, {"line": 2, "character": 0})
        await editor.until(lambda: any(m == "algosmith/ready" for m, _ in editor.notified))
        (note,) = [p for m, p in editor.notified if m == "algosmith/ready"]
        assert (note.uri, note.key) == (uri, task["key"])
        found = await editor.ask("algosmith/candidates", {**document, "key": task["key"]})
        assert found.title == "add them"
        assert found.version == 1
        (candidate,) = found.candidates
        assert "return a + b" in candidate.newText
        assert candidate.level == "unchecked"
        await editor.execute("algosmith.apply", uri, task["key"], candidate.index)
        assert "    return a + b\n" in editor.text(uri)
        with pytest.raises(Exception, match="changed"):
            await editor.ask("algosmith/candidates", {**document, "key": task["key"]})
        states = [p.state for m, p in editor.notified if m == "algosmith/status"]
        assert states
        status = await editor.execute("algosmith.showStatus")
        assert status["trusted"] is False
        names = [model["name"] for model in await editor.ask("algosmith/models", {})]
        assert {"qwen2.5-coder-1.5b", "smollm2-135m"} <= set(names)
