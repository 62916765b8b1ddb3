"""A cage for commands: compilers, interpreters, compiled programs.

Each command gets a scratch folder with the files it is given, reads the parts of the system that it
names and reaches nothing else. ``open_command_cage`` gives a cage that passed its self-test.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from algosmith.errors import SandboxError
from algosmith.sandbox.caged.rooms import unused_user
from algosmith.sandbox.conversation import Cause, Conversation
from algosmith.sandbox.process import Child, Parent, kernel_limits
from algosmith.sandbox.reaches import mirrored

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Mapping

    from algosmith.sandbox.linux import LinuxTier
    from algosmith.sandbox.types import CageReport, Limits

SCRATCH_BYTES = 256 << 20
_MAIN = "algosmith.sandbox.caged.commands"
_MAX_ALIVE = 2
_TASKS = 200
"""Processes and threads that a command may have beside those its user has already."""
_END_SECONDS = 2.0


@dataclass(frozen=True)
class Command:
    """A program to start and what it may use."""

    argv: tuple[str, ...]
    """The program's absolute path, or one below the scratch folder (``./program``)."""
    reads: tuple[Path, ...] = ()
    """Files and folders it may read and start programs from; absent ones are left out."""
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    """What stands in its scratch folder, which is its working folder; all may be started."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    """All of its environment but HOME and TMPDIR, which are the scratch folder."""
    produces: tuple[str, ...] = ()
    """Files of the scratch folder to hand back."""
    links: tuple[tuple[str, Path], ...] = ()
    """Paths that are links to other ones that it reads, where the cage has a root of its own: there
    are no devices in it, and some tools ask for ``/dev/null``."""
    tool: bool = False
    """It may start processes and change its scratch folder, as compilers must. What was written by
    a model may do neither."""


@dataclass(frozen=True)
class CommandResult:
    """How a command ended."""

    status: int
    """As ``subprocess`` has it: what it left with, or minus the signal that ended it."""
    stdout: bytes
    stderr: bytes
    seconds: float
    ended: Literal["", "timeout", "output"] = ""
    """Why it was ended from outside, else empty."""
    files: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
    cpu_seconds: float = 0.0

    def stopped(self, limits: Limits) -> Cause | None:
        """What limit ended it, for people; None where none did."""
        if self.ended == "timeout":
            return Cause("timeout", f"did not end within {limits.wall_seconds:g} s")
        if self.ended == "output":
            return Cause("crashed", "printed more than allowed")
        return None


class CommandParent(Parent):
    """A warm parent of commands."""

    async def close(self) -> None:
        """Lets it end its commands itself, since without namespaces nothing else would."""
        with contextlib.suppress(OSError):
            self.hang_up()
            async with asyncio.timeout(_END_SECONDS):
                while not self.ended:  # noqa: ASYNC110  a process gives no event to await
                    await asyncio.sleep(0.002)
        await super().close()


class CommandCage:
    """Runs commands. Use ``open_command_cage``."""

    def __init__(self, tier: LinuxTier) -> None:
        self._tier: LinuxTier = tier
        self._parents: dict[tuple[Any, ...], CommandParent] = {}
        self._alive = asyncio.Semaphore(_MAX_ALIVE)
        self._starting = asyncio.Lock()
        self._base = _scratch_base() if tier == "landlock" else None
        self.report: CageReport | None = None

    async def run(self, command: Command, limits: Limits, stdin: bytes = b"") -> CommandResult:
        """Runs a command to its end or to a limit; raises SandboxError when the cage fails.

        Cancelling the awaiting task ends it, and all it started, at once.
        """
        async with self._alive, self._started(command, limits, stdin, talks=False) as started:
            await started.streams.collect(limits)
            return await started.finish()

    @contextlib.asynccontextmanager
    async def open(self, command: Command, limits: Limits) -> AsyncGenerator[Talk]:
        """Starts a command to talk with; it is ended when the block is left."""
        async with self._alive, self._started(command, limits, b"", talks=True) as started:
            with Conversation(started.child, limits) as conversation:
                yield Talk(conversation, started)

    async def close(self) -> None:
        """Ends all commands and leaves nothing."""
        async with self._starting:
            parents, self._parents = list(self._parents.values()), {}
            for parent in parents:
                await parent.close()
            if self._base:
                shutil.rmtree(self._base, ignore_errors=True)

    @contextlib.asynccontextmanager
    async def _started(
        self, command: Command, limits: Limits, stdin: bytes, *, talks: bool
    ) -> AsyncGenerator[_Command]:
        parent = await self._parent(command.reads, command.links)
        number = parent.spawned + 1
        tasks = _TASKS + (_own_tasks() if self._base and os.geteuid() else 0)
        order = {
            "argv": command.argv, "environment": dict(command.environment), "tool": command.tool,
            "produces": command.produces, "scratch_bytes": SCRATCH_BYTES, "number": number,
            "talks": talks, "tasks": tasks,
            "files": [[_inside(name), len(data)] for name, data in command.files.items()],
        }  # fmt: skip
        request = _as_file(json.dumps(order).encode() + b"\n", *command.files.values())
        produced, given = _as_file(), _as_file(stdin)
        child = None
        try:
            child = parent.spawn(kernel_limits(limits), (request, produced, given))
            yield _Command(parent, child, produced)
        finally:
            if child:
                parent.kill(child)
                child.close()
            for descriptor in (request, produced, given):
                os.close(descriptor)
            if self._base and child:
                await _gone(parent, child)
                shutil.rmtree(f"{self._base}/{number}", ignore_errors=True)

    async def _parent(
        self, reads: tuple[Path, ...], more: tuple[tuple[str, Path], ...]
    ) -> CommandParent:
        """The warm parent whose commands may read this."""
        async with self._starting:
            parent = self._parents.get((reads, more))
            if parent and not parent.broken:
                return parent
            if parent:
                await parent.close()
            own_root = self._tier == "namespaces"
            given = dict(more) if own_root else {}
            paths, links = mirrored([*reads, *([] if own_root else (Path(at) for at, _ in more))])
            links += [[at, str(to)] for at, to in given.items()]
            setup = {"reads": paths, "links": links, "base": self._base}
            main = (_MAIN, self._tier, json.dumps(setup))
            self._parents[reads, more] = parent = await CommandParent.start(None, main)
            return parent


class _Command:
    """A running command."""

    def __init__(self, parent: CommandParent, child: Child, produced: int) -> None:
        self.child = child
        self.streams = _Streams(parent, child)
        self._parent = parent
        self._produced = produced
        self._since = time.perf_counter()

    async def finish(self, *, wait: bool = False) -> CommandResult:
        """How it ended; it is ended now, or after a moment, where it still runs."""
        seconds = time.perf_counter() - self._since
        if not wait:
            self._parent.kill(self.child, how="stop")
        await asyncio.wait([self.child.exited], timeout=_END_SECONDS)
        self._parent.kill(self.child)
        await _gone(self._parent, self.child)
        head, files = _read_back(self._produced)
        ended = self.streams.ended
        if head is None:
            # Its watcher was ended with it.
            return CommandResult(-9, *self.streams.read(), seconds, ended)
        if head["error"]:
            raise SandboxError(f"the command could not be started: {head['error']}")
        status = os.waitstatus_to_exitcode(head["status"])
        files = {} if ended else files
        return CommandResult(status, *self.streams.read(), seconds, ended, files, head["cpu"])


class Talk:
    """Lines to a running command on its descriptor 3, and back from its descriptor 4."""

    def __init__(self, conversation: Conversation, started: _Command) -> None:
        self._conversation = conversation
        self._started = started

    async def ask(self, line: bytes | None) -> tuple[bytes, float]:
        """Sends a line (None: only listens); the line back, and its seconds.

        Raises ``conversation.Ended``.
        """
        return await self._conversation.ask(line)

    def finish(self) -> None:
        """After the last answer: raises ``conversation.Ended`` when there is more."""
        self._conversation.finish()

    @property
    def output(self) -> bytes:
        """What it wrote to stdout and stderr so far."""
        return self._conversation.output

    async def close(self, *, wait: bool = False) -> CommandResult:
        """How it ended; ends it now, or (``wait``) once it had a moment to end by itself."""
        finished = await self._started.finish(wait=wait)
        return replace(finished, stdout=self._conversation.output)


class _Streams:
    """Standard output and error of a command, each within the limit."""

    def __init__(self, parent: CommandParent, child: Child) -> None:
        self._parent, self._child = parent, child
        self._kept = {child.output: bytearray(), child.answers: bytearray()}
        self.ended: Literal["", "timeout", "output"] = ""

    async def collect(self, limits: Limits) -> None:
        """Reads until the command has ended or crossed a limit."""
        loop = asyncio.get_running_loop()
        for descriptor in self._kept:
            loop.add_reader(descriptor, self._read, descriptor, limits.output_bytes)
        try:
            async with asyncio.timeout(limits.wall_seconds):
                await asyncio.shield(self._child.exited)
        except TimeoutError:
            self.ended = self.ended or "timeout"
        finally:
            for descriptor in self._kept:
                loop.remove_reader(descriptor)
        for descriptor in self._kept:
            while self._read(descriptor, limits.output_bytes):
                pass

    def read(self) -> tuple[bytes, bytes]:
        """(standard output, standard error)"""
        return bytes(self._kept[self._child.output]), bytes(self._kept[self._child.answers])

    def _read(self, descriptor: int, longest: int) -> bool:
        """Whether something was read; too much ends the command."""
        kept = self._kept[descriptor]
        try:
            chunk = os.read(descriptor, 1 << 16)
        except BlockingIOError:
            return False
        if not chunk:
            asyncio.get_running_loop().remove_reader(descriptor)
            return False
        room = longest - len(kept)
        kept += chunk[:room]
        if len(chunk) > room:
            self.ended = "output"
            self._parent.kill(self._child)
            return False
        return True


def _as_file(*parts: bytes) -> int:
    """A descriptor to read the parts from."""
    descriptor = os.memfd_create("algosmith-command")
    with open(descriptor, "wb", closefd=False) as file:
        for part in parts:
            file.write(part)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _read_back(produced: int) -> tuple[dict[str, Any] | None, dict[str, bytes]]:
    """What the watcher wrote at its end, and the files."""
    os.lseek(produced, 0, os.SEEK_SET)
    with open(produced, "rb", closefd=False) as file:
        head = file.readline()
        if not head.endswith(b"\n"):
            return None, {}
        told = cast("dict[str, Any]", json.loads(head))
        return told, {name: file.read(size) for name, size in told["files"]}


async def _gone(parent: CommandParent, child: Child) -> None:
    """Waits until a child that was ended is gone."""
    try:
        async with asyncio.timeout(_END_SECONDS):
            await asyncio.shield(child.exited)
    except TimeoutError:
        parent.broken = True
        await asyncio.shield(parent.close())


def _inside(name: str) -> str:
    """A file's name below the scratch folder; raises ValueError for one that leads out."""
    path = Path(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"{name} is no name below the scratch folder")
    return name


def _scratch_base() -> str:
    """A folder for scratch folders, which the cage's user can write."""
    base = tempfile.mkdtemp(prefix="algosmith-commands-", dir="/tmp")
    if os.geteuid() == 0:
        os.chown(base, unused_user(), -1)
    return base


def _own_tasks() -> int:
    """How many processes and threads this user has: the kernel's limit counts them all."""
    user, found = os.geteuid(), 0
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            with contextlib.suppress(OSError):
                if process.stat().st_uid == user:
                    found += sum(1 for _ in (process / "task").iterdir())
    return found
