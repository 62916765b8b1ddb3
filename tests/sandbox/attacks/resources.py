"""Hostile candidates that take more than their share. "through" means one got what it wanted."""

import os
import sys
import time


def fork_bomb(world):
    while True:
        os.fork()


def thread_bomb(world):
    import threading

    threads = []
    while len(threads) < 300:
        thread = threading.Thread(target=time.sleep, args=(60,), daemon=True)
        thread.start()
        threads.append(thread)
    return "through"


def memory_in_one_piece(world):
    return "through" if bytearray(2 << 30) else ""


def memory_in_small_pieces(world):
    kept = []
    while True:
        kept.append([0] * 10_000)


def memory_swallowing_the_error(world):
    kept = []
    while True:
        try:
            kept.append(bytearray(1 << 20))
        except MemoryError:
            pass


def memory_mapped(world):
    import mmap

    return "through" if mmap.mmap(-1, 2 << 30) else ""


def memory_mapped_shared(world):
    import mmap

    area = mmap.mmap(-1, 1 << 30, flags=mmap.MAP_SHARED)
    return "through" if area else ""


def memory_file(world):
    descriptor = os.memfd_create("x")
    os.write(descriptor, b"x")
    return "through"


def shared_memory_folder(world):
    with open("/dev/shm/algosmith-attack", "wb") as file:
        file.write(b"x" * (1 << 20))
    return "through"


def shared_memory_module(world):
    from multiprocessing import shared_memory

    shared_memory.SharedMemory(create=True, size=1 << 20)
    return "through"


def system_v_shared_memory(world):
    import ctypes

    key = ctypes.CDLL(None, use_errno=True).shmget(0, 1 << 20, 0o1600)
    return "through" if key >= 0 else "refused"


def message_queue(world):
    import ctypes

    key = ctypes.CDLL(None, use_errno=True).msgget(0, 0o1600)
    return "through" if key >= 0 else "refused"


def loop_in_bytecode(world):
    while True:
        pass


def loop_in_c(world):
    return sum(range(10**13))


def loop_in_regex(world):
    import re

    return bool(re.match(r"(a+)+$", "a" * 64 + "b"))


def loop_in_big_numbers(world):
    return 7 ** (10**9) % 10


def loop_swallowing_everything(world):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


def loop_ignoring_signals(world):
    import signal

    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    while True:
        pass


def loop_in_threads(world):
    import threading

    for _ in range(8):
        threading.Thread(target=loop_in_bytecode, args=(world,)).start()
    loop_in_bytecode(world)


def sleep_for_ever(world):
    while True:
        time.sleep(3600)


def wait_for_a_lock(world):
    import threading

    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def stop_itself(world):
    import signal

    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(60)


def flood_stdout(world):
    while True:
        print("x" * 1000)


def flood_stderr(world):
    while True:
        os.write(2, b"x" * 4096)


def flood_in_one_write(world):
    sys.stdout.write("x" * (256 << 20))
    sys.stdout.flush()


def fill_the_disk(world):
    written = 0
    for number in range(64):
        with open(f"/tmp/{number}", "wb") as file:
            file.write(b"x" * (1 << 20))
        written += 1
    return "through" if written > 16 else ""


def one_big_file(world):
    with open("/tmp/big", "wb") as file:
        for _ in range(64):
            file.write(b"x" * (1 << 20))
    return "through"


def sparse_file(world):
    with open("/tmp/sparse", "wb") as file:
        file.truncate(1 << 40)
    return "through"


def fill_the_inodes(world):
    for number in range(10_000):
        open(f"/tmp/{number}", "wb").close()
    return "through"


def many_descriptors(world):
    return "through" if [os.pipe() for _ in range(500)] else ""


def big_pipe_buffer(world):
    import fcntl

    fcntl.fcntl(os.pipe()[1], 1031, 1 << 20)
    return "through"


def native_stack(world):
    sys.setrecursionlimit(10**9)

    class Deep:
        def __getattr__(self, name):
            return getattr(self, name + "x")

    return getattr(Deep(), "x")


def deep_recursion(world):
    sys.setrecursionlimit(10**9)

    def dive(n):
        return [dive(n + 1)]

    return dive(0)


def parser_bomb(world):
    return eval("(" * 100_000 + ")" * 100_000)


def compiler_bomb(world):
    return eval("-" * 1_000_000 + "1")


def unpack_a_bomb(world):
    import zlib

    bomb = zlib.compress(b"\0" * (64 << 20))
    return len([zlib.decompress(bomb) for _ in range(100)])


def huge_answer(world):
    return "x" * (50 << 20)


def huge_number_answer(world):
    return 1 << (50 << 23)


def deep_answer(world):
    value = []
    for _ in range(100_000):
        value = [value]
    return value


def wide_shared_answer(world):
    value = [0]
    for _ in range(40):
        value = [value, value]
    return value


def endless_generator(world):
    while True:
        yield 1


def endless_coroutine(world):
    async def wait():
        import asyncio

        while True:
            await asyncio.sleep(0)

    return wait()


def dump_core(world):
    os.abort()


def raise_the_limits(world):
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (-1, -1))
    return "through"


def lock_memory(world):
    import ctypes

    return "through" if ctypes.CDLL(None).mlockall(3) == 0 else "refused"


def take_priority(world):
    os.nice(-20)
    return "through"


def give_way(world):
    os.setpriority(os.PRIO_PROCESS, 0, 19)
    return "through"


def real_time_scheduling(world):
    os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    return "through"
