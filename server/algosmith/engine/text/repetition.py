"""Noticing that a model has fallen into a loop, cheaply and without harming repetitive code."""

_PROBE = 24
"""Characters of the end that are looked for further up."""
_LOOK_EVERY = 96
_KEEP = 6000
_LEAST_LOOPED = 480
"""So many characters must be looped: a table of zeros or a ruler of dashes stays allowed."""
_LEAST_TIMES = 4


class LoopDetector:
    """Watches one sequence's text."""

    def __init__(self) -> None:
        self._tail = ""
        self._new = 0

    def feed(self, text: str) -> bool:
        """Whether the text now ends in one unit repeated over and over."""
        self._tail += text
        self._new += len(text)
        if self._new < _LOOK_EVERY:
            return False
        self._new = 0
        self._tail = self._tail[-_KEEP:]
        return _loops(self._tail)


def _loops(tail: str) -> bool:
    probe = tail[-_PROBE:]
    before = tail.rfind(probe, 0, len(tail) - 1)
    if len(probe) < _PROBE or before < 0:
        return False
    unit = len(tail) - _PROBE - before
    times = max(_LEAST_TIMES, -(-_LEAST_LOOPED // unit))
    looped = tail[-unit * times :]
    return len(looped) == unit * times and looped == looped[:unit] * times
