def count_vowels(text: str) -> int:
    """The number of vowels in a text of small letters.

    >>> count_vowels("banana")
    3
    >>> count_vowels("idea")
    3
    >>> count_vowels("rhythm")
    0
    """
    # TODO: count the vowels
