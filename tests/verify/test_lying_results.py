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
