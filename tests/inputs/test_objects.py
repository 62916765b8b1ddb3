"""Arguments beyond plain data: of the library's classes, and objects of the file's own."""

import datetime
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from decimal import Decimal
from fractions import Fraction

import pytest

from algosmith.inputs.infer import infer
from algosmith.inputs.sized import sized_call
from algosmith.inputs.small import small_calls
from algosmith.sandbox.types import MEMBER, Call, Record
from algosmith.verify.behaviour import plain_key

FILE = """
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Literal, NamedTuple

class Color(Enum):
    RED = 1
    BLUE = 2

@dataclass
class Item:
    weight: int
    name: str = ""
    tags: list[str] = field(default_factory=list)

class Pair(NamedTuple):
    left: Fraction
    color: Color

class Base:
    def __init__(self, items: list[int], limit: int = 3): ...
    def top(self, k: int): return self.items[k]

class Derived(Base): ...

class Odd:
    def __init__(self, connection: Database): ...
    def ask(self): ...
"""
CLASSES = [
    ("Fraction", Fraction), ("Decimal", Decimal), ("complex", complex), ("range", range),
    ("date", datetime.date), ("datetime", datetime.datetime), ("timedelta", datetime.timedelta),
    ("deque[int]", deque), ("Counter[str]", Counter), ("OrderedDict[str, int]", OrderedDict),
    ("defaultdict[int, list[int]]", defaultdict), ("array", array), ("bytearray", bytearray),
    ("frozenset[int]", frozenset), ("Color", Record), ("Item", Record), ("Pair", Record),
    ("Derived", Record),
]  # fmt: skip


def calls(annotation: str, count: int = 12) -> tuple[Call, ...]:
    signature = infer(f"{FILE}\ndef f(x: {annotation}): ...\n", "f")
    assert signature.reason is None
    large = sized_call(signature, 40, "random/middle", 0)
    return (*small_calls(signature, 0, count), large)


@pytest.mark.parametrize(("annotation", "kind"), CLASSES)
def test_arguments_are_of_the_class_that_is_asked_for(annotation: str, kind: type) -> None:
    made = calls(annotation)
    assert all(type(call.args[0]) is kind for call in made)
    assert len({plain_key(call.args[0]) for call in made}) >= 2
    inside = calls(f"list[{annotation}]")
    assert any(type(item) is kind for call in inside for item in call.args[0])  # type: ignore[union-attr]  # a list


def test_a_fixed_set_of_values_is_all_that_is_tried() -> None:
    assert {call.args for call in calls("Literal['fast', 'slow']")} <= {("fast",), ("slow",)}
    members = {call.args[0].items for call in calls("Color")}  # type: ignore[union-attr]  # a Record
    assert members == {("RED",), ("BLUE",)}


def test_a_method_is_called_on_an_object_that_is_made_first() -> None:
    signature = infer(FILE, "Base.top", examples=[Call((1,))])
    made = small_calls(signature, 0, 6)
    assert [p.name for p in signature.parameters] == ["self", "k"]
    assert all(isinstance(call.args[0], Record) and len(call.args) == 2 for call in made)
    assert "needs an instance of Odd" in (infer(FILE, "Odd.ask").reason or "")


@pytest.mark.parametrize(
    "value",
    [1j, Fraction(1, 2), Decimal("0.5"), range(3), deque([1]), Counter("a"), datetime.date.today(),
     array("i", [1]), Record("Color", (MEMBER,), ("RED",)), {1: deque([Fraction(1)])}],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_an_example_of_any_class_is_read(value: object) -> None:
    for given in (value, [value], (value, 1), {"a": value}):
        infer("def f(x): return x\n", "f", examples=[Call((given,))])  # type: ignore[arg-type]  # a value
