"""The kernel's isolation calls, through ctypes: namespaces, mounts, privileges."""

from __future__ import annotations

import ctypes
import os
import resource

from algosmith.linux.calls import CageError, check, libc, prctl, syscall

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
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_CLOSE_RANGE = 436


def unshare(flags: int, step: str) -> None:
    """Leaves the given namespaces for new ones."""
    check(libc.unshare(flags), step)


def setns(descriptor: int, kind: int) -> None:
    """Enters the namespace that a descriptor holds open."""
    check(libc.setns(descriptor, kind), "setns")


def mount(source: str, target: str, kind: str, flags: int, options: str = "") -> None:
    """Mounts a file system."""
    result = libc.mount(
        os.fsencode(source), os.fsencode(target), kind.encode(),
        ctypes.c_ulong(flags), options.encode(),
    )  # fmt: skip
    check(result, f"mount {target}")


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
    syscall("pivot_root", number, b".", b".")
    # The old root now lies over the new one at the same place: detach it.
    check(libc.umount2(b".", MNT_DETACH), "umount old root")
    os.chdir("/")


def set_host_name(name: str) -> None:
    """Names the machine, as the cage sees it."""
    encoded = name.encode()
    check(libc.sethostname(encoded, len(encoded)), "sethostname")


def die_with_parent() -> None:
    """Asks for SIGKILL when the process (thread) that started us ends."""
    prctl("death signal", _PR_SET_PDEATHSIG, 9)


def set_dumpable(dumpable: bool) -> None:
    """Whether others of our uid may trace us and read our /proc files."""
    prctl("dumpable", _PR_SET_DUMPABLE, int(dumpable))


def empty_bounding_set() -> None:
    """No capability can be gained by starting a program."""
    for capability in range(64):
        try:
            prctl("bounding set", _PR_CAPBSET_DROP, capability)
        except CageError:
            if capability == 0:
                raise
            return


def close_from(first: int) -> None:
    """Closes every descriptor from ``first`` on."""
    if libc.syscall(_CLOSE_RANGE, ctypes.c_uint(first), ctypes.c_uint(0xFFFFFFFF), 0) != 0:
        os.closerange(first, max(1024, resource.getrlimit(resource.RLIMIT_NOFILE)[0]))
