"""Does ``check`` catch claims that are one class too good, and leave true ones alone?

Each labelled function gets its own class as a claim, and the next better one. Run it as
``python -m tests.bench.bench_claims``; ``--seconds`` is the budget of ``algosmith check``.
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.complexity.claimed import claims_of
from algosmith.complexity.notation import canonical
from algosmith.config import Settings
from algosmith.features.checking import Ask, Subject, check_function
from algosmith.model import Snapshot
from algosmith.sandbox.opening import open_sandbox
from algosmith.syntax.functions import functions
from tests.complexity.labelled import EXPONENTIAL, Labelled, load

if TYPE_CHECKING:
    from collections.abc import Sequence

_ORDER = ("O(1)", "O(log n)", "O(n)", "O(n log n)", "O(n^2)", "O(n^3)", "O(2^n)")


def claimed(item: Labelled, times: Sequence[str]) -> tuple[Snapshot, Subject]:
    """The function under comments that claim classes, without its docstring."""
    name = item.entry.rpartition(".")[2]
    lines = item.source.splitlines(keepends=True)
    at = max(i for i, line in enumerate(lines) if line.lstrip().startswith(f"def {name}("))
    indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
    claims = [f"{indent}# Time: {time}\n" for time in times]
    text = "".join([*lines[:at], *claims, *lines[at:]])
    snapshot = Snapshot("file:///claimed.py", "python", text.encode())
    function = next(f for f in functions(snapshot) if f.qualified_name == item.entry)
    subject = Subject(function, claims_of(snapshot, function), tested=False)
    assert len(subject.claims) == len(times), item.entry
    return snapshot, replace(subject, function=replace(function, docstring=None))


def better(time: str) -> str | None:
    """The next better class."""
    place = _ORDER.index("O(2^n)" if time in EXPONENTIAL else time)
    return _ORDER[place - 1] if place else None


async def bench(options: argparse.Namespace) -> None:
    """Prints what came out otherwise than it should, and the sums."""
    cage = await open_sandbox()
    items = [item for half in options.halves for item in load(half)][options.first :: options.every]
    items = [item for item in items if not options.only or item.entry in options.only]
    ask = Ask(seconds=options.seconds)
    flagged, count, unsure = Counter[str](), Counter[str](), 0
    for item in items:
        one_better = better(item.time)
        claims = {"true": item.time, **({"too good": one_better} if one_better else {})}
        snapshot, subject = claimed(item, list(claims.values()))
        made = await check_function(snapshot, subject, "claimed.py", (), cage, Settings(), ask)
        found = {f.about for f in made.findings} if made else set[str]()
        measured = f"{made.time} ({made.confidence}) {made.note}" if made else "nothing"
        unsure += made is None or made.confidence not in ("high", "medium")
        for kind, time in claims.items():
            is_flagged = f"time {canonical(time)}" in found
            flagged[kind] += is_flagged
            count[kind] += 1
            if is_flagged != (kind == "too good"):
                print(f"{item.entry}: {kind} claim {time}, measured {measured}", flush=True)
    await cage.close()
    for kind, total in count.items():
        share = flagged[kind] / total
        print(f"{kind}: {flagged[kind]} of {total} flagged ({share:.1%})")
    print(f"{unsure} of {len(items)} measured without enough confidence to say anything")


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser("bench_claims", description=__doc__)
    parser.add_argument("--halves", nargs="+", default=["look", "held"])
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--every", type=int, default=1, help="take every Nth function only")
    parser.add_argument("--first", type=int, default=0, help="begin with the Nth")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="these functions only")
    asyncio.run(bench(parser.parse_args()))


if __name__ == "__main__":
    main()
