"""Seccomp filters as text of the kernel's classic BPF machine: a chain of comparisons that returns.

A filter sees the call's number, the architecture and the six arguments, and nothing they point to.
"""

from __future__ import annotations

import struct

ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
EPERM, ENOSYS = 1, 38
COLUMNS = {"x86_64": 0, "aarch64": 1}
"""Machines there are tables for, and the place of their numbers in these."""
_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x40000000
_CLONE_THREAD = 0x00010000
_NAMESPACES = 0x7E020080
"""The CLONE_NEW… flags, the time namespace's included."""


def _statement(code: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, value)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)


def load(argument: int, *, high: bool = False) -> bytes:
    """Look at the low (or high) half of one of the call's arguments."""
    return _statement(0x20, 16 + 8 * argument + 4 * high)


def equal(value: int, if_true: int, if_false: int) -> bytes:
    """Skip so many instructions by whether what was loaded is ``value``."""
    return _jump(0x15, value, if_true, if_false)


def allow() -> bytes:
    """The call is made."""
    return _statement(0x06, ALLOW)


def refuse(error: int = EPERM) -> bytes:
    """The call gives this error."""
    return _statement(0x06, _ERRNO | error)


def head(machine: str) -> list[bytes]:
    """Refuses calls of other architectures; what follows sees the call's number."""
    if machine not in COLUMNS:
        raise ValueError(f"no system-call table for {machine}")
    code = [
        _statement(0x20, 4), equal(_ARCHITECTURE[machine], 1, 0), _statement(0x06, _KILL),
        _statement(0x20, 0),
    ]  # fmt: skip
    if machine == "x86_64":
        code += [_jump(0x35, _X32, 0, 1), refuse()]
    return code


def guarded(number: int, body: list[bytes]) -> list[bytes]:
    """Runs ``body`` (which must return) when the call is ``number``."""
    return [equal(number, 0, len(body)), *body]


def only(argument: int, values: tuple[int, ...]) -> list[bytes]:
    """A body: the call is made when the argument's low half is one of ``values``."""
    body = [load(argument)]
    for value in values:
        body += [equal(value, 0, 1), allow()]
    return [*body, refuse()]


def none_of(argument: int, values: tuple[int, ...]) -> list[bytes]:
    """A body: the call is refused when the argument's low half is one of ``values``."""
    body = [load(argument)]
    for value in values:
        body += [equal(value, 0, 1), refuse()]
    return [*body, allow()]


def threads_only() -> list[bytes]:
    """A body for ``clone``: threads, no processes and no namespaces."""
    return [
        load(0),
        _jump(0x45, _CLONE_THREAD, 0, 2),
        _jump(0x45, _NAMESPACES, 1, 0),
        allow(),
        refuse(),
    ]


def no_namespaces() -> list[bytes]:
    """A body for ``clone``: threads and processes, but in no namespaces of their own."""
    return [load(0), _jump(0x45, _NAMESPACES, 0, 1), refuse(), allow()]
