"""One worker process as seen from the server: spoken to line by line, under every limit."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

from algosmith.errors import SandboxError
from algosmith.sandbox.conversation import Cause, ConversationEnd
from algosmith.sandbox.types import Limits
from algosmith.sandbox.wasi.module import WORKER

if TYPE_CHECKING:
    from algosmith.sandbox.conversation import End

_CALLS, _ANSWERS, _OUTPUT = 0, 1, 2
_FRAME_ROOM = 4096
_START_SECONDS = 30.0
_START_CPU_SECONDS = 1.0
"""Processor time that starting takes, on top of what the candidate may use."""
_LIFE_SECONDS = 3600.0
TRAPPED, TOO_LONG, REFUSED, LEFT = 61, 62, 63, 64
"""Exit statuses of ``worker.py``."""


@dataclass(frozen=True, slots=True)
class Build:
    """What a machine is born with."""

    memory: int
    cpu: float
    hash_seed: int


@cache
def _boot() -> str:
    """The text that starts the interpreter inside: ours only, no candidate's."""
    caged = Path(__file__).parents[1] / "caged"
    modules = [(name, (caged / f"{name}.py").read_text("utf-8")) for name in
               ("stdvalues", "records", "values", "loop", "program", "steps", "child")]  # fmt: skip
    guest = Path(__file__).with_name("guest.py").read_text("utf-8")
    return f"{guest}\nmain({modules!r})\n"


class Machine(asyncio.SubprocessProtocol):
    """A running worker. Use ``Machine.start``, and ``close`` at the end."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self.gone: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._limits = Limits()
        self._line = bytearray()
        self._output = bytearray()
        self._ready: bytes | None = None
        self._asked = True
        """The first line, that all stands ready, comes unasked."""
        self._waiting: asyncio.Future[bytes] | None = None
        self.ended: ConversationEnd | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._transport: asyncio.SubprocessTransport | None = None

    @classmethod
    async def start(cls, compiled: Path, build: Build) -> Machine:
        """Starts a worker, without waiting until it is ready; raises SandboxError."""
        options = {"boot": _boot(), "hash_seed": build.hash_seed, "memory": build.memory,
                   "cpu": build.cpu + _START_CPU_SECONDS, "life": _LIFE_SECONDS}  # fmt: skip
        try:
            _, machine = await asyncio.get_running_loop().subprocess_exec(
                cls, sys.executable, "-I", str(WORKER), str(compiled),
                cwd=compiled.parent, env=_environment(),
            )  # fmt: skip
        except OSError as error:
            raise SandboxError(f"{sys.executable} can't be started ({error.strerror})") from None
        # Not in the arguments, which are short on Windows.
        text = json.dumps(options).encode("ascii")
        machine.send(b"%08d" % len(text) + text)
        return machine

    @property
    def output(self) -> bytes:
        """What was printed so far."""
        return bytes(self._output)

    def begin(self, limits: Limits) -> None:
        """Sets the limits of the run and starts the clock for starting."""
        self._limits = limits
        self._set_clock(_START_SECONDS)

    async def ask(self, line: bytes | None) -> tuple[bytes, float]:
        """See ``script.Talk.ask``; the run's clock starts when the machine is ready."""
        if self._ready is None and self.ended:
            raise self.ended
        started = time.perf_counter()
        if line is not None:
            self._asked = True
            self.send(line)
        if self._ready is None:
            self._waiting = self._loop.create_future()
            try:
                self._ready = await self._waiting
            finally:
                self._waiting = None
        answer, self._ready = self._ready, None
        if line is None:
            self._set_clock(self._limits.wall_seconds)
        return answer, time.perf_counter() - started

    def finish(self) -> None:
        """See ``script.Talk.finish``."""
        if self.ended and self.ended.end == "protocol":
            raise self.ended

    async def settle(self) -> None:
        """See ``script.Talk.settle``: the end of its calls ends it, and so all of its output."""
        pipe = cast("asyncio.SubprocessTransport", self._transport).get_pipe_transport(_CALLS)
        cast("asyncio.WriteTransport", pipe).close()
        await asyncio.shield(self.gone)
        if self.ended and self.ended.end != "closed":
            raise self.ended
        self.ended = None

    async def close(self) -> int | None:
        """Ends the worker at once; its exit status (negative: ended from outside)."""
        if self._timer:
            self._timer.cancel()
        transport = cast("asyncio.SubprocessTransport", self._transport)
        transport.close()
        await asyncio.shield(self.gone)
        return transport.get_returncode()

    async def status(self) -> int | None:
        """Its exit status, for a worker whose answers have ended."""
        transport = cast("asyncio.SubprocessTransport", self._transport)
        try:
            async with asyncio.timeout(1.0):
                await asyncio.shield(self.gone)
        except TimeoutError:
            return None
        return transport.get_returncode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio: the process and its pipes are gone."""
        if not self.gone.done():
            self.gone.set_result(None)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Called by asyncio."""
        if self.ended:
            return
        if fd == _OUTPUT:
            room = self._limits.output_bytes - len(self._output)
            self._output += data[:room]
            if len(data) > room:
                self._end("output", f"wrote over {self._limits.output_bytes} bytes of output")
        elif not self._asked:
            self._end("protocol", "it wrote to the checker's pipe before it was asked")
        else:
            self._take(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """Called by asyncio: one end of file on its own means the end of everything."""
        if fd == _ANSWERS:
            self._end("closed", "the process ended")

    def _take(self, chunk: bytes) -> None:
        before, found, after = chunk.partition(b"\n")
        self._line += before
        if len(self._line) > 2 * self._limits.answer_bytes + _FRAME_ROOM:
            self._end("protocol", "an answer longer than allowed")
        elif found and after:
            self._end("protocol", "more than one answer to one call")
        elif found:
            line, self._line = bytes(self._line), bytearray()
            self._asked = False
            if self._waiting and not self._waiting.done():
                self._waiting.set_result(line)
            else:
                self._ready = line

    def send(self, line: bytes) -> None:
        """Writes to its input, now or as soon as there is room."""
        pipe = cast("asyncio.SubprocessTransport", self._transport).get_pipe_transport(_CALLS)
        if pipe is not None:
            cast("asyncio.WriteTransport", pipe).write(line)

    def _set_clock(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self._loop.call_later(
            seconds, self._end, "timeout", f"no answer within {seconds:g} s"
        )

    def _end(self, end: End, detail: str) -> None:
        if self.ended is None:
            self.ended = ConversationEnd(end, detail)
            if end != "closed":
                cast("asyncio.SubprocessTransport", self._transport).close()
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(self.ended)


def _environment() -> dict[str, str]:
    """Windows can't start a process without its own folder's name."""
    return {"SYSTEMROOT": os.environ["SYSTEMROOT"]} if sys.platform == "win32" else {}


def explain(ended: ConversationEnd, status: int | None, limits: Limits) -> Cause:
    """Why a talk ended, from what the candidate did and how the worker went."""
    if ended.end == "timeout":
        return Cause("timeout", ended.detail)
    if ended.end == "output":
        return Cause("crashed", ended.detail)
    if ended.end == "protocol":
        return Cause("protocol", ended.detail)
    if status == TOO_LONG:
        return Cause("timeout", f"used over {limits.cpu_seconds:g} s of processor time")
    if status is not None and (status == 0 or status >= LEFT):
        code = status - LEFT if status else 0
        return Cause("crashed", f"ended its own process with status {code}", code)
    return Cause("crashed", "crashed the interpreter")
