"""Claims about complexity are read where they are plain statements about the function."""

import pytest

from algosmith.complexity.claimed import claims_of, claims_of_file
from algosmith.model import Snapshot
from algosmith.syntax.functions import functions

LINES = {
    "# Time: O(n)": [("time", "O(n)")],
    "# Time Complexity: O(N log N), Space Complexity: O(1)": [
        ("time", "O(N log N)"),
        ("space", "O(1)"),
    ],
    "# O(n) time and O(1) extra space": [("time", "O(n)"), ("space", "O(1)")],
    "# 时间复杂度:O(n²),空间复杂度:O(n)": [("time", "O(n²)"), ("space", "O(n)")],
    "# Runs in O(max(n, m)).": [("time", "O(max(n, m))")],
    "# Time: O(n) where n is the length of each string": [("time", "O(n)")],
    "# Average time: O(1)": [],
    "# O(1) amortized time": [],
    "# O(n) instead of O(n^2) time": [],
    "# could be done in O(n) time?": [],
    "# 平均时间复杂度 O(n)": [],
    "# see O(n) below": [],
    "# Follow up: O(1) space": [],
    "# Goal: O(n) time": [],
    "# It must run in O(n) time.": [],
    "# 进阶:O(1) 空间": [],
    "# 要求时间复杂度 O(n)": [],
    "# 时间复杂度为 O(n²)的解法会超时": [],
    "# Time: O(n) ignoring the sort": [],
    "# O(n) time after sorting": [],
    "# Time: O(log n) for a balanced tree": [],
    "# Time: O(n) assuming small keys": [],
    "# Time: O(n) preprocessing, O(1) per query": [],
    "# Time: O(n) to build, O(log n) to search": [],
    "# Time: O(n) for one, time: O(1) for the other": [],
    "# Previously O(n^2) time": [],
    "# beats O(n^2) time": [],
    "# Time: O(": [],
    "# Time: O(n = 5)": [],
}


def claims(text: str) -> list[tuple[str, str]]:
    snapshot = Snapshot("file:///a.py", "python", text.encode())
    found = claims_of(snapshot, functions(snapshot)[0])
    assert all(snapshot.slice(one.span) == one.text for one in found)
    return [(one.resource, one.text) for one in found]


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_above_a_function(line: str, end: str) -> None:
    text = f"\ufeffx = 1\n\n{line}\ndef f(a):\n    return a\n".replace("\n", end)
    assert claims(text) == LINES[line]


def test_docstrings_and_comments_at_the_top_count() -> None:
    text = (
        'def f(a):  # Time: O(n)\n    # Space: O(1)\n    """It.\n\n    Time: O(n^2)\n    """\n'
        "    return a"
    )
    assert sorted(claims(text)) == [("space", "O(1)"), ("time", "O(n)"), ("time", "O(n^2)")]


def test_comments_on_statements_and_text_in_strings_do_not() -> None:
    text = (
        "# Time: O(2^n)\n\ndef f(a):\n    b = '# Time: O(1)'\n    a.sort()  # O(n log n) time\n"
        "    # Time: O(n!)\n    def g():\n        # Time: O(n^3)\n        pass\n    return a\n"
    )
    assert claims(text) == []


def test_a_files_docstring_is_read_apart() -> None:
    text = '"""Sorts.\n\nTime: O(n log n)\n"""\n\n\ndef f(a):\n    return sorted(a)\n'
    snapshot = Snapshot("file:///a.py", "python", text.encode())
    assert claims(text) == []
    assert [(one.text, one.line) for one in claims_of_file(snapshot)] == [("O(n log n)", 3)]
    assert claims_of_file(Snapshot("file:///a.py", "python", b"x = 1")) == ()
