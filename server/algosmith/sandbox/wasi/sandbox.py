"""The sandbox that needs nothing of the operating system: a worker process for each candidate."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.sandbox import script
from algosmith.sandbox.text import clean_lines
from algosmith.sandbox.types import CageReport, Limits, Run
from algosmith.sandbox.wasi import module
from algosmith.sandbox.wasi.machine import TRAPPED, Build, Machine, explain

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from algosmith.sandbox.types import Job, Program

_MAX_ALIVE = 2
_TRAPPED = "it crashed Python for WebAssembly, which has less stack than others"


class WasiSandbox:
    """Implements ``types.Sandbox``. Use ``open_sandbox``.

    The wall limit starts when the interpreter inside is ready, since starting takes as long as a
    quick candidate. ``Run.cpu_seconds`` is 0: not every system says what a killed process used.
    """

    def __init__(self, compiled: Path) -> None:
        self._compiled = compiled
        self._alive = asyncio.Semaphore(_MAX_ALIVE)
        self._spare: tuple[Build, Machine] | None = None
        self._machines: set[Machine] = set()
        self._running = 0
        self._closed = False
        self.report = CageReport("wasi", ())

    @classmethod
    async def make(cls) -> WasiSandbox:
        """A sandbox that is not tested yet; compiles the interpreter at the first use.

        Raises SandboxError.
        """
        return cls(await module.compiled())

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """See ``types.Sandbox.run``."""
        limits = limits or Limits()
        text = script.program_line(program, calls, limits)
        if isinstance(text, Run):
            return text
        build = Build(limits.memory_bytes, limits.cpu_seconds, program.hash_seed)
        async with self._alive:
            self._running += 1
            try:
                run = await self._attempt(build, text, calls, limits)
                if run.cause == "cage":
                    # Not the candidate's doing; the next attempt gets a new machine.
                    run = await self._attempt(build, text, calls, limits)
                if run.cause == "syntax":
                    # The user's own Python may well be newer.
                    run = replace(run, failure=f"{run.failure} (for Python {module.PYTHON})")
                return run
            finally:
                self._running -= 1

    async def close(self) -> None:
        """See ``types.Sandbox.close``."""
        self._closed = True
        self._spare = None
        for machine in tuple(self._machines):
            await self._end(machine)

    async def _attempt(
        self, build: Build, text: bytes, calls: Sequence[Job], limits: Limits
    ) -> Run:
        try:
            machine = await self._take(build)
        except SandboxError as error:
            return Run((), f"the cage failed: {error}", cause="cage")
        try:
            return await _run(machine, text, calls, limits)
        finally:
            await self._end(machine)

    async def _take(self, build: Build) -> Machine:
        """A machine of this build: the prepared one where it fits; prepares the next."""
        spare, self._spare = self._spare, None
        machine: Machine | None = None
        if spare and spare[0] == build and not spare[1].ended:
            machine = spare[1]
        elif spare:
            await self._end(spare[1])
        machine = machine or await self._start(build)
        try:
            if self._running < _MAX_ALIVE and not self._spare and not build.hash_seed:
                with contextlib.suppress(SandboxError):
                    self._spare = (build, await self._start(build))
        except BaseException:
            await self._end(machine)
            raise
        return machine

    async def _start(self, build: Build) -> Machine:
        machine = None if self._closed else await Machine.start(self._compiled, build)
        if machine and not self._closed:
            self._machines.add(machine)
            return machine
        if machine:
            await machine.close()
        raise SandboxError("the sandbox was closed")

    async def _end(self, machine: Machine) -> None:
        self._machines.discard(machine)
        await machine.close()


async def _run(machine: Machine, text: bytes, calls: Sequence[Job], limits: Limits) -> Run:
    machine.begin(limits)
    told = await script.converse(machine, text, calls)
    if told.failure:
        return told.failure
    status = await machine.status() if told.ended else None
    await machine.close()
    if told.ended is None:
        output = clean_lines(machine.output.decode("utf-8", "replace"), limits.output_bytes)
        return Run(tuple(told.answers), None, output)
    cause = explain(told.ended, status, limits)
    if not told.sealed:
        return Run((), f"the cage failed: {cause.text}", cause="cage")
    if told.ended.end == "closed" and status == TRAPPED:
        # It may have been right: there is less stack here than a Python of the user's has.
        return Run((), _TRAPPED, cause="load")
    return script.conclude(told, cause, calls, machine.output, 0.0)
