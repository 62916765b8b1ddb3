"""Runs C++ programs in the cage for commands: compiled once, then one process answers all calls."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.languages.cpp import compiler, tokens
from algosmith.languages.cpp.building import LEFT_OUT, build_of
from algosmith.languages.cpp.compiler import Builder, CompileFailure
from algosmith.languages.types import NO_PROGRAM
from algosmith.sandbox import codec, script
from algosmith.sandbox.commands import Command
from algosmith.sandbox.conversation import Cause, ConversationEnd
from algosmith.sandbox.script import program_answer
from algosmith.sandbox.source import MAX_SOURCE_BYTES
from algosmith.sandbox.types import (
    UNDEFINED,
    UNFIT,
    Answer,
    CageReport,
    Call,
    Limits,
    Run,
    StandardInput,
)

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from algosmith.languages.cpp.building import Build
    from algosmith.sandbox.commands import CommandCage, CommandResult, Talk
    from algosmith.sandbox.types import Job, Program, Value

_MOST_KEPT = 64
_GRACE = 3.0
_SIGNALS = {-11: "reads or writes memory that is not its own (SIGSEGV)", -6: "aborted (SIGABRT)",
            -8: "divides by zero (SIGFPE)", -4: "ran an illegal instruction (SIGILL)",
            -7: "reads memory that is not there (SIGBUS)"}  # fmt: skip


async def opened() -> CppSandbox:
    """A sandbox for programs; raises SandboxError with a sentence that says what to do."""
    from algosmith.sandbox.commandcheck import open_command_cage

    found = await asyncio.to_thread(compiler.find)
    if found is None:
        raise SandboxError(f"no C++ compiler here; {compiler.HOW}")
    cage = await open_command_cage()
    return CppSandbox(Builder(found, cage), cage)


class CppSandbox:
    """Implements ``sandbox.types.Sandbox``. Use ``opened``."""

    def __init__(self, builder: Builder, cage: CommandCage) -> None:
        self._builder, self._cage = builder, cage
        self._built: OrderedDict[str, asyncio.Task[bytes | CompileFailure]] = OrderedDict()
        self.report = cage.report or CageReport("none", ())

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """See ``sandbox.types.Sandbox.run``; only calls can be answered."""
        limits = limits or Limits()
        if len(program.source) > MAX_SOURCE_BYTES:
            return Run((), f"the source is over {MAX_SOURCE_BYTES >> 20} MiB", cause="syntax")
        build = build_of(program.source, program.entry)
        try:
            made = await self._program(build, checked=program.checked)
            if isinstance(made, CompileFailure):
                return Run((), made.text, cause="load" if made.limit else "syntax")
            given = [job for job in calls if isinstance(job, StandardInput)]
            if given:
                return await self._programs(build, made, given, limits, checked=program.checked)
            asked = [call for call in calls if isinstance(call, Call)]
            return await self._attempt(build, made, asked, limits, checked=program.checked)
        except SandboxError as error:
            return Run((), f"the cage failed: {error}", cause="cage")

    async def close(self) -> None:
        """Ends all processes and the cage."""
        for task in self._built.values():
            task.cancel()
        self._builder.close()
        await self._cage.close()

    async def _program(self, build: Build, *, checked: bool) -> bytes | CompileFailure:
        key = hashlib.sha256(f"{checked} {build.text}".encode("utf-8", "replace")).hexdigest()
        task = self._built.get(key)
        if task is None:
            task = asyncio.create_task(self._builder.build(build.text, checked=checked))
            self._built[key] = task
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
        self, build: Build, made: bytes, given: Sequence[StandardInput], limits: Limits, *,
        checked: bool,
    ) -> Run:  # fmt: skip
        """The program once for each input."""
        environment = {"MALLOC_PERTURB_": "165"} if checked else {}
        argv = ("./program", *([str(build.switch)] if build.switch else []))
        command = Command(argv, self._builder.reads, {"program": made}, environment)
        answers: list[Answer] = []
        seconds = 0.0
        # Starting takes a busy machine its time; what the program computes has its own limit.
        limits = replace(limits, wall_seconds=limits.wall_seconds + _GRACE)
        for one in given:
            text = one.text.encode("utf-8", "surrogatepass")
            end = await self._cage.run(command, limits, text)
            seconds += end.cpu_seconds
            if build.switch and end.status == LEFT_OUT:
                return Run((), NO_PROGRAM, cause="syntax")
            answers.append(program_answer(end, _cause_of(end, limits)))
        return Run(tuple(answers), cpu_seconds=seconds)

    async def _attempt(
        self, build: Build, made: bytes, calls: Sequence[Call], limits: Limits, *, checked: bool
    ) -> Run:
        argv = ("./program", str(build.switch))
        # What is not set, or used after it was freed, shall not look like zeros by luck.
        environment = {"MALLOC_PERTURB_": "165"} if checked else {}
        if build.counted and calls:
            environment = {"ALGOSMITH_WORK": str(calls[0].args[0])}
        command = Command(argv, self._builder.reads, {"program": made}, environment)
        told = script.Exchange(sealed=True)
        async with self._cage.open(command, limits) as talk:
            if build.marked:
                await _converse_marked(talk, told, calls)
            else:
                await _converse(talk, told, calls, _counted if build.counted else _asked)
            end = await talk.close(wait=told.ended is not None and told.ended.end == "closed")
        if told.ended is None:
            return Run(tuple(told.answers), None, "", end.cpu_seconds)
        if build.switch and not told.loaded and end.status == 1:
            return Run((), NO_PROGRAM, cause="syntax")  # this change was left out
        cause = _cause(told.ended, end, limits)
        return script.conclude(told, cause, calls, end.stdout, end.cpu_seconds)


async def _converse(
    talk: Talk,
    told: script.Exchange,
    calls: Sequence[Call],
    ask: Callable[[Talk, int, Call], Awaitable[Answer]],
) -> None:
    """The calls, one by one; what ends it is kept in ``told``."""
    try:
        await _load(talk, told)
        for number, call in enumerate(calls):
            told.answers.append(await ask(talk, number, call))
        talk.finish()
    except ConversationEnd as error:
        told.ended = error
    except codec.FrameError as error:
        told.ended = ConversationEnd("protocol", f"a malformed answer: {error}")


async def _converse_marked(talk: Talk, told: script.Exchange, calls: Sequence[Call]) -> None:
    """Every call in the one that is asked; the answer is which outcomes were seen."""
    try:
        await _load(talk, told)
        given = calls[0].args[0] if calls and calls[0].args else []
        for number, args in enumerate(given if isinstance(given, list) else []):
            if isinstance(args, tuple):
                await _asked(talk, number, Call(args))
        line, seconds = await talk.ask(b"seen\n")
        numbers = [int(word) for word in line.split() if word.isdigit()]
        told.answers.append(Answer("value", list(numbers), seconds=seconds))
    except ConversationEnd as error:
        told.ended = error
    except codec.FrameError as error:
        told.ended = ConversationEnd("protocol", f"a malformed answer: {error}")


async def _load(talk: Talk, told: script.Exchange) -> None:
    line, _ = await talk.ask(None)
    if line != b"loaded":
        raise codec.FrameError("no word on loading")
    told.loaded = True


async def _asked(talk: Talk, number: int, call: Call) -> Answer:
    try:
        line = tokens.call_line(number, call)
    except tokens.NoSuchType as error:
        return Answer("unserialisable", error=f"{UNFIT}{error} is no value of C++")
    answer, seconds = await talk.ask(line)
    return tokens.answer(answer, number, call, seconds)


async def _counted(talk: Talk, number: int, call: Call) -> Answer:
    """The work of a call, as ``languages.types.Counted`` says; what it gave is not looked at."""
    try:
        line = tokens.call_line(number, Call(call.args[2:]))
    except tokens.NoSuchType as error:
        return Answer("unserialisable", error=f"{UNFIT}{error} is no value of C++")
    answer, seconds = await talk.ask(line)
    status, error = "ok", ""
    if answer.split()[1:2] != [b"v"]:
        ended = tokens.answer(answer, number, call, seconds)
        if ended.status != "raised":
            return ended
        status, error = "raised", ended.error
    line, _ = await talk.ask(b"seen\n")
    state, work, peak, depth, *hot = (int(word) for word in line.split() if word.isdigit())
    status = {1: "limit", 2: "deep"}.get(state, status)
    error = "its recursion does not end on the inputs tried" if status == "deep" else error
    lines: list[Value] = [list(pair) for pair in zip(hot[::2], hot[1::2], strict=True)]
    told: list[Value] = [status, work, "" if status == "limit" else error, [], lines, peak, depth]
    return Answer("value", told, seconds=seconds)


def _cause_of(end: CommandResult, limits: Limits) -> Cause | None:
    """Why a whole program did not end well; None where it did."""
    if end.status == 0 or end.ended:
        return end.stopped(limits)
    return _cause(ConversationEnd("closed", ""), replace(end, stdout=end.stderr), limits)


def _cause(ended: ConversationEnd, end: CommandResult, limits: Limits) -> Cause:
    """Why a talk ended, for people."""
    if ended.end == "timeout":
        return Cause("timeout", ended.detail)
    if ended.end != "closed":
        return Cause("protocol" if ended.end == "protocol" else "crashed", ended.detail)
    status = end.status
    if status in (-24, -9) and end.cpu_seconds > 0.5 * limits.cpu_seconds:
        return Cause("timeout", f"used over {limits.cpu_seconds:g} s of processor time")
    said = end.stdout.decode("utf-8", "replace")
    if "runtime error: " in said:
        return Cause(
            "crashed",
            f"{UNDEFINED}{said.partition('runtime error: ')[2].splitlines()[0][:120]}",
        )
    if "Assertion '" in said:
        return Cause(
            "crashed",
            f"{UNDEFINED}{said.partition('Assertion ')[2].splitlines()[0][:120]}",
        )
    if status >= 0:
        return Cause("crashed", f"ended its own process with status {status}", status)
    return Cause("crashed", _SIGNALS.get(status, f"ended by signal {-status}"))
