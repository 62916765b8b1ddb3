"""Hostile candidates after privileges and the kernel. "through": one got what it wanted."""

import ctypes
import mmap
import os
import platform

_libc = ctypes.CDLL(None, use_errno=True)
_ARM = platform.machine() == "aarch64"


def _call(x86, arm, *arguments):
    number = arm if _ARM else x86
    result = _libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments])
    return "through" if result >= 0 else f"refused {ctypes.get_errno()}"


def become_root(world):
    os.setuid(0)
    return "through"


def become_another(world):
    os.setresuid(1, 1, 1)
    return "through"


def change_groups(world):
    os.setgroups([0])
    return "through"


def hold_capabilities(world):
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    if _libc.capget(header, data) == 0 and any(data):
        return "through"
    return "none"


def regain_capabilities(world):
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
    return "through" if _libc.capset(header, data) == 0 else "refused"


def new_user_namespace(world):
    return _call(272, 97, 0x10000000)


def new_mount_namespace(world):
    return _call(272, 97, 0x00020000)


def clone_into_a_namespace(world):
    return _call(56, 220, 0x10000000 | 17, 0, 0, 0, 0)


def clone_with_shared_memory(world):
    return _call(56, 220, 0x00000100 | 17, 0, 0, 0, 0)


def clone_thread_into_a_namespace(world):
    return _call(56, 220, 0x00010000 | 0x800 | 0x100 | 0x40000000, 0, 0, 0, 0)


def clone_the_new_way(world):
    arguments = (ctypes.c_uint64 * 11)(0, 0, 0, 0, 17)
    result = _libc.syscall(ctypes.c_long(435), arguments, ctypes.c_size_t(88))
    if result == 0:
        os._exit(0)
    return "through" if result > 0 else "refused"


def enter_a_namespace(world):
    return _call(308, 268, 0, 0)


def mount_something(world):
    result = _libc.mount(b"tmpfs", b"/tmp", b"tmpfs", ctypes.c_ulong(0), None)
    return "through" if result == 0 else "refused"


def make_the_root_writable(world):
    result = _libc.mount(b"", b"/", b"", ctypes.c_ulong(32 | 4096), None)
    return "through" if result == 0 else "refused"


def unmount_something(world):
    return "through" if _libc.umount2(b"/tmp", 2) == 0 else "refused"


def pivot_the_root(world):
    return _call(155, 41, 0, 0)


def new_mount_interface(world):
    return _call(430, 430, 0, 0)


def trace_the_server(world):
    result = _libc.ptrace(16, ctypes.c_long(world["server"]), None, None)
    return "through" if result == 0 else "refused"


def be_traced(world):
    return "through" if _libc.ptrace(0, 0, None, None) == 0 else "refused"


def load_a_bpf_program(world):
    return _call(321, 280, 0, 0, 0)


def count_events(world):
    return _call(298, 241, 0, 0, -1, -1, 0)


def kernel_keys(world):
    return _call(250, 219, 0, -3, 1)


def ring_for_io(world):
    area = ctypes.create_string_buffer(256)
    result = _libc.syscall(ctypes.c_long(425), 4, area)
    return "through" if result >= 0 else "refused"


def faults_in_user_space(world):
    return _call(323, 282, 1)


def load_a_module(world):
    return _call(313, 273, 0, 0, 0)


def boot_another_kernel(world):
    return _call(246, 104, 0, 0, 0, 0)


def reboot(world):
    return _call(169, 142, 0, 0, 0, 0)


def name_the_host(world):
    return "through" if _libc.sethostname(b"attack", 6) == 0 else "refused"


def read_the_host_name(world):
    return "through" if os.uname().nodename == world["host"] else "hidden"


def set_the_clock(world):
    import time

    time.clock_settime(time.CLOCK_REALTIME, 0)
    return "through"


def io_ports(world):
    return "refused" if _ARM else _call(172, 0, 3)


def change_personality(world):
    return _call(135, 92, 0x0040000)


def new_filter(world):
    return _call(317, 277, 1, 0, 0)


def become_dumpable(world):
    return "through" if _libc.prctl(4, 1, 0, 0, 0) == 0 else "refused"


def undo_death_signal(world):
    return "through" if _libc.prctl(1, 0, 0, 0, 0) == 0 else "refused"


def become_reaper(world):
    return "through" if _libc.prctl(36, 1, 0, 0, 0) == 0 else "refused"


def calls_of_the_x32_table(world):
    return "refused" if _ARM else _call(0x40000000 + 57, 0)


def calls_of_the_32_bit_table(world):
    """int 0x80 with number 2, fork, in machine code of our own."""
    if _ARM:
        return "no such table"
    code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    code.write(b"\xb8\x02\x00\x00\x00\xcd\x80\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(code))
    result = ctypes.CFUNCTYPE(ctypes.c_int)(address)()
    if result == 0:
        os._exit(0)
    return "through" if result > 0 else "refused"


def type_into_the_terminal(world):
    import fcntl

    for descriptor in range(3):
        try:
            fcntl.ioctl(descriptor, 0x5412, b"x")
            return "through"
        except OSError:
            pass
    return "refused"


def swap(world):
    return "through" if _libc.swapoff(b"/swap") == 0 else "refused"


def accounting(world):
    return "through" if _libc.acct(None) == 0 else "refused"


def handle_of_a_name(world):
    return _call(303, 264, 0, 0, 0, 0, 0)


def timer_signals(world):
    return _call(222, 107, 0, 0, 0)
