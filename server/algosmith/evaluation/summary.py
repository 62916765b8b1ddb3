"""The figures of a run."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from algosmith.evaluation.rows import Row

_MANY = 3
"""Examples from which "verified" is within reach: what the share below is counted over."""


@dataclass(frozen=True, slots=True)
class Part:
    """So many of so many."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """The share; None of nothing."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's 95% interval of the share (Wilson 1927)."""
        if not self.whole:
            return None
        z, n, p = 1.96, self.whole, self.part / self.whole
        middle = p + z * z / (2 * n)
        width = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        low, high = ((middle + side * width) / (1 + z * z / n) for side in (-1, 1))
        return max(0.0, low), min(1.0, high)


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds (or tokens) over the problems."""

    median: float
    p90: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run showed."""

    problems: int
    failed: int
    """Problems without any answer, because asking failed."""
    placeable: Part
    """Replies that hold code which can be put into the file."""
    plain: Part
    """One greedy answer to "complete this function": right."""
    first: Part
    """The product's first answer: right."""
    chosen: Part
    oracle: Part
    """Problems where any answer was right."""
    chosen_of_oracle: Part
    verified: Part
    """Problems whose chosen answer is verified."""
    verified_right: Part
    """Verified chosen answers that are right."""
    verified_agrees: Part
    """Verified chosen answers that do what the reference does, where that could be told."""
    all_verified_right: Part
    """The same over all answers, chosen or not."""
    verified_many: Part
    """Problems with three or more examples whose chosen answer is verified."""
    seconds_first: Times | None
    seconds: Times | None
    seconds_end: Times | None
    seconds_plain: Times | None
    tokens: Times | None
    answers: float
    """Answers for each problem, on average."""


def summarise(rows: Sequence[Row]) -> Summary:
    """The figures of the rows."""
    verified = [row for row in rows if row.is_verified]
    every = [one for row in rows for one in row.answers]
    plain = [row.plain for row in rows if row.plain]
    solvable = [row for row in rows if any(one.right for one in row.answers)]
    many = [row for row in rows if row.examples >= _MANY]
    agree = [row.answers[row.chosen].agrees for row in verified if row.chosen is not None]
    return Summary(
        problems=len(rows),
        failed=sum(bool(row.problem) for row in rows),
        placeable=_part(one.placed for one in every),
        plain=_part(one.right for one in plain),
        first=_part(bool(row.answers) and row.answers[0].right for row in rows),
        chosen=_part(row.is_right for row in rows),
        oracle=Part(len(solvable), len(rows)),
        chosen_of_oracle=_part(row.is_right for row in solvable),
        verified=Part(len(verified), len(rows)),
        verified_right=_part(row.is_right for row in verified),
        verified_agrees=_part(same for same in agree if same is not None),
        all_verified_right=_part(one.right for one in every if one.level == "verified"),
        verified_many=_part(row.is_verified for row in many),
        seconds_first=_times(row.seconds_first for row in rows),
        seconds=_times(row.seconds for row in rows),
        seconds_end=_times(row.seconds_end for row in rows),
        seconds_plain=_times(one.seconds for one in plain),
        tokens=_times(float(row.tokens) for row in rows if not row.problem),
        answers=len(every) / max(len(rows), 1),
    )


def _part(marks: Iterable[bool]) -> Part:
    known = list(marks)
    return Part(sum(known), len(known))


def _times(values: Iterable[float | None]) -> Times | None:
    known = sorted(value for value in values if value is not None)
    if not known:
        return None
    return Times(statistics.median(known), known[min(len(known) - 1, int(0.9 * len(known)))])
