"""How many sequences pay off together, by this machine's own measured curve.

A GPU decodes eight sequences for little more than one. On a processor each costs nearly as much as
the first: two cores gave 36 tokens/s for one and 47 for eight together (1.5B, 4 bits), so eight
answers at once come six times later than one. Measured once for each model and machine, when the
engine is idle; any request ends it, and it is tried again. So it is where other programs were busy
meanwhile: what such a moment gave is not believed.
"""

import contextlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from algosmith.engine.backends.base import Backend, Group
from algosmith.engine.cards import Sampling
from algosmith.engine.text.templates import render
from algosmith.wire import Message

_log = logging.getLogger(__name__)

SIZES = (1, 2, 3, 4, 6, 8, 12, 16)
_TOKENS = 20
"""Of each sequence; the rate of the first few hardly changes after that."""
_HOPE = 0.2
"""How often an answer is right where the first one was not: one in five, as seen on unseen tasks
with a 1.5B model. More sequences pay off only as far as they bring the first right one sooner."""
_FIRST_GUESS = 2
"""On a processor, until it is measured."""
_QUESTION = (Message("user", "Write a long story about a river."),)


def pays_off(rates: Mapping[int, float]) -> int:
    """The size of a wave after which a right answer is expected soonest.

    Args:
        rates: tokens per second of so many sequences together.
    """

    def expected(count: int) -> float:
        """Time until a wave holds a right answer, in the time one token takes at rate 1."""
        return count / rates[count] / (1 - (1 - _HOPE) ** count)

    return min(rates, key=expected)


@dataclass
class Curve:
    """The measured curve of one model on this machine, kept in a file."""

    file: Path
    key: str
    """Names what was measured: model, library, threads."""
    threads: int = 1

    def stored(self) -> dict[int, float]:
        """What was measured before; empty when nothing was."""
        with contextlib.suppress(OSError, ValueError, LookupError, TypeError, AttributeError):
            found = json.loads(self.file.read_text("utf-8"))[self.key]
            return {int(count): float(rate) for count, rate in found.items() if float(rate) > 0}
        return {}

    def store(self, rates: Mapping[int, float]) -> None:
        """Keep it for the next start; without it, it is measured anew."""
        kept: dict[str, object] = {}
        with contextlib.suppress(OSError, ValueError):
            read = json.loads(self.file.read_text("utf-8"))
            kept = cast("dict[str, object]", read) if isinstance(read, dict) else {}
        kept[self.key] = dict(rates)
        hidden = self.file.with_suffix(".new")
        try:
            hidden.write_text(json.dumps(kept), "utf-8")
            hidden.replace(self.file)
        except OSError as error:
            _log.warning("the measured curve can't be kept: %s", error)


def first_guess(backend: Backend, rates: Mapping[int, float]) -> int:
    """Sequences to decode together before, or without, a measurement."""
    slots = backend.info.slots
    if backend.info.device != "cpu":
        return slots
    return min(slots, pays_off(rates) if rates else _FIRST_GUESS)


def measure(backend: Backend, interrupted: Callable[[], bool]) -> dict[int, float]:
    """Tokens per second by number of sequences; empty when it was interrupted.

    It stops growing where more sequences bring nothing. Nothing else may run meanwhile.
    """
    rates: dict[int, float] = {}
    best = 0.0
    for number, count in enumerate(size for size in SIZES if size <= backend.info.slots):
        rate = _rate(backend, -1 - number, count, interrupted)
        if rate is None:
            return {}
        rates[count] = round(rate, 1)
        if rate < 1.05 * best:
            break
        best = max(best, rate)
    return rates


def believable(rates: Mapping[int, float]) -> bool:
    """Whether nothing was disturbed: no number of sequences is faster than as many times one."""
    return all(rate < 1.1 * count * rates[1] for count, rate in rates.items())


def _rate(backend: Backend, id_: int, count: int, interrupted: Callable[[], bool]) -> float | None:
    prompt = render(backend.info.family, _QUESTION)
    backend.add(Group(id_, prompt, count, 1, Sampling(0.8), _TOKENS))
    live, first, last, tokens = count, 0.0, 0.0, 0
    while live:
        if interrupted():
            backend.cancel(id_)
            return None
        for event in backend.step(interrupted):
            if event.group != id_:
                continue
            last = time.perf_counter()
            tokens += event.tokens if first else 0
            first = first or last
            live -= event.finish is not None
    return tokens / (last - first) if last > first and tokens else None
