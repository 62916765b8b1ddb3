"""Examples in all places of a file: what leads up to them, what they leave, what is no example."""

import json
from pathlib import Path

import pytest

from algosmith.sandbox.types import Sandbox
from tests.verify.test_examples_as_written import as_it_stands

pytestmark = pytest.mark.sandbox

DOUBLED = '''def doubled(xs):
    """
    >>> a = [1, 2, 3]
    >>> want = []
    >>> for x in a:
    ...     want.append(x + x)
    >>> doubled(a) == want
    True
    """
    return [x * 2 for x in xs]
'''
GUARDED = """def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def main():
    pairs = [(12, 18, 6), (7, 3, 1)]
    for a, b, want in pairs:
        assert gcd(a, b) == want
    x = gcd(9, 6)
    assert x == 3


if __name__ == "__main__":
    main()
    assert gcd(0, 5) == 5
"""
STATE = """class Account:
    def __init__(self, balance: int):
        self.balance = balance
        self.log = []

    def withdraw(self, amount: int) -> int:
        self.balance -= amount
        self.log.append(amount)
        return self.balance


account = Account(10)
assert account.withdraw(4) == 6
assert account.balance == 6
assert account.log == [4]
"""
OWN_TESTS = """import unittest


def wrap(text):
    return text.split()


class WrapTest(unittest.TestCase):
    def setUp(self):
        self.text = "the fox"

    def test_words(self):
        self.assertEqual(wrap(self.text), ["the", "fox"])

    @unittest.expectedFailure
    def test_wrong(self):
        self.assertEqual(wrap("a"), ["b"])
"""
ABOVE = """# rotate([1, 2, 3], 1) => [3, 1, 2]
# rotate([1, 2, 3], 0) => [1, 2, 3]
def rotate(xs, k):
    return xs[-k:] + xs[:-k]
"""
TABLE = '''def grade(points):
    """Grade for points.

    | points | grade |
    | ------ | ----- |
    | 95     | "A"   |
    | 10     | "F"   |
    """
    return "A" if points >= 90 else "F"
'''
STATEMENT = '''"""Two sum.

Example 1:

Input: nums = [2, 7, 11], target = 9
Output: [0, 1]

Example 2:

Input: nums = [3, 2, 4], target = 6
Output: [1, 2]
"""


class Solution:
    def twoSum(self, nums: list[int], target: int) -> list[int]:
        seen = {}
        for i, x in enumerate(nums):
            if target - x in seen:
                return [seen[target - x], i]
            seen[x] = i
        return []
'''
BOTH_SIDES = '''def size(x):
    """
    >>> size(3) == size(-3)
    True
    >>> size(2) == 2
    True
    """
    return abs(x)
'''
MEMBER = '''from enum import Enum


class Side(Enum):
    LEFT = 0
    RIGHT = 1


def other(side: Side) -> Side:
    """
    >>> other(Side.LEFT) is Side.RIGHT
    True
    >>> other(Side.RIGHT) is Side.LEFT
    True
    """
    return Side(1 - side.value)
'''
CALLED_BACK = '''def each(xs, do):
    """
    >>> seen = []
    >>> def note(x):
    ...     seen.append(x)
    >>> each([1, 2], note)
    >>> assert seen == [1, 2]
    """
    for x in xs:
        do(x)
'''
PUT_BACK = '''def count(xs):
    """
    >>> import builtins
    >>> old = builtins.len
    >>> builtins.len = lambda x: 42
    >>> builtins.len = old
    >>> count([1, 2])
    2
    """
    return len(xs)
'''
ENDLESS = '''def same(n):
    """
    >>> while True:
    ...     x = same(1)
    >>> same(4)
    4
    """
    return n
'''
DIFFERENT_EQUAL = '''class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __eq__(self, other):
        return (self.x, self.y) == (other.x, other.y)


def add(p, q):
    """
    >>> add(Point(1, 2), Point(3, 4)) == Point(4, 6)
    True
    >>> add(Point(0, 0), Point(0, 5)).y
    5
    """
    return Point(p.x + q.x, p.y + q.y)
'''
OPERATOR = '''class Bag:
    def __init__(self, items):
        self.items = items

    def __contains__(self, item):
        """
        >>> 1 in bag(1, 2)
        True
        >>> 3 in bag(1, 2)
        False
        """
        return item in self.items


def bag(*items):
    return Bag(items)
'''
SHARED = '''table = {}


def keep(key, value):
    """
    >>> keep("a", 1)
    """
    table[key] = value


def load(key):
    """
    >>> load("a")
    1
    """
    return table[key]
'''
FILES = {
    # File, function, how many examples, a wrong body
    "a wanted value that lines build": (DOUBLED, "doubled", 1, "return xs"),
    "asserts of main and of the guard": (GUARDED, "gcd", 4, "return min(a, b)"),
    "an object's state": (STATE, "withdraw", 3, "return self.balance - amount"),
    "tests in the own file": (OWN_TESTS, "wrap", 1, "return [text]"),
    "comments above": (ABOVE, "rotate", 2, "return xs"),
    "a column named after the function": (TABLE, "grade", 2, "return 'A'"),
    "a statement at the top": (STATEMENT, "twoSum", 2, "return [0, 1]"),
    "both sides hang on the function": (BOTH_SIDES, "size", 2, "return x"),
    "a member of an enum": (MEMBER, "other", 2, "return side"),
    "a function of the session is called": (CALLED_BACK, "each", 1, "do(xs[0])"),
    "a builtin that is put back": (PUT_BACK, "count", 1, "return 42"),
    "a line that never ends": (ENDLESS, "same", 1, "return 1"),
    "an operator on what a factory made": (OPERATOR, "__contains__", 2, "return True"),
    "an equality of its own": (DIFFERENT_EQUAL, "add", 2, "return p"),
}


@pytest.mark.parametrize("kind", FILES)
async def test_right_code_passes_them_all_and_wrong_code_is_refuted(
    cage: Sandbox, tmp_path: Path, kind: str
) -> None:
    text, function, count, wrong = FILES[kind]
    file = tmp_path / "code.py"
    file.write_text(text)
    found = await as_it_stands(file, function, cage)
    assert found.verdicts[0].level in ("consistent", "verified"), found.verdicts[0].summary
    assert len(found.examples) == count, json.dumps([e.text for e in found.examples])
    bad = await as_it_stands(file, function, cage, wrong)
    assert bad.verdicts[0].level == "refuted"


async def test_what_leads_up_to_a_wanted_value_never_runs_beside_a_candidate(
    cage: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "code.py"
    file.write_text(DOUBLED)
    spy = "import sys\nreturn sys._getframe(1).f_locals.get('want') or [2]"
    found = await as_it_stands(file, "doubled", cage, spy)
    assert found.verdicts[0].level == "refuted"


async def test_what_another_docstring_leaves_behind_refutes_nobody(
    cage: Sandbox, tmp_path: Path
) -> None:
    file = tmp_path / "code.py"
    file.write_text(SHARED)
    found = await as_it_stands(file, "load", cage)
    assert found.verdicts[0].level == "unchecked"
    assert any("may need what the examples of keep leave in table" in n for n in found.notes)
    bad = await as_it_stands(file, "load", cage, "return 2")
    assert bad.verdicts[0].level == "refuted"


async def test_what_is_no_example_is_named(cage: Sandbox, tmp_path: Path) -> None:
    file = tmp_path / "code.py"
    file.write_text(OWN_TESTS)
    found = await as_it_stands(file, "wrap", cage)
    assert any("test_wrong: it is expected to fail" in note for note in found.notes)
    file.write_text(ENDLESS)
    found = await as_it_stands(file, "same", cage)
    assert any("its loop never ends" in note for note in found.notes)
