"""Landlock: which files a process may use. ``linux/landlock.h`` names the bits."""

from __future__ import annotations

import ctypes
import os

from algosmith.linux.calls import libc, syscall

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 1, 1 << 2, 1 << 3
_CHANGE = _WRITE_FILE | (1 << 4) | (1 << 5) | (1 << 7) | (1 << 8)
"""write file, remove directory, remove file, make directory, make regular file"""
_TRUNCATE = 1 << 14

READ, LIST, READ_WRITE = _READ_FILE | _READ_DIR, _READ_DIR, _READ_FILE | _READ_DIR | _CHANGE
EXECUTE = 1 << 0
MAKE_SOCKET = 1 << 9
MOVE = 1 << 13
"""To move a file into another folder, where both allow it; kernels before 5.19 never do."""


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


def version() -> int:
    """The Landlock interface this kernel has; 0 for none."""
    result = libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, result)


def make_ruleset(rules: list[tuple[str, int]]) -> int:
    """A ruleset for ``restrict``: file access by ``rules`` only, no TCP, no signals to outside."""
    found = version()
    files = (1 << 13) - 1
    for since, bit in ((2, 13), (3, 14), (5, 15)):
        files |= (1 << bit) if found >= since else 0
    words = [files]
    if found >= 4:
        words.append(0b11)  # bind and connect TCP
    if found >= 6:
        words.append(0b11)  # abstract Unix sockets, signals
    attributes = (ctypes.c_uint64 * len(words))(*words)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    ruleset = syscall("landlock", _CREATE, attributes, size, ctypes.c_uint32(0))
    for path, access in rules:
        _allow(ruleset, path, access | (_TRUNCATE if access & _WRITE_FILE else 0), files)
    return ruleset


def restrict(ruleset: int) -> None:
    """Puts a ruleset over this thread and all that it starts for good, and closes it."""
    syscall("landlock", _RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _allow(ruleset: int, path: str, access: int, handled: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            access &= EXECUTE | _READ_FILE | _WRITE_FILE | _TRUNCATE
        rule = _PathBeneath(access & handled, descriptor)
        syscall(
            f"landlock {path}", _ADD, ctypes.c_int(ruleset), ctypes.c_int(1),
            ctypes.byref(rule), ctypes.c_uint32(0),
        )  # fmt: skip
    finally:
        os.close(descriptor)
