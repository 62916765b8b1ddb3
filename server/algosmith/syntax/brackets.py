"""Brackets in one line of text that need be no code."""


def closing(line: str, start: int, quotes: str = "\"'") -> int | None:
    """The offset behind the bracket that closes the one at ``start``; texts are passed over."""
    depth, quote, i = 0, "", start
    while i < len(line):
        char = line[i]
        if quote:
            i += char == "\\"
            quote = "" if char == quote else quote
        elif char in quotes:
            quote = char
        elif char in "([{":
            depth += 1
        elif char in ")]}":
            depth -= 1
            if depth == 0:
                return i + 1
        i += 1
    return None
