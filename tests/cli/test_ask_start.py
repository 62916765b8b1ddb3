"""`ask` and `start` as processes, against a scripted engine."""

import asyncio
import json
import os
import signal
import sys

import httpx
import pytest

from tests.cli.test_commands import Shell, shell  # noqa: F401  the fixture is used by name

pytestmark = pytest.mark.e2e


async def test_ask_prints_the_answer_and_nothing_else_on_stdout(shell: Shell) -> None:  # noqa: F811
    status, out, err = await shell.run("ask", "How do I add up a list?")
    assert status == 0, err
    assert out.startswith("Approach: add them up\n")
    assert "return result" in out
    status, out, err = await shell.run("ask", "How?", "--json")
    assert status == 0, err
    assert "return result" in json.loads(out)["text"]


async def test_answers_without_a_result_can_not_be_compared(shell: Shell) -> None:  # noqa: F811
    status, out, err = await shell.run("ask", "--math", "--answers", "2", "What is 1 + 1?")
    assert status == 0, err
    assert out.rstrip().splitlines()[-1], "what was checked is said"


async def test_start_fetches_nothing_without_consent(shell: Shell) -> None:  # noqa: F811
    (shell.home / "config" / "config.toml").write_text("", "utf-8")
    status, out, err = await shell.run("start", "--no-open")
    assert status == 1
    assert "algosmith models get" in err, out
    assert not (shell.home / "data" / "models").exists()


async def test_start_opens_the_page_and_ends_with_ctrl_c(shell: Shell) -> None:  # noqa: F811
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "algosmith", "start", "--no-open",
        env={**os.environ, "ALGOSMITH_HOME": str(shell.home)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    link = ""
    while not link:
        line = (await process.stdout.readline()).decode()
        assert line, "it ended before it named its link"
        link = line.rpartition(" at ")[2].strip() if "http://" in line else ""
    async with httpx.AsyncClient(trust_env=False) as client:
        page = await client.get(link.partition("#")[0])
    assert page.status_code == 200
    process.send_signal(signal.SIGINT)
    assert await process.wait() in (0, 130)


async def test_the_menu_entry_starts_this_installation_and_goes_again(shell: Shell) -> None:  # noqa: F811
    share = shell.home / "share"
    status, out, err = await shell.run("start", "--add-to-menu", XDG_DATA_HOME=str(share))
    assert status == 0, err
    file = share / "applications" / "algosmith.desktop"
    assert str(file) in out
    assert f'Exec="{sys.executable}" -m algosmith start\n' in file.read_text("utf-8")
    status, _, err = await shell.run("start", "--remove-from-menu", XDG_DATA_HOME=str(share))
    assert (status, file.exists()) == (0, False), err
