"""What a caged engine must not be able to do, and what it must; tried from inside.

Run as a script it cages itself as the engine does, without a model, and prints how it went.
"""

import ctypes
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from algosmith import paths

Outcome = dict[str, str]
_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int) -> None:
    if result < 0:
        raise OSError(ctypes.get_errno(), "refused")


def _touch(path: Path) -> None:
    path.write_text("x")
    path.unlink()


def _connect(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.connect(path)


def _datagram(path: str) -> None:
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with one, other:
        one.sendto(b"x", path)


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def _open_socket(family: int, kind: int = socket.SOCK_STREAM) -> None:
    socket.socket(family, kind).close()


def file_attempts(outside: Path, model: Path) -> dict[str, Callable[[], Any]]:
    """Against files; ``outside`` holds ``secret``, and lies where the engine has no business."""
    secret, run = outside / "secret", paths.runtime_dir()
    return {
        "read a file": secret.read_bytes,
        "list a folder": lambda: list(outside.iterdir()),
        "read the home folder": lambda: list(Path.home().iterdir()),
        "write a file": lambda: _touch(outside / "written"),
        "change a file": lambda: secret.open("a").close(),
        "cut a file": lambda: os.truncate(secret, 1),
        "remove a file": secret.unlink,
        "change the model": lambda: model.open("r+b").close(),
        "write beside our code": lambda: _touch(Path(paths.__file__).with_name("written.py")),
        "write to the temporary folder": lambda: _touch(Path("/tmp/written")),
        "link to a file": lambda: os.link(secret, run / "linked"),
        "link by name": lambda: (run / "linked").symlink_to(secret),
        "read another's environment": Path(f"/proc/{os.getppid()}/environ").read_bytes,
        "write to our own memory": lambda: Path("/proc/self/mem").open("r+b").close(),
    }


def call_attempts(outside: Path) -> dict[str, Callable[[], Any]]:
    """Against other programs, the network and the kernel; ``outside`` holds a ``socket``."""
    secret, listening = outside / "secret", str(outside / "socket")
    return {
        "IPv4": lambda: _open_socket(socket.AF_INET),
        "IPv6": lambda: _open_socket(socket.AF_INET6),
        "netlink": lambda: _open_socket(16, socket.SOCK_RAW),
        "a Unix datagram socket": lambda: _open_socket(socket.AF_UNIX, socket.SOCK_DGRAM),
        "a Unix socket of others": lambda: _connect(listening),
        "a datagram to others": lambda: _datagram(listening),
        "execve": lambda: os.execv("/bin/true", ["true"]),
        "a subprocess": lambda: subprocess.run(["/bin/true"], check=False),
        "fork": _fork,
        "ptrace": lambda: _checked(_libc.ptrace(0, 0, 0, 0)),
        "signal": lambda: os.kill(os.getppid(), 0),
        "unshare": lambda: _checked(_libc.unshare(0x10000000)),
        "change a mode": lambda: secret.chmod(0o600),
        "change times": lambda: os.utime(secret),
        "become root": lambda: os.setuid(0),
        "limits of others": lambda: _checked(_libc.prlimit(os.getppid(), 7, None, None)),
    }


def needs(model: Path) -> dict[str, Callable[[], Any]]:
    """What serving a model takes."""
    run, log = paths.runtime_dir(), paths.log_file("engine").parent
    return {
        "read the model": lambda: model.open("rb").read(4),
        "write to the run folder": lambda: _touch(run / "written"),
        "make a temporary folder": lambda: Path(tempfile.mkdtemp()).rmdir(),
        "write to the log's folder": lambda: _touch(log / "written"),
        "rename in the log's folder": lambda: _rename(log),
        "listen on a Unix socket": lambda: _listen(run / "own.sock"),
        "a pair of sockets": lambda: [one.close() for one in socket.socketpair()],
        "facts of the machine": lambda: list(Path("/sys/devices/system/cpu").iterdir()),
        "our own memory": Path("/proc/self/status").read_text,
        "import a module": lambda: __import__("wave"),
        "a thread": lambda: threading.Thread(target=int).start(),
        "the time here": lambda: (time.tzset(), time.localtime()),
        "abort's signal": lambda: signal.raise_signal(signal.SIGURG),
    }


def _rename(folder: Path) -> None:
    first = folder / "written"
    first.write_text("x")
    first.replace(folder / "written.1").unlink()


def _listen(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(path))
        one.listen()
    path.unlink()


def outcomes(attempts: dict[str, Callable[[], Any]]) -> Outcome:
    """What each gave: done, or the error's name."""
    found: Outcome = {}
    for name, attempt in attempts.items():
        try:
            attempt()
            found[name] = "done"
        except OSError as error:
            found[name] = errno.errorcode.get(error.errno or 0, repr(error))
    return found


def in_a_thread(go: threading.Event, attempts: dict[str, Callable[[], Any]], into: Outcome) -> Any:
    """A thread that tries everything once it may."""

    def run() -> None:
        go.wait()
        into.update(outcomes(attempts))

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def main(when: str, outside: Path, model: Path) -> None:
    """Cage this process before (``early``) or after (``late``) a thread runs, then try."""
    from algosmith.config import Settings
    from algosmith.engine import cage as cages

    folders = (paths.runtime_dir(), paths.log_file("engine").parent)
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    if when == "late":
        cages._may_use_gpu = lambda *_: True
    cage = cages.Cage(Settings(), model, "transformers", folders)
    cage.before_load()
    before = cage.report
    attempts = call_attempts(outside)
    if when == "early":
        attempts |= file_attempts(outside, model)
    go, threaded = threading.Event(), {}
    thread = in_a_thread(go, attempts, threaded)
    cage.after_load()
    told = {"before": before, "report": cage.report, "main": outcomes(attempts)}
    go.set()
    thread.join()
    told |= {"thread": threaded, "needs": outcomes(needs(model))}
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
