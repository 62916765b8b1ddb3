"""Runs programs of a compiled language in the cage for commands: one process answers all calls.

What a language adds: how a program is put together and compiled, how it is started, and what the
way in which it ended means.
"""

from __future__ import annotations

import asyncio
import hashlib
from abc import ABC, abstractmethod
from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar

from algosmith.errors import SandboxError
from algosmith.languages import tokens
from algosmith.languages.types import NO_PROGRAM
from algosmith.languages.versions import LEFT_OUT
from algosmith.sandbox import codec, script
from algosmith.sandbox.conversation import Cause, ConversationEnd
from algosmith.sandbox.script import program_answer
from algosmith.sandbox.source import MAX_SOURCE_BYTES
from algosmith.sandbox.types import UNFIT, Answer, CageReport, Call, Limits, Run, StandardInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.commands import Command, CommandCage, CommandResult, Talk
    from algosmith.sandbox.types import Job, Program, Value

_MOST_KEPT = 64
_GRACE = 3.0


@dataclass(frozen=True, slots=True)
class CompileFailure:
    """Why a program does not compile, in one line."""

    text: str
    limit: bool = False
    """A limit of ours ended the compiler, or a type of the signature is not carried."""
    lines: tuple[int, ...] = ()
    """Where the errors stand, as far as that is read."""
    changes: frozenset[int] = frozenset()
    """The changed versions in which there are errors, as far as that is read."""


class Build(Protocol):
    """What is compiled, and how it is then started."""

    @property
    def text(self) -> str:
        """The whole program."""
        ...

    @property
    def switch(self) -> int:
        """Which of the small changes in the text is in force; 0 for none."""
        ...

    @property
    def marked(self) -> bool:
        """Its one call holds many, and its answer is the outcomes that were seen."""
        ...

    @property
    def whole(self) -> bool:
        """It is a program that reads standard input."""
        ...


B = TypeVar("B", bound=Build)


class CompiledSandbox(ABC, Generic[B]):
    """Implements ``sandbox.types.Sandbox``."""

    name: ClassVar[str]
    """The language's, for people."""
    left_out: ClassVar[int] = LEFT_OUT
    """The status of a function's program that was asked for a version that was left out of it."""

    def __init__(self, cage: CommandCage) -> None:
        self._cage = cage
        self._built: OrderedDict[str, asyncio.Task[bytes | CompileFailure]] = OrderedDict()
        self.report = cage.report or CageReport("none", ())

    @abstractmethod
    def build_of(self, source: str, entry: str) -> B | None:
        """What is compiled for a program; None where it has no such function."""

    @abstractmethod
    async def compiled(self, build: B, *, checked: bool) -> bytes | CompileFailure:
        """The program; ``checked`` one that looks for undefined behaviour, where there are such."""

    @abstractmethod
    def command(self, build: B, made: bytes, calls: Sequence[Call], *, checked: bool) -> Command:
        """How the program is started; no calls for one that reads standard input."""

    @abstractmethod
    def cause(self, ended: ConversationEnd, end: CommandResult, limits: Limits) -> Cause:
        """Why a talk ended, for people."""

    def is_checked(self, program: Program) -> bool:
        """Whether the run is one that looks for undefined behaviour."""
        return program.checked

    async def asked(self, build: B, talk: Talk, number: int, call: Call) -> Answer:
        """What the program answers to one call."""
        return await self.told(talk, number, call)

    def cause_of(self, end: CommandResult, limits: Limits) -> Cause | None:
        """Why a whole program did not end well; None where it did."""
        if end.status == 0 or end.ended:
            return end.stopped(limits)
        return self.cause(ConversationEnd("closed", ""), replace(end, stdout=end.stderr), limits)

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """See ``sandbox.types.Sandbox.run``; only calls and programs can be answered."""
        limits = limits or Limits()
        if len(program.source) > MAX_SOURCE_BYTES:
            return Run((), f"the source is over {MAX_SOURCE_BYTES >> 20} MiB", cause="syntax")
        build = self.build_of(program.source, program.entry)
        if build is None:
            return Run((), f"there is no function {program.entry!r}", cause="load")
        checked = self.is_checked(program)
        try:
            made = await self._program(build, checked=checked)
            if isinstance(made, CompileFailure):
                return Run((), made.text, cause="load" if made.limit else "syntax")
            if build.whole:
                given = [job for job in calls if isinstance(job, StandardInput)]
                command = self.command(build, made, (), checked=checked)
                return await self._programs(build, command, given, limits)
            asked = [call for call in calls if isinstance(call, Call)]
            command = self.command(build, made, asked, checked=checked)
            return await self._attempt(build, command, asked, limits)
        except SandboxError as error:
            return Run((), f"the cage failed: {error}", cause="cage")

    async def close(self) -> None:
        """Ends all processes and the cage."""
        for task in self._built.values():
            task.cancel()
        await self._cage.close()

    async def told(self, talk: Talk, number: int, call: Call) -> Answer:
        """What the program answers to one call, read from its tokens."""
        try:
            line = tokens.call_line(number, call)
        except tokens.NoSuchType as error:
            return Answer("unserialisable", error=f"{UNFIT}{error} is no value of {self.name}")
        answer, seconds = await talk.ask(line)
        return tokens.answer(answer, number, call, seconds)

    async def counted(self, talk: Talk, number: int, call: Call) -> Answer:
        """The work of a call, as ``types.CountedProgram`` says; what it gave is not looked at."""
        try:
            line = tokens.call_line(number, Call(call.args[2:]))
        except tokens.NoSuchType as error:
            return Answer("unserialisable", error=f"{UNFIT}{error} is no value of {self.name}")
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
        error = "" if status == "limit" else error
        lines: list[Value] = [list(pair) for pair in zip(hot[::2], hot[1::2], strict=True)]
        told: list[Value] = [status, work, error, [], lines, peak, depth]
        return Answer("value", told, seconds=seconds)

    async def _program(self, build: B, *, checked: bool) -> bytes | CompileFailure:
        key = hashlib.sha256(f"{checked} {build.text}".encode("utf-8", "replace")).hexdigest()
        task = self._built.get(key)
        if task is None:
            task = asyncio.create_task(self.compiled(build, checked=checked))
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
        self, build: B, command: Command, given: Sequence[StandardInput], limits: Limits
    ) -> Run:
        """The program once for each input."""
        answers: list[Answer] = []
        seconds = 0.0
        # Starting takes a busy machine its time; what the program computes has its own limit.
        limits = replace(limits, wall_seconds=limits.wall_seconds + _GRACE)
        for one in given:
            end = await self._cage.run(command, limits, one.text.encode("utf-8", "surrogatepass"))
            seconds += end.cpu_seconds
            if build.switch and end.status == LEFT_OUT:
                return Run((), NO_PROGRAM, cause="syntax")
            answers.append(program_answer(end, self.cause_of(end, limits)))
        return Run(tuple(answers), cpu_seconds=seconds)

    async def _attempt(
        self, build: B, command: Command, calls: Sequence[Call], limits: Limits
    ) -> Run:
        told = script.Exchange(sealed=True)
        async with self._cage.open(command, limits) as talk:
            await self._converse(build, talk, told, calls)
            end = await talk.close(wait=told.ended is not None and told.ended.end == "closed")
        if told.ended is None:
            return Run(tuple(told.answers), None, "", end.cpu_seconds)
        if build.switch and not told.loaded and end.status == self.left_out:
            return Run((), NO_PROGRAM, cause="syntax")  # this change was left out
        cause = self.cause(told.ended, end, limits)
        return script.conclude(told, cause, calls, end.stdout, end.cpu_seconds)

    async def _converse(
        self, build: B, talk: Talk, told: script.Exchange, calls: Sequence[Call]
    ) -> None:
        """The calls, one by one; what ends it is kept in ``told``."""
        try:
            line, _ = await talk.ask(None)
            if line != b"loaded":
                raise codec.FrameError("no word on loading")
            told.loaded = True
            if build.marked:
                told.answers.append(await self._seen(talk, calls))
                return
            for number, call in enumerate(calls):
                told.answers.append(await self.asked(build, talk, number, call))
            talk.finish()
        except ConversationEnd as error:
            told.ended = error
        except codec.FrameError as error:
            told.ended = ConversationEnd("protocol", f"a malformed answer: {error}")

    async def _seen(self, talk: Talk, calls: Sequence[Call]) -> Answer:
        """Every call in the one that is asked; the answer is which outcomes were seen."""
        given = calls[0].args[0] if calls and calls[0].args else []
        for number, args in enumerate(given if isinstance(given, list) else []):
            if isinstance(args, tuple):
                await self.told(talk, number, Call(args))
        line, seconds = await talk.ask(b"seen\n")
        numbers = [int(word) for word in line.split() if word.isdigit()]
        return Answer("value", list(numbers), seconds=seconds)


class ProgramBuilder(Protocol):
    """Compiles programs of a language that has one way to do so."""

    async def build(self, text: str) -> bytes | CompileFailure:
        """The program; changed versions in it that do not compile are left out."""
        ...

    def close(self) -> None:
        """Removes what it keeps for the session."""
        ...


class PlainSandbox(CompiledSandbox[B]):
    """For languages in which no run looks for undefined behaviour: there is no other one."""

    def __init__(self, builder: ProgramBuilder, cage: CommandCage) -> None:
        super().__init__(cage)
        self._builder = builder

    def is_checked(self, program: Program) -> bool:
        """See ``CompiledSandbox``."""
        return False

    async def compiled(self, build: B, *, checked: bool) -> bytes | CompileFailure:
        """See ``CompiledSandbox``."""
        return await self._builder.build(build.text)

    async def close(self) -> None:
        """Ends all processes and the cage."""
        self._builder.close()
        await super().close()


def common_cause(ended: ConversationEnd, end: CommandResult, limits: Limits) -> Cause | None:
    """Why a talk ended where a limit or the talk itself was it; None where the process was."""
    if ended.end == "timeout":
        return Cause("timeout", ended.detail)
    if ended.end != "closed":
        return Cause("protocol" if ended.end == "protocol" else "crashed", ended.detail)
    if end.status in (-24, -9) and end.cpu_seconds > 0.5 * limits.cpu_seconds:
        return Cause("timeout", f"used over {limits.cpu_seconds:g} s of processor time")
    return None


_SIGNALS = {-11: "reads or writes memory that is not its own (SIGSEGV)", -6: "aborted (SIGABRT)",
            -8: "divides by zero (SIGFPE)", -4: "ran an illegal instruction (SIGILL)",
            -7: "reads memory that is not there (SIGBUS)"}  # fmt: skip


def crash(status: int) -> Cause:
    """What a status says of a process that ended by itself."""
    if status >= 0:
        return Cause("crashed", f"ended its own process with status {status}", status)
    return Cause("crashed", _SIGNALS.get(status, f"ended by signal {-status}"))
