def count_vowels(text: str) -> int:
    """The number of vowels in a text of small letters.

    >>> count_vowels("banana")
    3
    >>> count_vowels("idea")
    3
    >>> count_vowels("rhythm")
    0
    >>> count_vowels("")
    0
    >>> count_vowels("queueing is a nice education")
    14
    >>> count_vowels("a e i o u, a e i o u")
    10
    """
    # TODO: count the vowels
