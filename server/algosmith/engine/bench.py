"""Measuring a model's speed on this machine, beside what its memory bandwidth would allow.

Decoding reads every weight once for each step, so ``bandwidth / weight bytes`` bounds the steps
per second; each figure is also given as a share of that bound. Measured through
``backends.base.Backend``, the way the scheduler drives it, so both backends are treated alike.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from algosmith.config import Settings
from algosmith.engine import bandwidth
from algosmith.engine.backends import choose
from algosmith.engine.backends.base import Backend
from algosmith.engine.bench_beside import Beside, beside
from algosmith.engine.bench_runner import Runner, decode_rate, prompt_of
from algosmith.engine.cores import usable_cores
from algosmith.engine.weights import check

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
    beside: tuple[Beside, ...] = ()
    """What else can run the model, in the same run."""
    not_beside: tuple[str, ...] = ()
    """What was not measured, and why."""


@dataclass(frozen=True, slots=True)
class Options:
    """How much to measure."""

    tokens: int = 64
    """For each sequence."""
    batches: tuple[int, ...] = BATCHES
    compare: bool = True


def run(path: Path, settings: Settings, report: BenchReport, options: Options) -> Result:
    """Load the model and measure it; takes a minute or so on a small machine."""
    threads = settings.engine.threads or usable_cores()
    engine = replace(settings.engine, threads=threads)
    context = min(engine.context_tokens or 4096, 4096)
    roomy = replace(engine, parallel=max(options.batches), context_tokens=context)
    started = time.monotonic()
    backend = choose.load(path, replace(settings, engine=roomy), lambda text, _: report(text))
    loaded = time.monotonic() - started
    try:
        report("measuring the memory's bandwidth")
        speed = bandwidth.measure(backend.info.device, threads)
        result = _measure(backend, path, loaded, speed, options, report)
    finally:
        backend.close()
    if not options.compare:
        return result
    rows, missing = beside(
        path, replace(settings, engine=roomy), result.backend, options.tokens, report
    )
    return replace(result, beside=rows, not_beside=missing)


def _measure(
    backend: Backend,
    path: Path,
    loaded: float,
    speed: float | None,
    options: Options,
    report: BenchReport,
) -> Result:
    weights = check(path)
    runner = Runner(backend)
    runner.run(prompt_of(backend, "warm-up"), 1, 4)
    report("time to the first token")
    head = "\n".join(f"def helper_{i}(a, b):\n    return a * {i} + b" for i in range(_PREFIX_LINES))
    cold = runner.run(prompt_of(backend, head + "\nExplain helper_3."), 1, 1)
    warm = runner.run(prompt_of(backend, head + "\nExplain helper_4."), 1, 1)
    limit = speed / weights.bytes if speed else None
    rows: list[Decode] = []
    for batch in (batch for batch in options.batches if batch <= backend.info.slots):
        report(f"decoding {batch} at a time")
        rate = decode_rate(backend, batch, options.tokens)
        share = None if limit is None else rate / batch / limit
        rows.append(Decode(batch, round(rate, 1), None if share is None else round(share, 3)))
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
