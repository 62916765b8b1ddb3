"""Measuring a model's speed on this machine, beside what its memory bandwidth would allow.

Decoding reads every weight once for each step, so ``bandwidth / weight bytes`` bounds the steps
per second; each figure is also given as a share of that bound. Measured through
``backends.base.Backend``, the way the scheduler drives it, so both backends are treated alike.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from algosmith.config import EngineSettings, Settings
from algosmith.engine import bandwidth
from algosmith.engine.backends import choose
from algosmith.engine.backends.base import Backend, Group, Piece
from algosmith.engine.text.templates import render
from algosmith.engine.weights import check
from algosmith.errors import EngineError
from algosmith.wire import Message

BATCHES = (1, 4, 8, 16)
_PREFIX_LINES = 90
"""A file head of about 1,500 tokens: what a second request on the same file finds in the cache."""

BenchReport = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Decode:
    """Decoding with one batch size."""

    batch: int
    tokens_per_second: float
    """Of all sequences together."""
    share_of_limit: float | None
    """Steps per second over what the bandwidth allows."""


@dataclass(frozen=True, slots=True)
class Result:
    """All figures of one model with one backend."""

    model: str
    backend: str
    device: str
    weight_bytes: int
    bandwidth: float | None
    """Measured, bytes per second."""
    limit_tokens_per_second: float | None
    """Batch 1, by bandwidth alone."""
    load_seconds: float
    prompt_tokens: int
    first_token_cold_seconds: float
    first_token_reused_seconds: float
    """Second request that shares all but the end of its prompt."""
    memory_bytes: int | None
    decode: tuple[Decode, ...]


def run(path: Path, settings: Settings, report: BenchReport, tokens: int = 64) -> Result:
    """Load the model and measure it; takes a minute or so on a small machine."""
    engine = settings.engine
    context = min(engine.context_tokens, 4096)
    roomy = replace(engine, parallel=max(BATCHES), context_tokens=context)
    started = time.monotonic()
    backend = choose.load(path, replace(settings, engine=roomy), lambda text, _: report(text))
    loaded = time.monotonic() - started
    try:
        report("measuring the memory's bandwidth")
        speed = bandwidth.measure(backend.info.device, _threads(engine))
        return _measure(backend, path, loaded, speed, tokens, report)
    finally:
        backend.close()


def _threads(engine: EngineSettings) -> int:
    from algosmith.engine.cores import free_cores

    return engine.threads or free_cores()


def _measure(
    backend: Backend,
    path: Path,
    loaded: float,
    speed: float | None,
    tokens: int,
    report: BenchReport,
) -> Result:
    weights = check(path)
    runner = _Runner(backend)
    runner.run(_prompt(backend, "warm-up"), 1, 4)
    report("time to the first token")
    head = "\n".join(f"def helper_{i}(a, b):\n    return a * {i} + b" for i in range(_PREFIX_LINES))
    cold = runner.run(_prompt(backend, head + "\nExplain helper_3."), 1, 1)
    warm = runner.run(_prompt(backend, head + "\nExplain helper_4."), 1, 1)
    limit = speed / weights.bytes if speed else None
    rows: list[Decode] = []
    for batch in (batch for batch in BATCHES if batch <= backend.info.slots):
        report(f"decoding {batch} at a time")
        rate = runner.run(_prompt(backend, "Write a long story about a river."), batch, tokens)
        share = None if limit is None else rate.rate / batch / limit
        rows.append(Decode(batch, round(rate.rate, 1), None if share is None else round(share, 3)))
    return Result(
        model=backend.info.model,
        backend=backend.info.name,
        device=backend.info.device,
        weight_bytes=weights.bytes,
        bandwidth=speed,
        limit_tokens_per_second=None if limit is None else round(limit, 1),
        load_seconds=round(loaded, 2),
        prompt_tokens=cold.prompt_tokens,
        first_token_cold_seconds=round(cold.first, 4),
        first_token_reused_seconds=round(warm.first, 4),
        memory_bytes=backend.stats().memory_bytes,
        decode=tuple(rows),
    )


def _prompt(backend: Backend, text: str) -> tuple[Piece, ...]:
    return render(backend.info.family, (Message("user", text),))


@dataclass(frozen=True, slots=True)
class _Run:
    prompt_tokens: int
    first: float
    """Seconds to the first token."""
    rate: float
    """Tokens per second after the first of each sequence."""


class _Runner:
    """Drives a backend as the scheduler does, without the scheduler."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._next = 0

    def run(self, prompt: tuple[Piece, ...], count: int, tokens: int) -> _Run:
        """Decode one group."""
        self._next += 1
        group = Group(self._next, prompt, count, self._next * 1000, 0.8, 0.95, tokens)
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
        return _Run(prompt_tokens, first_at - started, (last_total - first_total) / elapsed)
