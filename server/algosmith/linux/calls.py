"""System calls by number, checked; a filter and its precondition."""

from __future__ import annotations

import ctypes
import os

_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_FILTER = 1
_ALL_THREADS, _SPECULATION = 1, 4
_CAPABILITY_VERSION_3 = 0x20080522

libc = ctypes.CDLL(None, use_errno=True)


_CAPABILITY_HEADER = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


class CageError(Exception):
    """A step of a cage was refused; the text names the step."""


def check(result: int, step: str) -> int:
    """The result of a call; raises CageError naming the step when it failed."""
    if result < 0:
        raise CageError(f"{step}: {os.strerror(ctypes.get_errno())}")
    return result


def syscall(step: str, number: int, *arguments: object) -> int:
    """A system call that libc has no function for."""
    return check(libc.syscall(ctypes.c_long(number), *arguments), step)


def prctl(step: str, option: int, *arguments: int) -> int:
    """An operation on this process, or this thread."""
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return check(libc.prctl(option, *padded), step)


def no_new_privileges() -> None:
    """Set-uid programs give nothing from here on; seccomp and Landlock require it."""
    prctl("no_new_privs", _PR_SET_NO_NEW_PRIVS, 1)


def keep_capabilities(kept: int) -> None:
    """Gives up, in this thread and what it starts, the capabilities that are not in ``kept``."""
    held = (ctypes.c_uint32 * 6)()
    check(libc.capget(_CAPABILITY_HEADER, held), "capget")
    words = (ctypes.c_uint32 * 6)(held[0] & kept, held[1] & kept, 0, 0, 0, 0)
    check(libc.capset(_CAPABILITY_HEADER, words), "capset")


def install_filter(instructions: bytes, *, speculation: bool = False) -> None:
    """Puts a seccomp filter over all threads of this process for good.

    Kernels before 5.16 also slow such a process down, against leaks to itself by speculation;
    ``speculation`` spares that one that runs only its own code.
    """
    program = _FilterProgram(len(instructions) // 8, instructions)
    flags = ctypes.c_uint(_ALL_THREADS | (_SPECULATION if speculation else 0))
    number = _SECCOMP[os.uname().machine]
    refusing = syscall("seccomp", number, ctypes.c_uint(_SET_FILTER), flags, ctypes.byref(program))
    if refusing:
        raise CageError(f"seccomp: thread {refusing} has a filter of its own")
