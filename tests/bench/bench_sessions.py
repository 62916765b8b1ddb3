"""What a session of doctest lines costs beside the same calls.

    python -m tests.bench.bench_sessions


Both run in one round, one after the other, so that a busy machine is as busy for both.
"""

import asyncio
import statistics
import time

from algosmith.sandbox import open_sandbox
from algosmith.sandbox.types import Job, Sandbox, Session
from tests.bench.bench_sandbox import CALLS, GOOD

ROUNDS = 150
STEPS = tuple(f"two_sum({list(call.args[0])}, {call.args[1]})\n" for call in CALLS)  # pyright: ignore[reportArgumentType, reportUnknownArgumentType, reportUnknownVariableType]  # a list of numbers


async def cost(cage: Sandbox, jobs: list[Job]) -> tuple[float, float]:
    """Wall and processor seconds of one process that does the jobs."""
    started = time.perf_counter()
    run = await cage.run(GOOD, jobs)
    assert not run.failure
    assert all(answer.status == "value" for answer in run.answers)
    return time.perf_counter() - started, run.cpu_seconds


async def main() -> None:
    """Prints the medians of both, and of the ratio in each round."""
    cage = await open_sandbox()
    try:
        rounds = [
            (await cost(cage, [*CALLS]), await cost(cage, [Session(STEPS)])) for _ in range(ROUNDS)
        ]
    finally:
        await cage.close()
    for place, name in enumerate(("wall", "processor")):
        calls, sessions = ([one[place] for one in side] for side in zip(*rounds, strict=True))
        one, other = 1000 * statistics.median(calls), 1000 * statistics.median(sessions)
        print(
            f"{name}: 12 calls {one:.1f} ms, a session of 12 lines {other:.1f} ms, "
            f"ratio {other / one:.2f} (aim 1.5)"
        )


if __name__ == "__main__":
    asyncio.run(main())
