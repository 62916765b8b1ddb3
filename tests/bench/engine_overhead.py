"""What the engine costs over the bare llama.cpp library, alternated in one run.

    python tests/bench/engine_overhead.py

Bare: one completion of the library in this process. Engine: the same through HTTP, scheduler and
text handling in the engine's process. Prints the medians of the rounds and the overhead.
"""

import argparse
import asyncio
import json
import os
import shutil
import statistics
import tempfile
import time

from algosmith import catalogue
from algosmith.config import EngineSettings, Settings
from algosmith.engine.backends.llamacpp_native import Chunk, Native, NativeOptions, completion_body
from algosmith.engine.cards import Sampling
from algosmith.engine.text.templates import render
from algosmith.llm import connect, launcher
from algosmith.wire import ChatRequest, Completer, Message

QUESTION = (Message("user", "Write a long story about a river."),)


def bare(native: Native, count: int, tokens: int) -> float:
    """Tokens per second of the library alone."""
    prompt = [
        token
        for piece in render("chatml", QUESTION)
        for token in native.tokenize(piece.text, special=piece.trusted)
    ]
    total = 0

    def sink(chunk: Chunk) -> bool:
        nonlocal total
        usage = chunk.get("usage")
        total += usage["completion_tokens"] if usage else 0
        return False

    body = completion_body(
        prompt, count, Sampling(0.8, 0.95), max_tokens=tokens, seed=1
    )  # fmt: skip
    started = time.perf_counter()
    native.complete(body, sink)
    return total / (time.perf_counter() - started)


async def engine(completer: Completer, model: str, count: int, tokens: int) -> float:
    """Tokens per second through the engine."""
    request = ChatRequest(
        model, QUESTION, n=count, seed=1, temperature=0.8, top_p=0.95, max_tokens=tokens
    )
    started = time.perf_counter()
    replies = await completer.complete(request)
    return sum(reply.tokens for reply in replies) / (time.perf_counter() - started)


async def main(rounds: int, tokens: int) -> None:
    """Measure batch 1 and 8."""
    path = catalogue.resolve("smollm2-135m")
    home = os.environ["ALGOSMITH_HOME"] = tempfile.mkdtemp(prefix="over-")
    options = EngineSettings(context_tokens=4096, parallel=8, threads=1, prefix_cache_mb=64)
    settings = Settings(model=str(path), engine=options)
    native = Native(NativeOptions(path, 8192, 8, 1, 128, 64, 0))
    completer = connect(settings)
    try:
        await launcher.start(settings)
        for count in (1, 8):
            pairs: list[tuple[float, float]] = []
            for _ in range(rounds + 1):
                alone = await asyncio.to_thread(bare, native, count, tokens)
                pairs.append((alone, await engine(completer, settings.model, count, tokens)))
            overhead = statistics.median(1 - ours / alone for alone, ours in pairs[1:])
            medians = [round(statistics.median(side), 1) for side in zip(*pairs[1:], strict=True)]
            print(json.dumps({
                "batch": count, "bare": medians[0], "engine": medians[1],
                "overhead": round(overhead, 3),
            }))  # fmt: skip
    finally:
        await completer.close()
        await launcher.stop()
        native.close()
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--tokens", type=int, default=64)
    arguments = parser.parse_args()
    asyncio.run(main(arguments.rounds, arguments.tokens))
