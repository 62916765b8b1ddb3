"""The kernel's isolation calls, through ctypes: namespaces, mounts, Landlock, privileges."""

from __future__ import annotations

import ctypes
import os
import resource

CLONE_NEWNS = 0x00020000
CLONE_NEWCGROUP = 0x02000000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC = 1, 2, 4, 8
MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 32, 4096, 16384, 1 << 18
MNT_DETACH = 2
_NOATIME, _NODIRATIME, _STAT_RELATIME, _MS_RELATIME = 1024, 2048, 1 << 12, 1 << 21

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_CAPBSET_DROP = 1, 4, 24
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 22, 38
_CAPABILITY_VERSION_3 = 0x20080522
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_CLOSE_RANGE = 436

_libc = ctypes.CDLL(None, use_errno=True)
# Made here, once, not in every child.
_CAPABILITY_HEADER = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
_NO_CAPABILITIES = (ctypes.c_uint32 * 6)()


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("access", ctypes.c_uint64), ("parent", ctypes.c_int32))


class CageError(Exception):
    """A step of the cage was refused; the text names the step."""


def _check(result: int, step: str) -> int:
    if result < 0:
        raise CageError(f"{step}: {os.strerror(ctypes.get_errno())}")
    return result


def _syscall(step: str, number: int, *arguments: object) -> int:
    return _check(_libc.syscall(ctypes.c_long(number), *arguments), step)


def _prctl(step: str, option: int, *arguments: int) -> int:
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return _check(_libc.prctl(option, *padded), step)


def unshare(flags: int, step: str) -> None:
    """Leaves the given namespaces for new ones."""
    _check(_libc.unshare(flags), step)


def setns(descriptor: int, kind: int) -> None:
    """Enters the namespace that a descriptor holds open."""
    _check(_libc.setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mounts a file system."""
    result = _libc.mount(
        os.fsencode(source), os.fsencode(target), kind.encode(),
        ctypes.c_ulong(flags), options.encode(),
    )  # fmt: skip
    _check(result, f"mount {target}")


def bind_read_only(source: str, target: str) -> None:
    """Shows ``source`` at ``target``, not writable, keeping flags the kernel locked."""
    mount(source, target, "", MS_BIND | MS_REC)
    # ST_RDONLY … ST_NOEXEC of statvfs have the values of their MS_ counterparts.
    found = os.statvfs(target).f_flag
    flags = found & (MS_NOSUID | MS_NODEV | MS_NOEXEC | _NOATIME | _NODIRATIME)
    if found & _STAT_RELATIME:
        flags |= _MS_RELATIME
    mount("", target, "", MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | flags)


def pivot_root(new_root: str) -> None:
    """Makes ``new_root`` the root and drops the old one."""
    os.chdir(new_root)
    number = _PIVOT_ROOT[os.uname().machine]
    _syscall("pivot_root", number, b".", b".")
    # The old root now lies over the new one at the same place: detach it.
    _check(_libc.umount2(b".", MNT_DETACH), "umount old root")
    os.chdir("/")


def set_host_name(name: str) -> None:
    """Names the machine, as the cage sees it."""
    encoded = name.encode()
    _check(_libc.sethostname(encoded, len(encoded)), "sethostname")


def die_with_parent() -> None:
    """Asks for SIGKILL when the process (thread) that started us ends."""
    _prctl("death signal", _PR_SET_PDEATHSIG, 9)


def set_dumpable(dumpable: bool) -> None:
    """Whether others of our uid may trace us and read our /proc files."""
    _prctl("dumpable", _PR_SET_DUMPABLE, int(dumpable))


def no_new_privileges() -> None:
    """Set-uid programs give nothing from here on; seccomp and Landlock require it."""
    _prctl("no_new_privs", _PR_SET_NO_NEW_PRIVS, 1)


def empty_bounding_set() -> None:
    """No capability can be gained by starting a program."""
    for capability in range(64):
        try:
            _prctl("bounding set", _PR_CAPBSET_DROP, capability)
        except CageError:
            if capability == 0:
                raise
            return


def drop_capabilities() -> None:
    """Gives up every capability for good."""
    _check(_libc.capset(_CAPABILITY_HEADER, _NO_CAPABILITIES), "capset")


def close_from(first: int) -> None:
    """Closes every descriptor from ``first`` on."""
    if _libc.syscall(_CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(0xFFFFFFFF), 0) != 0:
        os.closerange(first, max(1024, resource.getrlimit(resource.RLIMIT_NOFILE)[0]))


def install_filter(instructions: bytes) -> None:
    """Puts a seccomp filter over this process for good."""
    program = _FilterProgram(len(instructions) // 8, instructions)
    result = _libc.prctl(
        _PR_SET_SECCOMP, ctypes.c_ulong(2), ctypes.byref(program), ctypes.c_ulong(0),
        ctypes.c_ulong(0),
    )  # fmt: skip
    _check(result, "seccomp")


# Landlock, linux/landlock.h: file access rights by the version that brought them.
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_WRITE = (1 << 1) | (1 << 4) | (1 << 5) | (1 << 7) | (1 << 8)
"""write file, remove directory, remove file, make directory, make regular file"""
_TRUNCATE = 1 << 14
READ, LIST, READ_WRITE = _READ_FILE | _READ_DIR, _READ_DIR, _READ_FILE | _READ_DIR | _WRITE


def landlock_version() -> int:
    """The Landlock interface this kernel has; 0 for none."""
    result = _libc.syscall(_LANDLOCK_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(1))
    return max(0, result)


def landlock_rules(rules: list[tuple[str, int]]) -> int:
    """A ruleset for ``landlock``: file access by ``rules`` only, no TCP, no signals to outside."""
    version = landlock_version()
    files = (1 << 13) - 1
    for since, bit in ((2, 13), (3, 14), (5, 15)):
        files |= (1 << bit) if version >= since else 0
    words = [files]
    if version >= 4:
        words.append(0b11)  # bind and connect TCP
    if version >= 6:
        words.append(0b11)  # abstract Unix sockets, signals
    attributes = (ctypes.c_uint64 * len(words))(*words)
    size = ctypes.c_size_t(ctypes.sizeof(attributes))
    ruleset = _syscall("landlock", _LANDLOCK_CREATE, attributes, size, ctypes.c_uint32(0))
    for path, access in rules:
        _allow(ruleset, path, access | (_TRUNCATE if access & 2 else 0), files)
    return ruleset


def landlock(ruleset: int) -> None:
    """Puts a ruleset over this process and its children for good, and closes it."""
    _syscall("landlock", _LANDLOCK_RESTRICT, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    os.close(ruleset)


def _allow(ruleset: int, path: str, access: int, handled: int) -> None:
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        if not os.path.isdir(path):
            access &= _READ_FILE | (1 << 1) | _TRUNCATE
        rule = _PathBeneath(access & handled, descriptor)
        _syscall(
            f"landlock {path}", _LANDLOCK_ADD, ctypes.c_int(ruleset), ctypes.c_int(1),
            ctypes.byref(rule), ctypes.c_uint32(0),
        )  # fmt: skip
    finally:
        os.close(descriptor)
