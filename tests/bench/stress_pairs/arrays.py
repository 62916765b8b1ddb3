"""Right and wrong solutions over lists: ``NAME``, ``NAME_right_…``, ``NAME_wrong_…``."""


def max_subarray(nums: list[int]) -> int:
    """The largest sum of a run of one or more neighbours in a non-empty list.

    >>> max_subarray([-2, 1, -3, 4, -1, 2, 1, -5, 4])
    6
    """
    best = here = nums[0]
    for x in nums[1:]:
        here = max(x, here + x)
        best = max(best, here)
    return best


def max_subarray_right_prefix(nums: list[int]) -> int:
    best, total, least = nums[0], 0, 0
    for x in nums:
        total += x
        best = max(best, total - least)
        least = min(least, total)
    return best


def max_subarray_wrong_zero(nums: list[int]) -> int:
    best = here = 0
    for x in nums:
        here = max(0, here + x)
        best = max(best, here)
    return best


def max_subarray_wrong_start(nums: list[int]) -> int:
    best = here = nums[0]
    for x in nums[1:]:
        here = max(x, here + x)
    return max(best, here)


def two_sum(nums: list[int], target: int) -> bool:
    """Whether two different places hold numbers that sum up to target.

    >>> two_sum([1, 4, 5], 9)
    True
    """
    return any(
        nums[i] + nums[j] == target for i in range(len(nums)) for j in range(i + 1, len(nums))
    )


def two_sum_right_set(nums: list[int], target: int) -> bool:
    seen: set[int] = set()
    for x in nums:
        if target - x in seen:
            return True
        seen.add(x)
    return False


def two_sum_wrong_same_place(nums: list[int], target: int) -> bool:
    known = set(nums)
    return any(target - x in known for x in nums)


def two_sum_wrong_distinct(nums: list[int], target: int) -> bool:
    known = set(nums)
    return any(target - x in known and target != 2 * x for x in nums)


def rotate(nums: list[int], k: int) -> list[int]:
    """The list turned to the right by k places, k >= 0.

    >>> rotate([1, 2, 3, 4], 1)
    [4, 1, 2, 3]
    """
    if not nums:
        return []
    k %= len(nums)
    return nums[len(nums) - k :] + nums[: len(nums) - k]


def rotate_wrong_large(nums: list[int], k: int) -> list[int]:
    return nums[-k:] + nums[:-k] if k <= len(nums) else nums


def rotate_wrong_left(nums: list[int], k: int) -> list[int]:
    k = k % len(nums) if nums else 0
    return nums[k:] + nums[:k]


def majority(nums: list[int]) -> int:
    """The number that stands at more than half of the places; -1 where there is none.

    >>> majority([3, 1, 3])
    3
    """
    for x in set(nums):
        if nums.count(x) * 2 > len(nums):
            return x
    return -1


def majority_right_vote(nums: list[int]) -> int:
    count = chosen = 0
    for x in nums:
        if not count:
            chosen = x
        count += 1 if x == chosen else -1
    return chosen if nums and nums.count(chosen) * 2 > len(nums) else -1


def majority_wrong_unchecked(nums: list[int]) -> int:
    count, chosen = 0, -1
    for x in nums:
        if not count:
            chosen = x
        count += 1 if x == chosen else -1
    return chosen


def majority_wrong_half(nums: list[int]) -> int:
    for x in sorted(set(nums)):
        if nums.count(x) * 2 >= len(nums):
            return x
    return -1


def merge_intervals(spans: list[list[int]]) -> list[list[int]]:
    """Overlapping or touching spans [low, high] merged, in order.

    >>> merge_intervals([[1, 3], [2, 6], [8, 10]])
    [[1, 6], [8, 10]]
    >>> merge_intervals([[1, 4], [4, 5]])
    [[1, 5]]
    """
    made: list[list[int]] = []
    for low, high in sorted(spans):
        if made and low <= made[-1][1]:
            made[-1][1] = max(made[-1][1], high)
        else:
            made.append([low, high])
    return made


def merge_intervals_wrong_inside(spans: list[list[int]]) -> list[list[int]]:
    made: list[list[int]] = []
    for low, high in sorted(spans):
        if made and low <= made[-1][1]:
            made[-1][1] = high
        else:
            made.append([low, high])
    return made


def merge_intervals_wrong_unsorted(spans: list[list[int]]) -> list[list[int]]:
    made: list[list[int]] = []
    for low, high in spans:
        if made and low <= made[-1][1]:
            made[-1][1] = max(made[-1][1], high)
        else:
            made.append([low, high])
    return made


def search(nums: list[int], target: int) -> int:
    """The first index of target in a sorted list, -1 where it is not.

    >>> search([1, 3, 3, 7], 3)
    1
    """
    return nums.index(target) if target in nums else -1


def search_right_bisect(nums: list[int], target: int) -> int:
    low, high = 0, len(nums)
    while low < high:
        middle = (low + high) // 2
        if nums[middle] < target:
            low = middle + 1
        else:
            high = middle
    return low if low < len(nums) and nums[low] == target else -1


def search_wrong_any(nums: list[int], target: int) -> int:
    low, high = 0, len(nums) - 1
    while low <= high:
        middle = (low + high) // 2
        if nums[middle] == target:
            return middle
        if nums[middle] < target:
            low = middle + 1
        else:
            high = middle - 1
    return -1


def search_wrong_last(nums: list[int], target: int) -> int:
    low, high = 0, len(nums) - 1
    while low < high:
        middle = (low + high) // 2
        if nums[middle] < target:
            low = middle + 1
        else:
            high = middle
    return low if high > 0 and nums[low] == target else -1


def second_largest(nums: list[int]) -> int | None:
    """The second largest different value, None where there is none.

    >>> second_largest([4, 1, 4, 3])
    3
    """
    values = sorted(set(nums))
    return values[-2] if len(values) > 1 else None


def second_largest_wrong_equal(nums: list[int]) -> int | None:
    return sorted(nums)[-2] if len(nums) > 1 else None


def second_largest_wrong_drop(nums: list[int]) -> int | None:
    best = second = None
    for x in nums:
        if best is None or x > best:
            best = x
        elif x != best and (second is None or x > second):
            second = x
    return second


def water(heights: list[int]) -> int:
    """The rain held between bars of non-negative heights.

    >>> water([0, 1, 0, 2, 1, 0, 1, 3])
    5
    """
    return sum(
        max(0, min(max(heights[: i + 1]), max(heights[i:])) - h) for i, h in enumerate(heights)
    )


def water_right_two_pointers(heights: list[int]) -> int:
    left, right, low, total = 0, len(heights) - 1, 0, 0
    while left < right:
        if heights[left] < heights[right]:
            low, total = max(low, heights[left]), total + max(0, low - heights[left])
            left += 1
        else:
            low, total = max(low, heights[right]), total + max(0, low - heights[right])
            right -= 1
    return total


def water_wrong_neighbours(heights: list[int]) -> int:
    return sum(
        max(0, min(heights[i - 1], heights[i + 1]) - heights[i]) for i in range(1, len(heights) - 1)
    )


def water_wrong_left_only(heights: list[int]) -> int:
    high = total = 0
    for h in heights:
        high = max(high, h)
        total += min(high, heights[-1]) - h if min(high, heights[-1]) > h else 0
    return total


def partition(nums: list[int], pivot: int) -> list[int]:
    """First those below pivot, then the others, each in their order.

    >>> partition([4, 1, 5, 2], 4)
    [1, 2, 4, 5]
    """
    return [x for x in nums if x < pivot] + [x for x in nums if x >= pivot]


def partition_wrong_order(nums: list[int], pivot: int) -> list[int]:
    return [x for x in nums if x < pivot] + sorted(x for x in nums if x >= pivot)


def partition_wrong_equal(nums: list[int], pivot: int) -> list[int]:
    return [x for x in nums if x < pivot] + [x for x in nums if x > pivot]
