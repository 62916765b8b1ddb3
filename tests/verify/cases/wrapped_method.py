def tag(text: str) -> str:
    """First word in capitals.

    >>> tag("ab cd")[::-1]
    'BA'
    >>> tag("ef gh").startswith("EF")
    True
    """
    return text.split()[0].upper()
