"""How long listing code actions takes in the syntax layer, and placing an answer in a wide file.

``python tests/bench/bench_syntax.py [edits]`` prints two lines of JSON a language: median and
99th percentile in milliseconds of parse and task_at over edits at random places of a
10,000-line file; the first and the median further ``place`` in a file of 25,000 functions.
"""

import json
import random
import statistics
import sys
import time

from algosmith.model import Snapshot, Span
from algosmith.syntax.splice import place
from algosmith.syntax.tasks import task_at

KEYWORDS = ("TODO", "FIXME", "HACK", "XXX")
LINES = 10_000
UNITS = {
    "python": '''
class Box%d:
    """A box."""

    def area(self, w: int, h: int) -> int:
        """Area."""
        total = 0
        for i in range(w):
            # accumulate
            total += h * i
        return total

    def todo(self, xs):
        # TODO: sum all xs
        pass

def helper%d(a, b):
    if a > b:
        return [x for x in range(a)]
    return {"a": a, "b": b}
''',
    "typescript": """
export class Box%d {
  private total = 0;

  /** Area. */
  area(w: number, h: number): number {
    for (let i = 0; i < w; i++) {
      // accumulate
      this.total += h * i;
    }
    return this.total;
  }

  todo(xs: number[]): number {
    // TODO: sum all xs
    throw new Error("not implemented");
  }
}

export const helper%d = (a: number, b: number) => {
  return a > b ? [a] : { a, b };
};
""",
}


def source(language: str, lines: int = LINES) -> bytes:
    """A file of that many lines with a TODO every twenty."""
    unit = UNITS[language]
    count = lines // unit.count("\n") + 1
    text = "".join(unit % (index, index) for index in range(count))
    return "\n".join(text.split("\n")[:lines]).encode()


def measure(language: str, edits: int) -> dict[str, object]:
    """Types a character at random lines; after each, asks for the task at a random TODO."""
    chance = random.Random(1)
    data = source(language)
    first = data.find(b"TODO")
    task_at(Snapshot("file:///bench", language, data), Span(first, first), KEYWORDS)
    times: list[float] = []
    worked: list[float] = []
    found = 0
    for version in range(edits):
        at = data.find(b"\n", chance.randrange(len(data) - 200))
        data = data[:at] + b" " + data[at:]
        todo = data.find(b"TODO", chance.randrange(len(data) - 2000))
        snapshot = Snapshot("file:///bench", language, data, version)
        start, cpu = time.perf_counter(), time.thread_time()
        task = task_at(snapshot, Span(todo, todo), KEYWORDS)
        times.append((time.perf_counter() - start) * 1000)
        worked.append((time.thread_time() - cpu) * 1000)
        found += task is not None
    times.sort()
    return {
        "language": language,
        "lines": LINES,
        "edits": edits,
        "found": found,
        "median_ms": round(statistics.median(times), 2),
        "cpu_median_ms": round(statistics.median(worked), 2),
        "p99_ms": round(times[int(len(times) * 0.99)], 2),
    }


WIDE = 25_000
BODIES = {
    "python": ("def work%d(xs):\n    y = %d\n    return y\n\n", "# TODO: sum\n    pass"),
    "typescript": (
        "export function work%d(xs: number[]): number {\n    const y = %d;\n    return y;\n}\n",
        "// TODO: sum",
    ),
}


def measure_placing(language: str, answers: int = 8) -> dict[str, object]:
    """Places answers to a TODO in the middle of a file with very many functions."""
    unit, todo = BODIES[language]
    parts = [unit % (index, index) for index in range(WIDE)]
    head = parts[WIDE // 2].partition("\n")[0]
    tail = "\n}\n" if language == "typescript" else "\n\n"
    parts[WIDE // 2] = f"{head}\n    {todo}{tail}"
    data = "\n".join(parts).encode()
    at = data.find(b"TODO")
    snapshot = Snapshot("file:///wide", language, data)
    task = task_at(snapshot, Span(at, at), KEYWORDS)
    assert task is not None
    times: list[float] = []
    for number in range(answers):
        start = time.perf_counter()
        place(snapshot, task, f"return xs[{number}]")
        times.append((time.perf_counter() - start) * 1000)
    return {
        "language": language,
        "functions": WIDE,
        "lines": data.count(b"\n"),
        "first_place_ms": round(times[0]),
        "median_place_ms": round(statistics.median(times[1:])),
    }


if __name__ == "__main__":
    for name in UNITS:
        print(json.dumps(measure(name, int(sys.argv[1]) if len(sys.argv) > 1 else 300)))
        print(json.dumps(measure_placing(name)))
