"""The talk with one child: one line out, one line in, under every limit."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from algosmith.sandbox.process import Child, Exit
    from algosmith.sandbox.types import Limits

_CHUNK = 1 << 16
_FRAME_ROOM = 4096
"""What a line holds beside a value and the changed arguments, each of ``answer_bytes``."""

End = Literal["timeout", "output", "protocol", "closed"]


class ConversationEnd(Exception):
    """The talk is over: the child broke a rule, or is gone."""

    def __init__(self, end: End, detail: str) -> None:
        super().__init__(detail)
        self.end: End = end
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Cause:
    """How a talk's end is told to the user."""

    status: Literal["timeout", "crashed", "protocol", "memory"]
    text: str
    left: int | None = None
    """The status it left with, where it ended its own process."""


class Conversation:
    """Talks with one child; use as a context manager, so that nothing stays registered."""

    def __init__(self, child: Child, limits: Limits) -> None:
        self._child = child
        self._limits = limits
        self._longest = 2 * limits.answer_bytes + _FRAME_ROOM
        self._loop = asyncio.get_running_loop()
        self._line = bytearray()
        self._output = bytearray()
        self._unsent = memoryview(b"")
        self._waiting: asyncio.Future[bytes] | None = None
        self._ended: ConversationEnd | None = None
        self._timer: asyncio.TimerHandle | None = None

    def __enter__(self) -> Conversation:
        self._loop.add_reader(self._child.answers, self._read_answer)
        self._loop.add_reader(self._child.output, self._read_output)
        self._timer = self._loop.call_later(self._limits.wall_seconds, self._out_of_time)
        return self

    def __exit__(self, *_: object) -> None:
        if self._timer:
            self._timer.cancel()
        for descriptor in (self._child.answers, self._child.output):
            self._loop.remove_reader(descriptor)
        self._loop.remove_writer(self._child.calls)
        with contextlib.suppress(OSError):
            self._drain_output()

    @property
    def output(self) -> bytes:
        """What the child wrote to stdout and stderr so far."""
        return bytes(self._output)

    async def ask(self, line: bytes | None) -> tuple[bytes, float]:
        """Sends a line (None: only listens) and waits for the one line back and its seconds.

        Raises Ended.
        """
        if self._ended:
            raise self._ended
        self._waiting = self._loop.create_future()
        started = time.perf_counter()
        if line is not None:
            self._unsent = memoryview(line)
            self._write()
        try:
            answer = await self._waiting
        finally:
            self._waiting = None
        return answer, time.perf_counter() - started

    def finish(self) -> None:
        """After the last answer: raises Ended when the child has written more."""
        if not self._ended:
            self._read_answer()
        if self._ended and self._ended.end == "protocol":
            raise self._ended

    async def settle(self) -> None:
        """See ``script.Talk.settle``: what was printed before an answer is in the pipe by then."""
        with contextlib.suppress(OSError):
            while not self._ended and self._drain_output():
                pass
        if self._ended:
            raise self._ended

    def _end(self, end: End, detail: str) -> None:
        if self._ended is None:
            self._ended = ConversationEnd(end, detail)
        # Nothing is read any more: what the child still sends fills its pipe and stops it.
        for descriptor in (self._child.answers, self._child.output):
            self._loop.remove_reader(descriptor)
        self._loop.remove_writer(self._child.calls)
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(self._ended)

    def _out_of_time(self) -> None:
        self._end("timeout", f"no answer within {self._limits.wall_seconds:g} s")

    def _write(self) -> None:
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self._child.calls, self._unsent) :]
        except BlockingIOError:
            self._loop.add_writer(self._child.calls, self._write)
            return
        except OSError:
            # The answers' end of file, which follows, says how it ended.
            self._unsent = memoryview(b"")
        self._loop.remove_writer(self._child.calls)

    def _read_answer(self) -> None:
        try:
            chunk = os.read(self._child.answers, _CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            self._end("closed", "the process ended")
        elif self._waiting is None or self._waiting.done() or self._unsent:
            self._end("protocol", "it wrote to the checker's pipe before it was asked")
        else:
            self._take(chunk)

    def _take(self, chunk: bytes) -> None:
        before, found, after = chunk.partition(b"\n")
        self._line += before
        if len(self._line) > self._longest:
            self._end("protocol", "an answer longer than allowed")
        elif found and after:
            self._end("protocol", "more than one answer to one call")
        elif found and self._waiting:
            line, self._line = bytes(self._line), bytearray()
            self._waiting.set_result(line)

    def _read_output(self) -> None:
        try:
            more = self._drain_output()
        except BlockingIOError:
            return
        if not more:
            self._loop.remove_reader(self._child.output)

    def _drain_output(self) -> bool:
        room = self._limits.output_bytes - len(self._output)
        chunk = os.read(self._child.output, min(_CHUNK, room + 1))
        self._output += chunk[:room]
        if len(chunk) > room:
            self._end("output", f"wrote over {self._limits.output_bytes} bytes of output")
        return bool(chunk)


def explain(ended: ConversationEnd, exited: Exit, limits: Limits) -> Cause:
    """Why a talk ended, from what the child did and how its process went."""
    if ended.end == "timeout":
        return Cause("timeout", ended.detail)
    if ended.end == "output":
        return Cause("crashed", ended.detail)
    if ended.end == "protocol":
        return Cause("protocol", ended.detail)
    if os.WIFEXITED(exited.status):
        code = os.WEXITSTATUS(exited.status)
        return Cause("crashed", f"ended its own process with status {code}", code)
    number = os.WTERMSIG(exited.status)
    # The kernel counts the limit in ticks and the usage exactly: on a busy machine they differ.
    if number in (signal.SIGKILL, signal.SIGXCPU) and exited.cpu_seconds > 0.5 * limits.cpu_seconds:
        return Cause("timeout", f"used over {limits.cpu_seconds:g} s of processor time")
    try:
        name = signal.Signals(number).name
    except ValueError:
        name = f"signal {number}"
    return Cause("crashed", f"crashed the interpreter ({name})")
