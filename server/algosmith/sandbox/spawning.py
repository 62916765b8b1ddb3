"""Starts the interpreter that becomes the warm parent, and hands it its modules."""

from __future__ import annotations

import functools
import marshal
import os
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

_ROOT = Path(__file__).parents[1]
_PACKAGES = ("algosmith", "algosmith.linux", "algosmith.sandbox", "algosmith.sandbox.caged")
_CONTROL = 3
_OPTIONS = ("-S", "-s", "-B", "-X", "utf8")
# The modules arrive on stdin, so that the interpreter needs no file of ours.
_BOOT = """
import sys
if sys.version_info < (3, 9):
    sys.exit("it is Python %d.%d" % sys.version_info[:2])
sys.path[:] = [entry for entry in sys.path if entry]
import marshal
for name, code in marshal.load(sys.stdin.buffer):
    module = type(sys)(name)
    module.__path__ = []
    sys.modules[name] = module
    if isinstance(code, str):
        code = compile(code, name, "exec", dont_inherit=True)
    exec(code, module.__dict__)
    if "." in name:
        owner, _, last = name.rpartition(".")
        setattr(sys.modules[owner], last, module)
sys.modules[sys.argv[1]].main(*sys.argv[2:])
"""
_ORDER = (
    "linux/calls", "linux/landlock", "linux/bpf", "sandbox/caged/kernel", "sandbox/caged/seccomp",
    "sandbox/caged/rooms", "sandbox/caged/loop", "sandbox/caged/stdvalues", "sandbox/caged/records",
    "sandbox/caged/values", "sandbox/caged/program",
    "sandbox/caged/steps", "sandbox/caged/child", "sandbox/caged/parent",
    "sandbox/caged/commandrooms", "sandbox/caged/commands",
)  # fmt: skip
_RELAY = f"""
import os
_control = int(os.environ.pop("ALGOSMITH_CONTROL"))
if _control != {_CONTROL}:
    os.dup2(_control, {_CONTROL}, False)
    os.close(_control)
"""


@functools.cache
def _bundle(compiled: bool) -> bytes:
    """The modules in order, for our own interpreter compiled already."""
    modules: list[tuple[str, str | CodeType]] = [(name, "") for name in _PACKAGES]
    for place in _ORDER:
        name, file = f"algosmith.{place.replace('/', '.')}", _ROOT / f"{place}.py"
        code = SourceFileLoader(name, str(file)).get_code(name) if compiled else None
        modules.append((name, _renamed(code, name) if code else file.read_text("utf-8")))
    return marshal.dumps(modules, 2)


def _renamed(code: CodeType, name: str) -> CodeType:
    """Without the path of our files, which is no business of a candidate."""
    constants = tuple(_renamed(c, name) if isinstance(c, CodeType) else c for c in code.co_consts)
    return code.replace(co_filename=name, co_consts=constants)


def _as_file(data: bytes) -> int:
    """A descriptor to read ``data`` from; unlike a pipe it never makes the writer wait."""
    descriptor = os.memfd_create("algosmith-cage")
    with open(descriptor, "wb", closefd=False) as file:
        file.write(data)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def spawn(
    python: Path | None,
    main: tuple[str, ...],
    control: socket.socket,
    hash_seed: int = 0,
    library: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Starts ``main``: a module of ours and the texts that its ``main`` is called with.

    A fixed hash seed makes what the order of a set decides the same in every run.
    """
    own = python is None or str(python) == sys.executable
    modules = _as_file(_bundle(own))
    try:
        return subprocess.Popen(
            [str(python or sys.executable), *_OPTIONS, "-c", _RELAY + _BOOT, *main],
            stdin=modules,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=(control.fileno(),),
            cwd="/",
            env={
                "PYTHONHASHSEED": str(hash_seed),
                "ALGOSMITH_CONTROL": str(control.fileno()),
                "PYTHONPATH": str(library or ""),
            },
            start_new_session=True,
        )
    finally:
        os.close(modules)
