"""The commands as processes, against a scripted engine: output, exit status, what is written."""

import asyncio
import json
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from algosmith import catalogue
from tests.fakes import FakeEngine, Scripted

pytestmark = pytest.mark.e2e

REPLY = """Approach: add them up
Time: O(n)
Space: O(1)
```python
def total(values: list[int]) -> int:
    result = 0
    for value in values:
        result += value
    return result
```
"""
SOURCE = '''def total(values: list[int]) -> int:
    """The sum.

    >>> total([1, 2, 3])
    6
    >>> total([])
    0
    """
    # TODO: add the values up
    pass
'''


@dataclass
class Shell:
    """Runs algosmith with a home of its own."""

    folder: Path
    home: Path

    async def run(self, *args: str, **environment: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "algosmith", *args),
            cwd=self.folder,
            env={**os.environ, "ALGOSMITH_HOME": str(self.home), **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()


@pytest.fixture
async def shell(tmp_path: Path) -> AsyncIterator[Shell]:
    async with FakeEngine([Scripted(REPLY, sticky=True)]) as engine:
        config = tmp_path / "home" / "config" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f'model = "fake"\nseed = 1\n[engine]\nurl = "{engine.url}"\n', "utf-8")
        folder = tmp_path / "work"
        folder.mkdir()
        (folder / "sums.py").write_text(SOURCE, "utf-8")
        yield Shell(folder, tmp_path / "home")


async def test_solve_prints_a_diff_and_writes_nothing(shell: Shell) -> None:
    status, out, err = await shell.run("solve", "sums.py:9")
    assert status == 0, err
    assert "-    # TODO: add the values up\n" in out
    assert "+    # Approach: add them up\n" in out
    assert "+    # Time: O(n) measured" in out
    assert (shell.folder / "sums.py").read_text("utf-8") == SOURCE
    assert "\nProposed, not verified: consistent (2/2 examples" in err
    assert "sums.py: " not in err, "nothing is said to be written"


async def test_apply_writes_and_keeps_the_rest(shell: Shell) -> None:
    file = shell.folder / "sums.py"
    file.write_bytes(b"# caf\xc3\xa9\r\n" + SOURCE.replace("\n", "\r\n").encode())
    file.chmod(0o640)
    status, _, err = await shell.run("solve", "sums.py", "--apply")
    assert status == 0, err
    after = file.read_bytes()
    assert after.startswith(
        b"# caf\xc3\xa9\r\n" + SOURCE.split("    # TODO")[0].replace("\n", "\r\n").encode()
    )
    assert b"TODO" not in after
    assert err.endswith("sums.py: written\n")
    assert after.count(b"\n") == after.count(b"\r\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in shell.folder.iterdir()) == ["sums.py"]


async def test_apply_to_a_file_with_the_longest_name_there_is(shell: Shell) -> None:
    file = shell.folder / f"{'s' * 252}.py"
    (shell.folder / "sums.py").rename(file)
    status, _, err = await shell.run("solve", file.name, "--apply")
    assert status == 0, err
    assert "TODO" not in file.read_text("utf-8")
    assert [path.name for path in shell.folder.iterdir()] == [file.name]


async def test_apply_that_fails_in_the_middle_leaves_the_file_as_it_was(shell: Shell) -> None:
    file = shell.folder / "sums.py"
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))"
    file.write_bytes(before := file.read_bytes() + b"# the end\n" * 20)
    (shell.folder / "sitecustomize.py").write_text(limit, "utf-8")
    status, _, err = await shell.run("solve", "sums.py", "--apply", PYTHONPATH=str(shell.folder))
    assert status == 1
    assert "sums.py: not written: File too large; the file is as it was." in err
    assert file.read_bytes() == before
    assert "sums.py: written" not in err
    assert not [path for path in shell.folder.iterdir() if path.name.startswith(".algosmith")]


async def test_json_is_the_contract(shell: Shell) -> None:
    status, out, err = await shell.run("solve", "sums.py", "--json", "-n", "3")
    assert status == 0, err
    record = json.loads(out)
    assert record["task"] == {
        "keyword": "TODO", "text": "add the values up", "language": "python",
        "kind": "body", "line": 9, "function": "total",
    }  # fmt: skip
    assert record["chosen"] == 0
    best = record["candidates"][0]
    assert best["claims"] == {"time": "O(n)", "space": "O(1)"}
    assert best["verdict"]["level"] in ("consistent", "verified")
    assert best["complexity"]["time"]["class"] == "O(n)"
    assert "result += value" in best["new_text"]


async def test_several_tasks_need_a_line_or_all(shell: Shell) -> None:
    two = SOURCE + "\n\n" + SOURCE.replace("total", "total2")
    (shell.folder / "sums.py").write_text(two, "utf-8")
    status, out, err = await shell.run("solve", "sums.py")
    assert (status, out) == (1, "")
    assert "sums.py:9: TODO: add the values up" in err
    status, out, _ = await shell.run("tasks", ".")
    assert out.splitlines() == [
        "sums.py:9: TODO (body in total): add the values up",
        "sums.py:21: TODO (body in total2): add the values up",
    ]


@pytest.mark.parametrize(
    ("args", "status", "words"),
    [
        (("solve", "missing.py"), 1, "missing.py: No such file"),
        (("solve", "sums.py:1"), 1, "no task here"),
        (("solve", "notes.txt"), 1, "not supported"),
        (("solve", "a.ipynb:3"), 1, "put `%%solve` on top of a cell"),
        (("hint", "a.ipynb:3"), 1, "No such file"),
        (("solve", "binary.py"), 1, "binary"),
        (("solve", "latin.py"), 1, "UTF-8"),
        (("solve", "done.py"), 1, "no TODO found"),
        (("nonsense",), 2, "no command 'nonsense'"),
        ((), 2, "usage:"),
        (("explain", "done.py:1"), 1, "no function there"),
        (("explain", "sums.py:99"), 1, "lines, no line 99"),
    ],
)
async def test_bad_input_is_answered_with_one_plain_sentence(
    shell: Shell, args: tuple[str, ...], status: int, words: str
) -> None:
    (shell.folder / "notes.txt").write_text("TODO", "utf-8")
    (shell.folder / "done.py").write_text("x = 1\n", "utf-8")
    (shell.folder / "binary.py").write_bytes(b"\0\1\2")
    (shell.folder / "latin.py").write_bytes(b"# TODO: caf\xe9\n")
    got, out, err = await shell.run(*args)
    assert got == status
    assert words in out + err
    assert "Traceback" not in err


async def test_tasks_respects_gitignore(shell: Shell) -> None:
    (shell.folder / ".gitignore").write_text("build/\n*.gen.py\n!keep.gen.py\n", "utf-8")
    for name in ("build/a.py", "b.gen.py", "keep.gen.py", "sub/c.ts"):
        (shell.folder / name).parent.mkdir(exist_ok=True)
        (shell.folder / name).write_text("# TODO: x\n" if name.endswith("py") else "// TODO: x\n")
    (shell.folder / "sub" / ".gitignore").write_text("d.py\n", "utf-8")
    (shell.folder / "sub" / "d.py").write_text("# TODO: x\n", "utf-8")
    _, out, _ = await shell.run("tasks", "--json")
    assert [json.loads(line)["file"] for line in out.splitlines()] == [
        "keep.gen.py", "sub/c.ts", "sums.py",
    ]  # fmt: skip


async def test_doctor_names_a_server_that_is_away(shell: Shell) -> None:
    config = shell.home / "config" / "config.toml"
    config.write_text('nope = 1\n[engine]\nurl = "http://127.0.0.1:9/v1"\n', "utf-8")
    status, out, err = await shell.run("doctor")
    assert status == 1, err
    assert "nope: no such setting" in out
    assert "BROKEN  engine" in out
    assert "is the server running?" in out


async def test_doctor_says_what_a_server_lists(shell: Shell) -> None:
    _, out, err = await shell.run("doctor")
    assert "ok      model     fake, served by unix://" in out, err
    assert "lists" not in out
    config = shell.home / "config" / "config.toml"
    config.write_text('adapter = "dp"\n' + config.read_text("utf-8"), "utf-8")
    _, out, _ = await shell.run("doctor")
    assert "lists fake, not dp; if it refuses, mend `model` or `adapter`" in out


async def test_auto_is_the_first_model_of_a_server(shell: Shell) -> None:
    config = shell.home / "config" / "config.toml"
    config.write_text(config.read_text("utf-8").replace('model = "fake"\n', ""), "utf-8")
    _, out, err = await shell.run("doctor")
    assert "ok      model     fake, the first that unix://" in out, err
    status, _, err = await shell.run("solve", "sums.py")
    assert status == 0, err


@pytest.mark.model
async def test_doctor_adds_up_what_two_models_need(shell: Shell) -> None:
    config = shell.home / "config" / "config.toml"
    file = catalogue.resolve("smollm2-135m")
    own = shell.folder / "own.gguf"
    own.symlink_to(file)
    models = f"model = {json.dumps(str(own))}\nthinking_model = {json.dumps(str(file))}\n"
    config.write_text(models, "utf-8")
    _, out, err = await shell.run("doctor")
    assert "ok      thinking " in out, err
    (line,) = [line for line in out.splitlines() if line[8:].startswith("memory")]
    needed = [float(n) for n in re.findall(r"needs about ([\d.]+) GiB", line)]
    together = float(re.findall(r"([\d.]+) GiB together, each in an engine of its own", line)[0])
    assert len(needed) == 2
    assert together == pytest.approx(sum(needed), abs=0.11)
    assert "GiB are free" in line


@pytest.mark.model
async def test_doctor_notes_a_context_beyond_the_model(shell: Shell) -> None:
    config = shell.home / "config" / "config.toml"
    model = json.dumps(str(catalogue.resolve("smollm2-135m")))
    config.write_text(f"model = {model}\n[engine]\ncontext_tokens = 100000\n", "utf-8")
    _, out, err = await shell.run("doctor")
    assert "note    model     engine.context_tokens = 100000 is beyond this model; 8192" in out, err


async def test_no_model_yet_names_the_command_that_fetches_one(shell: Shell) -> None:
    (shell.home / "config" / "config.toml").unlink()
    status, _, err = await shell.run("solve", "sums.py")
    assert status == 1
    assert "algosmith models get qwen2.5-coder-1.5b" in err


async def test_the_self_test_uses_cage_editor_protocol_and_model(shell: Shell) -> None:
    status, out, err = await shell.run("self-test")
    marks = [line.split()[:2] for line in out.splitlines()]
    assert marks == [["ok", "cage"], ["ok", "editor"], ["note", "model"]], out + err
    assert status == 0
    assert "no right answer to a small task" in out  # the scripted engine solves another one


async def test_a_report_for_bugs_names_no_user_no_machine_and_no_key(shell: Shell) -> None:
    log = shell.home / "state" / "log" / "lsp.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(
        "10:00:00,123 7 INFO asked http://me:pw@host/v1 with api_key = 'abc123'\n", "utf-8"
    )
    status, out, err = await shell.run("doctor", "--report", HOME=str(shell.home))
    assert status == 0, err
    assert "api_key = ***" in out
    assert "http://***" in out
    assert "host/v1" not in out
    assert "abc123" not in out
    assert str(shell.home) not in out
    assert "CONFIG/config.toml" in out
    assert "pygls " in out


async def test_solve_that_is_terminated_says_so_in_a_line(shell: Shell) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "algosmith", "solve", "sums.py",
        cwd=shell.folder, env={**os.environ, "ALGOSMITH_HOME": str(shell.home)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    await process.stderr.read(1)  # the first word of progress: it is at work
    process.terminate()
    _, err = await process.communicate()
    assert b"Traceback" not in err
