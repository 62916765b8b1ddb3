"""Examples that stand around a function, or in a form of their own: right code passes, wrong fails.

A row is a file, a right and a wrong answer; the wrong one looks right.
"""

import pytest

from algosmith.sandbox.types import Limits, Sandbox
from tests.verify.judging import judged

pytestmark = pytest.mark.sandbox

STACK = """class Stack:
    \"\"\"A stack.

    >>> s = Stack([1])
    >>> s.push(2)
    >>> s.items
    [1, 2]
    \"\"\"
    def __init__(self, items):
        self.items = list(items)

    def push(self, x):
        # TODO: put x on top

    def peek(self):
        return self.items[-1]
"""
MODULE = """\"\"\"Sums.

>>> data = [1, 2, 5]
>>> total(data)
8
>>> other(3)
4
\"\"\"
def total(xs):
    # TODO: the sum

def other(n):
    return n + 1
"""
_COUNT = ("return sum(x > k for x in nums)", "return sum(x >= k for x in nums)")


def _above(words: str) -> str:
    doc = "".join(f"    {line}".rstrip() + "\n" for line in words.split("\n"))
    head = 'def above(nums, k):\n    """How many are above k.\n\n'
    return f'{head}{doc}    """\n    # TODO: count\n'


def _twice(words: str) -> str:
    doc = "".join(f"    {line}".rstrip() + "\n" for line in words.split("\n"))
    return f'def f(n):\n    """Twice n.\n\n{doc}    """\n    # TODO: give twice n\n'


_MEGABYTE = '>>> print("x" * 3000000)\nx\n'
ROWS = {
    "a class docstring": (STACK, "self.items.append(x)", "self.items.insert(0, x)"),
    "a module docstring": (MODULE, "return sum(xs)", "return sum(xs[:2])"),
    "bold headings": (
        _above("**Input:** nums = [1,2,5], k = 1\n**Output:** 2\n\n"
               "**Input:** nums = [3], k = 3\n**Output:** 0"), *_COUNT),
    "values over several lines": (
        _above("Input: nums = [1,\n               2, 5],\n       k = 2\nOutput: 1\n"
               "Explanation: only 5, so 1."), *_COUNT),
    "semicolons": (_above("Input: nums = [1,2,5]; k = 2\nOutput: 1"), *_COUNT),
    "colons": (_above("Input: nums: [1,2,5], k: 2\nOutput: 1"), *_COUNT),
    "lists as C writes them": (_above("Input: nums[] = {1, 2, 5}, k = 2\nOutput: 1"), *_COUNT),
    "the result is called so": (_above("Input: nums = [1,2,5], k = 2\nResult: 1"), *_COUNT),
    "an output over several lines": (
        'def grid(n):\n    """\n    Input: n = 2\n    Output: [[1, 0],\n             [0, 1]]\n'
        '    """\n    # TODO: the unit matrix\n',
        "return [[int(i == j) for j in range(n)] for i in range(n)]", "return [[1] * n] * n"),
    "what was displayed last stands on the wanted side": (
        _twice(">>> [f(n) for n in range(3)]\n[0, 2, 4]\n>>> f(3) == sum(_)\nTrue\n>>> f(5)\n10"),
        "return 2 * n", "return n + 2"),
    "a name that counts, on the wanted side": (
        _twice(">>> [f(2)] * 3 == [4 for _ in range(3)]\nTrue\n>>> f(5)\n10"),
        "return 2 * n", "return n + 2"),
    "a doctest before it displays a megabyte": (
        _twice(_MEGABYTE + ">>> f(2)\n4\n>>> f(5)\n10"), "return 2 * n", "return n + 2"),
    "a doctest of it displays a megabyte": (
        _twice('>>> f(2) and print("x" * 3000000)\nx\n>>> f(5)\n10'),
        "return 2 * n", "return n + 2"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "right", "wrong"), ROWS.values(), ids=ROWS)
async def test_right_code_passes_and_wrong_code_fails(
    cage: Sandbox, text: str, right: str, wrong: str
) -> None:
    found = await judged(text, [right, wrong], cage)
    assert found.examples
    assert found.verdicts[0].level in ("consistent", "verified")
    assert found.verdicts[1].level == "refuted"


DOUBTED = {
    "a class has the method's name too": STACK + "class Other:\n    def push(self, x): pass\n",
    "another method is still to be written": STACK.replace(
        "        return self.items[-1]", "        ..."
    ).replace("    [1, 2]\n", "    [1, 2]\n    >>> s.peek()\n    2\n"),
}


@pytest.mark.parametrize("text", DOUBTED.values(), ids=DOUBTED)
async def test_what_may_mean_another_function_refutes_nobody(cage: Sandbox, text: str) -> None:
    found = await judged(text, ["self.items.append(x)", "self.items.insert(0, x)"], cage)
    assert "refuted" not in {verdict.level for verdict in found.verdicts}
    assert any("only hints" in note for note in found.notes)


async def test_what_a_candidate_prints_is_our_limit_not_its_fault(cage: Sandbox) -> None:
    text = _twice(">>> f(2)\n4\n>>> f(5)\n10")
    floods = ["print('x' * 3000000)\nreturn 2 * n", "return 2 * n"]
    found = await judged(text, floods, cage)
    assert found.verdicts[0].level == "unchecked"
    assert f"displayed over {Limits().answer_bytes} bytes" in found.verdicts[0].summary


async def test_inputs_out_of_the_statement_s_bounds_are_not_tried(cage: Sandbox) -> None:
    text = (
        'def tens(nums, k):\n    """How many of nums k divides.\n\n'
        "    tens([2, 3], 2) -> 1\n\n    Constraints:\n    1 <= len(nums) <= 5\n"
        '    -9 <= nums[i] <= 9\n    k is positive\n    """\n    # TODO: count\n'
    )
    found = await judged(text, ["return sum(n % k == 0 for n in nums)"], cage)
    assert found.trial is not None
    calls = [call.args for call in found.trial.probes.calls]
    assert len(calls) > 12
    assert all(1 <= len(nums) <= 5 and k > 0 for nums, k in calls)  # type: ignore[arg-type, operator]
    assert all(-9 <= n <= 9 for nums, _ in calls for n in nums)  # type: ignore[union-attr, operator]
