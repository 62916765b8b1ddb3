"""Runs Rust programs in the cage for commands."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.languages.compiled import CompileFailure, PlainSandbox, common_cause, crash
from algosmith.languages.rust import toolchain
from algosmith.languages.rust.building import Build, build_of
from algosmith.languages.rust.compiling import Builder
from algosmith.sandbox.commands import Command
from algosmith.sandbox.conversation import Cause
from algosmith.sandbox.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.commands import CommandCage, CommandResult, Talk
    from algosmith.sandbox.conversation import ConversationEnd
    from algosmith.sandbox.types import Answer, Call, Limits

_PANIC = re.compile(r"^thread '[^\n]*' (?:\(\d+\) )?panicked at [^\n]*\n(?P<text>[^\n]*)", re.M)
_OVERFLOW = "used up its stack, or reads memory that is not its own (SIGSEGV)"


async def opened() -> RustSandbox:
    """A sandbox for programs; raises SandboxError with a sentence that says what to do."""
    from algosmith.sandbox.commandcheck import open_command_cage

    found = await asyncio.to_thread(toolchain.find)
    if found is None:
        raise SandboxError(await asyncio.to_thread(toolchain.why_none))
    cage = await open_command_cage()
    return RustSandbox(Builder(found, cage), cage)


class RustSandbox(PlainSandbox[Build]):
    """Use ``opened``. Safe Rust has no undefined behaviour, and its arithmetic is checked."""

    name = "Rust"

    def __init__(self, builder: Builder, cage: CommandCage) -> None:
        super().__init__(builder, cage)
        self._reads = builder.reads

    def build_of(self, source: str, entry: str) -> Build | None:
        """See ``CompiledSandbox``."""
        return build_of(source, entry)

    async def compiled(self, build: Build, *, checked: bool) -> bytes | CompileFailure:
        """See ``CompiledSandbox``."""
        made = await super().compiled(build, checked=checked)
        if build.counted and isinstance(made, CompileFailure) and not made.limit:
            why = made.text.partition(": ")[2]
            return replace(made, text=f"its work can't be counted: the counting program says {why}")
        return made

    def command(
        self, build: Build, made: bytes, calls: Sequence[Call], *, checked: bool
    ) -> Command:
        """See ``CompiledSandbox``."""
        argv = ("./program", *([str(build.switch)] if build.switch else []))
        counts = build.counted and bool(calls)
        environment = {"ALGOSMITH_WORK": str(calls[0].args[0])} if counts else {}
        return Command(argv, self._reads, {"program": made}, environment)

    async def asked(self, build: Build, talk: Talk, number: int, call: Call) -> Answer:
        """See ``CompiledSandbox``."""
        if build.counted:
            return await self.counted(talk, number, call)
        return await self.told(talk, number, call)

    def cause_of(self, end: CommandResult, limits: Limits) -> Cause | None:
        """See ``CompiledSandbox``."""
        said = _PANIC.search(end.stderr.decode("utf-8", "replace"))
        if said is not None and end.status == 101 and not end.ended:
            return Cause("crashed", clean(f"panic: {said['text']}", 160), 101)
        return super().cause_of(end, limits)

    def cause(self, ended: ConversationEnd, end: CommandResult, limits: Limits) -> Cause:
        """See ``CompiledSandbox``."""
        common = common_cause(ended, end, limits)
        if common is not None:
            return common
        if b"has overflowed its stack" in end.stdout:
            return Cause("crashed", "used up its stack: its recursion is too deep", end.status)
        if b"memory allocation of" in end.stdout:
            return Cause("memory", "needed more memory than allowed", end.status)
        return Cause("crashed", _OVERFLOW) if end.status == -11 else crash(end.status)
