"""Right and wrong solutions over strings: ``NAME``, ``NAME_right_…``, ``NAME_wrong_…``."""

from itertools import pairwise


def is_palindrome(s: str) -> bool:
    """Whether the letters and digits read the same backwards, whatever their case.

    >>> is_palindrome("A man, a plan: Panama")
    False
    >>> is_palindrome("No lemon, no melon")
    True
    """
    kept = [c.lower() for c in s if c.isalnum()]
    return kept == kept[::-1]


def is_palindrome_wrong_case(s: str) -> bool:
    kept = [c for c in s if c.isalnum()]
    return kept == kept[::-1]


def is_palindrome_wrong_signs(s: str) -> bool:
    kept = s.lower().replace(" ", "")
    return kept == kept[::-1]


def longest_unique(s: str) -> int:
    """The length of the longest run without a repeated character.

    >>> longest_unique("abcabcbb")
    3
    """
    return max(
        (j - i for i in range(len(s)) for j in range(i, len(s) + 1) if len(set(s[i:j])) == j - i),
        default=0,
    )


def longest_unique_right_window(s: str) -> int:
    last: dict[str, int] = {}
    start = best = 0
    for i, c in enumerate(s):
        start = max(start, last.get(c, -1) + 1)
        last[c] = i
        best = max(best, i - start + 1)
    return best


def longest_unique_wrong_jump_back(s: str) -> int:
    last: dict[str, int] = {}
    start = best = 0
    for i, c in enumerate(s):
        if c in last:
            start = last[c] + 1
        last[c] = i
        best = max(best, i - start + 1)
    return best


def longest_unique_wrong_restart(s: str) -> int:
    seen: set[str] = set()
    best = 0
    for c in s:
        if c in seen:
            seen = {c}
        else:
            seen.add(c)
        best = max(best, len(seen))
    return best


def balanced(s: str) -> bool:
    """Whether brackets ()[]{} are closed in the right order; other characters do not count.

    >>> balanced("([a]{})")
    True
    >>> balanced("([)]")
    False
    """
    stack: list[str] = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for c in s:
        if c in "([{":
            stack.append(c)
        elif c in pairs and (not stack or stack.pop() != pairs[c]):
            return False
    return not stack


def balanced_wrong_open(s: str) -> bool:
    stack: list[str] = []
    pairs = {")": "(", "]": "[", "}": "{"}
    for c in s:
        if c in "([{":
            stack.append(c)
        elif c in pairs and (not stack or stack.pop() != pairs[c]):
            return False
    return True


def balanced_wrong_counts(s: str) -> bool:
    return all(s.count(a) == s.count(b) for a, b in ("()", "[]", "{}"))


def rle(s: str) -> str:
    """Runs as character and length.

    >>> rle("aaab")
    'a3b1'
    """
    out, i = "", 0
    while i < len(s):
        j = i
        while j < len(s) and s[j] == s[i]:
            j += 1
        out += f"{s[i]}{j - i}"
        i = j
    return out


def rle_wrong_last(s: str) -> str:
    out, count = "", 1
    for a, b in pairwise(s):
        if a == b:
            count += 1
        else:
            out += f"{a}{count}"
            count = 1
    return out


def rle_wrong_total(s: str) -> str:
    return "".join(f"{c}{s.count(c)}" for c in dict.fromkeys(s))


def is_subsequence(small: str, large: str) -> bool:
    """Whether small can be had from large by leaving characters out.

    >>> is_subsequence("ace", "abcde")
    True
    """
    rest = iter(large)
    return all(c in rest for c in small)


def is_subsequence_wrong_order(small: str, large: str) -> bool:
    return all(large.count(c) >= small.count(c) for c in small)


def is_subsequence_wrong_substring(small: str, large: str) -> bool:
    return small in large or set(small) < set(large)


def title(s: str) -> str:
    """Each word, as split by spaces, with its first letter large and the others small.

    >>> title("hello woRLD")
    'Hello World'
    """
    return " ".join(word[:1].upper() + word[1:].lower() for word in s.split(" "))


def title_wrong_spaces(s: str) -> str:
    return " ".join(word.capitalize() for word in s.split())


def title_wrong_builtin(s: str) -> str:
    return s.title()


def common_prefix(words: list[str]) -> str:
    """The longest prefix of all words.

    >>> common_prefix(["flower", "flow", "flight"])
    'fl'
    """
    if not words:
        return ""
    low, high = min(words), max(words)
    n = 0
    while n < min(len(low), len(high)) and low[n] == high[n]:
        n += 1
    return low[:n]


def common_prefix_wrong_set(words: list[str]) -> str:
    out = ""
    for column in zip(*words, strict=False):
        if len(set(column)) == 1:
            out += column[0]
    return out


def common_prefix_wrong_first_two(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    n = 0
    while n < min(len(words[0]), len(words[1])) and words[0][n] == words[1][n]:
        n += 1
    return words[0][:n]
