"""The cage for commands: what they are given, what they leave, how they are ended."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.errors import SandboxError
from algosmith.sandbox import commandcheck
from algosmith.sandbox.caged import seccomp
from algosmith.sandbox.commandcheck import open_command_cage
from algosmith.sandbox.commands import Command, CommandCage
from algosmith.sandbox.conversation import ConversationEnd
from algosmith.sandbox.opening import SWITCH
from algosmith.sandbox.reaches import LIBRARIES, mirrored
from algosmith.sandbox.types import Limits
from tests.bpf_machine import ALLOW, EPERM, MACHINES, verdict
from tests.sandbox.attack_driver import descendants
from tests.sandbox.command_tiers import open_tier

pytestmark = [pytest.mark.sandbox, pytest.mark.asyncio(loop_scope="module")]

SHELL = Path(shutil.which("dash") or shutil.which("sh") or "/bin/sh")
TOOLS = tuple(Path(p) for name in ("sleep", "cat", "ls") if (p := shutil.which(name)))
READS = (*LIBRARIES, SHELL, *TOOLS)
LIMITS = Limits(wall_seconds=20.0, cpu_seconds=5.0)
QUICK = Limits(wall_seconds=0.5, cpu_seconds=5.0, output_bytes=1000)


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=("namespaces", "landlock"))
async def commands(request: pytest.FixtureRequest) -> AsyncIterator[CommandCage]:
    """The cage in each tier that this machine gives."""
    cage = await open_tier(request.param)
    yield cage
    await cage.close()


def shell(script: str, **more: object) -> Command:
    """A command of the shell."""
    return Command((str(SHELL), "-c", script), READS, **more)  # type: ignore[arg-type]  # its fields


async def test_streams_status_and_files_go_both_ways(commands: CommandCage) -> None:
    script = "read x; echo out $x; echo err >&2; echo made > made; echo $HOME >/dev/null; exit 3"
    script = script.replace("echo $HOME >/dev/null; ", "")
    command = shell(script, produces=("made", "given", "absent"), files={"given": b"1"}, tool=True)
    seen = await commands.run(command, LIMITS, b"in\n")
    assert (seen.status, seen.stdout, seen.stderr, seen.ended) == (3, b"out in\n", b"err\n", "")
    assert seen.files == {"made": b"made\n", "given": b"1"}


async def test_a_program_writes_nothing_and_starts_nothing(commands: CommandCage) -> None:
    seen = await commands.run(shell("echo x > made; echo after"), LIMITS)
    assert b"after" not in seen.stdout or b"made" in seen.stderr
    assert not seen.files
    seen = await commands.run(shell("(echo forked); echo after $?"), LIMITS)
    assert b"forked" not in seen.stdout


async def test_only_what_is_named_can_be_read(commands: CommandCage, tmp_path: Path) -> None:
    outside = _readable(tmp_path)
    seen = await commands.run(shell(f"cat {outside} /etc/passwd", tool=True), LIMITS)
    assert b"secret" not in seen.stdout
    assert b"root:" not in seen.stdout
    assert seen.status


async def test_limits_end_a_command_and_all_it_started(commands: CommandCage) -> None:
    seen = await commands.run(shell("sleep 77 & sleep 77", tool=True), QUICK)
    assert seen.ended == "timeout"
    seen = await commands.run(shell("while :; do echo flood; done"), QUICK)
    assert (seen.ended, len(seen.stdout)) == ("output", 1000)
    assert not _sleepers()


async def test_what_a_command_leaves_running_is_ended(commands: CommandCage) -> None:
    seen = await commands.run(shell("sleep 77 & exit 0", tool=True), LIMITS)
    assert (seen.status, seen.ended) == (0, "")
    assert not _sleepers()


async def test_cancelling_ends_it_at_once(commands: CommandCage) -> None:
    task = asyncio.create_task(commands.run(shell("sleep 77 & sleep 77", tool=True), LIMITS))
    await asyncio.sleep(0.3)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    until = time.monotonic() + 20
    while _sleepers() and time.monotonic() < until:  # noqa: ASYNC110  processes give no event
        await asyncio.sleep(0.005)
    assert not _sleepers()


async def test_a_talk_in_lines(commands: CommandCage) -> None:
    script = "while read x <&3; do echo said $x; echo got $x >&4; done; exit 5"
    async with commands.open(shell(script), LIMITS) as talk:
        assert (await talk.ask(b"one\n"))[0] == b"got one"
        assert (await talk.ask(b"two\n"))[0] == b"got two"
        talk.finish()
        assert b"said one" in talk.output
    async with commands.open(shell("exit 5"), LIMITS) as talk:
        with pytest.raises(ConversationEnd, match="ended"):
            await talk.ask(None)
        assert (await talk.close(wait=True)).status == 5


async def test_what_can_not_be_started_says_so(commands: CommandCage) -> None:
    with pytest.raises(SandboxError, match="could not be started"):
        await commands.run(Command(("/no/such/program",), READS), LIMITS)
    with pytest.raises(ValueError, match="no name below"):
        await commands.run(shell("exit", files={"../up": b""}), LIMITS)


async def test_closing_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SWITCH, "landlock")
    before = len(descendants())
    try:
        cage = await open_command_cage()
    except SandboxError as error:
        pytest.skip(str(error))
    await cage.run(shell("exit 0"), LIMITS)
    folder = cage._base
    assert folder is not None
    assert _inside(folder) == []
    await cage.close()
    assert len(descendants()) <= before
    assert _inside(folder) is None


async def test_a_cage_that_lets_something_through_is_not_opened(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(commandcheck, "PROBE", str(SHELL))
    with pytest.raises(SandboxError, match="no cage for compiled programs"):
        await open_command_cage()


async def test_links_on_the_way_are_mirrored(tmp_path: Path) -> None:
    (tmp_path / "real/bin").mkdir(parents=True)
    (tmp_path / "real/bin/tool").write_text("x")
    (tmp_path / "short").symlink_to("real/bin")
    (tmp_path / "round").symlink_to("round")
    paths, links = mirrored((tmp_path / "short/tool", tmp_path / "absent", tmp_path / "round"))
    assert paths == [str(tmp_path / "real/bin/tool")]
    assert [str(tmp_path / "short"), "real/bin"] in links


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("tool", [False, True])
async def test_the_filters_of_commands(machine: str, tool: bool) -> None:
    architecture, column = MACHINES[machine]
    code = seccomp.build_command(machine, tool=tool, signals=False)
    code = seccomp.for_process(code, 4242)

    def judge(numbers: tuple[int, int], *arguments: int) -> int:
        return verdict(code, architecture, numbers[column], *arguments)

    for refused in ((41, 198), (101, 117), (165, 40), (272, 97), (321, 280), (425, 425), (250, 219),
                    (323, 282), (298, 241), (308, 268), (112, 157), (109, 154), (319, 279),
                    (310, 270), (53, 199), (248, 217), (157, 167)):  # fmt: skip
        assert judge(refused, 99, 0, 0) == EPERM, refused
    assert judge((59, 221)) == ALLOW
    assert judge((56, 220), 17) == (ALLOW if tool else EPERM)
    assert judge((56, 220), 17 | 0x10000000) == EPERM
    assert judge((62, 129), 4242, 9) == ALLOW
    assert judge((62, 129), 1, 9) == EPERM
    assert judge((302, 261), 0, 7, 4096, 0) == ALLOW
    assert judge((302, 261), 77, 7, 4096, 0) == EPERM


def _readable(folder: Path) -> Path:
    outside = folder / "outside"
    outside.write_text("secret")
    folder.chmod(0o755)
    return outside


def _inside(folder: str) -> list[str] | None:
    path = Path(folder)
    return [file.name for file in path.iterdir()] if path.is_dir() else None


def _sleepers() -> list[int]:
    found: list[int] = []
    for pid in descendants():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[:2] == [b"sleep", b"77"] or (len(words) > 1 and words[0].endswith(b"sleep")):
            found.append(pid)
    return found
