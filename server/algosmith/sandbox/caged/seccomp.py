"""The system calls a candidate may make, for x86-64 and arm64, as a seccomp filter."""

from __future__ import annotations

import struct

from algosmith.linux import bpf

# name: (number on x86-64, number on arm64); None where the architecture has no such call.
# Hot calls stand first: the filter is a chain of comparisons.
_CALLS: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "futex": (202, 98), "mmap": (9, 222), "munmap": (11, 215),
    "brk": (12, 214), "mremap": (25, 216), "madvise": (28, 233), "mprotect": (10, 226),
    "clock_gettime": (228, 113), "clock_nanosleep": (230, 115), "rt_sigprocmask": (14, 135),
    "rt_sigaction": (13, 134), "rt_sigreturn": (15, 139), "sigaltstack": (131, 132),
    "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133),
    "restart_syscall": (219, 128), "pause": (34, None), "alarm": (37, None),
    "getitimer": (36, 102), "setitimer": (38, 103), "nanosleep": (35, 101),
    "open": (2, None), "openat": (257, 56), "close": (3, 57), "close_range": (436, 436),
    "stat": (4, None), "lstat": (6, None), "fstat": (5, 80), "newfstatat": (262, 79),
    "statx": (332, 291), "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439),
    "readlink": (89, None), "readlinkat": (267, 78), "getdents": (78, None),
    "getdents64": (217, 61), "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50),
    "lseek": (8, 62), "pread64": (17, 67), "pwrite64": (18, 68), "readv": (19, 65),
    "writev": (20, 66), "ftruncate": (77, 46), "fsync": (74, 82), "umask": (95, 166),
    "mkdir": (83, None), "mkdirat": (258, 34), "rmdir": (84, None), "unlink": (87, None),
    "unlinkat": (263, 35), "rename": (82, None), "renameat": (264, 38), "renameat2": (316, 276),
    "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24), "pipe": (22, None),
    "pipe2": (293, 59), "poll": (7, None), "ppoll": (271, 73), "select": (23, None),
    "pselect6": (270, 72), "epoll_create": (213, None), "epoll_create1": (291, 20),
    "epoll_ctl": (233, 21), "epoll_wait": (232, None), "epoll_pwait": (281, 22),
    "eventfd2": (290, 19), "getpid": (39, 172), "gettid": (186, 178), "getppid": (110, 173),
    "getuid": (102, 174), "geteuid": (107, 175), "getgid": (104, 176), "getegid": (108, 177),
    "getresuid": (118, 148), "getresgid": (120, 150), "uname": (63, 160), "sysinfo": (99, 179),
    "getrlimit": (97, 163), "getrusage": (98, 165), "times": (100, 153), "time": (201, None),
    "gettimeofday": (96, 169), "clock_getres": (229, 114), "getrandom": (318, 278),
    "getcpu": (309, 168), "sched_yield": (24, 124), "sched_getaffinity": (204, 123),
    "set_tid_address": (218, 96), "set_robust_list": (273, 99), "rseq": (334, 293),
    "wait4": (61, 260), "exit": (60, 93), "exit_group": (231, 94),
}  # fmt: skip

# Calls allowed only with certain arguments: numbers, index of the argument, its values.
_CHOICES: dict[str, tuple[tuple[int, int], int, tuple[int, ...]]] = {
    # F_SETOWN would send signals by way of O_ASYNC, F_SETPIPE_SZ take kernel memory.
    "fcntl": ((72, 25), 1, (0, 1, 2, 3, 4, 1030, 1032)),
    # Terminal size and attributes, bytes waiting, (non-)blocking, close-on-exec: not TIOCSTI.
    "ioctl": ((16, 29), 1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)),
    # Thread names and names of memory areas.
    "prctl": ((157, 167), 0, (15, 16, 0x53564D41)),
}
# What started programs need beside it: the loader, interpreters with a compiler inside.
_PROGRAM_CALLS: dict[str, tuple[int | None, int | None]] = {
    "execve": (59, 221), "arch_prctl": (158, None), "membarrier": (324, 283), "msync": (26, 227),
    "mincore": (27, 232), "fadvise64": (221, 223), "statfs": (137, 43), "fstatfs": (138, 44),
    "getpgrp": (111, None), "getpgid": (121, 155), "getpriority": (140, 141), "capget": (125, 90),
    "fdatasync": (75, 83), "setrlimit": (160, 164), "sched_getscheduler": (145, 120),
    "sched_getparam": (143, 121),
}  # fmt: skip
# What compilers need on top: their passes are processes, and they finish files.
_TOOL_CALLS: dict[str, tuple[int | None, int | None]] = {
    "fork": (57, None), "vfork": (58, None), "waitid": (247, 95), "chmod": (90, None),
    "fchmod": (91, 52), "fchmodat": (268, 53), "utimensat": (280, 88), "truncate": (76, 45),
    "fallocate": (285, 47), "copy_file_range": (326, 285), "sendfile": (40, 71),
    "creat": (85, None),
}  # fmt: skip
_CLONE, _CLONE3 = (56, 220), (435, 435)
_KILLS = ((62, 129), (234, 131))
"""kill and tgkill: to the process itself only, as abort() and raise() need."""
_PRLIMIT = (302, 261)
_OWN_PID = 0x7EADBEEF
"""Stands for the process's id until it is known; beyond any real one."""


def for_process(instructions: bytes, pid: int) -> bytes:
    """The filter for the process ``pid``, which may signal itself."""
    return instructions.replace(struct.pack("=I", _OWN_PID), struct.pack("=I", pid))


def build(machine: str) -> bytes:
    """The filter for ``machine`` ("x86_64", "aarch64"), still to be given ``for_process``."""
    code = _common(machine, _CALLS)
    column = bpf.COLUMNS[machine]
    code += bpf.guarded(_CLONE[column], bpf.threads_only())
    for numbers in _KILLS:
        code += bpf.guarded(numbers[column], bpf.only(0, (_OWN_PID,)))
    read_only = [
        bpf.load(0), bpf.equal(0, 0, 6), bpf.load(2), bpf.equal(0, 0, 4),
        bpf.load(2, high=True), bpf.equal(0, 0, 2), bpf.allow(), bpf.refuse(), bpf.refuse(),
    ]  # fmt: skip
    code += bpf.guarded(_PRLIMIT[column], read_only)
    return b"".join([*code, bpf.refuse()])


def build_command(machine: str, *, tool: bool, signals: bool) -> bytes:
    """The filter for a started program, or for a ``tool``, which may start others.

    Without ``signals`` it is still to be given ``for_process``: they go to that process only.
    """
    code = _common(machine, {**_CALLS, **_PROGRAM_CALLS, **(_TOOL_CALLS if tool else {})})
    column = bpf.COLUMNS[machine]
    code += bpf.guarded(_CLONE[column], bpf.no_namespaces() if tool else bpf.threads_only())
    for numbers in _KILLS:
        body = [bpf.allow()] if signals else bpf.only(0, (_OWN_PID,))
        code += bpf.guarded(numbers[column], body)
    # Its own limits only, which it can only lower.
    code += bpf.guarded(_PRLIMIT[column], bpf.only(0, (0,)))
    return b"".join([*code, bpf.refuse()])


def _common(machine: str, table: dict[str, tuple[int | None, int | None]]) -> list[bytes]:
    """The calls of a table, those with certain arguments, and no ``clone3``."""
    code = bpf.head(machine)
    column = bpf.COLUMNS[machine]
    for numbers in table.values():
        number = numbers[column]
        if number is not None:
            code += bpf.guarded(number, [bpf.allow()])
    for numbers, argument, values in _CHOICES.values():
        code += bpf.guarded(numbers[column], bpf.only(argument, values))
    # glibc falls back from clone3, whose flags a filter cannot see, to clone.
    return code + bpf.guarded(_CLONE3[column], [bpf.refuse(bpf.ENOSYS)])
