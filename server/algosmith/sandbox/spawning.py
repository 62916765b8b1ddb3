"""Starts the interpreter that becomes the warm parent, and hands it its modules."""

from __future__ import annotations

import contextlib
import functools
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

_CAGED = Path(__file__).with_name("caged")
_CONTROL = 3
# The modules arrive on stdin, so that the interpreter needs no file of ours.
_BOOT = """
import sys
if sys.version_info < (3, 9):
    sys.exit("it is Python %d.%d" % sys.version_info[:2])
sys.path[:] = [entry for entry in sys.path if entry]
import json, types
for name, text in json.loads(sys.stdin.buffer.read()):
    module = types.ModuleType(name)
    module.__path__ = []
    sys.modules[name] = module
    exec(compile(text, name, "exec", dont_inherit=True), module.__dict__)
    if "." in name:
        owner, _, last = name.rpartition(".")
        setattr(sys.modules[owner], last, module)
sys.modules["algosmith.sandbox.caged.parent"].main(sys.argv[1])
"""
_ORDER = ("kernel", "seccomp", "rooms", "loop", "values", "child", "parent")
_RELAY = f"""
import os
_control = int(os.environ.pop("ALGOSMITH_CONTROL"))
if _control != {_CONTROL}:
    os.dup2(_control, {_CONTROL}, False)
    os.close(_control)
"""


@functools.cache
def _bundle() -> bytes:
    package = "algosmith.sandbox.caged"
    modules = [("algosmith", ""), ("algosmith.sandbox", ""), (package, "")]
    modules += [
        (f"{package}.{name}", (_CAGED / f"{name}.py").read_text("utf-8")) for name in _ORDER
    ]
    return json.dumps(modules).encode()


def spawn(python: Path | None, tier: str, control: socket.socket) -> subprocess.Popen[bytes]:
    """A fixed hash seed makes what the order of a set decides the same in every run."""
    process = subprocess.Popen(
        [str(python or sys.executable), "-S", "-s", "-B", "-X", "utf8", "-c", _RELAY + _BOOT, tier],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=(control.fileno(),),
        cwd="/",
        env={"PYTHONHASHSEED": "0", "ALGOSMITH_CONTROL": str(control.fileno())},
        start_new_session=True,
    )
    if process.stdin:
        with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
            stdin.write(_bundle())
    return process
