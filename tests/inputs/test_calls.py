"""Values for signatures: edge cases first, preconditions kept, the same for the same seed."""

from __future__ import annotations

from typing import Any, cast

import pytest

from algosmith.inputs.infer import infer
from algosmith.inputs.sized import families, sized_call
from algosmith.inputs.small import small_calls
from algosmith.sandbox.types import Call, Node

SOURCES = {
    "numbers": "def f(nums: list[int]): pass",
    "search": "def f(sorted_nums: list[int], target: int): pass",
    "text": "def f(s: str): pass",
    "int": "def f(n: int): pass",
    "pair": "def f(n: int, k: int): pass",
    "matrix": "def f(grid: list[list[int]]): pass",
    "edges": "def f(n, edges):\n for a, b in edges: pass",
    "graph": "def f(graph: dict[str, list[str]], start: str): pass",
    "linked": "def f(head: ListNode): return head.next",
    "tree": "def f(root: TreeNode): return root.left",
    "items": "def f(weights: list[int], values: list[int]):\n zip(weights, values)",
    "strings": "def f(words: list[str], word: str): pass",
    "brackets": "def f(s):\n return s[0] in '()[]{}'",
    "set": "def f(s: set[int], d: dict[str, float]): pass",
    "tuple": "def f(p: tuple[int, str], ok: bool): pass",
}


@pytest.mark.parametrize("name", SOURCES)
def test_small_calls_are_many_distinct_and_repeatable(name: str) -> None:
    found = infer(SOURCES[name], "f")
    calls = small_calls(found, 7, 14)
    assert len({repr(call) for call in calls}) == len(calls) >= 8
    assert calls == small_calls(found, 7, 14)
    assert all(len(call.args) == len(found.parameters) for call in calls)


@pytest.mark.parametrize("name", SOURCES)
def test_every_family_makes_a_call_that_grows(name: str) -> None:
    found = infer(SOURCES[name], "f")
    for family in families(found):
        small, large = (sized_call(found, n, family, 1) for n in (6, 48))
        assert len(repr(large)) >= len(repr(small))
        assert large == sized_call(found, 48, family, 1)


def test_edge_cases_come_first() -> None:
    first = [call.args[0] for call in small_calls(infer(SOURCES["numbers"], "f"), 0, 4)]
    assert first[0] == []
    assert len(cast("list[int]", first[1])) == 1
    two = cast("list[int]", first[2])
    assert two[0] == two[1]
    later = [call.args[0] for call in small_calls(infer(SOURCES["numbers"], "f"), 0, 12)]
    assert any(x < 0 for nums in later for x in cast("list[int]", nums))


def _args(name: str, n: int = 20) -> list[Any]:
    found = infer(SOURCES[name], "f")
    made = [sized_call(found, n, family, 3) for family in families(found)]
    return [call.args for call in made + list(small_calls(found, 1, 20))]


def test_preconditions_hold() -> None:
    assert all(nums == sorted(nums) for nums, _ in _args("search"))
    assert all(len(a) == len(b) for a, b in _args("items"))
    assert all(0 <= k <= max(n, 0) for n, k in _args("pair"))
    assert all(0 <= x < n for n, edges in _args("edges") for pair in edges for x in pair)
    assert all(start in graph for graph, start in _args("graph"))
    assert all(len({len(row) for row in grid}) <= 1 for (grid,) in _args("matrix"))


def test_nonempty_and_bounds_are_kept() -> None:
    found = infer(
        "def f(nums: list[int], limit: int): pass", "f", "non-empty nums; 3 <= limit <= 9"
    )
    for call in small_calls(found, 0, 16):
        nums, n = cast("tuple[list[int], int]", call.args)
        assert nums
        assert 3 <= n <= 9


def test_formats_come_from_examples() -> None:
    shown = Call(("2024-01-31", 5))
    found = infer("def f(date: str, days: int): pass", "f", examples=(shown,))
    calls = small_calls(found, 0, 12)
    assert any(call.args[0] == "2024-01-31" for call in calls)


def test_several_sizes_are_set_alone() -> None:
    found = infer("def f(a: str, b: str): pass", "f")
    call = sized_call(found, {"len(a)": 5, "len(b)": 30}, "random/middle", 0)
    assert [len(cast("str", x)) for x in call.args] == [5, 30]


def test_nodes_cross_as_nodes() -> None:
    call = sized_call(infer(SOURCES["tree"], "f"), 7, "balanced/middle", 0)
    tree = call.args[0]
    assert isinstance(tree, Node)
    assert (tree.kind, tree.items) == ("TreeNode", (4, 2, 6, 1, 3, 5, 7))
