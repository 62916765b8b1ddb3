def digits_only(text: str) -> str:
    """Keep the digits of a text.

    >>> print(digits_only("a1b2"))
    12
    >>> print(digits_only("x7"))
    7
    """
    # TODO: keep only the digits of text, as a string
