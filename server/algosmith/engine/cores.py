"""How many CPU cores are really free for decoding.

Decoding threads meet at a barrier many times for each token. With more threads than free cores each
meeting waits for the scheduler: measured 50 to 100 times slower on two cores shared with other
work. One thread too few costs little; one too many costs everything.
"""

import os
import time
from pathlib import Path

_SAMPLE_SECONDS = 0.25
_MOST = 16
"""Beyond this, small models gain nothing."""


def free_cores(sample_seconds: float = _SAMPLE_SECONDS) -> int:
    """Threads to decode with: at least 1, at most the physical cores we may use."""
    usable = min(_allowed(), _physical(), _quota(), _MOST)
    idle = _idle_cores(sample_seconds)
    if idle is None:
        return max(1, usable)
    # A half idle core counts: with passive waiting (see ``llamacpp``) sharing one costs little.
    return max(1, min(usable, int(idle + 0.5)))


def _allowed() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _physical() -> int:
    """Cores without counting hyper-threads twice."""
    siblings: set[str] = set()
    for file in Path("/sys/devices/system/cpu").glob("cpu[0-9]*/topology/thread_siblings_list"):
        try:
            siblings.add(file.read_text().strip())
        except OSError:
            return _allowed()
    return len(siblings) or _allowed()


def _quota() -> int:
    """Whole cores a container's CPU quota leaves us."""
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):  # no cgroup v2, or "max": no quota
        return _MOST


def _idle_cores(seconds: float) -> float | None:
    """Cores' worth of idle time during the sample; None where the system does not tell."""
    before = _cpu_times()
    time.sleep(seconds)
    after = _cpu_times()
    if before is None or after is None or after[1] <= before[1]:
        return None
    share = (after[0] - before[0]) / (after[1] - before[1])
    return share * (os.cpu_count() or 1)


def _cpu_times() -> tuple[int, int] | None:
    try:
        with Path("/proc/stat").open() as file:
            fields = [int(field) for field in file.readline().split()[1:9]]
    except (OSError, ValueError):
        return None
    return fields[3] + fields[4], sum(fields)
