"""Load on the real engine: many requests, cancels, ``kill -9``; what is lost, leaks or sticks.

    python tests/bench/load_engine.py --seconds 600

Five clients keep fifty requests of eight candidates in the air. Every request must end in one of
three ways: its eight replies, our own cancel, or an error with a message. Exit status 1 when one
did not, when memory grew by more than 5% after the warm-up, or when a slot stayed taken.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field

from algosmith import catalogue
from algosmith.config import EngineSettings, Settings
from algosmith.errors import AlgosmithError
from algosmith.llm import connect, launcher
from algosmith.wire import ChatRequest, Completer, Message

CLIENTS, IN_THE_AIR, CANDIDATES, CANCELLED = 5, 50, 8, 0.2


@dataclass
class Tally:
    """What happened."""

    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    tokens: int = 0
    memory: list[tuple[int, float, int]] = field(default_factory=list)
    """(engine's pid, seconds since start, resident bytes)."""
    kills: int = 0


def request(model: str, chance: random.Random) -> ChatRequest:
    """One request of changing length on one of a few files."""
    head = f"# file {chance.randrange(6)}\n" + "x = 1\n" * chance.randrange(10, 80)
    text = f"{head}# TODO: sort the list {chance.randrange(1000)}\n"
    limit = chance.randrange(4, 24)
    return ChatRequest(model, (Message("user", text),), n=CANDIDATES, max_tokens=limit)


async def worker(engine: Completer, model: str, end: float, seed: int, tally: Tally) -> None:
    """Ask, one request after the other, until the time is over."""
    chance = random.Random(seed)
    while time.monotonic() < end:
        job = asyncio.create_task(engine.complete(request(model, chance)))
        cancel = chance.random() < CANCELLED
        try:
            if cancel:
                await asyncio.sleep(chance.random() * 8)
                job.cancel()
            replies = await asyncio.wait_for(job, 600)
            whole = len(replies) == CANDIDATES and all(reply.tokens for reply in replies)
            tally.outcomes["answered" if whole else "incomplete"] += 1
            tally.tokens += sum(reply.tokens for reply in replies)
            if not whole:
                tally.lost.append(f"{len(replies)} replies")
        except asyncio.CancelledError:
            if not cancel:
                raise
            tally.outcomes["cancelled"] += 1
        except AlgosmithError as error:
            tally.outcomes["error with a message"] += 1
            tally.errors[str(error)[:100]] += 1
        except TimeoutError:
            tally.lost.append("no end within 600 s")


async def watch(started: float, kills: list[float], tally: Tally) -> None:
    """Sample the memory until cancelled; kill the engine at the given times."""
    while True:
        await asyncio.sleep(1)
        status = await launcher.status()
        now = time.monotonic() - started
        if status.pid and status.memory_bytes:
            tally.memory.append((status.pid, now, status.memory_bytes))
            if kills and kills[0] <= now:
                kills.pop(0)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(status.pid, signal.SIGKILL)
                    tally.kills += 1


def growth(tally: Tally) -> float:
    """Largest growth within one engine's life, after the first third of it."""
    worst = 0.0
    for pid in {pid for pid, _, _ in tally.memory}:
        sizes = [size for other, _, size in tally.memory if other == pid]
        warm = sizes[len(sizes) // 3 :]
        if len(warm) >= 6:
            early = max(warm[: len(warm) // 3])
            worst = max(worst, max(warm[-len(warm) // 3 :]) / early - 1)
    return worst


async def main(seconds: float, seed: int) -> int:
    """Run the load and judge it."""
    settings = Settings(
        model=str(catalogue.resolve("smollm2-135m")),
        engine=EngineSettings(context_tokens=2048, parallel=8, prefix_cache_mb=64),
    )
    os.environ["ALGOSMITH_HOME"] = tempfile.mkdtemp(prefix="load-")
    engines = [connect(settings) for _ in range(CLIENTS)]
    await launcher.start(settings)
    tally, started = Tally(), time.monotonic()
    end = started + seconds
    kills = [seconds * 0.25, seconds * 0.5]
    try:
        watching = asyncio.create_task(watch(started, kills, tally))
        await asyncio.gather(
            *(
                worker(engines[i % CLIENTS], settings.model, end, seed + i, tally)
                for i in range(IN_THE_AIR)
            ),
        )
        watching.cancel()
        stuck = await idle_after(10)
        probe = await engines[0].complete(
            ChatRequest(settings.model, (Message("user", "hi"),), n=CANDIDATES, max_tokens=2)
        )
    finally:
        for engine in engines:
            await engine.close()
        await launcher.stop()
        shutil.rmtree(os.environ["ALGOSMITH_HOME"], ignore_errors=True)
    grown = growth(tally)
    every = max(1, len(tally.memory) // 12)
    print(json.dumps({
        "seconds": round(time.monotonic() - started),
        "outcomes": dict(tally.outcomes),
        "errors": dict(tally.errors),
        "lost": tally.lost,
        "kills": tally.kills,
        "tokens": tally.tokens,
        "tokens_per_second": round(tally.tokens / (time.monotonic() - started), 1),
        "memory_growth": round(grown, 4),
        "memory_mib": [round(size / 2**20) for _, _, size in tally.memory[::every]],
        "stuck": stuck,
        "probe": len(probe),
    }, indent=1))  # fmt: skip
    bad = tally.lost or stuck or grown > 0.05 or len(probe) != CANDIDATES
    return 1 if bad else 0


async def idle_after(seconds: float) -> str:
    """Empty when nothing runs or waits within the time; else what does."""
    status = await launcher.status()
    for _ in range(int(seconds * 10)):
        if not status.running and not status.queue:
            return ""
        await asyncio.sleep(0.1)
        status = await launcher.status()
    return f"{status.running} running, {status.queue} waiting with no client left"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--minutes", type=float, help="instead of seconds")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    sys.exit(asyncio.run(main((options.minutes or 0) * 60 or options.seconds, options.seed)))
