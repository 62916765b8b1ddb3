"""Tokens per second, now and lately. Uses the monotonic clock, so clock jumps change nothing."""

import itertools
import time
from collections import deque

_NOW_SECONDS = 3.0
_LATELY_SECONDS = 300.0


class Rate:
    """Counts tokens in tenths of a second."""

    def __init__(self) -> None:
        self._slots: deque[tuple[float, int]] = deque()
        self.total = 0
        """Tokens ever."""

    def add(self, tokens: int) -> None:
        """So many tokens came now."""
        now = time.monotonic()
        self.total += tokens
        if self._slots and now - self._slots[-1][0] < 0.1:
            start, count = self._slots[-1]
            self._slots[-1] = (start, count + tokens)
        elif tokens:
            self._slots.append((now, tokens))
        while self._slots and now - self._slots[0][0] > _LATELY_SECONDS:
            self._slots.popleft()

    def now(self) -> float:
        """Over the last few seconds; 0 when idle."""
        limit = time.monotonic() - _NOW_SECONDS
        recent = [slot for slot in tuple(self._slots) if limit < slot[0]]
        return _rate(recent)

    def lately(self) -> float:
        """Over the busy part of the last minutes."""
        limit = time.monotonic() - _LATELY_SECONDS
        return _rate([slot for slot in tuple(self._slots) if limit < slot[0]])


def _rate(slots: list[tuple[float, int]]) -> float:
    """Tokens over busy time: gaps of a second and more are idle."""
    if not slots:
        return 0.0
    gaps = [after[0] - before[0] for before, after in itertools.pairwise(slots)]
    busy = 0.1 + sum(gap for gap in gaps if gap < 1.0)
    return sum(count for _, count in slots) / busy
