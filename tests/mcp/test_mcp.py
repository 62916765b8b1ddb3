"""``algosmith mcp`` in a process of its own, driven by the SDK's client."""

import contextlib
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp_types import ListRootsResult, Root

from mcp import Client, MCPError, StdioServerParameters
from tests.fakes import FakeEngine, Scripted
from tests.features.test_check import GOOD, SLOW, WRONG

pytestmark = [
    pytest.mark.sandbox,
    pytest.mark.filterwarnings("ignore::mcp.MCPDeprecationWarning"),
]

BRUTE = "def brute(a: list[int]) -> int:\n    return sum(a[:4])\n"
SUM = "```python\nreturn sum(a)\n```"
HANG = '''def hang(n: int) -> int:
    """It.

    >>> hang(10 ** 9)
    1
    """
    while n:
        pass
    return 1
'''


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "good.py").write_text(GOOD)
    (folder / "slow.py").write_text(SLOW)
    (folder / "brute.py").write_text(BRUTE)
    (folder / "todo.py").write_text("def f(a):\n    # TODO: the sum of a\n    pass\n")
    (tmp_path / "secret.py").write_text(WRONG)
    (folder / "link.py").symlink_to(tmp_path / "secret.py")
    return folder


@asynccontextmanager
async def client(tmp_path: Path, *args: str, **options: Any) -> AsyncIterator[Client]:
    env = {**os.environ, "ALGOSMITH_HOME": str(tmp_path / "home")}
    server = StdioServerParameters(
        command=sys.executable, args=["-m", "algosmith", "mcp", *args], env=env, cwd=tmp_path
    )
    async with Client(server, **options) as connected:
        yield connected


async def told(connected: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await connected.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def refused(connected: Client, tool: str, **arguments: Any) -> str:
    result = await connected.call_tool(tool, arguments)
    assert result.is_error
    return "".join(getattr(part, "text", "") for part in result.content)


async def test_the_tools_answer_with_what_their_schemas_say(tmp_path: Path, work: Path) -> None:
    async with client(tmp_path, "--root", str(work)) as connected:
        tools = {tool.name: tool for tool in (await connected.list_tools()).tools}
        assert set(tools) == {"tasks", "verify", "complexity", "stress", "check", "solve"}
        assert all(tool.output_schema and tool.description for tool in tools.values())

        (task,) = (await told(connected, "tasks"))["tasks"]
        assert (task["line"], task["text"]) == (2, "the sum of a")

        found = await told(connected, "verify", file="good.py", line=3)
        assert found["level"] in ("consistent", "unchecked", "verified")
        assert found["examples"] == ["total([1, 2]) == 3 (docstring)"]

        made = await told(connected, "complexity", file="slow.py", line=1)
        assert made["time"]["complexity_class"] == "O(n^2)"

        steps: list[float] = []

        async def tell(progress: float, total: float | None, message: str | None) -> None:
            steps.append(progress)

        result = await connected.call_tool("check", {"paths": ["."]}, progress_callback=tell)
        checked = result.structured_content or {}
        assert [one["rule"] for one in checked["findings"]] == ["claim-contradicted"]
        assert checked["functions"] == 2
        assert steps

        stressed = await told(connected, "stress", place="good.py:3", against="brute.py:1")
        assert stressed["found"]["rule"] == "counterexample"
        assert "total([1, 1, 1, 1, 1])" in stressed["report"]


async def test_nothing_outside_the_roots_is_read(tmp_path: Path, work: Path) -> None:
    async with client(tmp_path, "--root", str(work)) as connected:
        for file in ("../secret.py", str(tmp_path / "secret.py"), "link.py", "/etc/passwd"):
            assert "outside" in await refused(connected, "verify", file=file, line=1)
        assert "outside" in await refused(connected, "complexity", file="../secret.py", line=1)
        assert "outside" in await refused(connected, "solve", file="link.py", line=1)
        assert "outside" in await refused(connected, "check", paths=[".", ".."])
        assert "outside" in await refused(connected, "tasks", path="/")
        place = f"{tmp_path}/secret.py:1"
        assert "outside" in await refused(connected, "stress", place="good.py:3", against=place)
        assert "no such file" in (await refused(connected, "verify", file="no.py", line=1)).lower()
        assert "no line 99" in await refused(connected, "verify", file="good.py", line=99)
        assert "no TODO here" in await refused(connected, "solve", file="good.py", line=1)


async def test_what_makes_no_sense_is_refused_in_a_sentence(tmp_path: Path, work: Path) -> None:
    async with client(tmp_path, "--root", str(work)) as connected:
        assert "foo" in await refused(connected, "check", paths=["."], at_most="foo")
        for name in ("a\0b.py", "x" * 5_000):
            words = await refused(connected, "verify", file=name, line=1)
            assert words.partition("verify: ")[2], "more than the SDK's own words"
        for seconds in (float("nan"), 0.0, -1.0):
            assert "seconds" in await refused(
                connected, "stress", place="good.py:3", against="brute.py:1", seconds=seconds
            )
        assert (await told(connected, "verify", file="good.py", line=3))["function"] == "total"


async def test_the_roots_that_a_client_tells_count(tmp_path: Path, work: Path) -> None:
    async def roots(_: Any) -> ListRootsResult:
        return ListRootsResult(roots=[Root(uri=work.as_uri())])  # type: ignore[arg-type]

    options = {"list_roots_callback": roots, "mode": "legacy"}
    async with client(tmp_path, "--root", str(tmp_path), **options) as connected:
        assert (await told(connected, "verify", file="good.py", line=3))["function"] == "total"
        place = str(tmp_path / "secret.py")
        assert "outside" in await refused(connected, "verify", file=place, line=1)


async def test_solve_tells_how_far_it_is_and_gives_a_receipt(tmp_path: Path, work: Path) -> None:
    async with FakeEngine([Scripted(SUM, sticky=True)]) as engine:
        config = tmp_path / "home" / "config" / "config.toml"
        config.parent.mkdir(parents=True)
        config.write_text(f'model = "fake"\n[engine]\nurl = "{engine.url}"\n', "utf-8")
        async with client(tmp_path, "--root", str(work)) as connected:
            steps: list[str] = []

            async def tell(progress: float, total: float | None, message: str | None) -> None:
                assert total is None or progress <= total
                steps.append(message or "")

            arguments = {"file": "todo.py", "line": 2}
            result = await connected.call_tool("solve", arguments, progress_callback=tell)
            made = result.structured_content or {}
            assert "return sum(a)" in made["new_text"]
            assert made["level"] in ("unchecked", "consistent")
            assert steps
    assert (work / "todo.py").read_text() == "def f(a):\n    # TODO: the sum of a\n    pass\n"


async def test_any_tool_may_be_cancelled(tmp_path: Path, work: Path) -> None:
    (work / "hang.py").write_text(HANG)
    async with client(tmp_path, "--root", str(work)) as connected:
        for tool, arguments in (
            ("tasks", {}),
            ("verify", {"file": "hang.py", "line": 1}),
            ("complexity", {"file": "hang.py", "line": 1}),
            ("check", {"paths": ["."]}),
            ("solve", {"file": "todo.py", "line": 2}),
        ):
            with contextlib.suppress(TimeoutError, MCPError), anyio.fail_after(0.5):
                await connected.call_tool(tool, arguments)
        assert (await told(connected, "verify", file="good.py", line=3))["function"] == "total"


async def test_a_cancelled_request_leaves_the_server_at_work(tmp_path: Path, work: Path) -> None:
    (work / "brute.py").write_text("def brute(a: list[int]) -> int:\n    return sum(a)\n")
    async with client(tmp_path, "--root", str(work)) as connected:
        arguments = {"place": "good.py:3", "against": "brute.py:1", "seconds": 300.0}
        with pytest.raises((TimeoutError, MCPError)):
            with anyio.fail_after(5):
                await connected.call_tool("stress", arguments)
        assert (await told(connected, "verify", file="good.py", line=3))["function"] == "total"
