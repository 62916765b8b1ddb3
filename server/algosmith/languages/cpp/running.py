"""Runs C++ and C programs in the cage for commands."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.languages.compiled import CompiledSandbox, common_cause, crash
from algosmith.languages.cpp import compiler
from algosmith.languages.cpp.building import Build, build_of
from algosmith.languages.cpp.compiler import Builder
from algosmith.sandbox.commands import Command
from algosmith.sandbox.conversation import Cause
from algosmith.sandbox.types import UNDEFINED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.languages.compiled import CompileFailure
    from algosmith.sandbox.commands import CommandCage, CommandResult, Talk
    from algosmith.sandbox.conversation import ConversationEnd
    from algosmith.sandbox.types import Answer, Call, Limits


async def opened() -> CppSandbox:
    """A sandbox for programs; raises SandboxError with a sentence that says what to do."""
    from algosmith.sandbox.commandcheck import open_command_cage

    found = await asyncio.to_thread(compiler.find)
    if found is None:
        raise SandboxError(f"no C++ compiler here; {compiler.HOW}")
    cage = await open_command_cage()
    return CppSandbox(Builder(found, cage), cage)


class CppSandbox(CompiledSandbox[Build]):
    """Use ``opened``."""

    name = "C++"
    left_out = 1

    def __init__(self, builder: Builder, cage: CommandCage) -> None:
        super().__init__(cage)
        self._builder = builder

    def build_of(self, source: str, entry: str) -> Build:
        """See ``CompiledSandbox``."""
        return build_of(source, entry)

    async def compiled(self, build: Build, *, checked: bool) -> bytes | CompileFailure:
        """See ``CompiledSandbox``."""
        return await self._builder.build(build.text, checked=checked)

    def command(
        self, build: Build, made: bytes, calls: Sequence[Call], *, checked: bool
    ) -> Command:
        """See ``CompiledSandbox``."""
        # What is not set, or used after it was freed, shall not look like zeros by luck.
        environment = {"MALLOC_PERTURB_": "165"} if checked else {}
        if build.counted and calls:
            environment = {"ALGOSMITH_WORK": str(calls[0].args[0])}
        argv = ("./program", *([str(build.switch)] if build.switch else []))
        return Command(argv, self._builder.reads, {"program": made}, environment)

    async def asked(self, build: Build, talk: Talk, number: int, call: Call) -> Answer:
        """See ``CompiledSandbox``."""
        if build.counted:
            return await self.counted(talk, number, call)
        return await self.told(talk, number, call)

    def cause(self, ended: ConversationEnd, end: CommandResult, limits: Limits) -> Cause:
        """See ``CompiledSandbox``."""
        common = common_cause(ended, end, limits)
        if common is not None:
            return common
        said = end.stdout.decode("utf-8", "replace")
        for mark in ("runtime error: ", "Assertion '"):
            if mark in said:
                told = said.partition(mark.rstrip("'"))[2].splitlines()[0][:120]
                return Cause("crashed", f"{UNDEFINED}{told}")
        return crash(end.status)

    async def close(self) -> None:
        """Ends all processes and the cage."""
        self._builder.close()
        await super().close()
