"""The warm parent of commands, and the process that watches over one command.

A watcher makes the scratch folder and writes files into it, starts the command, caged, waits for
it, ends what it left running and hands back what it produced.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import stat
from typing import TYPE_CHECKING, Any

from algosmith.linux import calls
from algosmith.sandbox.caged import kernel, seccomp
from algosmith.sandbox.caged.commandrooms import CommandLandlock, CommandNamespaces
from algosmith.sandbox.caged.parent import Parent, above, limit, refuse

if TYPE_CHECKING:
    from collections.abc import Callable

PROBE = "algosmith:probe"
"""In place of a program: the self-test, run by the process that would become it."""
_CONTROL = 3
_STACK = 64 << 20
_FILES = 64
"""Descriptors that a command may have open."""


def main(tier: str, setup: str) -> None:
    """Builds the cage of ``tier`` and serves until the server goes away."""
    control = socket.socket(fileno=_CONTROL)
    given = json.loads(setup)
    room: Any
    try:
        if tier == "namespaces":
            room = CommandNamespaces(given["reads"], given["links"])
        else:
            room = CommandLandlock(given["reads"], given["base"])
        room.enter()
        parent = _CommandParent(control, room)
    except (OSError, calls.CageError, ValueError) as error:
        refuse(control, error)
        return
    parent.serve()


class _CommandParent(Parent):
    def __init__(self, control: socket.socket, room: Any) -> None:
        super().__init__(control, room, ())
        machine = os.uname().machine
        self._filters: list[bytes] = [
            seccomp.build_command(machine, tool=tool, signals=room.signals)
            for tool in (False, True)
        ]

    def become_child(self, limits: dict[str, int], descriptors: list[int]) -> None:
        """Watches over one command; never returns."""
        produced = -1
        try:
            *pipes, request, produced, stdin = above(descriptors)
            kernel.die_with_parent()
            self.leave_if_orphaned()
            pipe = os.pipe()
            failed, told = above(list(pipe))
            for descriptor in {0, 1, 2, *pipe, *descriptors}:
                os.close(descriptor)
            kernel.set_dumpable(False)
            order, contents = _read_request(request)
            scratch = self._room.make_scratch(order["number"], order["scratch_bytes"])
            _write_files(order["files"], contents)
            if not order["tool"]:
                self._room.shut_scratch()
            pid = os.fork()
            if pid == 0:
                self._start(order, limits, [*pipes, stdin], scratch, told)
            _end_when_told(pid)
            for descriptor in (*pipes, stdin, told, request):
                os.close(descriptor)
            problem = os.read(failed, 1000).decode("utf-8", "replace")
            _, status, usage = os.wait4(pid, 0)
            self._room.end_others()
            head = {"status": status, "cpu": usage.ru_utime + usage.ru_stime, "error": problem}
            _hand_back(produced, head, order["produces"])
        except BaseException as error:  # noqa: BLE001  the server must hear of any step that fails
            with contextlib.suppress(OSError):
                _hand_back(produced, {"status": -1, "cpu": 0.0, "error": f"{error}"}, [])
        finally:
            os._exit(0)

    def _start(
        self,
        order: dict[str, Any],
        limits: dict[str, int],
        descriptors: list[int],
        scratch: str,
        told: int,
    ) -> None:
        """Becomes the command, once the cage is shut; never returns."""
        try:
            kernel.die_with_parent()
            _arrange(descriptors, order["talks"])
            told = _leave_open(told, 5 if order["talks"] else 3)
            calls.keep_capabilities(0)
            self._room.seal_command(scratch, order["tool"])
            for number in range(1, signal.NSIG):
                with contextlib.suppress(OSError, ValueError):
                    signal.signal(number, signal.SIG_DFL)
            environment = {"HOME": scratch, "TMPDIR": scratch, "PWD": scratch,
                           **order["environment"]}  # fmt: skip
            resource.setrlimit(resource.RLIMIT_NPROC, (order["tasks"], order["tasks"]))
            limit(limits["memory"], limits["cpu"], _FILES, order["scratch_bytes"], _STACK)
            text = self._filters[bool(order["tool"])]
            calls.install_filter(seccomp.for_process(text, os.getpid()))
            if order["argv"][0] == PROBE:
                _probe(*order["argv"][1:])
                os._exit(0)
            os.execve(order["argv"][0], order["argv"], environment)  # noqa: S606  what a cage is for
        except BaseException as error:  # noqa: BLE001  no step may fail and the command go on
            os.write(told, f"{error}".encode()[:1000])
        finally:
            os._exit(127)


def _probe(outside: str, folder: str, server: str, too_much: str) -> None:
    """Tries what a program must not be able to do, and writes a line for each."""

    def start() -> None:
        if os.fork() == 0:
            os._exit(0)

    tries: list[Callable[[], Any]] = [
        lambda: os.open(outside, os.O_RDONLY),
        lambda: os.open(folder + "/written", os.O_CREAT | os.O_WRONLY),
        lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM),
        start,
        lambda: os.kill(int(server), 0),
        lambda: bytearray(int(too_much)),
        lambda: os.open("written", os.O_CREAT | os.O_WRONLY),
    ]
    for attempt in tries:
        try:
            attempt()
        except (OSError, MemoryError):
            os.write(1, b"refused\n")
        else:
            os.write(1, b"allowed\n")


def _end_when_told(pid: int) -> None:
    """The server ends the command by this signal, so that what it used up is still counted."""

    def end(*_: object) -> None:
        os.kill(pid, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)


def _arrange(descriptors: list[int], talks: bool) -> None:
    """0 to 2 are the streams; for a talk 3 and 4 are its lines in and out."""
    first, second, output, stdin = descriptors
    streams = [stdin, output, output, first, second] if talks else [stdin, output, second]
    for target, source in enumerate(streams):
        os.dup2(source, target)


def _leave_open(told: int, first: int) -> int:
    """Closes all descriptors from ``first`` on but ``told``, which it moves there."""
    os.dup2(told, first, inheritable=False)
    kernel.close_from(first + 1)
    return first


def _read_request(request: int) -> tuple[dict[str, Any], memoryview]:
    data = _read_all(request)
    head, _, rest = data.partition(b"\n")
    return json.loads(head), memoryview(rest)


def _read_all(descriptor: int) -> bytes:
    os.lseek(descriptor, 0, os.SEEK_SET)
    with open(descriptor, "rb", closefd=False) as file:
        return file.read()


def _write_files(files: list[Any], contents: memoryview) -> None:
    for name, size in files:
        folder = os.path.dirname(name)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(os.open(name, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o755), "wb") as file:
            file.write(contents[:size])
        contents = contents[size:]


def _hand_back(produced: int, head: dict[str, Any], names: list[str]) -> None:
    """Writes how it went, then the files that the command was to produce and did."""
    found = [(name, content) for name, content in map(_content, names) if content is not None]
    head["files"] = [[name, len(content)] for name, content in found]
    with open(produced, "wb", closefd=False) as file:
        file.write(json.dumps(head).encode() + b"\n")
        for _, content in found:
            file.write(content)


def _content(name: str) -> tuple[str, bytes | None]:
    """A plain file's content; None for anything else at its place."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with contextlib.suppress(OSError), open(os.open(name, flags), "rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            return name, file.read()
    return name, None
