"""Accuracy of measured complexity on the labelled functions; ``make bench-complexity``.

Inputs are never given. Beside it, on the same functions and inputs: ``big-O`` from PyPI and a plain
fit of wall time. ``--half held`` is for the end of a change, not for tuning.
"""

from __future__ import annotations

import argparse
import asyncio
import builtins
import json
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from algosmith.complexity.fit import fit
from algosmith.complexity.measure import measure
from algosmith.complexity.notation import canonical, contradicts
from algosmith.complexity.plan import plan_of
from algosmith.inputs.infer import infer
from algosmith.sandbox.opening import open_sandbox
from tests.bench import bench_complexity_other
from tests.complexity.labelled import Labelled, load, same

if TYPE_CHECKING:
    from algosmith.model import Measurement
    from algosmith.sandbox.types import Sandbox

_ORDER = ("O(1)", "O(log n)", "O(n)", "O(n log n)", "O(n^2)", "O(n^3)", "O(2^n)")
_BIG_O = {
    "Constant": "O(1)",
    "Logarithmic": "O(log n)",
    "Linear": "O(n)",
    "Linearithmic": "O(n log n)",
    "Quadratic": "O(n^2)",
    "Cubic": "O(n^3)",
    "Exponential": "O(2^n)",
}


@dataclass
class Row:
    """One function's results."""

    item: Labelled
    time: str | None
    space: str | None
    confidence: str | None
    seconds: float
    reason: str | None
    wall: str | None = None
    big_o: str | None = None


def main() -> int:
    """Prints the table; exit status 0, or 1 where another language misses an aim."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("look", "held", "both"), default="both")
    parser.add_argument("--no-rivals", action="store_true", help="leave big-O and wall time out")
    parser.add_argument(
        "--repeat", type=int, default=0, help="same-answer runs of every tenth item"
    )
    parser.add_argument("--show", action="store_true", help="list what is not exact")
    languages = ("python", "javascript", "cpp", "rust")
    parser.add_argument("--language", choices=languages, default="python")
    parser.add_argument("--timed", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.timed:
        print(json.dumps(_timed(json.loads(options.timed))))
        return 0
    halves = ("look", "held") if options.half == "both" else (options.half,)
    if options.language != "python":
        return bench_complexity_other.run(options.language, halves, show=options.show)
    for half in halves:
        asyncio.run(_half(half, options))
    return 0


async def _half(half: str, options: argparse.Namespace) -> None:
    sandbox = await open_sandbox()
    rows: list[Row] = []
    try:
        items = load(half)
        for number, item in enumerate(items, 1):
            rows.append(await _row(item, sandbox, rivals=not options.no_rivals))
            print(f"\r{half}: {number}/{len(items)}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        _print(half, rows, show=options.show, rivals=not options.no_rivals)
        if options.repeat:
            await _repeat(half, items[::10], sandbox, options.repeat)
    finally:
        await sandbox.close()


async def _row(item: Labelled, sandbox: Sandbox, *, rivals: bool) -> Row:
    started = time.monotonic()
    made = await measure(item.source, item.entry, sandbox)
    seconds = time.monotonic() - started
    row = Row(
        item, _class(made), made.space.complexity_class, made.time.confidence, seconds,
        made.time.reason,
    )  # fmt: skip
    if rivals and made.basis == "measured":
        row.wall, row.big_o = _rivals(item, made)
    return row


def _class(made: Measurement) -> str | None:
    name = made.time.complexity_class
    return canonical(name) if name and made.basis == "measured" else None


def _print(half: str, rows: list[Row], *, show: bool, rivals: bool) -> None:
    count = len(rows)
    right = [row for row in rows if same(row.item.time, row.time)]
    nothing = [row for row in rows if row.time is None]
    space = [row for row in rows if same(row.item.space, row.space)]
    high = [row for row in rows if row.confidence == "high"]
    sure = [row for row in high if row in right]
    optimistic = [row for row in rows if row.time and _one_better(row.item.time)]
    caught = [r for r in optimistic if contradicts(_one_better(r.item.time) or "", r.time)]
    flagged = [row for row in rows if row.time and contradicts(row.item.time, row.time)]
    seconds = sorted(row.seconds for row in rows)
    print(f"\n## {half}: {count} functions, inputs not given")
    print("| | exact | wrong | null |\n| --- | --- | --- | --- |")
    _line("algosmith (counted steps)", [row.time for row in rows], rows)
    if rivals:
        _line("wall time, the same fit", [row.wall for row in rows], rows)
        _line("big-O 0.11 (wall time)", [row.big_o for row in rows], rows)
    print(f"\nspace exact: {len(space)} ({len(space) / count:.1%})")
    print(f"high confidence: {len(high)} ({len(high) / count:.0%}), right {len(sure)}")
    print(f"claims one class too good: {len(caught)} of {len(optimistic)} caught")
    print(f"true claims flagged: {len(flagged)} of {count - len(nothing)}")
    print(f"seconds: median {seconds[count // 2]:.2f}, p95 {seconds[int(count * 0.95)]:.2f}")
    for row in rows if show else ():
        if row not in right or row not in space:
            print(f"  {row.item.entry}: {row.item.time} got {row.time} ({row.confidence}; "
                  f"{row.reason}); space {row.item.space} got {row.space}")  # fmt: skip


def _line(name: str, found: list[str | None], rows: list[Row]) -> None:
    exact = sum(same(row.item.time, one) for row, one in zip(rows, found, strict=True))
    nothing = sum(one is None for one in found)
    wrong = len(rows) - exact - nothing
    print(f"| {name} | {exact} ({exact / len(rows):.1%}) | {wrong} | {nothing} |")


def _one_better(name: str) -> str | None:
    name = "O(2^n)" if name == "O(n!)" else name
    position = _ORDER.index(name)
    return _ORDER[position - 1] if position else None


async def _repeat(half: str, items: list[Labelled], sandbox: Sandbox, times: int) -> None:
    """The same answers while other processes keep every core busy."""
    spin = [sys.executable, "-c", "while True: pass"]
    busy = [await asyncio.create_subprocess_exec(*spin) for _ in range(2)]
    try:
        unlike = 0
        for item in items:
            made = [await measure(item.source, item.entry, sandbox) for _ in range(times)]
            unlike += any(one.time != made[0].time for one in made)
    finally:
        for process in busy:
            process.kill()
            await process.wait()
    print(f"{times} runs with busy cores: {len(items) - unlike} of {len(items)} identical ({half})")


def _rivals(item: Labelled, made: Measurement) -> tuple[str | None, str | None]:
    """Classes by wall time and by big-O, timed in a process of their own."""
    job = {"item": asdict(item), "sizes": [n for n, _ in made.time.points],
           "kind": made.inputs.rpartition("most work on ")[2].partition(" ")[0]}  # fmt: skip
    command = [sys.executable, "-m", "tests.bench.bench_complexity", "--timed", json.dumps(job)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return None, None
    answer = json.loads(done.stdout.splitlines()[-1])
    return answer["wall"], answer["big_o"]


def _timed(job: dict[str, Any]) -> dict[str, str | None]:
    from algosmith.complexity import charges, costs, library, prelude, runner
    from algosmith.inputs import dress, grow, sequences, structures

    item = Labelled(**job["item"])
    plan = plan_of(item.source, infer(item.source, item.entry), seconds=1.0)
    source = "from __future__ import annotations\n" + item.source
    plan["sources"] = {"steps": source}
    modules = (charges, costs, dress, grow, library, prelude, sequences, structures)
    tools = {module.__name__.rpartition(".")[2]: module for module in modules}
    run = runner.Runner(plan, tools)
    run.prelude = {"__builtins__": builtins.__dict__, "__name__": "measured"}
    exec(prelude.PRELUDE, run.prelude)
    reading = plan["readings"][0]
    family = next(f for f in reading["families"] if f.partition("/")[0] == job["kind"])
    points = _clocked(run, reading["parameters"], {**job, "family": family})
    return {"wall": fit(points).name, "big_o": _big_o(points)}


def _clocked(run: Any, parameters: Any, job: dict[str, Any]) -> list[tuple[int, int]]:
    """(size, nanoseconds), best of three, for at most 1.5 seconds."""
    points: list[tuple[int, int]] = []
    started = time.perf_counter()
    sys.setrecursionlimit(6000)
    for n in job["sizes"]:
        best = 1 << 62
        for _ in range(3):
            prepared = run._prepare(run.meter, parameters, {"*": n}, job["family"], "steps")
            target, arguments, keywords = prepared
            before = time.perf_counter_ns()
            result = target(*arguments, **keywords)
            if hasattr(result, "__next__"):
                list(result)
            best = min(best, time.perf_counter_ns() - before)
        points.append((n, best))
        if time.perf_counter() - started > 1.5:
            break
    return points


def _big_o(points: list[tuple[int, int]]) -> str | None:
    try:
        import big_o
        import numpy as np
    except ImportError:
        return None
    sizes = np.array([n for n, _ in points], dtype=float)
    seconds = np.array([t * 1e-9 for _, t in points])
    with np.errstate(all="ignore"):
        best, _ = big_o.infer_big_o_class(sizes, seconds)
    return _BIG_O.get(type(best).__name__, type(best).__name__)


if __name__ == "__main__":
    sys.exit(main())
