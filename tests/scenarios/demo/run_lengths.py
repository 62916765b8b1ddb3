def run_lengths(text: str) -> list[tuple[str, int]]:
    """Each run of equal letters with its length.

    >>> run_lengths("aaabbc")
    [('a', 3), ('b', 2), ('c', 1)]
    >>> run_lengths("")
    []
    >>> run_lengths("z")
    [('z', 1)]
    >>> run_lengths("abab")
    [('a', 1), ('b', 1), ('a', 1), ('b', 1)]
    >>> run_lengths("  !!!!")
    [(' ', 2), ('!', 4)]
    """
    # TODO: count the runs
