"""The table of an evaluation: how often each pick is right, and what "verified" is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.verify.evaluate import Row


def table(rows: Sequence[Row], greedy: Sequence[bool], greedy_name: str) -> str:
    """Markdown; ``greedy`` is empty where no single answer was asked for."""
    count = len(rows)
    oracle = sum(any(row.right) for row in rows)
    picked = sum(row.chosen is not None and row.right[row.chosen] for row in rows)
    lines = [f"{count} problems", "", "| pick | right | share |", "| --- | --- | --- |"]
    if greedy:
        lines.append(_line(greedy_name, sum(greedy), len(greedy)))
    average = sum(sum(row.right) / max(len(row.right), 1) for row in rows)
    lines.append(_line("n random pick (expected)", average, count))
    for name in rows[0].picks if rows else ():
        picks = [(row, row.picks[name]) for row in rows]
        lines.append(_line(f"n {name}", sum(p is not None and r.right[p] for r, p in picks), count))
    lines.append(_line("**n chosen**", picked, count))
    lines.append(_line("n oracle", oracle, count))
    lines += ["", f"chosen / oracle: {_share(picked, oracle)}", *_verified(rows)]
    return "\n".join(lines)


def _verified(rows: Sequence[Row]) -> list[str]:
    chosen = [r for r in rows if r.chosen is not None and r.levels[r.chosen] == "verified"]
    right = sum(r.chosen is not None and r.right[r.chosen] for r in chosen)
    every = [r.right[i] for r in rows for i, level in enumerate(r.levels) if level == "verified"]
    return [
        f"precision of verified (chosen): {right}/{len(chosen)} = {_share(right, len(chosen))}",
        f"precision of verified (all candidates): {sum(every)}/{len(every)} = "
        f"{_share(sum(every), len(every))}",
        f"share of problems with a verified choice: {_share(len(chosen), len(rows))}",
    ]


def _line(name: str, right: float, count: int) -> str:
    return f"| {name} | {round(right, 1):g} | {_share(right, count)} |"


def _share(part: float, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "-"
