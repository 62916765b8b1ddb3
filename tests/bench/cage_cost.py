"""What the engine's cage costs in speed: two engines of one model, alternated in one run.

    python tests/bench/cage_cost.py

One is caged, one is not. Prints the median tokens per second of both, and the median over the
rounds of caged over uncaged.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import tempfile
import time
from pathlib import Path

from algosmith import catalogue
from algosmith.config import EngineSettings, Settings
from algosmith.llm import launcher
from algosmith.llm.client import HttpCompleter
from algosmith.sockets import own_address
from algosmith.wire import ChatRequest, Message


async def started(model: Path, home: str, threads: int, *, cage: bool) -> tuple[HttpCompleter, str]:
    """A ready engine with a home of its own, and what it says of its cage."""
    os.environ["ALGOSMITH_HOME"] = home
    options = EngineSettings(context_tokens=2048, parallel=8, threads=threads, cage=cage)
    status = await launcher.start(Settings(model=str(model), engine=options))
    address = own_address()
    assert address is not None
    return HttpCompleter(address.url, own=True, retries=0), status.cage


async def rate(engine: HttpCompleter, model: Path, count: int, tokens: int) -> float:
    """Tokens per second of one request."""
    request = ChatRequest(
        str(model), (Message("user", "Write a long story about a river."),),
        n=count, seed=1, temperature=0.8, top_p=0.95, max_tokens=tokens,
    )  # fmt: skip
    begun = time.perf_counter()
    replies = await engine.complete(request)
    return sum(reply.tokens for reply in replies) / (time.perf_counter() - begun)


async def main(rounds: int, tokens: int, threads: int, batches: list[int]) -> None:
    """Measure each batch."""
    model = catalogue.resolve("smollm2-135m")
    homes = [tempfile.mkdtemp(prefix="cost-") for _ in range(2)]
    try:
        caged, told = await started(model, homes[0], threads, cage=True)
        bare, _ = await started(model, homes[1], threads, cage=False)
        print(told)
        for count in batches:
            pairs: list[tuple[float, float]] = []
            for number in range(rounds + 1):
                order = (caged, bare) if number % 2 else (bare, caged)  # neither is always first
                rates = {e: await rate(e, model, count, tokens) for e in order}
                pairs.append((rates[caged], rates[bare]))
            ratio = statistics.median(mine / other for mine, other in pairs[1:])
            medians = [round(statistics.median(side), 1) for side in zip(*pairs[1:], strict=True)]
            print(json.dumps({
                "threads": threads, "batch": count, "caged": medians[0], "uncaged": medians[1],
                "ratio": round(ratio, 3),
            }))  # fmt: skip
        await caged.close()
        await bare.close()
    finally:
        for home in homes:
            os.environ["ALGOSMITH_HOME"] = home
            await launcher.stop()
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--batches", type=int, nargs="+", default=[1, 8])
    arguments = parser.parse_args()
    asyncio.run(main(arguments.rounds, arguments.tokens, arguments.threads, arguments.batches))
