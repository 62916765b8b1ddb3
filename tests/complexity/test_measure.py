"""Measuring in the cage: right answers, plain reasons, never a guess called measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from algosmith.complexity.measure import estimate, measure
from algosmith.sandbox.opening import open_sandbox

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from algosmith.sandbox.types import Sandbox

pytestmark = pytest.mark.sandbox


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cage() -> AsyncIterator[Sandbox]:
    opened = await open_sandbox()
    yield opened
    await opened.close()


def entry(source: str) -> str:
    """The last function of the source."""
    return source.rsplit("def ", 1)[1].partition("(")[0]


RIGHT = {
    "def f(nums):\n return sum(nums)": "O(n)",
    "def f(a, b):\n while b:\n  a, b = b, a % b\n return a": "O(log n)",
    "def f(n):\n return f(n - 1) + f(n - 2) if n > 1 else n": "O(2^n)",
    "def f(n):\n for i in range(n):\n  yield i": "O(n)",
    "async def f(xs):\n return sorted(xs)": "O(n log n)",
    "def f(xs):\n while xs:\n  xs.pop()": "O(n)",
    "def f(xs):\n while xs:\n  xs.pop(0)": "O(n^2)",
    "def f(text):\n return text[::-1] == text": "O(n)",
    "N = 0\ndef f(xs):\n global N\n for x in xs:\n  N += 1\n return N": "O(n)",
    "from functools import cache\n@cache\ndef f(n):\n return f(n - 1) + 1 if n else 0": "O(n)",
    "def f():\n return 42": "O(1)",
    "def f(num1, num2):\n return str(int(num1) + int(num2))": "O(len(num1) + len(num2))",
    "import random\ndef f(xs):\n return random.choice(xs)": "O(1)",
    "def f(n, edges):\n near = [[] for _ in range(n)]\n"
    " for a, b in edges:\n  near[a].append(b)\n return near": "O(V + E)",
    "def f(a: str, b: str):\n return sum(x == y for x in a for y in b)": "O(len(a)·len(b))",
}  # fmt: skip


@pytest.mark.parametrize("source", RIGHT)
@pytest.mark.asyncio(loop_scope="module")
async def test_right_class(source: str, cage: Sandbox) -> None:
    made = await measure(source, entry(source), cage)
    assert (made.basis, made.time.complexity_class) == ("measured", RIGHT[source])
    assert made.time.points
    assert made.inputs or "()" in source


REASONS = {
    "def f(path):\n return open(path).read()": "opens files",
    "def f():\n return input()": "keyboard",
    "import urllib.request\ndef f(u):\n return urllib.request.urlopen(u)": "network",
    "import time\ndef f(xs):\n for x in xs:\n  time.sleep(9)": "time.sleep",
    "import numpy as np\ndef f(xs):\n return np.sort(xs)": "numpy",
    "import threading\ndef f(xs):\n threading.Thread(target=print).start()": "threads",
    "def f(key: Callable, xs):\n return key(xs)": "needs a function",
    "def f(n):\n return f(n + 1)": "recursion",
    "def f(n):\n while n != -1:\n  pass": "does not end",
    "def f(xs):\n while True:\n  try:\n   xs[9]\n  except:\n   pass": "does not end",
    "import asyncio\nasync def f(xs):\n await asyncio.sleep(1)": "event loop",
    "def f(text):\n h, m = text.split(':')\n return int(h) * 60 + int(m)": "none of the inputs",
    "def f(x):\n raise NotImplementedError": "none of the inputs",
    "def f(n):\n return 'x' * 10 ** 13": "does not end",
    "def f(": "is not valid Python",
}


@pytest.mark.parametrize("source", REASONS)
@pytest.mark.asyncio(loop_scope="module")
async def test_plain_reason(source: str, cage: Sandbox) -> None:
    made = await measure(source, entry(source), cage)
    assert made.basis == "estimated"
    assert REASONS[source] in (made.time.reason or "")


@pytest.mark.asyncio(loop_scope="module")
async def test_bounded_domain_has_no_class(cage: Sandbox) -> None:
    source = (
        "def f(month):\n if not 0 <= month <= 12:\n  raise ValueError(month)\n"
        " return sum(i for i in range(month))"
    )
    made = await measure(source, "f", cage)
    assert made.time.complexity_class is None
    assert "bounded domain" in (made.time.reason or "")


@pytest.mark.asyncio(loop_scope="module")
async def test_same_bits_every_time(cage: Sandbox) -> None:
    source = "def f(nums):\n return sorted(set(nums))"
    made = [await measure(source, "f", cage) for _ in range(3)]
    assert made[0].time == made[1].time == made[2].time


@pytest.mark.asyncio(loop_scope="module")
async def test_families_that_differ_are_told_apart(cage: Sandbox) -> None:
    source = (
        "def f(xs):\n if len(xs) < 2:\n  return xs\n p = xs[0]\n"
        " return f([x for x in xs[1:] if x < p]) + [p] + f([x for x in xs[1:] if x >= p])"
    )
    made = await measure(source, "f", cage)
    assert made.time.complexity_class == "O(n^2)"
    assert any("O(n log n) on random input" in note for note in made.notes)


@pytest.mark.asyncio(loop_scope="module")
async def test_generator_of_the_model_is_used_only_when_it_runs(cage: Sandbox) -> None:
    source = "def f(text):\n h, m = text.split(':')\n return sum(int(c) for c in h + m)"
    good = "def gen(n):\n    return '1' * n + ':' + '2' * n"
    made = await measure(source, "f", cage, generator=good)
    assert made.time.complexity_class == "O(n)"
    assert "generator" in made.inputs
    bad = await measure(source, "f", cage, generator="def gen(n):\n    return 1 / 0")
    assert bad.basis == "estimated"


async def test_without_a_cage_the_code_is_only_read() -> None:
    made = await measure("def f(xs):\n for x in xs: pass", "f", None)
    assert (made.basis, made.time.complexity_class) == ("estimated", "O(n)")
    assert made == await measure("def f(xs):\n for x in xs: pass", "f", None)
    assert estimate("def f(", "f").time.complexity_class is None
