"""Runs a whole program on a standard input, as ``python program.py < input`` would.

The input is put behind descriptor 0, so that ``input()``, ``sys.stdin.buffer``, ``open(0)`` and
``os.read(0, …)`` all read it. What is printed leaves by descriptor 1 as it comes: a program that
ends by ``os._exit(0)`` has answered, too. Text for standard error goes nowhere.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import types

_MAX_ERROR = 1000
_type, _write, _seek = type, os.write, os.lseek


def describe(error: BaseException) -> str:
    """An exception in one line."""
    try:
        text = str(error)
        name = str(_type(error).__name__)
        return (f"{name}: {text}" if text else name)[:_MAX_ERROR]
    except BaseException:  # noqa: BLE001  an exception whose text raises is still an exception
        return "an exception that has no text"


def give_input(data: bytes) -> None:
    """Puts a text behind descriptor 0, which is an empty file in memory."""
    rest = memoryview(data)
    while rest:
        rest = rest[_write(0, rest) :]
    _seek(0, 0, os.SEEK_SET)


def run_program(code: Any, module: types.ModuleType, given: str) -> list[Any]:
    """Runs the code as ``__main__``: ["value" or how it failed, null, null, error, false]."""
    failures: list[BaseException] = []
    try:
        give_input(given.encode("utf-8", "surrogatepass"))
    except OSError as error:
        return ["memory", None, None, f"the input does not fit ({describe(error)})", False]
    threading.excepthook = lambda args: failures.append(args.exc_value or SystemExit())
    nowhere: Any = _Nowhere()
    sys.stderr = sys.__stderr__ = nowhere  # type: ignore[misc]  # a stand-in
    module.__name__ = "__main__"
    sys.modules["__main__"] = module
    _carry_out(lambda: exec(code, module.__dict__), failures)  # noqa: S102  what a cage is for
    # As at the end of every Python: threads are waited for, then the exit functions run.
    for last in (threading, "_shutdown"), (atexit, "_run_exitfuncs"), (sys.stdout, "flush"):
        _carry_out(getattr(*last), failures)
    problem = next((error for error in failures if not _is_success(error)), None)
    if problem is None:
        return ["value", None, None, "", False]
    status = "memory" if isinstance(problem, MemoryError) else "raised"
    return [status, None, None, describe(problem), False]


def _carry_out(step: Any, failures: list[BaseException]) -> None:
    try:
        step()
    except BaseException as error:  # noqa: BLE001  the program may raise anything at all
        failures.append(error)


def _is_success(error: BaseException) -> bool:
    return isinstance(error, SystemExit) and error.code in (None, 0)


class _Nowhere:
    """Standard error of a program run: takes everything and keeps nothing."""

    encoding, errors, closed = "utf-8", "backslashreplace", False

    @property
    def buffer(self) -> Any:
        """Takes bytes as well."""
        return self

    def write(self, text: Any) -> int:
        """Takes text."""
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Takes lines."""

    def flush(self) -> None:
        """Nothing waits."""

    def isatty(self) -> bool:
        """No terminal."""
        return False
