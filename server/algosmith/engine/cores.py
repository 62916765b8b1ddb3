"""How many threads decode, and whether other programs leave them their cores.

Threads are chosen once, when the model is loaded, by the cores this process may use and not by
what happens to run just then: the library can't change them later, and an engine lives for hours.
Two threads on two cores that other programs keep busy gave 0.6 times what one thread gave; one
thread on two quiet cores gives little more than half of what two do, for as long as it lives.
"""

import os
import time
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

_MOST = 16
"""Beyond this, small models gain nothing."""
_DISTURBED = 0.1
"""Others took this share of the cores that were ours."""
_SYSTEM = Path("/")


def usable_cores(system: Path = _SYSTEM) -> int:
    """Threads to decode with: physical cores we may use, no more than our share of time allows."""
    return max(1, min(_physical(_allowed(), system), _quota(system), _MOST))


def _allowed() -> frozenset[int]:
    if hasattr(os, "sched_getaffinity"):
        return frozenset(os.sched_getaffinity(0))
    return frozenset(range(os.cpu_count() or 1))


def _physical(processors: frozenset[int], system: Path) -> int:
    """Cores that these processors belong to: hyper-threads of one core count once."""
    cores: set[str] = set()
    for number in processors:
        topology = system / f"sys/devices/system/cpu/cpu{number}/topology"
        try:
            cores.add((topology / "thread_siblings_list").read_text("ascii").strip())
        except (OSError, ValueError):
            return len(processors)
    return len(cores)


def _quota(system: Path) -> int:
    """Whole cores that the quotas of our control groups leave us, of both versions."""
    quotas = [_MOST * 1.0]
    for folder in _groups(system):
        try:
            if (folder / "cpu.max").exists():
                quota, period = (folder / "cpu.max").read_text("ascii").split()
            else:
                quota = (folder / "cpu.cfs_quota_us").read_text("ascii")
                period = (folder / "cpu.cfs_period_us").read_text("ascii")
            if int(quota) > 0:  # -1 is none
                quotas.append(int(quota) / int(period))
        except (OSError, ValueError, ZeroDivisionError):  # no such file, or "max": no quota
            continue
    return int(min(quotas))


def _groups(system: Path) -> list[Path]:
    """Folders of our control groups and of all that these lie in."""
    try:
        lines = (system / "proc/self/cgroup").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    found: list[Path] = []
    for line in lines or ["0::/"]:
        _, _, rest = line.partition(":")
        controllers, _, group = rest.partition(":")
        if controllers and "cpu" not in controllers.split(","):
            continue
        root = system / "sys/fs/cgroup" / controllers
        inner = PurePosixPath(group.lstrip("/"))
        found += [root / each for each in (inner, *inner.parents)]
    return found


@dataclass
class Watch:
    """Looks, from when it is made, at how much of our cores other programs take."""

    threads: int
    """Those that we decode with."""
    _before: tuple[float, float] | None = field(init=False)

    def __post_init__(self) -> None:
        self._before = _others_and_now()

    def disturbed(self) -> bool:
        """Whether others took cores that we needed; false where the system does not tell."""
        now = _others_and_now()
        if self._before is None or now is None or now[1] <= self._before[1]:
            return False
        taken = (now[0] - self._before[0]) / (now[1] - self._before[1])
        spare = _physical(frozenset(range(os.cpu_count() or 1)), _SYSTEM) - self.threads
        return taken > max(0, spare) + _DISTURBED * self.threads


def _others_and_now() -> tuple[float, float] | None:
    """Seconds that all processors have worked for others, a hypervisor's included; and now."""
    try:
        with Path("/proc/stat").open("rb") as file:
            ticks = [int(field) for field in file.readline().split()[1:9]]
    except (OSError, ValueError):
        return None
    busy = (sum(ticks) - ticks[3] - ticks[4]) / os.sysconf("SC_CLK_TCK")
    return busy - time.process_time(), time.monotonic()
