"""What a cage must refuse before anything untrusted goes into it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.sandbox.types import Call, Limits, Program

if TYPE_CHECKING:
    from algosmith.sandbox.types import Sandbox

PROPERTIES = (
    "reading files",
    "writing files",
    "network",
    "starting processes",
    "signalling the server",
    "memory beyond the limit",
)
_PROBE = """
import os

def probe(kind, outside, folder, server, too_much):
    try:
        if kind == 0:
            open(outside, "rb").read(1)
        elif kind == 1:
            open(folder + "/written", "wb").write(b"x")
        elif kind == 2:
            import socket
            socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        elif kind == 3:
            if os.fork() == 0:
                os._exit(0)
        elif kind == 4:
            os.kill(server, 0)
        else:
            bytearray(too_much)
    except (OSError, MemoryError, AttributeError, ImportError) as error:
        return type(error).__name__
    return "allowed"
"""


async def check(sandbox: Sandbox) -> tuple[str, ...]:
    """The properties seen refused: all of them, else raises SandboxError (fail closed)."""
    limits = Limits(wall_seconds=5.0)
    with tempfile.TemporaryDirectory(prefix="algosmith-") as folder:
        common = (open_to_all(folder), folder, os.getpid(), limits.memory_bytes)
        calls = [Call((kind, *common)) for kind in range(len(PROPERTIES))]
        run = await sandbox.run(Program(_PROBE, "probe"), calls, limits)
        written = exists(folder, "written")
    if run.failure:
        raise SandboxError(run.failure)
    absent = sandbox.report.tier == "wasi"
    for name, answer in zip(PROPERTIES, run.answers, strict=False):
        if answer.status != "value" or not _is_refusal(answer.value, absent):
            raise SandboxError(f"the cage does not stop {name} ({answer.error or answer.value})")
    if written or len(run.answers) != len(PROPERTIES):
        raise SandboxError("the cage's self-test did not finish")
    return PROPERTIES


def open_to_all(folder: str) -> str:
    """A file in it; the modes of files must not be what refuses."""
    Path(folder).chmod(0o777)
    outside = Path(folder, "outside")
    outside.write_bytes(b"x")
    outside.chmod(0o666)
    return str(outside)


def exists(folder: str, name: str) -> bool:
    """Whether a probe has written the file."""
    return Path(folder, name).exists()


def _is_refusal(value: object, absent: bool) -> bool:
    """``absent``: that Python has no such function counts, since nothing below it has either."""
    if absent and value in ("AttributeError", "ImportError", "ModuleNotFoundError"):
        return True
    return isinstance(value, str) and value in (
        "PermissionError", "FileNotFoundError", "ProcessLookupError", "OSError", "MemoryError",
    )  # fmt: skip
