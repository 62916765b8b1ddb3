"""Hostile candidates after other processes. "through" means one got what it wanted."""

import ctypes
import os
import signal
import sys

_libc = ctypes.CDLL(None, use_errno=True)


def kill_the_server(world):
    os.kill(world["server"], signal.SIGTERM)
    return "through"


def probe_the_server(world):
    os.kill(world["server"], 0)
    return "through"


def kill_the_parent(world):
    os.kill(os.getppid() or world["server"], signal.SIGKILL)
    return "through"


def kill_everything(world):
    os.kill(-1, signal.SIGKILL)
    return "through"


def kill_the_group(world):
    os.killpg(0, signal.SIGTERM)
    return "through"


def kill_by_thread(world):
    result = _libc.tgkill(world["server"], world["server"], 15)
    return "through" if result == 0 else "refused"


def kill_by_queue(world):
    info = ctypes.create_string_buffer(128)
    number = 129 if os.uname().machine == "x86_64" else 138
    result = _libc.syscall(ctypes.c_long(number), world["server"], 15, info)
    return "through" if result == 0 else "refused"


def hold_the_server(world):
    return "through" if os.pidfd_open(world["server"]) >= 0 else ""


def steal_a_descriptor(world):
    for descriptor in range(64):
        if _libc.syscall(438, descriptor, 0, 0) >= 0:
            return "through"
    return "refused"


def read_memory(world):
    number = 310 if os.uname().machine == "x86_64" else 270
    local = ctypes.create_string_buffer(8)
    vector = (ctypes.c_uint64 * 2)(ctypes.addressof(local), 8)
    result = _libc.syscall(
        ctypes.c_long(number), world["server"], vector, 1, vector, 1, ctypes.c_ulong(0)
    )
    return "through" if result >= 0 else "refused"


def signal_by_asynchronous_input(world):
    import fcntl

    descriptor = os.pipe()[0]
    fcntl.fcntl(descriptor, fcntl.F_SETOWN, world["server"])
    return "through"


def start_a_shell(world):
    os.execv("/bin/sh", ["/bin/sh", "-c", "true"])
    return "through"


def start_python_again(world):
    os.execv(sys.executable, [sys.executable, "-c", "print(1)"])
    return "through"


def start_by_descriptor(world):
    descriptor = os.open(os.__file__, os.O_RDONLY)
    os.execve(descriptor, ["x"], {})
    return "through"


def start_by_subprocess(world):
    import subprocess

    subprocess.run(["true"], check=True)
    return "through"


def start_by_system(world):
    return "through" if os.system("true") == 0 else "refused"


def start_by_spawn(world):
    os.posix_spawn("/bin/true", ["true"], {})
    return "through"


def start_by_pool(world):
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(2) as pool:
        return "through" if list(pool.map(abs, [1])) else ""


def fork_quietly(world):
    if os.fork() == 0:
        os._exit(0)
    return "through"


def fork_a_terminal(world):
    import pty

    if pty.fork()[0] == 0:
        os._exit(0)
    return "through"


def become_a_daemon(world):
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            import time

            time.sleep(60)
        os._exit(0)
    return "through"


def new_session(world):
    os.setsid()
    return "through"


def limits_of_the_server(world):
    import resource

    resource.prlimit(world["server"], resource.RLIMIT_NOFILE, (1, 1))
    return "through"


def priority_of_the_server(world):
    os.setpriority(os.PRIO_PROCESS, world["server"], 19)
    return "through"


def cores_of_the_server(world):
    os.sched_setaffinity(world["server"], {0})
    return "through"


def thread_that_stays(world):
    import threading
    import time

    def later():
        time.sleep(0.3)
        with open("/tmp/late", "w") as file:
            file.write(world["marker"])

    threading.Thread(target=later).start()
    return "left"


def exit_hook(world):
    import atexit

    atexit.register(os.write, 1, world["marker"].encode())
    return "left"


def finaliser(world):
    class Last:
        def __del__(self):
            os.write(1, world["marker"].encode())

    sys.modules["last"] = Last()
    return "left"
