"""What counts as the same answer."""

import math

import pytest

from algosmith.sandbox import same
from algosmith.sandbox.types import Node, Value

NAN = float("nan")

SAME: list[tuple[Value, Value]] = [
    (1, 1), (None, None), ("a", "a"), (b"a", b"a"), (0.1 + 0.2, 0.3), (0.0, -0.0), (NAN, NAN),
    (math.inf, math.inf), ([1, [NAN]], [1, [-NAN]]), ((1, 2), (1, 2)), ({1: 2, 3: 4}, {3: 4, 1: 2}),
    ({1, 2}, {2, 1}), ({NAN}, {float("nan")}), ({"a": 1e-13}, {"a": 0.0}), (sum([0.1] * 10), 1.0),
    (Node("L", (1, 2)), Node("L", (1, 2))), (Node("L", ()), None), ([Node("L", ())], [None]),
    ({1: Node("L", ())}, {1: None}), ({(1, 2): [3]}, {(1, 2): [3]}),
    (frozenset({(1, frozenset({2}))}), frozenset({(1, frozenset({2}))})),
]  # fmt: skip

DIFFERENT: list[tuple[Value, Value]] = [
    (1, 2), (1, True), (0, False), (1, 1.0), (None, False), ("1", 1), ("a", b"a"), ([1], (1,)),
    ([1], [1, 1]), ([True], [1]), ({1: 2}, {True: 2}), ({1: 2}, {1.0: 2}), ({1: 2}, {1: 2.0}),
    ({1}, {True}), ({1}, {1.0}), ({1}, frozenset({1})), ({(1, True)}, {(1, 1)}), (0.1, 0.1001),
    (1.0, 1.0 + 1e-6), (math.inf, -math.inf), (math.inf, 1e308), (NAN, 0.0), (NAN, None),
    ({1: 2}, {1: 2, 3: 4}), ({0.1 + 0.2}, {0.3}), (Node("L", (1,)), Node("M", (1,))),
    (Node("L", (1,)), [1]), (Node("L", (1, 2)), Node("L", (1, True))), (Node("L", ()), ()),
    ([], None), ("", None), ([[]], [()]), ({}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b"), SAME)
def test_same(a: Value, b: Value) -> None:
    assert same(a, b)
    assert same(b, a)


@pytest.mark.parametrize(("a", "b"), DIFFERENT)
def test_different(a: Value, b: Value) -> None:
    assert not same(a, b)
    assert not same(b, a)


def test_the_tolerance_can_be_set() -> None:
    assert not same(0.1 + 0.2, 0.3, relative=0, absolute=0)
    assert same([1.0], [1.05], relative=0.1)
