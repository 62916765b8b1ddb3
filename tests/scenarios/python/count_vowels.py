def count_vowels(text: str) -> int:
    """The number of vowels in the text, small or capital.

    >>> count_vowels("banana")
    3
    >>> count_vowels("Idea")
    3
    >>> count_vowels("rhythm")
    0
    """
    # TODO: count the vowels
