"""Rewritten source does what the source does, and counts what it costs."""

from __future__ import annotations

from typing import Any

import pytest

from algosmith.complexity.costs import Meter
from algosmith.complexity.instrument import instrument


def work(source: str, *arguments: Any) -> tuple[Any, int]:
    """The result of ``f`` and the work counted."""
    meter = Meter()
    meter.reset(10_000_000)
    namespace: dict[str, Any] = {**meter.names()}
    exec(instrument(source), namespace)
    before = meter.work()
    result = namespace["f"](*arguments)
    return result, meter.work() - before


N = 1000
CHARGED = {
    "return sum(a)": N,
    "return sorted(a)": 9965,
    "a.sort()": 9965,
    "return max(a)": N,
    "return max(3, 4)": 0,
    "return a[::-1]": N,
    "return a[10:20]": 10,
    "return 999 in a": N,
    "return 5 in set(a)": N,
    "a.pop(0)": N,
    "a.pop()": 0,
    "a.insert(0, 1)": N,
    "a.append(1)": 0,
    "del a[0]": N,
    "return a + a": 2 * N,
    "return [0] * len(a)": N,
    "b = [*a]": N,
    "a += a": N,
    "return ''.join(map(str, a))": 4890,
    "return list(range(len(a)))": N,
    "return any(x > 1 for x in a)": 3,
    "return [x for x in a]": N,
    "return (lambda: 1)()": 1,
    "for x in a: pass": N,
    "return a.index(500)": 501,
    "return 2 ** 10": 0,
}


@pytest.mark.parametrize("body", CHARGED)
def test_charges(body: str) -> None:
    _, counted = work(f"def f(a):\n    {body}", list(range(N)))
    assert abs(counted - 1 - CHARGED[body]) <= 0.01 * CHARGED[body] + 2


PROGRAMS = {
    "def f(a):\n    out = []\n    for x in a:\n        if x not in out:\n"
    "            out = out + [x]\n    return out[::-1]": [[3, 1, 3]],
    "def f(s):\n    t = ''\n    for c in s:\n        t = t + c.upper()\n"
    "    return t == t[::-1]": ["abA"],
    "def f(n: int) -> 'int':\n    x: int = 2\n    y: int\n    return x ** n << n": [5],
    "def sorted(x):\n    return 7\ndef f(a):\n    return sorted(a)": [[2, 1]],
    "class P:\n    k: int = 3\n    def m(self, *xs, **o):\n        return [*xs], o\n"
    "def f(a):\n    return P().m(*a, z=P.k)": [[1, 2]],
    "def f(a):\n    head, *rest = a\n    del a[0]\n    a[1:1] = [9]\n"
    "    return head, rest, a": [[1, 2, 3]],
    "def f(a):\n    try:\n        return a[9]\n    except:\n        return -1": [[1]],
    "def f(d):\n    return {**d} | {'z': 1}, sum(d.values()), min(d, key=len)": [{"ab": 1, "c": 2}],
    "def f(a):\n    g = (x for x in a if x)\n"
    "    return all(g), list(map(max, [a])), f.__name__": [[1, 2]],
}  # fmt: skip


@pytest.mark.parametrize("source", PROGRAMS)
@pytest.mark.parametrize("mode", ["steps", "lines", "depth"])
def test_behaviour_is_kept(source: str, mode: str) -> None:
    import copy

    plain: dict[str, Any] = {}
    exec(source, plain)
    meter = Meter()
    rewritten: dict[str, Any] = {**meter.names()}
    exec(instrument(source, mode), rewritten)  # pyright: ignore[reportArgumentType] - a Mode
    arguments = PROGRAMS[source]
    expected = plain["f"](*copy.deepcopy(arguments))
    assert rewritten["f"](*copy.deepcopy(arguments)) == expected


def test_module_code_that_only_runs_as_a_script_is_left_out() -> None:
    text = instrument(
        "import sys\nprint(f())\nassert f()\nif __name__ == '__main__':\n    f()\nX = 1"
    )
    assert "print" not in text
    assert "__main__" not in text
    assert "X = 1" in text
