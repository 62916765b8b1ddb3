"""Bounds that a statement gives, in the forms people write them in."""

import pytest

from algosmith.inputs.bounds import allow, bounds_in
from algosmith.sandbox.types import Value

ALLOWED = [
    ("1 <= n <= 10^5", {"n": 0}, False),
    ("1 <= n <= 10^5", {"n": 1}, True),
    ("1 <= n <= 10^5", {"n": 100_001}, False),
    ("Constraints:\n- 1 ≤ n, m ≤ 2 * 10^3", {"m": 0}, False),
    ("0 < k < 5", {"k": 5}, False),
    ("1 <= len(nums) <= 100", {"nums": []}, False),
    ("1 <= nums.length <= 3", {"nums": [1, 2, 3, 4]}, False),
    ("1 <= |s| <= 3", {"s": ""}, False),
    ("-10 <= nums[i] <= 10", {"nums": [1, 11]}, False),
    ("0 <= grid[i][j] <= 1", {"grid": [[0, 2]]}, False),
    ("n >= 2", {"n": 1}, False),
    ("k > 0", {"k": 0}, False),
    ("k is positive", {"k": 0}, False),
    ("k: a positive integer", {"k": 0}, False),
    ("Takes a positive integer k and doubles it.", {"k": -1}, False),
    ("`nums` is non-empty.", {"nums": []}, False),
    ("A non-empty list nums of numbers.", {"nums": []}, False),
    ("n must be non-negative", {"n": -1}, False),
    ("n is between 3 and 9", {"n": 10}, False),
    ("n is at most 20", {"n": 21}, False),
    ("n 为正整数", {"n": 0}, False),
    ("整数k是非负的", {"k": -1}, False),
    ("nums 非空", {"nums": []}, False),
    ("nums 的长度在 1 到 3 之间", {"nums": [1] * 4}, False),
    ("n 不大于 100", {"n": 101}, False),
    ("数据范围: 1 <= n <= 50", {"n": 51}, False),
    # No bounds: what is said of a case, of another name, or of the result.
    ("Returns -1 if n < 0", {"n": -5}, True),
    ("Raises ValueError when k <= 0", {"k": 0}, True),
    ("if 1 <= n <= 3 the answer is n", {"n": 9}, True),
    ("如果 n < 0, 返回 0", {"n": -1}, True),
    ("1 <= size <= 3", {"n": 9}, True),
    ("f(3) -> 1", {"n": 9}, True),
]


@pytest.mark.parametrize(("text", "given", "allowed"), ALLOWED)
def test_an_input_is_within_what_the_words_allow(
    text: str, given: dict[str, Value], *, allowed: bool
) -> None:
    assert allow(bounds_in(text, [*given]), given) is allowed
