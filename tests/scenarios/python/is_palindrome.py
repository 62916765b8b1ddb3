def is_palindrome(text: str) -> bool:
    """Whether the text reads the same backwards.

    >>> is_palindrome("level")
    True
    >>> is_palindrome("hello")
    False
    >>> is_palindrome("abca")
    False
    >>> is_palindrome("")
    True
    """
    # TODO: compare the text with its reverse
