"""What was once told wrongly: stored slices, permutations that are kept, unclear curves."""

import pytest

from algosmith.complexity.confidence import confidence
from algosmith.complexity.fit import Fit
from algosmith.complexity.measure import measure
from algosmith.complexity.notation import rate
from algosmith.sandbox.opening import open_sandbox

REPORT = {"ended": "work"}
SOURCES = {
    "rising": (
        "import bisect\ndef rising(xs: list[int]) -> int:\n    t = []\n    for x in xs:\n"
        "        i = bisect.bisect_left(t, x)\n        t[i:i + 1] = [x]\n    return len(t)\n",
        "O(n log n)", "O(n)"),
    "inserted": (
        "def inserted(xs: list[int]) -> list[int]:\n    t = []\n    for x in xs:\n"
        "        t[0:0] = [x]\n    return t\n",
        "O(n^2)", "O(n)"),
    "orders": (
        "def orders(nums: list[int]) -> list[list[int]]:\n    res = []\n"
        "    def go(path, left):\n        if not left:\n            res.append(path)\n"
        "        for i, x in enumerate(left):\n"
        "            go(path + [x], left[:i] + left[i + 1:])\n    go([], nums)\n    return res\n",
        "O(n!)", "O(n!)"),
    "turned": (
        "def turned(items: list[int], times: int) -> int:\n    total = 0\n"
        "    for _ in range(times):\n        items = items[1:] + items[:1]\n"
        "        total += items[0]\n    return total\n",
        "O(len(items)·times)", "O(n)"),
    "tails": (
        "def tails(s: str) -> list[str]:\n    out = []\n    for i in range(len(s)):\n"
        "        out.append(s[i:])\n    return out\n",
        "O(n^2)", "O(n^2)"),
    "cells": (
        "def cells(a: list[int], b: list[int]) -> int:\n"
        "    return sum(1 for x in a for y in b if x == y)\n",
        "O(len(a)·len(b))", "O(1)"),
}  # fmt: skip


@pytest.mark.sandbox
async def test_time_and_space_of_what_was_once_told_wrongly() -> None:
    cage = await open_sandbox()
    for name, (source, time, space) in SOURCES.items():
        made = await measure(source, name, cage, seconds=0.5)
        assert (made.time.complexity_class, made.space.complexity_class) == (time, space), name
    await cage.close()


@pytest.mark.parametrize(
    ("found", "level"),
    [
        (Fit("O(n^2)", "", 0.004, "O(n^2 log n)", 2.0), "high"),
        (Fit("O(n^2)", "", 0.25, "O(n^3)", 40.0), "medium"),
        (Fit("O(n)", "", 0.05, "O(n sqrt n)", 3.0), "medium"),
        (Fit("O(log n)", "", 0.1, "O(sqrt n)", 50.0), "high"),
    ],
)
def test_an_unclear_curve_is_never_high(found: Fit, level: str) -> None:
    assert confidence(found, rate(found.name or ""), REPORT, None) == level
