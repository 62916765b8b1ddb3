"""Runs Rust programs in the cage for commands: compiled once, one process answers all calls."""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.languages.cpp import tokens
from algosmith.languages.rust import toolchain
from algosmith.languages.rust.building import LEFT_OUT, build_of
from algosmith.languages.rust.compiling import Builder, CompileFailure
from algosmith.languages.types import NO_PROGRAM
from algosmith.sandbox import codec, script
from algosmith.sandbox.commands import Command
from algosmith.sandbox.conversation import Cause, ConversationEnd
from algosmith.sandbox.script import program_answer
from algosmith.sandbox.source import MAX_SOURCE_BYTES
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import (
    UNFIT,
    Answer,
    CageReport,
    Call,
    Limits,
    Run,
    StandardInput,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.languages.rust.building import Build
    from algosmith.sandbox.commands import CommandCage, CommandResult, Talk
    from algosmith.sandbox.types import Job, Program

_MOST_KEPT = 64
_GRACE = 3.0
_PANIC = re.compile(r"^thread '[^\n]*' (?:\(\d+\) )?panicked at [^\n]*\n(?P<text>[^\n]*)", re.M)
_SIGNALS = {-11: "used up its stack, or reads memory that is not its own (SIGSEGV)",
            -6: "aborted (SIGABRT)",
            -8: "divides by zero (SIGFPE)", -4: "ran an illegal instruction (SIGILL)",
            -7: "reads memory that is not there (SIGBUS)"}  # fmt: skip


async def opened() -> RustSandbox:
    """A sandbox for programs; raises SandboxError with a sentence that says what to do."""
    from algosmith.sandbox.commandcheck import open_command_cage

    found = await asyncio.to_thread(toolchain.find)
    if found is None:
        raise SandboxError(await asyncio.to_thread(toolchain.why_none))
    cage = await open_command_cage()
    return RustSandbox(Builder(found, cage), cage)


class RustSandbox:
    """Implements ``sandbox.types.Sandbox``. Use ``opened``."""

    def __init__(self, builder: Builder, cage: CommandCage) -> None:
        self._builder, self._cage = builder, cage
        self._built: OrderedDict[str, asyncio.Task[bytes | CompileFailure]] = OrderedDict()
        self.report = cage.report or CageReport("none", ())

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """See ``sandbox.types.Sandbox.run``; only calls and programs can be answered."""
        limits = limits or Limits()
        if len(program.source) > MAX_SOURCE_BYTES:
            return Run((), f"the source is over {MAX_SOURCE_BYTES >> 20} MiB", cause="syntax")
        build = build_of(program.source, program.entry)
        if build is None:
            return Run((), f"there is no function {program.entry!r}", cause="load")
        try:
            made = await self._program(build)
            if isinstance(made, CompileFailure):
                return Run((), made.text, cause="load" if made.limit else "syntax")
            if build.whole:
                given = [job for job in calls if isinstance(job, StandardInput)]
                return await self._programs(build, made, given, limits)
            asked = [call for call in calls if isinstance(call, Call)]
            return await self._attempt(build, made, asked, limits)
        except SandboxError as error:
            return Run((), f"the cage failed: {error}", cause="cage")

    async def close(self) -> None:
        """Ends all processes and the cage."""
        for task in self._built.values():
            task.cancel()
        self._builder.close()
        await self._cage.close()

    async def _program(self, build: Build) -> bytes | CompileFailure:
        key = hashlib.sha256(build.text.encode("utf-8", "replace")).hexdigest()
        task = self._built.get(key)
        if task is None:
            task = self._built[key] = asyncio.create_task(self._builder.build(build.text))
            while len(self._built) > _MOST_KEPT:
                self._built.popitem(last=False)
        try:
            made = await asyncio.shield(task)
        except BaseException:
            task.cancel()
            self._built.pop(key, None)
            raise
        if isinstance(made, CompileFailure) and made.limit:
            self._built.pop(key, None)  # another time there may be more of it
        return made

    async def _programs(
        self, build: Build, made: bytes, given: Sequence[StandardInput], limits: Limits
    ) -> Run:
        """The program once for each input."""
        command = self._command(build, made)
        answers: list[Answer] = []
        seconds = 0.0
        # Starting takes a busy machine its time; what the program computes has its own limit.
        limits = replace(limits, wall_seconds=limits.wall_seconds + _GRACE)
        for one in given:
            end = await self._cage.run(command, limits, one.text.encode("utf-8", "surrogatepass"))
            seconds += end.cpu_seconds
            if build.switch and end.status == LEFT_OUT:
                return Run((), NO_PROGRAM, cause="syntax")
            answers.append(program_answer(end, _cause_of(end, limits)))
        return Run(tuple(answers), cpu_seconds=seconds)

    def _command(self, build: Build, made: bytes) -> Command:
        argv = ("./program", *([str(build.switch)] if build.switch else []))
        return Command(argv, self._builder.reads, {"program": made})

    async def _attempt(
        self, build: Build, made: bytes, calls: Sequence[Call], limits: Limits
    ) -> Run:
        told = script.Exchange(sealed=True)
        async with self._cage.open(self._command(build, made), limits) as talk:
            await _converse(talk, told, calls, marked=build.marked)
            end = await talk.close(wait=told.ended is not None and told.ended.end == "closed")
        if told.ended is None:
            return Run(tuple(told.answers), None, "", end.cpu_seconds)
        if build.switch and not told.loaded and end.status == LEFT_OUT:
            return Run((), NO_PROGRAM, cause="syntax")  # this change was left out
        cause = _cause(told.ended, end, limits)
        return script.conclude(told, cause, calls, end.stdout, end.cpu_seconds)


async def _converse(
    talk: Talk, told: script.Exchange, calls: Sequence[Call], *, marked: bool
) -> None:
    """The calls, one by one; what ends it is kept in ``told``."""
    try:
        line, _ = await talk.ask(None)
        if line != b"loaded":
            raise codec.FrameError("no word on loading")
        told.loaded = True
        if marked:
            told.answers.append(await _seen(talk, calls))
            return
        for number, call in enumerate(calls):
            told.answers.append(await _asked(talk, number, call))
        talk.finish()
    except ConversationEnd as error:
        told.ended = error
    except codec.FrameError as error:
        told.ended = ConversationEnd("protocol", f"a malformed answer: {error}")


async def _seen(talk: Talk, calls: Sequence[Call]) -> Answer:
    """Every call in the one that is asked; the answer is which outcomes were seen."""
    given = calls[0].args[0] if calls and calls[0].args else []
    for number, args in enumerate(given if isinstance(given, list) else []):
        if isinstance(args, tuple):
            await _asked(talk, number, Call(args))
    line, seconds = await talk.ask(b"seen\n")
    numbers = [int(word) for word in line.split() if word.isdigit()]
    return Answer("value", list(numbers), seconds=seconds)


async def _asked(talk: Talk, number: int, call: Call) -> Answer:
    try:
        line = tokens.call_line(number, call)
    except tokens.NoSuchType as error:
        return Answer("unserialisable", error=f"{UNFIT}{error} is no value of Rust")
    answer, seconds = await talk.ask(line)
    return tokens.answer(answer, number, call, seconds)


def _cause_of(end: CommandResult, limits: Limits) -> Cause | None:
    """Why a whole program did not end well; None where it did."""
    if end.status == 0 or end.ended:
        return end.stopped(limits)
    said = _PANIC.search(end.stderr.decode("utf-8", "replace"))
    if said is not None and end.status == 101:
        return Cause("crashed", clean(f"panic: {said['text']}", 160), 101)
    return _cause(ConversationEnd("closed", ""), replace(end, stdout=end.stderr), limits)


def _cause(ended: ConversationEnd, end: CommandResult, limits: Limits) -> Cause:
    """Why a talk ended, for people."""
    if ended.end == "timeout":
        return Cause("timeout", ended.detail)
    if ended.end != "closed":
        return Cause("protocol" if ended.end == "protocol" else "crashed", ended.detail)
    status, said = end.status, end.stdout
    if status in (-24, -9) and end.cpu_seconds > 0.5 * limits.cpu_seconds:
        return Cause("timeout", f"used over {limits.cpu_seconds:g} s of processor time")
    if b"has overflowed its stack" in said:
        return Cause("crashed", "used up its stack: its recursion is too deep", status)
    if b"memory allocation of" in said:
        return Cause("memory", "needed more memory than allowed", status)
    if status >= 0:
        return Cause("crashed", f"ended its own process with status {status}", status)
    return Cause("crashed", _SIGNALS.get(status, f"ended by signal {-status}"))
