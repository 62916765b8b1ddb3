"""What runs first inside the machine; sent in as text, with the modules of ``caged`` as text.

The machine has three streams: calls come on its input, answers go on its output, and what the
candidate prints goes on its error stream.
"""

from __future__ import annotations

import builtins
import importlib
import io
import os
import sys
import time
from types import ModuleType
from typing import Any

_CALLS, _ANSWERS, _OUTPUT = 0, 1, 2
_PACKAGE = "algosmith.sandbox.caged"
_RECURSION = 1000
"""As everywhere else; this build starts with 600."""
_WARM = """
    abc bisect collections collections.abc contextlib copy functools heapq itertools json linecache
    math operator random re string threading time types typing dataclasses datetime
"""


def main(modules: list[tuple[str, str]]) -> None:
    """Loads the modules and answers calls until they end."""
    sys.path[:] = [entry for entry in sys.path if entry]
    sys.argv[:] = sys.orig_argv[:] = [""]
    for name in ("algosmith", "algosmith.sandbox", _PACKAGE):
        _module(name)
    child: Any = None
    for name, source in modules:
        child = _module(f"{_PACKAGE}.{name}")
        exec(compile(source, name, "exec", dont_inherit=True), child.__dict__)  # noqa: S102  ours
    child.CALLS, child.ANSWERS = _CALLS, _ANSWERS
    sys.modules[f"{_PACKAGE}.program"].give_input = _give_input  # type: ignore[attr-defined]
    for name in _WARM.split():
        importlib.import_module(name)
    sys.setrecursionlimit(_RECURSION)
    time.sleep = _sleep
    # The machine knows no processor time; this build answers with a number of another unit.
    time.process_time, time.process_time_ns = time.perf_counter, time.perf_counter_ns
    _open_streams()
    # A candidate that imports algosmith gets what it would get outside, not these texts.
    for name in [name for name in sys.modules if name.partition(".")[0] == "algosmith"]:
        del sys.modules[name]
    sys.modules.pop("__main__", None)
    child.serve()
    os._exit(0)


def _give_input(data: bytes) -> None:
    """Standard input of a program run; descriptor 0 itself carries the calls."""
    given = io.BytesIO(data)
    sys.stdin = sys.__stdin__ = io.TextIOWrapper(given, "utf-8")  # type: ignore[misc]
    read, open_file = os.read, open

    def read_descriptor(descriptor: int, size: int) -> bytes:
        return given.read(size) if descriptor == 0 else read(descriptor, size)

    def open_descriptor(file: Any, mode: str = "r", *args: Any, **options: Any) -> Any:
        if file in (0, "/dev/stdin"):
            return given if "b" in mode else sys.stdin
        return open_file(file, mode, *args, **options)

    os.read = read_descriptor
    builtins.open = io.open = os.fdopen = open_descriptor


def _module(name: str) -> ModuleType:
    module = ModuleType(name)
    module.__path__ = []
    sys.modules[name] = module
    owner, _, last = name.rpartition(".")
    if owner:
        setattr(sys.modules[owner], last, module)
    return module


def _open_streams() -> None:
    out: Any = open(_OUTPUT, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115  open for good
    sys.stdout = sys.stderr = out
    sys.stdin = io.StringIO()
    for name in ("__stdin__", "__stdout__", "__stderr__"):
        setattr(sys, name, getattr(sys, name.strip("_")))


def _sleep(seconds: float) -> None:
    """The machine can't wait for a clock (its file system answers "not supported"), only look."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        pass
