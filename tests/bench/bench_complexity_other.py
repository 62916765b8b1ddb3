"""Accuracy of measured complexity in other languages, on functions labelled by construction.

``make bench-complexity LANGUAGE=javascript``; ``--half held`` is for the end of a change.
"""

from __future__ import annotations

import asyncio
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.complexity.measure import measure_at
from algosmith.complexity.notation import canonical
from tests.complexity.labelled import other, same

if TYPE_CHECKING:
    from algosmith.model import Measurement
    from algosmith.sandbox.types import Sandbox
    from tests.complexity.labelled import Other


@dataclass(frozen=True)
class _Row:
    item: Other
    made: Measurement
    seconds: float

    @property
    def found(self) -> str | None:
        """The class that is stated."""
        name = self.made.time.complexity_class
        return canonical(name) or name if name and self.made.basis == "measured" else None

    @property
    def exact(self) -> bool:
        """Whether it is the label's."""
        return same(canonical(self.item.time) or self.item.time, self.found)


def run(language: str, halves: tuple[str, ...], *, show: bool) -> int:
    """Prints the table; exit status 0, or 1 where an aim is missed."""
    return asyncio.run(_run(language, halves, show=show))


async def _run(language: str, halves: tuple[str, ...], *, show: bool) -> int:
    running = languages.running(language)
    if running is None:
        raise SystemExit(f"{language}: python, javascript, cpp or rust.")
    sandbox = await running.opened()
    status = 0
    try:
        for half in halves:
            rows = [await _row(item, sandbox, show=show) for item in other(language, half)]
            status |= _print(f"{language}, {half}", rows)
    finally:
        await sandbox.close()
    return status


async def _row(item: Other, sandbox: Sandbox, *, show: bool) -> _Row:
    started = time.monotonic()
    made = await measure_at(item.snapshot, item.function, sandbox)
    row = _Row(item, made, time.monotonic() - started)
    print(".", end="", file=sys.stderr, flush=True)
    if show and not row.exact:
        said = made.time
        why = f"{said.confidence}; {said.reason}; {made.inputs}; {made.notes}"
        print(f"  {item.function.name}: {item.time} got {row.found} ({why})", flush=True)
    return row


def _print(name: str, rows: list[_Row]) -> int:
    count = len(rows)
    exact = sum(row.exact for row in rows)
    nothing = sum(row.found is None for row in rows)
    wrong = count - exact - nothing
    high = [row for row in rows if row.made.time.confidence == "high"]
    seconds = sorted(row.seconds for row in rows)
    print(f"\n## {name}: {count} functions, inputs not given")
    print(
        f"exact {exact} ({exact / count:.1%}), wrong {wrong} ({wrong / count:.1%}), null {nothing}"
    )
    print(f"high confidence: {len(high)}, right {sum(row.exact for row in high)}")
    print(f"seconds: median {seconds[count // 2]:.2f}, most {seconds[-1]:.2f}")
    return int(exact < 0.9 * count or wrong > 0.03 * count)
