"""The system calls the caged engine may not make, for x86-64 and arm64, as a seccomp filter.

A list of what is refused, not of what is allowed: model libraries and GPU drivers use calls that
nobody lists, and another release uses others. Refused is what reaches other programs, the network
or the kernel's own settings, and what Landlock leaves open (modes, owners, times of files).
"""

from algosmith.linux import bpf

# name: (number on x86-64, number on arm64); None where the architecture has no such call.
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    # Programs and processes.
    "execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "process_madvise": (440, 440), "kcmp": (312, 272), "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240),
    # Whom a socket could reach: Unix sockets start programs too, as the session bus does.
    "connect": (42, 203),
    # Other ways to make calls, or into the kernel.
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "modify_ldt": (154, None), "personality": (135, 92), "syslog": (103, 116),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106),
    "kexec_load": (246, 104), "kexec_file_load": (320, 294), "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "quotactl": (179, 60),
    "iopl": (172, None), "ioperm": (173, None), "settimeofday": (164, 170),
    "clock_settime": (227, 112), "adjtimex": (159, 171), "clock_adjtime": (305, 266),
    "sethostname": (170, 161), "setdomainname": (171, 162),
    # Mounts and namespaces, and files by handle, past the rules on paths.
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsconfig": (431, 431), "fsmount": (432, 432), "fspick": (433, 433),
    "mount_setattr": (442, 442), "unshare": (272, 97), "setns": (308, 268),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265),
    # What Landlock does not rule: modes, owners, times and attributes of any file.
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452),
    "chown": (92, None), "lchown": (94, None), "fchown": (93, 55), "fchownat": (260, 54),
    "utime": (132, None), "utimes": (235, None), "futimesat": (261, None),
    "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    # Users and rights.
    "setuid": (105, 146), "setgid": (106, 144), "setreuid": (113, 145), "setregid": (114, 143),
    "setresuid": (117, 147), "setresgid": (119, 149), "setgroups": (116, 159),
    "setfsuid": (122, 151), "setfsgid": (123, 152), "capset": (126, 91),
}  # fmt: skip
_CLONE, _CLONE3 = (56, 220), (435, 435)
_SOCKETS = {"socket": (41, 198), "socketpair": (53, 199)}
_KILLS = {"kill": (62, 129), "tgkill": (234, 131)}
_PRLIMIT, _IOCTL = (302, 261), (16, 29)
_AF_UNIX = 1
_STREAMS = tuple(1 | flags for flags in (0, 0x80000, 0x800, 0x80800))
"""SOCK_STREAM, close-on-exec or not, waiting or not: a datagram needs no connection to be sent."""
_TYPE_INTO_TERMINAL = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX: they would type commands into the shell that started us."""


def build(machine: str, pid: int) -> bytes:
    """The filter for process ``pid``."""
    code = bpf.head(machine)
    column = bpf.COLUMNS[machine]
    for numbers in _REFUSED.values():
        number = numbers[column]
        if number is not None:
            code += bpf.guarded(number, [bpf.refuse()])
    code += bpf.guarded(_CLONE[column], bpf.threads_only())
    # glibc falls back from clone3, whose flags a filter cannot see, to clone.
    code += bpf.guarded(_CLONE3[column], [bpf.refuse(bpf.ENOSYS)])
    for numbers in _SOCKETS.values():
        unix = [bpf.load(0), bpf.equal(_AF_UNIX, 1, 0), bpf.refuse(), *bpf.only(1, _STREAMS)]
        code += bpf.guarded(numbers[column], unix)
    for numbers in _KILLS.values():
        code += bpf.guarded(numbers[column], bpf.only(0, (pid,)))
    code += bpf.guarded(_PRLIMIT[column], bpf.only(0, (0, pid)))
    code += bpf.guarded(_IOCTL[column], bpf.none_of(1, _TYPE_INTO_TERMINAL))
    return b"".join([*code, bpf.allow()])
