"""Sources that tests of several layers work on."""

BEST_AND_BRUTE = '''\
def best(nums: list[int]) -> int:
    """The largest sum of a run."""
    top = cur = 0
    for n in nums:
        cur = max(0, cur + n)
        top = max(top, cur)
    return top


def best_brute(nums: list[int]) -> int:
    """Of all runs.

    >>> best_brute([1, -2, 3])
    3
    """
    n = len(nums)
    return max(sum(nums[i:j]) for i in range(n) for j in range(i + 1, n + 1))
'''
"""``best`` gives 0 for negative numbers only, where ``best_brute`` does not."""
