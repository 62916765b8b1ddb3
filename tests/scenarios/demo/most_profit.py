def most_profit(prices: list[int]) -> int:
    """The largest gain of buying once and selling later, 0 where prices only fall.

    >>> most_profit([7, 1, 5, 3, 6, 4])
    5
    >>> most_profit([7, 6, 4, 3, 1])
    0
    >>> most_profit([])
    0
    >>> most_profit([2, 4, 1, 90])
    89
    >>> most_profit([30, 100, 1, 5])
    70
    >>> most_profit([5])
    0
    """
    # TODO: one pass, remember the cheapest day so far
