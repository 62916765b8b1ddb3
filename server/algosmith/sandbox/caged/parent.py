"""The warm parent: builds the cage around itself, then forks one caged child per candidate.

Messages come and go on descriptor 3, a SOCK_SEQPACKET socket whose other end is the server.
"""

from __future__ import annotations

import contextlib
import fcntl
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

from algosmith.linux import calls, landlock
from algosmith.sandbox.caged import child, kernel, seccomp
from algosmith.sandbox.caged.rooms import LandlockRoom, NamespaceRoom

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONTROL = 3
_WARM = """
    abc bisect collections collections.abc contextlib copy functools heapq itertools json linecache
    math operator random re string threading time types typing
"""
_WARM_LATER = """
    importlib.machinery numbers traceback warnings dataclasses datetime array cmath decimal
    fractions statistics struct queue textwrap unicodedata calendar inspect _strptime pprint
"""
"""Imported while there is nothing else to do. Not asyncio: every fork would take a fifth longer."""
_IDLE_MILLISECONDS = 20


def main(tier: str) -> None:
    """Builds the cage of ``tier`` and serves until the server goes away."""
    control = socket.socket(fileno=_CONTROL)
    try:
        for name in _WARM.split():
            _import(name)
        _hide_ourselves()
        _open_streams()
        room = NamespaceRoom() if tier == "namespaces" else LandlockRoom()
        room.enter()
        parent = Parent(control, room, _WARM_LATER.split())
    except (OSError, calls.CageError, ValueError) as error:
        refuse(control, error)
        return
    parent.serve()


def refuse(control: socket.socket, error: Exception) -> None:
    """Tells the server why there is no cage."""
    _tell(control, {"op": "refused", "reason": f"{error}"})


def _import(name: str) -> None:
    # An interpreter built without a module still runs the rest.
    with contextlib.suppress(ImportError):
        importlib.import_module(name)


def _hide_ourselves() -> None:
    """A candidate that imports algosmith gets what it would get outside, not these files."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "algosmith"]:
        del sys.modules[name]


def _open_streams() -> None:
    """Streams that children inherit; where their descriptors lead is settled in each child."""
    ended, closed = os.pipe()
    os.close(closed)
    os.dup2(ended, 0, inheritable=False)  # our own standard input held our own sources
    os.close(ended)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  open for good
    sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115


def _tell(control: socket.socket, message: dict[str, Any]) -> None:
    control.send(json.dumps(message).encode())


class Parent:
    """Forks a child for each one that the server asks for, and tells how it ended."""

    def __init__(self, control: socket.socket, room: Any, later: Sequence[str]) -> None:
        self._control = control
        self._room = room
        self._later = later
        """Modules to import while there is nothing else to do."""
        self._filter = seccomp.build(os.uname().machine)
        self._children: dict[int, int] = {}
        """id that the server gave -> process id"""
        self._watched: dict[int, int] = {}
        """process descriptor -> id"""
        self._alive = os.pipe()
        """Hung up when this process is gone."""

    def serve(self) -> None:
        """Obeys until the server goes away."""
        _tell(self._control, {"op": "ready", "landlock": landlock.version(), "pid": os.getpid()})
        poll = select.poll()
        poll.register(self._control, select.POLLIN)
        later = [*self._later]
        while True:
            ready = poll.poll(_IDLE_MILLISECONDS if later else None)
            if not ready:
                _import(later.pop(0))
            for descriptor, _ in ready:
                if descriptor == self._control.fileno():
                    if not self._obey(poll):
                        for doomed in self._children.values():
                            self._room.kill(doomed)
                        return
                else:
                    poll.unregister(descriptor)
                    self._reap(descriptor)

    def _obey(self, poll: select.poll) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self._control, 1 << 16, 8)
        if not data:
            return False
        message = json.loads(data)
        if message["op"] in ("kill", "stop"):
            doomed = self._children.get(message["id"])
            if doomed is not None and message["op"] == "kill":
                self._room.kill(doomed)
            elif doomed is not None:
                os.kill(doomed, signal.SIGTERM)
            return True
        gc.freeze()  # a collection in the child would copy every page
        pid: int = self._room.fork()
        if pid == 0:
            self.become_child(message["limits"], descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        self._children[message["id"]] = pid
        watch = os.pidfd_open(pid)
        self._watched[watch] = message["id"]
        poll.register(watch, select.POLLIN)
        return True

    def _reap(self, watch: int) -> None:
        os.close(watch)
        child = self._watched.pop(watch)
        _, status, usage = os.wait4(self._children.pop(child), 0)
        cpu = usage.ru_utime + usage.ru_stime
        _tell(self._control, {"op": "exited", "id": child, "status": status, "cpu": cpu})

    def become_child(self, limits: dict[str, int], descriptors: list[int]) -> None:
        """Seals this process, a new one, and serves the candidate in it; never returns."""
        answers = descriptors[1]
        try:
            _arrange(descriptors)
            answers = 4
            os.dup2(os.memfd_create("input"), 0, inheritable=False)
            kernel.die_with_parent()
            self.leave_if_orphaned()
            kernel.close_from(5 + self._room.keeps)
            self._room.seal_files()
            limit(limits["memory"], limits["cpu"])
            calls.keep_capabilities(0)
            kernel.set_dumpable(False)
            self._room.seal_access()
            calls.install_filter(seccomp.for_process(self._filter, os.getpid()))
        except BaseException as error:  # noqa: BLE001  no step may fail and the child go on
            os.write(answers, json.dumps(["cage", f"{error}"]).encode() + b"\n")
            os._exit(1)
        try:
            child.serve()
        finally:
            os._exit(0)

    def leave_if_orphaned(self) -> None:
        """The parent may have died before the death signal took effect."""
        os.close(self._alive[1])
        poll = select.poll()
        poll.register(self._alive[0], select.POLLHUP)
        if poll.poll(0):
            os._exit(1)


def _arrange(descriptors: list[int]) -> None:
    """1 and 2 are the output, 3 the calls, 4 the answers."""
    calls, answers, output = above(descriptors)
    for target, source in ((3, calls), (4, answers), (1, output), (2, output)):
        os.dup2(source, target, inheritable=False)


def above(descriptors: list[int]) -> list[int]:
    """The same open files at numbers that no child of ours arranges anew."""
    return [fcntl.fcntl(d, fcntl.F_DUPFD_CLOEXEC, 10) for d in descriptors]


def limit(
    memory: int, cpu: int, files: int = 32, size: int = 4 << 20, stack: int = 16 << 20
) -> None:
    """Puts limits on this process for good.

    Bytes of memory, whole seconds of processor, open files, bytes of one file and of the stack.
    """
    for kind, value in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, max(1, cpu)),
        (resource.RLIMIT_FSIZE, size),
        (resource.RLIMIT_NOFILE, files),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_STACK, stack),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(kind, (value, value))
