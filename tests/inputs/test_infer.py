"""Signatures from source: kinds, ties between parameters, sizes, reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from algosmith.inputs.infer import infer
from algosmith.sandbox.types import Call

if TYPE_CHECKING:
    from algosmith.inputs.kinds import Kind, Signature


def shown(kind: Kind) -> str:
    """A kind in short: ``list[int] sorted``."""
    parts = f"[{', '.join(shown(part) for part in kind.parts)}]" if kind.parts else ""
    return " ".join([kind.base + parts, *sorted(kind.traits)])


def signature(source: str, text: str = "", examples: tuple[Call, ...] = ()) -> Signature:
    """The signature of the last function in the source."""
    return infer(source, source.rsplit("def ", 1)[1].partition("(")[0], text, examples)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a: list[int], b: str): pass", ["list[int]", "str"]),
        ("def f(a: 'List[List[int]]'): pass", ["list[list[int]]"]),
        ("def f(a: int | None, b: Optional[float]): pass", ["int", "float"]),
        ("def f(a: dict[str, list[str]]): pass", ["dict[str, list[str]] graph"]),
        ("def f(q):\n return [w.upper() for w in q]", ["list[str]"]),
        ("def f(q):\n for c in q:\n  if c == '(': return 1", ["str brackets"]),
        ("def f(q):\n return q[0][1] + 1", ["list[list[int]]"]),
        ("def f(q):\n return q.get('a', 0)", ["dict[str, int]"]),
        ("def f(q):\n while q:\n  q = q.next", ["linked"]),
        ("def f(q):\n return f(q.left) + f(q.right) if q else 0", ["tree"]),
        ("def f(q):\n return sum(i for i in range(q))", ["int"]),
        ("def f(nums, target):\n return nums", ["list[int]", "int"]),
        ("def f(x):\n return int(x) + 1", ["str digits"]),
        ("def f(q):\n return ord(q[0])", ["str"]),
        ("def g(z):\n return z.lower()\ndef f(y):\n return g(y)", ["str"]),
    ],
)
def test_kinds(source: str, expected: list[str]) -> None:
    assert [shown(p.kind) for p in signature(source).parameters] == expected


SEARCH = """
def f(a, x):
    lo, hi = 0, len(a) - 1
    while lo <= hi:
        mid = (lo + hi) // 2
        if a[mid] < x:
            lo = mid + 1
        else:
            hi = mid - 1
"""
PARTITION = """
def f(a):
    pivot = a[(0 + len(a)) // 2]
    a[0], a[1] = a[1], a[0]
"""


def test_only_searched_lists_are_sorted() -> None:
    assert "sorted" in signature(SEARCH).parameters[0].kind.traits
    assert "sorted" not in signature(PARTITION).parameters[0].kind.traits


@pytest.mark.parametrize(
    ("words", "sorted_input"),
    [
        ("Given a sorted list of integers, find x.", True),
        ("The array is sorted in ascending order.", True),
        ("给定一个升序数组", True),
        ("Return the list sorted.", False),
        ("Sort the list in ascending order.", False),
        ("The list is unsorted.", False),
    ],
)
def test_sorted_in_words(words: str, sorted_input: bool) -> None:
    found = signature("def f(nums: list[int]): pass", words)
    assert ("sorted" in found.parameters[0].kind.traits) is sorted_input


def test_bounds_in_words() -> None:
    found = signature("def f(n: int, nums: list[int]): pass", "1 <= n <= 10^4, 0 <= nums[i] < 9")
    n, nums = (p.kind for p in found.parameters)
    assert (n.low, n.high) == (1, 10_000)
    assert (nums.part.low, nums.part.high) == (0, 9)


@pytest.mark.parametrize(
    ("source", "ties"),
    [
        ("def f(weights, values, capacity):\n for w, v in zip(weights, values): pass",
         {"values": "length"}),
        ("def f(a, lo, hi):\n return a[lo:hi]", {"lo": "first", "hi": "last"}),
        ("def f(n, edges):\n for a, b in edges: pass", {"n": "vertices"}),
        ("def f(a, b):\n for i in range(len(a)): a[i] + b[i]", {"b": "length"}),
        ("def f(nums, k):\n return nums[k]", {"k": "count"}),
        ("def f(n, k):\n return n // k", {"n": "size", "k": "count"}),
    ],
)  # fmt: skip
def test_ties(source: str, ties: dict[str, str]) -> None:
    roles = {p.name: p.role for p in signature(source).parameters}
    assert {name: roles[name] for name in ties} == ties


@pytest.mark.parametrize(
    ("source", "sizes"),
    [
        ("def f(nums): return sum(nums)", ["len(nums)"]),
        ("def f(n): return range(n)", ["n"]),
        ("def f(a: str, b: str): pass", ["len(a)", "len(b)"]),
        ("def f(grid: list[list[int]]): pass", ["len(grid)", "len(grid[0])"]),
        ("def f(n, edges):\n for a, b in edges: pass", ["V", "E"]),
    ],
)
def test_sizes(source: str, sizes: list[str]) -> None:
    assert [s.expression for s in signature(source).sizes] == sizes


@pytest.mark.parametrize(
    ("source", "entry", "reason"),
    [
        ("def f(", "f", "is not valid Python"),
        ("def f(): pass", "g", "no function 'g'"),
        ("class A:\n def __init__(self, x: Db): pass\n def m(self): pass", "A.m", "instance of A"),
        ("def f(key: Callable[[int], int], xs): pass", "f", "needs a function"),
        ("def f(db: Database): pass", "f", "instance of Database"),
        ("def f(*xs): pass", "f", "any number"),
        ("def f():\n def g(): pass", "f.g", "stands inside f"),
    ],
)
def test_reasons(source: str, entry: str, reason: str) -> None:
    found = infer(source, entry)
    assert found.reason is not None
    assert reason in found.reason


def test_defaults_are_left_alone_and_examples_win() -> None:
    assert [p.name for p in signature("def f(a, memo=None): return a + 1").parameters] == ["a"]
    found = signature("def f(a, b): pass", "", (Call(("ab", [1.5])),))
    assert [shown(p.kind) for p in found.parameters] == ["str", "list[float]"]


def test_class_of_nodes_comes_from_the_file() -> None:
    source = (
        "class Link:\n def __init__(self, data):\n  self.data = data\n  self.next = None\n"
        "def f(first: Link):\n return first.next"
    )
    kind = signature(source).parameters[0].kind
    assert (kind.base, kind.class_name, kind.fields) == ("linked", "Link", ("data", "next"))
