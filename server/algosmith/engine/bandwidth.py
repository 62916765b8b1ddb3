"""The machine's memory bandwidth, measured: the bound of decoding speed.

On the CPU ``memchr`` reads a zero buffer far larger than the caches, in as many threads as decoding
uses (ctypes gives the interpreter lock back). On a GPU a large tensor is copied.
"""

import ctypes
import threading
import time
from typing import Any

_BYTES = 192 << 20
"""For each thread; beyond any cache."""
_ROUNDS = 5


def measure(device: str, threads: int) -> float | None:
    """Bytes per second, best of some rounds; None where it can't be measured."""
    if device.startswith(("cuda", "mps")):
        return _device(device)
    try:
        return _host(threads)
    except (OSError, AttributeError, MemoryError):  # no C library to ask, or no room
        return None


def _host(threads: int) -> float:
    memchr: Any = ctypes.CDLL(None).memchr
    memchr.argtypes = (ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t)
    buffers = [ctypes.create_string_buffer(_BYTES) for _ in range(threads)]
    for buffer in buffers:
        ctypes.memset(buffer, 0, _BYTES)  # touched: an untouched page is one shared page of zeros
    return max(_round(memchr, buffers) for _ in range(_ROUNDS))


def _round(memchr: Any, buffers: list[Any]) -> float:
    workers = [threading.Thread(target=memchr, args=(buffer, 1, _BYTES)) for buffer in buffers]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return len(buffers) * _BYTES / (time.perf_counter() - started)


def _device(device: str) -> float | None:
    import torch

    count = 1 << 30
    source: Any = torch.empty(count, dtype=torch.uint8, device=device)
    target: Any = torch.empty_like(source)
    best = 0.0
    for _ in range(_ROUNDS):
        _synchronize(torch, device)
        started = time.perf_counter()
        for _ in range(8):
            target.copy_(source)
        _synchronize(torch, device)
        best = max(best, 8 * 2 * count / (time.perf_counter() - started))
    return best


def _synchronize(torch: Any, device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
    else:
        torch.mps.synchronize()
