"""Two runs over the same problems, compared problem by problem.

Pairing takes the problems' difficulty out of the difference, so that far fewer problems tell two
settings apart. The p value is McNemar's, exact (binomial over the problems on which the two differ:
McNemar 1947; Fagerland, Lydersen, Laake 2013, doi:10.1186/1471-2288-13-91). The intervals are
percentiles of a paired bootstrap over problems (Efron, Tibshirani 1993, chapter 13), 95%.
"""

import math
import random
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from algosmith.errors import ConfigError
from algosmith.evaluation.rows import Row

_DRAWS = 2000
_SEED = 20261127


@dataclass(frozen=True, slots=True)
class Share:
    """How many problems each run has right, verified, … and what that tells."""

    name: str
    before: int
    after: int
    gained: int
    """Problems that only the second run has."""
    lost: int
    """Problems that only the first run has."""
    interval: tuple[float, float]
    """Of the difference, as a share of the problems."""
    p: float
    """Chance of a difference this large where the two are equally good."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """A median of the second run over that of the first."""

    name: str
    before: float
    after: float
    interval: tuple[float, float]
    """Of the ratio."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All figures of a comparison."""

    problems: int
    """In both runs."""
    only_in_one: int
    shares: tuple[Share, ...]
    ratios: tuple[Ratio, ...]


def compare(before: Mapping[str, Row], after: Mapping[str, Row]) -> Comparison:
    """The second run against the first; ConfigError where they share no problem."""
    ids = [id_ for id_ in before if id_ in after]
    if not ids:
        raise ConfigError("the two runs have no problem in common: nothing can be compared")
    pairs = [(before[id_], after[id_]) for id_ in ids]
    shares = [share(name, [(has(a), has(b)) for a, b in pairs]) for name, has in _SHARES.items()]
    ratios = [_ratio(name, [(of(a), of(b)) for a, b in pairs]) for name, of in _TIMES.items()]
    alone = len(before) + len(after) - 2 * len(ids)
    return Comparison(len(ids), alone, tuple(shares), tuple(r for r in ratios if r is not None))


_SHARES: dict[str, Callable[[Row], bool]] = {
    "chosen right": lambda row: row.is_right,
    "first answer right": lambda row: bool(row.answers) and row.answers[0].right,
    "chosen verified": lambda row: row.is_verified,
    "any answer right": lambda row: any(answer.right for answer in row.answers),
}
_TIMES: dict[str, Callable[[Row], float | None]] = {
    "seconds to the first answer": lambda row: row.seconds_first,
    "seconds to the chosen answer": lambda row: row.seconds,
    "seconds to the end": lambda row: row.seconds_end,
    "tokens": lambda row: float(row.tokens),
}


def mcnemar(gained: int, lost: int) -> float:
    """Exact two-sided p value of the discordant pairs."""
    count = gained + lost
    tail = sum(math.comb(count, k) for k in range(min(gained, lost) + 1)) / 2**count
    return min(1.0, 2 * tail)


def share(name: str, pairs: Sequence[tuple[bool, bool]]) -> Share:
    """What both runs have of something; a pair says of a problem which of the two has it."""
    gained = sum(b and not a for a, b in pairs)
    lost = sum(a and not b for a, b in pairs)
    differences = [int(b) - int(a) for a, b in pairs]
    interval = _bootstrap(len(pairs), lambda drawn: statistics.fmean(differences[i] for i in drawn))
    before, after = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    return Share(name, before, after, gained, lost, interval, mcnemar(gained, lost))


def _ratio(name: str, pairs: Sequence[tuple[float | None, float | None]]) -> Ratio | None:
    known = [(a, b) for a, b in pairs if a and b]
    if not known:
        return None

    def ratio(drawn: Sequence[int]) -> float:
        before = statistics.median(known[i][0] for i in drawn)
        return statistics.median(known[i][1] for i in drawn) / before

    before, after = (statistics.median(pair[side] for pair in known) for side in (0, 1))
    return Ratio(name, before, after, _bootstrap(len(known), ratio))


def _bootstrap(count: int, figure: Callable[[Sequence[int]], float]) -> tuple[float, float]:
    rng = random.Random(_SEED)  # noqa: S311 - resampling, no secret
    found = sorted(figure(rng.choices(range(count), k=count)) for _ in range(_DRAWS))
    return found[int(0.025 * _DRAWS)], found[int(0.975 * _DRAWS) - 1]
