"""Driving a backend as the scheduler does, without the scheduler, and timing it."""

import time
from dataclasses import dataclass

from algosmith.engine.backends.base import Backend, Group, Piece
from algosmith.engine.cards import Sampling
from algosmith.engine.text.templates import render
from algosmith.errors import EngineError
from algosmith.wire import Message


def prompt_of(backend: Backend, text: str) -> tuple[Piece, ...]:
    """A question to the model in its own format."""
    return render(backend.info.family, (Message("user", text),))


def decode_rate(backend: Backend, batch: int, tokens: int) -> float:
    """Tokens per second of ``batch`` sequences together."""
    prompt = prompt_of(backend, "Write a long story about a river.")
    return Runner(backend).run(prompt, batch, tokens).rate


@dataclass(frozen=True, slots=True)
class Run:
    """What one group took."""

    prompt_tokens: int
    first: float
    """Seconds to the first token."""
    rate: float
    """Tokens per second after the first of each sequence."""


class Runner:
    """Drives a backend as the scheduler does, without the scheduler."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._next = 0

    def run(self, prompt: tuple[Piece, ...], count: int, tokens: int) -> Run:
        """Decode one group."""
        self._next += 1
        group = Group(self._next, prompt, count, self._next * 1000, Sampling(0.8, 0.95), tokens)
        started = time.monotonic()
        prompt_tokens = self._backend.add(group)
        marks: list[tuple[float, int]] = []
        total, live = 0, count
        while live:
            for event in self._backend.step():
                if event.finish == "error":
                    raise EngineError(event.error)
                total += event.tokens
                live -= event.finish is not None
            if total and (not marks or marks[-1][1] < total):
                marks.append((time.monotonic(), total))
        (first_at, first_total), (last_at, last_total) = marks[0], marks[-1]
        elapsed = max(last_at - first_at, 1e-6)
        return Run(prompt_tokens, first_at - started, (last_total - first_total) / elapsed)
