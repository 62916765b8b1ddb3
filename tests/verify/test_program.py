"""What of a file goes into the cage: what the function needs, and no expected value."""

import ast
from typing import Any

import pytest

from algosmith.verify.program import slice_for

FILE = '''
from __future__ import annotations
import math
import numpy as np
import sys

sys.setrecursionlimit(10_000)
LIMIT = 10
TABLE = {}
for i in range(LIMIT):
    TABLE[i] = i * i
PRIMES = [2]
PRIMES.append(3)
try:
    import fast
except ImportError:
    fast = None


def helper(x):
    """helper(2) == 4"""
    return TABLE[x]


def unused():
    return np.zeros(3)


def f(x: np.ndarray) -> Missing:
    """f(2) == 4"""  # secret
    return helper(x) + math.floor(x) + len(PRIMES) + (1 if fast else 0)


class Solution:
    def go(self, head: ListNode):
        return ListNode(1, head)


assert f(2) == 4
print(f(3))
if __name__ == "__main__":
    f(2)
'''


def test_keeps_what_the_function_reaches_and_nothing_else() -> None:
    text = slice_for(ast.parse(FILE), "f")
    for kept in (
        "import math",
        "TABLE[i] = i * i",
        "PRIMES.append(3)",
        "def helper",
        "import fast",
        "setrecursionlimit",
    ):
        assert kept in text
    for left in (
        "numpy",
        "unused",
        "assert",
        "print",
        "__main__",
        "== 4",
        "secret",
        "class Solution",
    ):
        assert left not in text


def test_the_slice_runs_without_what_only_annotations_name() -> None:
    space: dict[str, object] = {}
    exec(slice_for(ast.parse(FILE), "f"), space)
    assert callable(space["f"])
    assert space["f"](2) == 8  # 4 + 2 + 2


def test_a_method_brings_its_class_and_a_missing_list_node() -> None:
    text = slice_for(ast.parse(FILE), "Solution.go")
    assert "class Solution" in text
    assert "class ListNode" in text
    exec(text, {})


@pytest.mark.parametrize(
    "code",
    [
        "def f(): return g()\ndef g(): return f()",
        "def f(x):\n    def g(): return x\n    return g()",
    ],
)
def test_cycles_and_inner_functions(code: str) -> None:
    assert "def g" in slice_for(ast.parse(code), "f")


def test_what_fills_a_registry_stays() -> None:
    text = slice_for(ast.parse(REGISTRY), "flags")
    space: dict[str, Any] = {}
    exec(text, space)
    assert space["flags"]() == {"a": 1, "b": 2, "c": 4, "g": 8}
    assert "unused" not in text


REGISTRY = """
KNOWN = {}
def register(name):
    return KNOWN.setdefault(name, 1 << len(KNOWN))
A = register("a")
register("b")
C = register("c")
def noted(function):
    KNOWN[function.__name__] = 1 << len(KNOWN)
    return function
@noted
def g():
    return 1
def unused():
    return 2
U = unused()
def flags():
    return KNOWN
"""


def test_what_a_decorator_adds_to_the_function_is_kept() -> None:
    text = slice_for(
        ast.parse(
            "import functools\n\n@functools.singledispatch\ndef area(shape): return 0\n\n"
            "@area.register(int)\ndef _(side): return square(side)\n\n"
            "@area.register\ndef _(sides: list): return 1\n\n"
            "def square(n): return n * n\n\n"
            "@functools.lru_cache\ndef other(n): return n\n\n"
            "@square.later\ndef far(n): return n\n"
        ),
        "area",
    )
    assert "area.register(int)" in text
    assert "@area.register\n" in text
    assert "def square" in text
    assert "def other" not in text, "functools is the library's"
