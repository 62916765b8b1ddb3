"""The sandbox on Linux: a warm parent, one child prepared ahead, at most two children alive."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Literal, cast

from algosmith.errors import SandboxError
from algosmith.sandbox import script
from algosmith.sandbox.conversation import Conversation, explain
from algosmith.sandbox.process import Child, Exit, Parent, kernel_limits
from algosmith.sandbox.text import clean_lines
from algosmith.sandbox.types import CageReport, Limits, Run

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from algosmith.sandbox.types import Job, Program

_MAIN = "algosmith.sandbox.caged.parent"
_MAX_ALIVE = 2
_MAX_SPAWNED = 500
"""Children after which a parent is replaced."""
_END_SECONDS = 2.0
"""How long a killed child may take to be gone before its parent is killed too."""

LinuxTier = Literal["namespaces", "landlock"]


class LinuxSandbox:
    """Implements ``types.Sandbox``. Use ``open_sandbox``."""

    def __init__(
        self,
        python: Path | None,
        tier: LinuxTier,
        alive: asyncio.Semaphore | None = None,
        library: Path | None = None,
        hash_seed: int = 0,
    ) -> None:
        self._python, self._library = python, library
        self._tier: LinuxTier = tier
        self._hash_seed = hash_seed
        """Not 0 in one that shares the first one's ``alive`` and prepares no child."""
        self._alive = alive or asyncio.Semaphore(_MAX_ALIVE)
        self._second: LinuxSandbox | None = None
        self._parent: Parent | None = None
        self._retired: list[Parent] = []
        self._spare: Child | None = None
        self._starting = asyncio.Lock()
        self._running = 0
        self._closed = False
        self.report = CageReport(tier, ())

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """See ``types.Sandbox.run``."""
        if program.hash_seed and not self._hash_seed and not self._closed:
            return await self._under(program, calls, limits)
        limits = limits or Limits()
        text = script.program_line(program, calls, limits)
        if isinstance(text, Run):
            return text
        async with self._alive:
            self._running += 1
            try:
                run = await self._attempt(text, calls, limits)
                if run.cause == "cage":
                    # Not the candidate's doing; the next attempt gets a new parent.
                    run = await self._attempt(text, calls, limits)
            finally:
                self._running -= 1
                await self._tidy()
        return run

    async def _under(self, program: Program, calls: Sequence[Job], limits: Limits | None) -> Run:
        """A run under another hash seed; only the parent of the first other one stays."""
        if program.hash_seed == 1:
            self._second = self._second or self._other(1)
            return await self._second.run(program, calls, limits)
        other = self._other(program.hash_seed)
        try:
            return await other.run(program, calls, limits)
        finally:
            await other.close()

    def _other(self, seed: int) -> LinuxSandbox:
        return LinuxSandbox(self._python, self._tier, self._alive, self._library, seed)

    async def start(self) -> None:
        """Starts the parent; raises SandboxError."""
        async with self._starting:
            if self._closed:
                raise SandboxError("the sandbox was closed")
            parent = self._parent
            if parent and not parent.broken and parent.spawned < _MAX_SPAWNED:
                return
            self._drop_spare()
            if parent:
                self._retired.append(parent)
            self._parent = await Parent.start(
                self._python, (_MAIN, self._tier), self._hash_seed, self._library
            )

    async def close(self) -> None:
        """See ``types.Sandbox.close``."""
        self._closed = True
        if self._second:
            await self._second.close()
        async with self._starting:
            self._drop_spare()
            parents = [*self._retired, *([self._parent] if self._parent else [])]
            self._retired, self._parent = [], None
            for parent in parents:
                await parent.close()

    async def _attempt(self, text: bytes, calls: Sequence[Job], limits: Limits) -> Run:
        try:
            parent, child = await self._take(limits)
        except SandboxError as error:
            return Run((), f"the cage failed: {error}", cause="cage")
        try:
            return await _run(parent, child, text, calls, limits)
        finally:
            parent.kill(child)
            child.close()

    async def _take(self, limits: Limits) -> tuple[Parent, Child]:
        """A child with these limits: the prepared one where it fits; prepares the next."""
        await self.start()
        parent = cast("Parent", self._parent)
        wanted = kernel_limits(limits)
        child, self._spare = self._spare, None
        if child and (child.limits != wanted or child.exited.done()):
            parent.kill(child)
            child.close()
            child = None
        child = child or parent.spawn(wanted)
        if self._running < _MAX_ALIVE and not self._hash_seed:
            with contextlib.suppress(SandboxError):
                self._spare = parent.spawn(wanted)
        return parent, child

    def _drop_spare(self) -> None:
        if self._spare and self._parent:
            self._parent.kill(self._spare)
            self._spare.close()
        self._spare = None

    async def _tidy(self) -> None:
        """Ends parents that were replaced and have no child left."""
        for parent in [parent for parent in self._retired if parent.idle or parent.broken]:
            self._retired.remove(parent)
            await asyncio.shield(parent.close())


async def _run(
    parent: Parent, child: Child, text: bytes, calls: Sequence[Job], limits: Limits
) -> Run:
    with Conversation(child, limits) as talk:
        told = await script.converse(talk, text, calls)
    if told.failure:
        parent.broken = parent.broken or not told.sealed
        return told.failure
    parent.kill(child)
    exited = await _gone(parent, child)
    if told.ended is None:
        output = clean_lines(talk.output.decode("utf-8", "replace"), limits.output_bytes)
        return Run(tuple(told.answers), None, output, exited.cpu_seconds)
    cause = explain(told.ended, exited, limits)
    if parent.lost or (not told.sealed and told.ended.end != "timeout"):
        parent.broken = True
        return Run((), f"the cage failed: {cause.text}", cause="cage")
    return script.conclude(told, cause, calls, talk.output, exited.cpu_seconds)


async def _gone(parent: Parent, child: Child) -> Exit:
    try:
        async with asyncio.timeout(_END_SECONDS):
            return await asyncio.shield(child.exited)
    except TimeoutError:
        parent.broken = True
        await asyncio.shield(parent.close())
        return Exit(9, 0.0)
