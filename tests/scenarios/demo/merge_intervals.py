def merge_intervals(intervals: list[list[int]]) -> list[list[int]]:
    """Overlapping or touching intervals joined, in order of where they begin.

    >>> merge_intervals([[1, 3], [2, 6], [8, 10], [15, 18]])
    [[1, 6], [8, 10], [15, 18]]
    >>> merge_intervals([[4, 5], [1, 4]])
    [[1, 5]]
    >>> merge_intervals([[1, 9], [2, 3]])
    [[1, 9]]
    >>> merge_intervals([])
    []
    """
    # TODO: merge the intervals
