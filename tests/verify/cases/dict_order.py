def by_score(d: dict[str, int]) -> dict[str, int]:
    """The same scores, highest first.

    >>> by_score({"ann": 1, "bo": 5})
    {'bo': 5, 'ann': 1}
    >>> by_score({"x": 2, "y": 9, "z": 4})
    {'y': 9, 'z': 4, 'x': 2}
    >>> by_score({})
    {}
    >>> by_score({"k": 3, "l": 8})
    {'l': 8, 'k': 3}
    >>> by_score({"p": 10, "q": 20, "r": 30})
    {'r': 30, 'q': 20, 'p': 10}
    """
    # TODO: sort
