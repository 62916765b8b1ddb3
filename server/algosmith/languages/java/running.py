"""Runs Java programs in the cage for commands: compiled by a warm compiler, run by warm JVMs.

A JVM serves one candidate and its small changes, each in a class loader of its own: starting one
takes a tenth of a second, a loader a millisecond.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
from collections import OrderedDict
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.languages.compiled import CompileFailure
from algosmith.languages.java import jdk
from algosmith.languages.java.compiling import Builder
from algosmith.languages.java.jvm import Runtime
from algosmith.languages.java.marking import SEEN
from algosmith.languages.java.tree import parts_of_entry
from algosmith.languages.types import NO_PROGRAM
from algosmith.languages.versions import changed_name, head_of
from algosmith.languages.workers import Lost, Worker
from algosmith.sandbox import codec, frames, script
from algosmith.sandbox.conversation import Cause, ConversationEnd
from algosmith.sandbox.source import MAX_SOURCE_BYTES
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import UNFIT, Answer, CageReport, Call, Limits, Run, StandardInput

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from algosmith.languages.java.compiling import Classes
    from algosmith.sandbox.commands import CommandCage, CommandResult
    from algosmith.sandbox.types import Job, Program

_MOST_ALIVE = 2
_MOST_KEPT = 64
_MOST_RUNS = 200
_HEAP = 512
_FLOODED = 97


async def opened() -> JavaSandbox:
    """A sandbox for programs; raises SandboxError with a sentence that says what to do."""
    from algosmith.sandbox.commandcheck import open_command_cage

    found = await asyncio.to_thread(jdk.find)
    if found is None:
        raise SandboxError(await asyncio.to_thread(jdk.why_none))
    cages = [await open_command_cage()]
    try:
        cages.append(await open_command_cage())
    except BaseException:
        await cages[0].close()
        raise
    return JavaSandbox(found, *cages)


class JavaSandbox:
    """Implements ``sandbox.types.Sandbox``. Use ``opened``."""

    def __init__(self, found: jdk.Jdk, cage: CommandCage, compilers: CommandCage) -> None:
        """Candidates run in one cage; the compiler, which stays, has another one's places."""
        self._cage, self._compilers = cage, compilers
        self._runtime = Runtime(found)
        self._builder = Builder(self._runtime, compilers)
        self._built: OrderedDict[str, asyncio.Task[Classes | CompileFailure]] = OrderedDict()
        self._workers: OrderedDict[str, Worker] = OrderedDict()
        self._families: dict[str, asyncio.Lock] = {}
        self._busy: set[str] = set()
        self._alive = asyncio.Semaphore(_MOST_ALIVE)
        self._starting = asyncio.Lock()
        self.report = cage.report or CageReport("none", ())

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """See ``sandbox.types.Sandbox.run``; only calls can be answered."""
        limits = limits or Limits()
        head, source = head_of(program.source)
        if len(source) > MAX_SOURCE_BYTES:
            return Run((), f"the source is over {MAX_SOURCE_BYTES >> 20} MiB", cause="syntax")
        asked = [call for call in calls if isinstance(call, Call)]
        given = [one for one in calls if isinstance(one, StandardInput)]
        family = str(head.get("family") or source)
        lock = self._families.setdefault(family, asyncio.Lock())
        try:
            made = await self._program(source)
            if isinstance(made, CompileFailure):
                return _refused(made, head.get("lacks", ()))
            if not program.entry:
                return await self._programs(str(head.get("main", "")), made, given, limits)
            frame = _frame(head, program, made, limits)
            async with lock, self._alive:
                self._busy.add(family)
                try:
                    return await self._attempts(family, frame, asked, limits, program.checked)
                finally:
                    self._busy.discard(family)
        except (Lost, SandboxError) as error:
            return Run((), f"the cage failed: {error}", cause="cage")

    async def _programs(
        self, main: str, made: Classes, given: Sequence[StandardInput], limits: Limits
    ) -> Run:
        """The program once for each input, as Java runs any: all its streams are Java's."""
        answers: list[Answer] = []
        seconds = 0.0
        for one in given:
            data = one.text.encode("utf-8", "surrogatepass")
            end = await self._runtime.ran(self._cage, main, made, data, limits)
            seconds += end.cpu_seconds
            answers.append(script.program_answer(end, _cause_of(end, limits)))
        return Run(tuple(answers), cpu_seconds=seconds)

    async def close(self) -> None:
        """Ends all processes and the cages."""
        for task in self._built.values():
            task.cancel()
        workers, self._workers = list(self._workers.values()), OrderedDict()
        for worker in workers:
            await worker.close()
        await self._builder.close()
        self._runtime.close()
        await self._cage.close()
        await self._compilers.close()

    async def _program(self, text: str) -> Classes | CompileFailure:
        key = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
        task = self._built.get(key)
        if task is None:
            task = self._built[key] = asyncio.create_task(self._builder.build(text))
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

    async def _attempts(
        self, family: str, frame: bytes, calls: Sequence[Call], limits: Limits, again: bool
    ) -> Run:
        """A second run, ``again``, is one in another process."""
        if again and (older := self._workers.pop(family, None)) is not None:
            await older.close()
        for last in (False, True):
            run = await self._attempt(family, frame, calls, limits)
            if run is not None:
                return run
            if last:
                break
        raise Lost("Java did not stay")

    async def _attempt(
        self, family: str, frame: bytes, calls: Sequence[Call], limits: Limits
    ) -> Run | None:
        """None where the process has to be another one: threads of an earlier run still run."""
        worker = await self._worker(family)
        told = script.Exchange(sealed=True)
        end: CommandResult | None = None
        loop = asyncio.get_running_loop()
        begun, done = loop.time(), False
        try:
            async with asyncio.timeout(limits.wall_seconds):
                stale = await _converse(worker, told, frame, calls)
            done = told.ended is None and not stale
        except TimeoutError:
            told.ended = ConversationEnd("timeout", f"no answer within {limits.wall_seconds:g} s")
            stale = False
        finally:
            if not done:
                self._workers.pop(family, None)
                gone = told.ended is not None and told.ended.end == "closed"
                end = await asyncio.shield(worker.close(gone=gone))
        broke = told.ended is not None and told.ended.end == "closed" and not told.loaded
        if stale or broke:  # nothing of the candidate's has run by then
            return None
        before, worker.seconds = worker.seconds, worker.seconds + loop.time() - begun
        if told.failure:
            return told.failure
        if told.ended is None:
            if any(answer.status == "memory" for answer in told.answers):
                self._workers.pop(family, None)
                await worker.close()
            return Run(tuple(told.answers))
        # Where nobody counted it counts as a machine busy with other work: that refutes nobody.
        cpu = max(0.0, (end.cpu_seconds if end else 0.0) - before)
        return script.conclude(told, _cause(told.ended, end), calls, b"", cpu)

    async def _worker(self, family: str) -> Worker:
        """The family's process, or a new one in place of one that is not needed now."""
        async with self._starting:
            worker = self._workers.get(family)
            if worker is not None and worker.runs >= _MOST_RUNS:
                await self._workers.pop(family).close()
                worker = None
            if worker is None:
                while len(self._workers) >= _MOST_ALIVE:
                    idle = next(name for name in self._workers if name not in self._busy)
                    await self._workers.pop(idle).close()
                worker = await self._runtime.started(self._cage, "Driver", _HEAP)
                self._workers[family] = worker
            self._workers.move_to_end(family)
            worker.runs += 1
            return worker


def _refused(made: CompileFailure, lacks: Sequence[str]) -> Run:
    """Why a program does not compile; what the user's own file lacks is no fault of the code."""
    symbol = re.search(r"cannot find symbol: class (\w+)", made.text)
    if symbol and symbol[1] in lacks:
        return Run((), f"it needs `{symbol[1]}`, which is not in this file", cause="load")
    return Run((), made.text, cause="load" if made.limit else "syntax")


def _frame(head: dict[str, Any], program: Program, made: Classes, limits: Limits) -> bytes:
    """What a process is told of a program."""
    entry = program.entry
    if entry.startswith(SEEN):
        entry = str(head.get("entry", ""))
    owners, name, _ = parts_of_entry(entry)
    switch = int(head.get("switch", 0))
    # In the second run static fields live on: what hangs on earlier calls gives other results.
    fresh = bool(head.get("fresh")) and not program.checked
    return codec.dump({
        "classes": made, "owner": "$".join(owners),
        "name": changed_name(name, switch) if switch else name, "types": head.get("types"),
        "fresh": fresh, "output_bytes": limits.output_bytes,
        "marks": head.get("marks", ""), "gone": NO_PROGRAM if switch else "",
        "many": program.entry.startswith(SEEN), "shapes": head.get("shapes", {}),
    })  # fmt: skip


async def _converse(
    worker: Worker, told: script.Exchange, frame: bytes, calls: Sequence[Call]
) -> bool:
    """One program and its calls; whether it can't be this process. What ends it is in ``told``."""
    try:
        line, _ = await worker.talk.ask(frame)
        if codec.load(line) == ["stale"]:
            return True
        if codec.load(line)[:1] != ["loaded"]:
            told.failure = frames.loaded(line)
            return False
        told.loaded = True
        many = codec.load(line)[1:] == [1]
        if many:
            told.answers.append(await _marked(worker, calls))
        for number, call in enumerate(() if many else calls):
            told.answers.append(await _asked(worker, number, call))
        worker.talk.finish()
    except ConversationEnd as error:
        told.ended = error
    except codec.FrameError as error:
        told.ended = ConversationEnd("protocol", f"a malformed answer: {error}")
    return False


async def _marked(worker: Worker, calls: Sequence[Call]) -> Answer:
    """Every call in the one that is asked; the answer is which outcomes were seen."""
    given = calls[0].args[0] if calls and calls[0].args else []
    for number, args in enumerate(given if isinstance(given, list) else []):
        if isinstance(args, tuple):
            await _asked(worker, number, Call(args))
    line, seconds = await worker.talk.ask(codec.dump({"seen": True}))
    numbers = [number for number in codec.load(line) if type(number) is int]
    return Answer("value", list(numbers), seconds=seconds)


async def _asked(worker: Worker, number: int, call: Call) -> Answer:
    if call.kwargs:
        return Answer("unserialisable", error=f"{UNFIT}Java has no named arguments")
    try:
        args = [codec.encode(value) for value in call.args]
    except TypeError as error:
        return Answer("unserialisable", error=f"{UNFIT}{error}")
    line, seconds = await worker.talk.ask(codec.dump({"n": number, "args": args}))
    return frames.answer(codec.load(line), number, call, seconds)


def _cause_of(end: CommandResult, limits: Limits) -> Cause | None:
    """Why a whole program did not end well; None where it did."""
    if end.status == 0 or end.ended:
        return end.stopped(limits)
    said = end.stderr.decode("utf-8", "replace")
    thrown = re.search(r'^Exception in thread "[^"]*" (?:[\w$]+[.$])*(\w+(?:: .*)?)$', said, re.M)
    if thrown and thrown[1].startswith("OutOfMemoryError"):
        return Cause("memory", "needed more memory than allowed")
    if thrown:
        return Cause("crashed", clean(thrown[1], 160), 1)
    return _cause(ConversationEnd("closed", ""), end)


def _cause(ended: ConversationEnd, end: CommandResult | None) -> Cause:
    """Why a talk ended, for people."""
    if ended.end != "closed":
        status = {"timeout": "timeout", "protocol": "protocol"}.get(ended.end, "crashed")
        return Cause(status, ended.detail)  # type: ignore[arg-type]  # one of its words
    status = end.status if end else -9
    if status == _FLOODED:
        return Cause("crashed", "printed more than allowed")
    if status == -24:
        return Cause("timeout", "used more processor time than allowed")
    if status >= 0:
        return Cause("crashed", f"ended its own process with status {status}", status)
    return Cause("crashed", f"crashed the Java machine (signal {-status})")
