"""The table of an evaluation: how often each pick is right, and what "verified" is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.evaluation.evaluate import Row


def table(
    rows: Sequence[Row], greedy: Sequence[bool], greedy_name: str, advised: Sequence[Row] = ()
) -> str:
    """Markdown; ``greedy`` is empty where no single answer was asked for.

    ``advised`` are the same problems judged with the model's own tests and inputs.
    """
    count = len(rows)
    oracle = sum(any(row.right) for row in rows)
    picked = sum(map(_is_right, rows))
    lines = [f"{count} problems", "", "| pick | right | share |", "| --- | --- | --- |"]
    if greedy:
        lines.append(_line(greedy_name, sum(greedy), len(greedy)))
    average = sum(sum(row.right) / max(len(row.right), 1) for row in rows)
    lines.append(_line("n random pick (expected)", average, count))
    for name in rows[0].picks if rows else ():
        picks = [(row, row.picks[name]) for row in rows]
        lines.append(_line(f"n {name}", sum(p is not None and r.right[p] for r, p in picks), count))
    lines.append(_line("**n chosen**", picked, count))
    helped = sum(map(_is_right, advised))
    if advised:
        lines.append(_line("**n chosen, with the model's tests and inputs**", helped, count))
    lines.append(_line("n oracle", oracle, count))
    lines += ["", f"chosen / oracle: {_share(picked, oracle)}", *_verified(rows)]
    if advised:
        lines += ["", *_difference(rows, advised)]
        lines += [f"chosen / oracle: {_share(helped, oracle)}", *_verified(advised)]
    return "\n".join(lines)


def _is_right(row: Row) -> bool:
    return row.chosen is not None and row.right[row.chosen]


def _difference(rows: Sequence[Row], advised: Sequence[Row]) -> list[str]:
    """How often the model could be asked, and what its tests and inputs changed."""
    pairs = list(zip(rows, advised, strict=True))
    open_to = [(one, other) for one, other in pairs if one.wants]
    mixed = sum(any(one.right) and not all(one.right) for one, _ in open_to)
    changed = [(one, other) for one, other in open_to if one.chosen != other.chosen]
    better = sum(_is_right(other) and not _is_right(one) for one, other in changed)
    worse = sum(_is_right(one) and not _is_right(other) for one, other in changed)
    return [
        "with the model's tests and inputs:",
        f"could change the choice: {len(open_to)} of {len(rows)} problems"
        f" ({mixed} of them hold right and wrong candidates)",
        f"problems with a test that can be read: {sum(other.asserts > 0 for _, other in open_to)}",
        f"choice changed: {len(changed)}, to a right one {better}, from a right one {worse}",
    ]


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
