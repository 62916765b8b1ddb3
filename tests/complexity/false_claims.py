"""Four false claims of well-known collections, rebuilt, and siblings that keep theirs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Claimed:
    """A function and what its documentation promises."""

    entry: str
    claim: str
    source: str


FALSE = (
    Claimed(
        "heap_by_reheaping",
        "O(n log n)",
        """
def sift(a, top, end):
    while 2 * top + 1 < end:
        child = 2 * top + 1
        if child + 1 < end and a[child + 1] > a[child]:
            child += 1
        if a[top] >= a[child]:
            return
        a[top], a[child] = a[child], a[top]
        top = child

def heap_by_reheaping(a):
    for end in range(len(a), 0, -1):
        for top in range(end // 2 - 1, -1, -1):
            sift(a, top, end)
        a[0], a[end - 1] = a[end - 1], a[0]
    return a
""",
    ),
    Claimed(
        "merge_by_popping",
        "O(n log n)",
        """
def merge_by_popping(items):
    if len(items) < 2:
        return items
    half = len(items) // 2
    left, right = merge_by_popping(items[:half]), merge_by_popping(items[half:])
    out = []
    while left and right:
        out.append(left.pop(0) if left[0] <= right[0] else right.pop(0))
    return out + left + right
""",
    ),
    Claimed(
        "doubling_search_with_check",
        "O(log i)",
        """
def doubling_search_with_check(values, wanted):
    if sorted(values) != values:
        raise ValueError("not sorted")
    bound = 1
    while bound < len(values) and values[bound] < wanted:
        bound *= 2
    low, high = bound // 2, min(bound, len(values) - 1)
    while low <= high:
        mid = (low + high) // 2
        if values[mid] == wanted:
            return mid
        if values[mid] < wanted:
            low = mid + 1
        else:
            high = mid - 1
    return -1
""",
    ),
    Claimed(
        "range_of_value",
        "O(log n + k)",
        """
def range_of_value(nums, target):
    low, high = 0, len(nums)
    while low < high:
        mid = (low + high) // 2
        if nums[mid] < target:
            low = mid + 1
        else:
            high = mid
    if low == len(nums) or nums[low] != target:
        return (-1, -1)
    for last in range(len(nums) - 1, -1, -1):
        if nums[last] == target:
            return (low, last)
""",
    ),
)

TRUE = (
    Claimed(
        "heap_once",
        "O(n log n)",
        FALSE[0].source.split("def heap_by_reheaping")[0]
        + """
def heap_once(a):
    for top in range(len(a) // 2 - 1, -1, -1):
        sift(a, top, len(a))
    for end in range(len(a) - 1, 0, -1):
        a[0], a[end] = a[end], a[0]
        sift(a, 0, end)
    return a
""",
    ),
    Claimed(
        "merge_by_index",
        "O(n log n)",
        """
def merge_by_index(items):
    if len(items) < 2:
        return items
    half = len(items) // 2
    left, right = merge_by_index(items[:half]), merge_by_index(items[half:])
    out, i, j = [], 0, 0
    while i < len(left) and j < len(right):
        if left[i] <= right[j]:
            out.append(left[i])
            i += 1
        else:
            out.append(right[j])
            j += 1
    return out + left[i:] + right[j:]
""",
    ),
    Claimed(
        "doubling_search",
        "O(log n)",
        """
def doubling_search(values, wanted):
    bound = 1
    while bound < len(values) and values[bound] < wanted:
        bound *= 2
    low, high = bound // 2, min(bound, len(values) - 1)
    while low <= high:
        mid = (low + high) // 2
        if values[mid] == wanted:
            return mid
        if values[mid] < wanted:
            low = mid + 1
        else:
            high = mid - 1
    return -1
""",
    ),
    Claimed(
        "range_by_two_searches",
        "O(log n)",
        """
def range_by_two_searches(nums, target):
    def edge(strict):
        low, high = 0, len(nums)
        while low < high:
            mid = (low + high) // 2
            if nums[mid] < target or (strict and nums[mid] == target):
                low = mid + 1
            else:
                high = mid
        return low
    first, after = edge(False), edge(True)
    return (first, after - 1) if first < after else (-1, -1)
""",
    ),
)
