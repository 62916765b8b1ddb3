"""Does ``check`` catch claims that are one class too good, and leave true ones alone?

Each labelled function gets its own class as a claim, then the next better one. Run it as
``python -m tests.bench.bench_claims``; ``--seconds`` is the budget of ``algosmith check``.
"""

from __future__ import annotations

import argparse
import asyncio
from dataclasses import replace

from algosmith.complexity.claimed import claims_of
from algosmith.config import Settings
from algosmith.features.checking import Ask, Subject, check_function
from algosmith.model import Snapshot
from algosmith.sandbox.opening import open_sandbox
from algosmith.syntax.functions import functions
from tests.complexity.labelled import EXPONENTIAL, Labelled, load

_ORDER = ("O(1)", "O(log n)", "O(n)", "O(n log n)", "O(n^2)", "O(n^3)", "O(2^n)")


def claimed(item: Labelled, time: str) -> tuple[Snapshot, Subject]:
    """The function under a comment that claims a class."""
    name = item.entry.rpartition(".")[2]
    lines = item.source.splitlines(keepends=True)
    at = max(i for i, line in enumerate(lines) if line.lstrip().startswith(f"def {name}("))
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    text = "".join([*lines[:at], f"{indent}# Time: {time}\n", *lines[at:]])
    snapshot = Snapshot("file:///claimed.py", "python", text.encode())
    function = next(f for f in functions(snapshot) if f.qualified_name == item.entry)
    return snapshot, Subject(function, claims_of(snapshot, function), tested=False)


async def bench(options: argparse.Namespace) -> None:
    """Prints what came out otherwise than it should, and the sums."""
    cage = await open_sandbox()
    items = [item for half in options.halves for item in load(half)][:: options.every]
    ask = Ask(seconds=options.seconds)
    sums = {"true": [0, 0, 0], "too good": [0, 0, 0]}
    for item in items:
        label = "O(2^n)" if item.time in EXPONENTIAL else item.time
        place = _ORDER.index(label)
        wanted = {"true": item.time, **({"too good": _ORDER[place - 1]} if place else {})}
        for kind, time in wanted.items():
            snapshot, subject = claimed(item, time)
            assert subject.claims, item.entry
            bare = replace(subject.function, docstring=None)
            subject = replace(subject, function=bare)
            made = await check_function(snapshot, subject, "claimed.py", (), cage, Settings(), ask)
            flagged = bool(made and any(f.rule == "claim-contradicted" for f in made.findings))
            sure = made is not None and made.confidence in ("high", "medium")
            sums[kind][0] += flagged
            sums[kind][1] += sure
            sums[kind][2] += 1
            if flagged != (kind == "too good") and sure:
                print(f"{item.entry}: {kind} claim {time}, measured {made and made.time}")
    await cage.close()
    for kind, (flagged, sure, count) in sums.items():
        print(f"{kind}: {flagged} of {count} flagged; {sure} measured with some confidence")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser("bench_claims", description=__doc__)
    parser.add_argument("--halves", nargs="+", default=["look", "held"])
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--every", type=int, default=1, help="take every Nth function only")
    asyncio.run(bench(parser.parse_args()))


if __name__ == "__main__":
    main()
