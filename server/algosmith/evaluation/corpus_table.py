"""What a run over installed packages comes to: figures, and where doctest says something else."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LEVELS = ("verified", "consistent", "unchecked", "refuted", "traceback")
_KINDS = {
    "needs a package or module that is not in the cage": r"imports .*(not installed|not there)",
    "needs files, processes, a network or a thread": r"what the cage forbids",
    "differs from run to run: chance, the clock, the order of a set": r"the same (result )?twice",
    "displays an address": r"holds an address",
    "names what neither the file nor the docstring defines": r"the file does not define",
    "compares with what can't be worked out apart from the function": r"worked out apart",
    "takes longer than a run may": r"(?i)time|too slow|s limit",
    "does not load in the cage": r"while loading|not runnable",
    "no line of the docstring calls the function": r"nothing to compare|no result on any input"
    r"|needs an? ",
    "an input of ours raises": r"on an input of ours",
    "a line that sets up fails": r"came to no end|raised ",
}


@dataclass(slots=True)
class Row:
    """What was said of one function, as it stands or changed."""

    package: str
    name: str
    kind: str
    """``right`` (doctest passes) or ``broken`` (it fails)."""
    level: str
    summary: str
    used: int = 0
    """Examples that decided."""
    left_out: int = 0
    notes: list[str] = field(default_factory=list[str])


def table(rows: Sequence[Row]) -> str:
    """The figures by package, each verdict that contradicts doctest, and why others differ."""
    lines = ["package kind functions verified consistent unchecked refuted traceback used"]
    for package in (*dict.fromkeys(row.package for row in rows), ""):
        for kind in ("right", "broken"):
            some = [r for r in rows if r.kind == kind and package in ("", r.package)]
            if some:
                lines.append(f"{package or 'all'} {kind} {len(some)} {_counts(some)}")
    lines += [f"! {row.kind} {row.name}: {row.summary}" for row in rows if _contradicts(row)]
    counted = Counter(difference for row in rows for difference in differences(row))
    lines += ["", "where doctest says something else: kind, what, why, functions"]
    lines += [f"{kind} | {what} | {why} | {n}" for (kind, what, why), n in counted.most_common()]
    return "\n".join(lines)


def _counts(some: Sequence[Row]) -> str:
    used, left = sum(r.used for r in some), sum(r.left_out for r in some)
    levels = " ".join(str(sum(r.level == level for r in some)) for level in _LEVELS)
    return f"{levels} {100 * used / max(used + left, 1):.1f}%"


def _contradicts(row: Row) -> bool:
    wrong = ("refuted", "traceback") if row.kind == "right" else ("verified",)
    return row.level in wrong


def differences(row: Row) -> Iterator[tuple[str, str, str]]:
    """(kind, what, why) where a plain doctest run passes or fails and our verdict does not."""
    if _contradicts(row):
        yield row.kind, row.level, row.summary[:80]
    elif row.kind == "broken" and row.level != "refuted":
        reasons = {reason_of(note) for note in row.notes} or {reason_of(row.summary)}
        yield row.kind, row.level, "; ".join(sorted(reasons))
    elif row.level == "unchecked":
        yield row.kind, row.level, reason_of(row.summary)
    else:
        for reason in sorted({reason_of(note) for note in row.notes}):
            yield row.kind, "some examples left out", reason


def reason_of(text: str) -> str:
    """The kind of reason that a note or summary gives."""
    for kind, pattern in _KINDS.items():
        if re.search(pattern, text):
            return kind
    return text.rpartition(": ")[2][:80]
