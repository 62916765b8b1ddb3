"""Verdicts, groups, order and choice, in a real cage."""

import pytest

from algosmith.sandbox.types import Sandbox
from tests.verify.judging import judged

pytestmark = pytest.mark.sandbox

TWO_SUM = '''def two_sum(nums: list[int], target: int) -> list[int]:
    """Indices of two numbers that add up to target.

    >>> two_sum([2, 7, 11, 15], 9)
    [0, 1]
    >>> two_sum([3, 3], 6)
    [0, 1]
    """
    # TODO: use a hash map
    pass
'''
RIGHT = (
    "seen = {}\nfor i, n in enumerate(nums):\n    if target - n in seen:\n"
    "        return [seen[target - n], i]\n    seen[n] = i\nreturn []"
)
SELF = (
    "for i in range(len(nums)):\n    for j in range(len(nums)):\n"
    "        if nums[i] + nums[j] == target:\n            return [i, j]\nreturn []"
)

SQUARES = '''def squares(nums: list[int]) -> list[int]:
    """squares([1, -2, 3, 10]) -> [1, 4, 9, 100]"""
    # TODO: square every number
    pass
'''


async def test_the_failing_call_is_the_summary_and_the_evidence(cage: Sandbox) -> None:
    found = await judged(TWO_SUM, [RIGHT, SELF], cage)
    assert found.verdicts[1].summary == "refuted: two_sum([3, 3], 6) gave [0, 0], expected [0, 1]"
    assert found.order[0] == found.chosen == 0
    assert found.evidence == ""
    alone = await judged(TWO_SUM, [SELF], cage)
    assert alone.chosen is None
    assert alone.evidence == "two_sum([3, 3], 6) gave [0, 0], expected [0, 1]"


async def test_agreement_of_different_sources_and_a_telling_example_verify(cage: Sandbox) -> None:
    codes = [
        "return [n * n for n in nums]",
        "out = []\nfor n in nums:\n    out.append(n ** 2)\nreturn out",
        "return list(map(lambda n: n * n, nums))",
        "return [abs(n) * 10 if n > 9 else n * n for n in nums]",
    ]
    found = await judged(SQUARES, codes, cage)
    assert [v.summary for v in found.verdicts[:3]] == ["verified 1/1 example"] * 3
    assert found.verdicts[3].level != "verified"
    assert sorted(found.groups[0].members) == [0, 1, 2]
    assert found.verdicts[0].agreement == (3, 4)
    assert found.chosen in (0, 1, 2)


async def test_one_example_and_nobody_who_agrees_is_not_verified(cage: Sandbox) -> None:
    found = await judged(SQUARES, ["return [n * n for n in nums]"], cage)
    assert found.verdicts[0].summary == "consistent (1/1 example)"


async def test_copies_of_one_source_are_no_second_opinion(cage: Sandbox) -> None:
    codes = ["return [n * n for n in nums]", "return [x * x for x in nums]"]
    found = await judged(SQUARES, codes, cage)
    assert {v.level for v in found.verdicts} == {"consistent"}


async def test_many_examples_verify_one_candidate_alone(cage: Sandbox) -> None:
    lines = "\n".join(
        f"    squares({n}) == {[i * i for i in n]}"
        for n in ([3], [1, -2], [0, 5, 10], [-4, -4], [11])
    )
    text = SQUARES.replace(
        '"""squares([1, -2, 3, 10]) -> [1, 4, 9, 100]"""', f'"""Examples\n\n{lines}\n    """'
    )
    found = await judged(text, ["return [n * n for n in nums]"], cage)
    assert found.verdicts[0].summary == "verified 5/5 examples"


async def test_a_table_of_the_examples_is_not_verified(cage: Sandbox) -> None:
    lines = "\n".join(
        f"    squares({n}) == {[i * i for i in n]}"
        for n in ([3], [1, -2], [0, 5, 10], [-4, -4], [11])
    )
    text = SQUARES.replace(
        '"""squares([1, -2, 3, 10]) -> [1, 4, 9, 100]"""', f'"""Examples\n\n{lines}\n    """'
    )
    table = (
        "return {(3,): [9], (1, -2): [1, 4], (0, 5, 10):"
        " [0, 25, 100], (-4, -4): [16, 16], (11,): [121]}"
    )
    for code in (
        f"{table}.get(tuple(nums), [])",
        f"{table}.get(tuple(nums), nums)",
        f"{table}.get(tuple(nums))",
        f"{table}[tuple(nums)]",
    ):
        found = await judged(text, [code], cage)
        assert found.verdicts[0].level != "verified", code


@pytest.mark.parametrize(
    ("code", "summary"),
    [
        (
            "return [n * n for n in numbers]",
            "refuted: squares([1, -2, 3, 10]) raised NameError: name 'numbers' is not defined",
        ),
        ("pass", "refuted: the body does nothing"),
        ("return", "refuted: returns nothing, squares has to return a value"),
        (
            "def squares(a, b):\n    return a",
            "refuted: The answer changes the parameters of `squares` from (nums) to (a, b)",
        ),
        (
            "def helper(n):\n    return n * n",
            "refuted: squares([1, -2, 3, 10]) raised TypeError: can't multiply sequence",
        ),
        (
            "import numpy as np\nreturn np.square(nums).tolist()",
            "unchecked: not runnable (imports numpy, not installed)",
        ),
        ("return [n * n for n in nums", "refuted: The answer does not parse"),
        (
            "return None if nums else []",
            "refuted: squares([1, -2, 3, 10]) gave None, expected [1, 4, 9, 100]",
        ),
    ],
)
async def test_summaries(cage: Sandbox, code: str, summary: str) -> None:
    found = await judged(SQUARES, [code], cage)
    assert found.verdicts[0].summary.startswith(summary)


async def test_new_capabilities_are_named_and_never_chosen(cage: Sandbox) -> None:
    codes = [
        "import socket\nreturn [n * n for n in nums]",
        "import socket\nout = []\nfor n in nums:\n    out.append(n * n)\nreturn out",
    ]
    found = await judged(SQUARES, codes, cage)
    assert [v.adds for v in found.verdicts] == [("network",)] * 2
    assert found.chosen is None
    assert "verified" not in {v.level for v in found.verdicts}
    plain = await judged(SQUARES, [*codes, "return [n * n for n in nums]"], cage)
    assert plain.chosen == 2


async def test_in_place_work_is_seen(cage: Sandbox) -> None:
    text = (
        'def double(nums: list[int]) -> None:\n    """Double every number in place.\n\n'
        '    Input: nums = [1, 2]\n    Output: [2, 4]\n    """\n    # TODO\n    pass\n'
    )
    found = await judged(
        text,
        ["for i, n in enumerate(nums):\n    nums[i] = n * 2", "nums = [n * 2 for n in nums]"],
        cage,
    )
    assert found.verdicts[0].level != "refuted"
    assert found.verdicts[1].level == "refuted"


async def test_no_examples_the_largest_group_of_different_sources_wins(cage: Sandbox) -> None:
    text = "def biggest(nums: list[int]) -> int:\n    # TODO: the largest number\n    pass\n"
    codes = [
        "return 0",
        "return max(nums)",
        "return sorted(nums)[-1]",
        "return nums[0]",
        "return 0",
    ]
    found = await judged(text, codes, cage)
    assert found.chosen == 1
    assert found.verdicts[1].summary == (
        "consistent (same results as one other answer on 34 new inputs)"
    )
    assert found.verdicts[0].level == "unchecked"


async def test_the_same_seed_gives_the_same_judgement(cage: Sandbox) -> None:
    codes = ["return [n * n for n in nums]", "return nums", "return [n ** 2 for n in nums]"]
    assert await judged(SQUARES, codes, cage) == await judged(SQUARES, codes, cage)


async def test_generators_and_coroutines_are_run(cage: Sandbox) -> None:
    text = (
        "import asyncio\n\nasync def twice(n: int) -> int:\n"
        "    # TODO: twice(3) == 6, twice(0) == 0\n    pass\n"
    )
    found = await judged(text, ["await asyncio.sleep(0)\nreturn n + n", "return n + 1"], cage)
    assert [v.level for v in found.verdicts] == ["consistent", "refuted"]


async def test_a_whole_function_is_found_by_the_asserts_that_call_it(cage: Sandbox) -> None:
    text = "# TODO: write it\n\n\nassert is_prime(7)\nassert not is_prime(8)\nassert is_prime(2)\n"
    right = (
        "def helper(n):\n    return range(2, n)\n\n\ndef is_prime(n):\n"
        "    return n > 1 and all(n % i for i in helper(n))"
    )
    found = await judged(text, [right, "def prime(n):\n    return True"], cage)
    assert found.verdicts[0].level == "consistent"
    assert found.verdicts[1].summary == "refuted: defines prime, not is_prime"


async def test_linked_lists(cage: Sandbox) -> None:
    text = (
        "class ListNode:\n    def __init__(self, val=0, next=None):\n"
        "        self.val = val\n        self.next = next\n\n\n"
        "class Solution:\n    def reverse(self, head: ListNode | None) -> ListNode | None:\n"
        '        """Input: head = [1,2,3]\n        Output: [3,2,1]\n\n'
        '        Input: head = []\n        Output: []\n        """\n'
        "        # TODO: reverse the list\n        pass\n"
    )
    right = (
        "previous = None\nwhile head:\n"
        "    head.next, previous, head = previous, head, head.next\nreturn previous"
    )
    found = await judged(text, [right, "return head"], cage)
    assert found.verdicts[0].level in ("consistent", "verified")
    assert (
        found.verdicts[1].summary
        == "refuted: reverse([1, 2, 3]) gave [1, 2, 3], expected [3, 2, 1]"
    )


async def test_any_order_is_any_order(cage: Sandbox) -> None:
    text = (
        "def common(a: list[int], b: list[int]) -> list[int]:\n"
        '    """Common numbers, in any order. common([1, 2, 3], [3, 1]) == [1, 3]"""\n'
        "    # TODO\n    pass\n"
    )
    found = await judged(
        text, ["return [x for x in b if x in a]", "return [x for x in a if x in b]"], cage
    )
    assert all(v.level != "refuted" for v in found.verdicts)
