"""A result that says of itself that it is right is none: what counts is what it is made of."""

import pytest

from algosmith.sandbox.types import Sandbox
from tests.verify.judging import judged

pytestmark = pytest.mark.sandbox

FILE = '''def five(n: int) -> int:
    """five(1) -> 5, five(2) -> 5, five(3) -> 5, five(4) -> 5, five(9) -> 5"""
    # TODO: give five
'''
EQUAL = "    __hash__ = None\n    def __eq__(self, other): return True\n"
LIES = {
    "equal to everything": f"class Five:\n{EQUAL}return Five()",
    "it prints as five": f"class Five:\n{EQUAL}    def __repr__(self): return '5'\nreturn Five()",
    "its class lies": (
        "class Five:\n    @property\n    def __class__(self): return int\n"
        "    def __index__(self): return 5\n    def __int__(self): return 5\nreturn Five()"
    ),
    "its class is called int": "return type('int', (), {'__eq__': lambda s, o: True})()",
    "another int": f"class Five(int):\n{EQUAL}    def __int__(self): return 5\nreturn Five(3)",
    "another float": (
        f"class Five(float):\n{EQUAL}    def __float__(self): return 5.0\nreturn Five(3.0)"
    ),
}


@pytest.mark.parametrize("body", LIES.values(), ids=LIES)
async def test_it_is_refuted(cage: Sandbox, body: str) -> None:
    found = await judged(FILE, [body], cage)
    assert found.verdicts[0].level == "refuted"


PAIR = """def pair(n: int):
    \"\"\"pair(1) -> (1, 5), pair(2) -> (2, 5), pair(3) -> (3, 5), pair(4) -> (4, 5)\"\"\"
    # TODO: give n and five
"""
TUPLES = {
    "its fields say other than its items": (
        "class Pair(tuple):\n    _fields = ('n', 'five')\n    five = 5\n    n = 0\n"
        "found = Pair((n, 3))\nPair.n = n\nreturn found"
    ),
    "it has fewer items than fields": (
        "class Pair(tuple):\n    _fields = ('n', 'five')\n    five = 5\nPair.n = n\nreturn Pair()"
    ),
}


@pytest.mark.parametrize("body", TUPLES.values(), ids=TUPLES)
async def test_a_tuple_is_its_items_whatever_its_fields_say(cage: Sandbox, body: str) -> None:
    found = await judged(PAIR, [body], cage)
    assert found.verdicts[0].level == "refuted"


async def test_a_named_tuple_is_right_where_its_items_are(cage: Sandbox) -> None:
    body = "from collections import namedtuple\nreturn namedtuple('Pair', 'n five')(n, 5)"
    found = await judged(PAIR, [body], cage)
    assert found.verdicts[0].level != "refuted"


POINTS = """from dataclasses import dataclass
@dataclass
class Point:
    x: int
    y: int
def f(n):
    # TODO: give what the lines below say
""" + "\n".join(f"assert f({n}) == Point({n}, 2)" for n in (1, 2, 3, 4, 9))
LISTS = "def f(n):\n    # TODO: give n in a list\n" + "\n".join(
    f"assert f({n}) == [{n}]" for n in (1, 2, 3, 4, 9)
)
OWN_POINT = """from dataclasses import dataclass
@dataclass
class Point:
    x: int
    y: int
return Point(n, 2)"""
OWN_NODE = """class Node:
    def __init__(self, value):
        self.value = value
        self.next = None
return Node(n)"""


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [(POINTS, OWN_POINT, "return Point(n, 2)"), (LISTS, OWN_NODE, "return [n]")],
    ids=["an object", "a list"],
)
async def test_an_object_of_the_answer_s_own_class_is_not_the_wanted_one(
    cage: Sandbox, text: str, wrong: str, right: str
) -> None:
    found = await judged(text, [wrong, right], cage)
    assert [v.level in ("verified", "consistent") for v in found.verdicts] == [False, True]


@pytest.mark.parametrize("nan", ["Decimal('NaN')", "[Decimal('NaN')]", "{'a': Decimal('NaN')}"])
async def test_no_number_is_no_number_as_a_decimal_one_too(cage: Sandbox, nan: str) -> None:
    text = f'def f(n):\n    """f(1) -> {nan}, f(2) -> {nan}"""\n    # TODO: give no number\n'
    found = await judged(text, [f"from decimal import Decimal\nreturn {nan}"], cage)
    assert found.verdicts[0].level == "consistent"
