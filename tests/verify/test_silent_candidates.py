"""A candidate that does not come back from an input says nothing on it."""

import pytest

from algosmith.sandbox.types import Sandbox
from tests.verify.judging import judged

pytestmark = pytest.mark.sandbox

FILE = '''def twos_in(n: int) -> int:
    """twos_in(8) -> 3, twos_in(12) -> 2, twos_in(7) -> 0, twos_in(40) -> 3"""
    # TODO: how often 2 divides n
'''
HANGS_AT_0 = "count = 0\nwhile n % 2 == 0:\n    n //= 2\n    count += 1\nreturn count"
NONE_AT_0 = "if n == 0:\n    return 0\nreturn len(bin(n)) - len(bin(n).rstrip('0'))"
ONE_AT_0 = "if n == 0:\n    return 1\nreturn (n & -n).bit_length() - 1"


async def test_it_is_with_those_that_do_the_same_elsewhere(cage: Sandbox) -> None:
    found = await judged(FILE, [HANGS_AT_0, NONE_AT_0], cage)
    assert [group.members for group in found.groups] == [(0, 1)]


async def test_it_speaks_for_neither_of_two_that_differ_there(cage: Sandbox) -> None:
    found = await judged(FILE, [NONE_AT_0, ONE_AT_0, HANGS_AT_0], cage)
    assert sorted(group.members for group in found.groups) == [(0,), (1,), (2,)]
    assert "verified" not in {verdict.level for verdict in found.verdicts}
