"""What goes wrong, and what the editor sees then: each row is a sentence that says what to do."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.fakes import FakeEngine, Scripted
from tests.fakes_process import run_fake_engine
from tests.lsp.editor import Editor, reply
from tests.lsp.test_lsp_solving import BODY, CODE, settings


async def test_no_model_yet(home: Path) -> None:
    async with Editor.start("vscode-1.139.1", home) as editor:
        uri = editor.open("a.py", BODY)
        for _ in range(2):
            action = await editor.choose(uri, 2, "Solve TODO")
            assert "algosmith models get qwen2.5-coder-1.5b" in action.title
            await editor.until(lambda: editor.messages)
            assert "algosmith models get qwen2.5-coder-1.5b" in editor.client.messages.pop().message
        assert editor.text(uri) == BODY
        assert all(
            type(v).__name__ != "WorkDoneProgressEnd" or v.message == "failed"
            for v in editor.progress
        )


async def test_the_engine_dies_while_it_answers(home: Path, tmp_path: Path) -> None:
    script = [Scripted(reply(CODE), pace=0.05, crash_after=2), Scripted(reply(CODE), sticky=True)]
    with run_fake_engine(tmp_path, script) as engine:
        chosen = {"engine": {"url": engine.url}, "model": "fake", "candidates": 1}
        async with Editor.start("nvim-0.12.4", home, settings=chosen) as editor:
            uri = editor.open("a.py", BODY)
            await editor.choose(uri, 2, "Solve TODO")
            await editor.until(lambda: editor.messages, 60)
            assert engine.process.wait(5) == -9
            assert editor.text(uri) == BODY
            assert await editor.actions(uri, 2), "the editor's side is unharmed"
            with run_fake_engine(tmp_path, script[1:]) as other:
                changed = {"engine": {"url": other.url}, "model": "fake", "candidates": 1}
                await editor.configure(changed)
                await editor.choose(uri, 2, "Solve TODO")
                await editor.until(lambda: "return a + b" in editor.text(uri))


async def test_two_windows_ask_at_once(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE), sticky=True, pace=0.02)
    async with (
        Editor.start("vscode-1.139.1", home, settings=settings(engine)) as one,
        Editor.start("nvim-0.11.4", home, settings=settings(engine)) as two,
    ):
        for editor in (one, two):
            uri = editor.open("a.py", BODY)
            await editor.choose(uri, 2, "Solve TODO")
        for editor in (one, two):
            await editor.until(lambda editor=editor: "return a + b" in editor.text(uri))
        assert len(engine.requests) >= 2, "each window asks for itself"


async def test_the_text_changes_during_the_job(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE), sticky=True, delay=1.0)
    async with Editor.start("emacs-28.2", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        await engine.wait_for(lambda: engine.requests)
        editor.replace(uri, "def add", "# 两个 𝕏\nimport os\n\n\ndef add")
        editor.replace(uri, '"äö𝕏"', '"changed"')
        await editor.until(lambda: editor.labels)
        text = editor.text(uri)
        assert text.startswith('# 两个 𝕏\nimport os\n\n\ndef add(a, b):\n    """Adds."""\n')
        assert text.endswith('    return a + b\n\n\nx = "changed"  # after\n')


async def test_the_user_types_while_the_edit_is_on_its_way(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE), sticky=True)
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        editor.before_edit = lambda: editor.replace(uri, "def add", "\n\ndef add")
        await editor.choose(uri, 2, "Solve TODO")
        await editor.until(lambda: editor.labels)
        assert editor.text(uri).startswith("\n\ndef add(a, b):")
        assert len(editor.edits) == 2, "refused for its version, then placed anew"


@pytest.mark.parametrize(
    ("old", "new"), [("add them", "add nothing"), ("    # TODO: add them\n", "")]
)
async def test_the_task_changes_or_goes_during_the_job(
    home: Path, engine: FakeEngine, old: str, new: str
) -> None:
    engine.enqueue(reply(CODE), sticky=True, delay=1.0)
    async with Editor.start("helix-25.01.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        await engine.wait_for(lambda: engine.requests)
        editor.replace(uri, old, new)
        await editor.until(lambda: editor.messages)
        assert "changed meanwhile" in editor.messages[0]
        assert editor.text(uri) == BODY.replace(old, new)
        assert editor.edits == []
        editor.replace(uri, new or "    pass", old + ("" if new else "    pass"))
        assert editor.text(uri) == BODY
        titles = [action.title for action in await editor.actions(uri, 2)]
        assert any(title.startswith("Insert: ") for title in titles), "it waited in the menu"


async def test_a_read_only_file_and_a_closed_one(home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE), sticky=True, delay=0.5)
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        editor.buffers[uri].read_only = True
        await editor.choose(uri, 2, "Solve TODO")
        await editor.until(lambda: editor.messages)
        assert "(read-only)" in editor.messages[0]
        assert len(editor.edits) == 1, "asking once more would not help"
        await editor.choose(uri, 2, "Solve TODO")
        await engine.wait_for(lambda: len(engine.requests) == 2)
        editor.close(uri)
        await editor.until(lambda: len(editor.messages) == 2)
        assert "closed" in editor.messages[1]
        with pytest.raises(Exception, match="not open"):
            await editor.execute("algosmith.solve", uri, {"line": 2, "character": 0})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I can't do that.", "No usable answer"),
        (reply("def add(a, b):\n    return (a +"), "pars"),
        ("", "No usable answer"),
        ("<think>hm, let me see", "No usable answer"),
    ],
)
async def test_an_answer_that_is_no_use(
    home: Path, engine: FakeEngine, text: str, said: str
) -> None:
    engine.enqueue(text, sticky=True)
    async with Editor.start("nvim-0.11.4", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        await editor.until(lambda: editor.messages)
        assert said in editor.messages[0]
        assert editor.text(uri) == BODY


async def test_one_good_answer_among_bad_ones(home: Path, engine: FakeEngine) -> None:
    for text in ("nothing", reply("def add(a, b):\n    return (a +"), reply(CODE)):
        engine.enqueue(text)
    chosen = settings(engine, candidates=3)
    async with Editor.start("vscode-1.139.1", home, settings=chosen) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        await editor.until(lambda: "return a + b" in editor.text(uri))


LONG = ("def f(x):\n" + "    x += 1\n" * 17 + "    return x\n\n") * 5_000
ODD_FILES = {
    "CR LF": BODY.replace("\n", "\r\n"),
    "BOM": "\ufeff" + BODY,
    "tabs": BODY.replace("    ", "\t"),
    "100,000 lines": BODY + "\n\n" + LONG,
    "one line of 1 MB": BODY + "\n\ny = '" + "两" * 350_000 + "'\n",
    "form feed": BODY.replace("x =", "\x0c\nx ="),
    "line separators": "# \u2028 \u2029 \x85\n".join(["", BODY]),
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow if "100,000" in name else ()) for name in ODD_FILES],
)
async def test_odd_files_get_right_edits(name: str, home: Path, engine: FakeEngine) -> None:
    engine.enqueue(reply(CODE), sticky=True)
    text = ODD_FILES[name]
    client = "vscode-1.139.1" if len(name) % 2 else "nvim-0.12.4"
    async with Editor.start(client, home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", text)
        line = 3 if name == "line separators" else 2
        await editor.choose(uri, line, "Solve TODO: add them")
        await editor.until(lambda: editor.labels or editor.messages, 120)
        after = editor.text(uri)
        head, _, rest = text.partition("TODO: add them")
        newline = "\r\n" if name == "CR LF" else "\n"
        indent = "\t" if name == "tabs" else "    "
        assert after.startswith(head.rpartition(newline)[0])
        assert after.endswith(rest.partition("pass")[2])
        assert f"{newline}{indent}return a + b{newline}" in after
        assert ("\n" in after.replace("\r\n", "")) == (name != "CR LF")


@pytest.mark.parametrize(
    ("text", "language"),
    [("# TODO: x\n", "plaintext"), ("\0\1# TODO: x\n" * 99, "python"), ("# TODO: x", "")],
)
async def test_what_algosmith_does_not_read(
    home: Path, engine: FakeEngine, text: str, language: str
) -> None:
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.xyz" if language != "python" else "a.py", text, language)
        assert await editor.actions(uri, 0) == []
        assert await editor.hover(uri, 0, 3) is None
        with pytest.raises(Exception, match=r"not this language|no TODO"):
            await editor.execute("algosmith.solve", uri, {"line": 0, "character": 3})


async def test_bad_settings_are_named_and_good_ones_change_at_once(
    home: Path, engine: FakeEngine
) -> None:
    engine.enqueue(reply(CODE), sticky=True)
    chosen = settings(engine, colour="red", thinking={"tokens": "many"}, keywords=["NYI"])
    async with Editor.start("nvim-0.12.4", home, settings=chosen) as editor:
        uri = editor.open("a.py", BODY)
        await editor.until(lambda: editor.messages)
        assert "colour: no such setting" in editor.messages[0]
        assert "thinking.tokens: expected int, got 'many'" in editor.messages[0]
        titles = [action.title for action in await editor.actions(uri, 2)]
        assert not any(title.startswith("Solve") for title in titles)
        await editor.configure(settings(engine))
        await editor.choose(uri, 2, "Solve TODO")
        await editor.until(lambda: editor.labels)


@pytest.mark.parametrize("moment", ["queued", "writing", "by command", "shutdown"])
async def test_cancel_at_any_moment(home: Path, engine: FakeEngine, moment: str) -> None:
    delay = 30.0 if moment == "queued" else 0.0
    engine.enqueue(reply(CODE) * 50, sticky=True, delay=delay, pace=0.05)
    async with Editor.start("vscode-1.139.1", home, settings=settings(engine)) as editor:
        uri = editor.open("a.py", BODY)
        await editor.choose(uri, 2, "Solve TODO")
        await engine.wait_for(lambda: engine.requests)
        await editor.until(lambda: editor.progress)
        if moment == "by command":
            assert await editor.execute("algosmith.cancel", uri) == 1
            assert await editor.execute("algosmith.cancel", uri) == 0
        elif moment != "shutdown":
            if moment == "writing":
                await editor.until(lambda: any("writing" in _said(v) for v in editor.progress))
            (token,) = editor.client.progress_reports
            cancel = types.WorkDoneProgressCancelParams(token)
            editor.client.window_work_done_progress_cancel(cancel)
        if moment != "shutdown":
            await engine.wait_for(lambda: engine.cancelled)
            await editor.until(lambda: _said(editor.progress[-1]) == "cancelled")
            await asyncio.sleep(0.2)
            assert (editor.text(uri), editor.edits, editor.messages) == (BODY, [], [])
            assert await editor.actions(uri, 2)
    await engine.wait_for(lambda: engine.cancelled)


def _said(value: Any) -> str:
    return getattr(value, "message", None) or ""
