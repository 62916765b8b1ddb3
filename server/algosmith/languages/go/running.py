"""Runs Go programs in the cage for commands."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.languages.compiled import PlainSandbox, common_cause, crash
from algosmith.languages.go import toolchain
from algosmith.languages.go.building import Build, build_of
from algosmith.languages.go.compiling import Builder
from algosmith.sandbox.commands import Command
from algosmith.sandbox.conversation import Cause
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import Limits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.commands import CommandResult
    from algosmith.sandbox.conversation import ConversationEnd
    from algosmith.sandbox.types import Call, Job, Program, Run

_RESERVED = 704 << 20
"""Addresses that the runtime takes before a program has used any memory; they count as memory."""
_ENVIRONMENT = {"GOMAXPROCS": "1", "GOTRACEBACK": "none", "GOMEMLIMIT": "512MiB"}
_PANIC = re.compile(r"^panic: (?P<text>[^\n]*)", re.MULTILINE)
_FATAL = re.compile(r"^fatal error: (?P<text>[^\n]*)", re.MULTILINE)
_SENTENCES = (
    ("stack overflow", "crashed", "used up its stack: its recursion is too deep"),
    ("out of memory", "memory", "needed more memory than allowed"),
    ("cannot allocate memory", "memory", "needed more memory than allowed"),
    ("all goroutines are asleep", "crashed", "waits forever: all its goroutines are asleep"),
    ("no goroutines", "crashed", "ended its own goroutine (runtime.Goexit)"),
    ("newosproc", "crashed", "started more threads than allowed"),
    ("pthread_create failed", "crashed", "started more threads than allowed"),
    ("thread exhaustion", "crashed", "started more threads than allowed"),
    ("concurrent map", "crashed", "writes a map in several goroutines at once"),
)
"""What the runtime says when it gives up, and what that means for people."""


async def opened() -> GoSandbox:
    """A sandbox for programs; raises SandboxError with a sentence that says what to do."""
    from algosmith.sandbox.commandcheck import open_command_cage

    found = await asyncio.to_thread(toolchain.find)
    if found is None:
        raise SandboxError(await asyncio.to_thread(toolchain.why_none))
    cage = await open_command_cage()
    return GoSandbox(Builder(found, cage), cage)


class GoSandbox(PlainSandbox[Build]):
    """Use ``opened``. What Go leaves undefined, data races, is not looked for in any run."""

    name = "Go"

    def build_of(self, source: str, entry: str) -> Build | None:
        """See ``CompiledSandbox``."""
        return build_of(source, entry)

    def command(
        self, build: Build, made: bytes, calls: Sequence[Call], *, checked: bool
    ) -> Command:
        """See ``CompiledSandbox``."""
        argv = ("./program", *([str(build.switch)] if build.switch else []))
        # What the linker makes needs nothing else, no library and no loader.
        return Command(argv, (), {"program": made}, _ENVIRONMENT)

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """See ``CompiledSandbox``; the runtime's own addresses are not the program's memory."""
        limits = limits or Limits()
        more = replace(limits, memory_bytes=limits.memory_bytes + _RESERVED)
        return await super().run(program, calls, more)

    def cause_of(self, end: CommandResult, limits: Limits) -> Cause | None:
        """See ``CompiledSandbox``."""
        if end.status and not end.ended and (told := _told(end.stderr, end.status)) is not None:
            return told
        return super().cause_of(end, limits)

    def cause(self, ended: ConversationEnd, end: CommandResult, limits: Limits) -> Cause:
        """See ``CompiledSandbox``."""
        flooded = ended.end not in ("closed", "timeout", "protocol")
        told = _told(end.stdout, 2 if flooded else end.status)
        if flooded and told is not None:
            return told  # the runtime lists all goroutines when it gives up
        return common_cause(ended, end, limits) or told or crash(end.status)


def _told(said: bytes, status: int) -> Cause | None:
    """What the runtime said when it ended the program by itself."""
    if status != 2:
        return None
    text = said.decode("utf-8", "replace")
    found = _FATAL.search(text) or _PANIC.search(text)
    if found is None:
        return None
    for words, cause, sentence in _SENTENCES:
        if words in found["text"] or (words in text and found.re is _FATAL):
            return Cause("memory" if cause == "memory" else "crashed", sentence, status)
    return Cause("crashed", clean(f"panic: {found['text']}", 160), status)
