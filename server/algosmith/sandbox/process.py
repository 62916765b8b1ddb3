"""The warm parent as seen from the server: started, told to fork and kill, ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Self, cast

from algosmith.errors import SandboxError
from algosmith.sandbox.spawning import spawn
from algosmith.sandbox.text import clean

if TYPE_CHECKING:
    from pathlib import Path

    from algosmith.sandbox.types import Limits

_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Exit:
    """How a child ended: its wait status and the processor time it took."""

    status: int
    cpu_seconds: float


@dataclass(eq=False, slots=True)
class Child:
    """One child, prepared or running: our ends of its three pipes."""

    number: int
    limits: tuple[int, int]
    calls: int
    answers: int
    output: int
    exited: asyncio.Future[Exit]
    _open: bool = field(default=True, init=False)

    def close(self) -> None:
        """Closes the pipes."""
        if self._open:
            self._open = False
            for descriptor in (self.calls, self.answers, self.output):
                os.close(descriptor)


def kernel_limits(limits: Limits) -> tuple[int, int]:
    """(memory in bytes, whole processor seconds): what a child must be born with."""
    return limits.memory_bytes, max(1, -(-int(limits.cpu_seconds * 1000) // 1000))


class InterpreterError(SandboxError):
    """The interpreter, not the cage, is what does not work."""


def _unusable(python: Path | None, problem: str) -> str:
    name = python or sys.executable
    return f"{name} can't run candidates: {problem}; set verify.python to a Python 3.9 or newer"


class Parent:
    """A running warm parent. Use ``Parent.start``."""

    def __init__(
        self, process: subprocess.Popen[bytes], control: socket.socket, python: Path | None
    ) -> None:
        self._process = process
        self._python = python
        self._control = control
        self._loop = asyncio.get_running_loop()
        self._children: dict[int, Child] = {}
        self._ready: asyncio.Future[None] = self._loop.create_future()
        self.spawned = 0
        self.broken = False
        """No more children can be had from it."""
        self.lost = False
        """It ended, and its children with it."""
        self._loop.add_reader(control.fileno(), self._receive)

    @classmethod
    async def start(
        cls,
        python: Path | None,
        main: tuple[str, ...],
        hash_seed: int = 0,
        library: Path | None = None,
    ) -> Self:
        """Starts an interpreter and waits until ``main`` is caged; raises SandboxError."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            process = spawn(python, main, theirs, hash_seed, library)
        except OSError as error:
            ours.close()
            raise InterpreterError(
                _unusable(python, f"can't be started ({error.strerror})")
            ) from error
        finally:
            theirs.close()
        ours.setblocking(False)
        parent = cls(process, ours, python)
        try:
            async with asyncio.timeout(_START_SECONDS):
                await parent._ready
        except TimeoutError:
            await parent.close()
            raise SandboxError(
                f"the cage did not start in {_START_SECONDS:.0f} s; try again"
            ) from None
        except BaseException:
            await parent.close()
            raise
        return parent

    @property
    def idle(self) -> bool:
        """Whether no child of it lives."""
        return not self._children

    def spawn(self, limits: tuple[int, int], given: tuple[int, ...] = ()) -> Child:
        """Asks for a child, which is also ``given`` descriptors that stay open here.

        Raises SandboxError when the parent is gone.
        """
        calls_read, calls = os.pipe()
        answers, answers_write = os.pipe()
        output, output_write = os.pipe()
        self.spawned += 1
        child = Child(self.spawned, limits, calls, answers, output, self._loop.create_future())
        for descriptor in (calls, answers, output):
            os.set_blocking(descriptor, False)
        message = {"op": "spawn", "id": child.number,
                   "limits": {"memory": limits[0], "cpu": limits[1]}}  # fmt: skip
        theirs = [calls_read, answers_write, output_write]
        try:
            socket.send_fds(self._control, [json.dumps(message).encode()], [*theirs, *given])
        except OSError as error:
            child.close()
            self.broken = True
            raise SandboxError(
                "the cage has ended; it is started anew", detail=str(error)
            ) from None
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        self._children[child.number] = child
        return child

    @property
    def ended(self) -> bool:
        """Whether its process is gone."""
        return self._process.poll() is not None

    def hang_up(self) -> None:
        """Tells it to end; raises OSError when it is gone."""
        self._control.shutdown(socket.SHUT_WR)

    def kill(self, child: Child, *, how: Literal["kill", "stop"] = "kill") -> None:
        """Ends a child at once; its ``exited`` follows. A watcher that is to stop still tells."""
        if child.number in self._children:
            try:
                self._control.send(json.dumps({"op": how, "id": child.number}).encode())
            except OSError:
                self._lost(SandboxError("the cage has ended"))
                self._process.kill()

    async def close(self) -> None:
        """Ends the parent and with it every child."""
        self._lost(SandboxError("the cage was closed"))
        self._process.kill()
        # It was killed: this takes the kernel a few milliseconds at most.
        while self._process.poll() is None:  # noqa: ASYNC110  a process gives no event to await
            await asyncio.sleep(0.002)
        if self._process.stderr:
            self._process.stderr.close()

    def _receive(self) -> None:
        try:
            data = self._control.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._lost(self._last_words())
            return
        message = cast("dict[str, object]", json.loads(data))
        if message["op"] == "ready":
            if not self._ready.done():  # it may come after nobody waits any more
                self._ready.set_result(None)
        elif message["op"] == "refused":
            self._lost(SandboxError(str(message["reason"])))
        else:
            child = self._children.pop(cast("int", message["id"]))
            if not child.exited.done():
                exit_ = Exit(cast("int", message["status"]), cast("float", message["cpu"]))
                child.exited.set_result(exit_)

    def _last_words(self) -> SandboxError:
        """It ended before any cage stood: what the interpreter wrote says why."""
        text = ""
        with contextlib.suppress(OSError, subprocess.TimeoutExpired):
            self._process.wait(0.2)
            if self._process.stderr:
                text = self._process.stderr.read(10_000).decode("utf-8", "replace").strip()
        last = text.rpartition("\n")[2] or f"ended with status {self._process.returncode}"
        return InterpreterError(_unusable(self._python, clean(last)), detail=text)

    def _lost(self, reason: SandboxError) -> None:
        if self._control.fileno() >= 0:
            self._loop.remove_reader(self._control.fileno())
            self._control.close()
        self.broken = self.lost = True
        if not self._ready.done():
            self._ready.set_exception(reason)
        for child in self._children.values():
            if not child.exited.done():
                child.exited.set_result(Exit(9, 0.0))
        self._children.clear()
