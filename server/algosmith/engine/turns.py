"""Whose turn it is: a queue that is fair between clients, not between requests.

Each client has a line of its own and lines take turns, so one window that asks for fifty things
does not make another wait for all of them. Pure data, no threads.
"""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass

from algosmith.engine.jobs import Job

_PATIENCE = 4
"""How often a request that does not fit may be passed over by smaller ones."""


@dataclass
class Wave:
    """Some of a job's choices, decoded together."""

    job: Job
    first: int
    """Index of the first of these choices."""
    count: int
    passed_over: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """What more can be decoded now."""

    free: int
    """Sequences."""
    width: int
    """Sequences of one client that pay off together."""
    clients: Mapping[str, int]
    """Sequences that are decoded, by client."""


class Turns:
    """Waiting waves by client, in turn."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Wave]] = OrderedDict()

    def __len__(self) -> int:
        return sum(len({wave.job.id for wave in line}) for line in self._lines.values())

    def waiting(self, client: str) -> int:
        """Jobs of one client that wait."""
        return len({wave.job.id for wave in self._lines.get(client, ())})

    def add(self, job: Job, most: int) -> None:
        """Put a job at the end of its client's line, in waves of at most ``most`` choices."""
        most = 1 if job.ask.exact else most
        line = self._lines.setdefault(job.client, deque())
        for first in range(0, job.ask.count, most):
            line.append(Wave(job, first, min(most, job.ask.count - first)))

    def take(self, room: Room) -> Wave | None:
        """The next wave for which there is room."""
        for client in tuple(self._lines):
            wave = self._lines[client][0]
            mine = room.clients.get(client, 0)
            if mine and room.width < mine + wave.count:
                continue  # what its client has already is as much as pays off together
            if wave.count <= room.free and not (wave.job.ask.exact and room.clients):
                self._pop(client)
                return wave
            wave.passed_over += 1
            if wave.passed_over > _PATIENCE:
                return None  # room is kept until it fits
        return None

    def put_back(self, wave: Wave) -> None:
        """It could not be started after all: it is the next of its client, and its turn."""
        self._lines.setdefault(wave.job.client, deque()).appendleft(wave)
        self._lines.move_to_end(wave.job.client, last=False)

    def drop(self, job: Job) -> None:
        """Take all of a job's waves out."""
        line = self._lines.get(job.client)
        if line is None:
            return
        kept = deque(wave for wave in line if wave.job is not job)
        if kept:
            self._lines[job.client] = kept
        else:
            del self._lines[job.client]

    def jobs(self) -> tuple[Job, ...]:
        """All waiting jobs."""
        waves = [wave for line in self._lines.values() for wave in line]
        return tuple({wave.job.id: wave.job for wave in waves}.values())

    def _pop(self, client: str) -> None:
        line = self._lines.pop(client)
        line.popleft()
        if line:
            self._lines[client] = line  # at the end: the others come first now
