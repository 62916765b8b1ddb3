"""Is it quick enough? Limits that the task states, and what was measured set against them."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.complexity.notation import Rate, contradicts, pretty, rate

if TYPE_CHECKING:
    from algosmith.model import Measurement

_NUMBER = r"-?(?:\d+(?:[.,]\d+)*\s*[*·×x]\s*)?\d+(?:[,_]\d{3})*(?:\s*(?:\^|\*\*|e)\s*\d+)?"
_THING = r"(?:len\(\s*(\w+)\s*\)|\|\s*(\w+)\s*\||(\w+)(?:\.(?:length|size)(?:\(\))?)?)"
_BOTH = re.compile(rf"({_NUMBER})\s*(?:<=?|≤|≦|⩽)\s*{_THING}\s*(?:<=?|≤|≦|⩽)\s*({_NUMBER})")
_UPPER = re.compile(rf"{_THING}\s*(?:<=?|≤|≦|⩽|不超过|最多)\s*({_NUMBER})")
_LOWER = re.compile(rf"{_THING}\s*(>=?|≥|≧)\s*({_NUMBER})")
_WANTED = re.compile(
    r"\b(?:must|should|required|in|runs?|within|needs?|goal|aim)\b|要求|必须|应|复杂度",
    re.IGNORECASE,
)
_BOUND = re.compile(r"[O𝑂Θ]\s?[((][^()()]*(?:\([^()]*\)[^()()]*)*[))]")
_NOT_TIME = re.compile(r"\s*(?:\w+\s+)?(?:space|memory|extra|auxiliary|空间|内存)", re.IGNORECASE)
_DENIED = re.compile(
    r"\b(?:not|naive|naïve|brute|instead|than|slow|avoid)\b|暴力|不能", re.IGNORECASE
)
_STEPS_A_SECOND = 1e7
"""Counted steps that CPython does in a second, roughly: the class counts, not the machine."""
_SLOW, _QUICK = 5.0, 1.0
_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class Limit:
    """``1 <= len(nums) <= 10^5``."""

    low: float
    high: float


def limits_of(text: str) -> dict[str, Limit]:
    """The sizes that the words allow, by the name that stands there."""
    found: dict[str, Limit] = {}
    for match in _UPPER.finditer(text):
        name = next(filter(None, match.groups()[:3]))
        if not name.isdigit():
            found[name] = Limit(0, _value(match[4]))
    for match in _LOWER.finditer(text):
        name = next(filter(None, match.groups()[:3]))
        if not name.isdigit():
            found[name] = Limit(_value(match[5]) + (match[4] == ">"), math.inf)
    for match in _BOTH.finditer(text):
        name = next(filter(None, match.groups()[1:4]))
        found[name] = Limit(_value(match[1]), _value(match[5]))
    return found


def wanted_of(text: str) -> str | None:
    """The class that the task asks for: ``must run in O(n)``; None where it names none."""
    for line in text.splitlines():
        for match in _BOUND.finditer(line):
            around = line[: match.start()] + line[match.end() :]
            behind = line[match.end() :]
            if rate(match[0]) is None or _NOT_TIME.match(behind) or _DENIED.search(around):
                continue
            if _WANTED.search(line[: match.start()]):
                return match[0]
    return None


def pace(made: Measurement, text: str, language: str = "python") -> list[tuple[str, bool]]:
    """Sentences on the time at the sizes that the task names, and whether each is good news."""
    found: list[tuple[str, bool]] = []
    measured = made.time.complexity_class
    if made.basis != "measured" or measured is None:
        return found
    wanted = wanted_of(text)
    if wanted is not None and made.time.confidence in ("high", "medium"):
        bad = contradicts(wanted, measured)
        told = "which is not met" if bad else "which is met"
        found.append((f"the task asks for {wanted}, measured {pretty(measured)}: {told}", not bad))
    if language != "python":
        return found  # steps are counted otherwise there: how long they take is not known
    limits = {name: one for name, one in limits_of(text).items() if math.isfinite(one.high)}
    named = _largest(made, limits)
    if named is not None:
        seconds = _seconds(made, named[1])
        if seconds is not None:
            name = f"len({named[0]})" if f"len({named[0]})" in made.inputs else named[0]
            size = f"{name} = {named[1]:,.0f}"
            told = _duration(seconds)
            if seconds > _SLOW:
                found.append((f"at the task's limit {size} it would take {told} in Python: too "
                              "slow for most time limits", False))  # fmt: skip
            elif seconds <= _QUICK:
                found.append((f"at the task's limit {size} it takes {told} in Python", True))
            else:
                found.append((f"at the task's limit {size} it takes {told} in Python: close to "
                              "many time limits", True))  # fmt: skip
    return found


def _largest(made: Measurement, limits: dict[str, Limit]) -> tuple[str, float] | None:
    """The limit that the measured size has: by its own name, or as the only one called n."""
    sizes = re.findall(r"\b(?:len\((\w+)\)|(\w+)) up to", made.inputs)
    names = [one or other for one, other in sizes]
    expression = re.match(r"\s*(\w)\s*=\s*len\((\w+)\)", made.inputs)
    if expression:
        names += [expression[2], expression[1]]
    found = [(name, limits[name].high) for name in dict.fromkeys(names) if name in limits]
    if not found and "n" in limits:
        found = [("n", limits["n"].high)]
    return max(found, key=lambda one: one[1], default=None)


def _seconds(made: Measurement, size: float) -> float | None:
    grown = rate(made.time.complexity_class or "")
    if grown is None or not made.time.points:
        return None
    n, work = made.time.points[-1]
    before = next((p for p in reversed(made.time.points) if p[0] < n and p[1] > 0), None)
    base = (work / before[1]) ** (1 / (n - before[0])) if before else 2.0
    return work * _factor(grown, size, max(n, 2), base) / _STEPS_A_SECOND


def _factor(grown: Rate, size: float, known: float, base: float) -> float:
    if size <= known:
        return (size / known) ** float(grown.power)
    if grown.level:
        return base ** min(size - known, 1000)
    logs = (math.log(size) / math.log(known)) ** float(grown.logs) if known > 1 else 1.0
    return (size / known) ** float(grown.power) * logs


def _duration(seconds: float) -> str:
    if seconds > _NEVER:
        return "longer than a lifetime"
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * size:
            return f"about {round(seconds / size):,} {unit}s"
    return f"about {max(seconds, 0.01):.1g} s" if seconds < 1 else f"about {round(seconds)} s"


def _value(text: str) -> float:
    """``2 * 10^5``, ``1e5``, ``100,000``."""
    text = re.sub(r"[,_](?=\d{3})|\s", "", text)
    factor, _, rest = re.sub(r"[·×x]|(?<!\*)\*(?!\*)", "@", text).rpartition("@")
    base, _, exponent = rest.replace("**", "^").partition("^")
    try:
        power = float(base) ** min(int(exponent or 1), 300)
        return (float(factor) if factor else 1.0) * power
    except (ValueError, OverflowError):
        return math.inf
