"""Comment lines written at the top of functions that stand already."""

import pytest

from algosmith.errors import EditError
from algosmith.model import Snapshot
from algosmith.syntax.functions import functions
from algosmith.syntax.remark import remark

NOTES = ("Time: O(n) measured",)
CASES = {
    "plain": ("def f(a):\n    return a\n", "def f(a):\n    # Time: O(n) measured\n    return a\n"),
    "docstring": (
        'def f(a):\n    """Doc.\n\n    More.\n    """\n    return a\n',
        'def f(a):\n    """Doc.\n\n    More.\n    """\n    # Time: O(n) measured\n    return a\n',
    ),
    "tabs and CRLF": (
        "def f(\r\n\ta,\r\n):\r\n\treturn a\r\n",
        "def f(\r\n\ta,\r\n):\r\n\t# Time: O(n) measured\r\n\treturn a\r\n",
    ),
    "an earlier annotation is replaced": (
        "def f(a):\n    # Time: O(n²) measured · Space: O(1) measured\n    # why\n    return a\n",
        "def f(a):\n    # Time: O(n) measured\n    # why\n    return a\n",
    ),
    "other comments stay": (
        "def f(a):\n    # Timely\n    return a\n",
        "def f(a):\n    # Time: O(n) measured\n    # Timely\n    return a\n",
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES.keys())
def test_python(before: str, after: str) -> None:
    snapshot = Snapshot("file:///a.py", "python", before.encode())
    edit = remark(snapshot, functions(snapshot)[0], NOTES)
    assert edit.apply(snapshot.data).decode() == after


def test_twice_is_once() -> None:
    first = Snapshot("file:///a.py", "python", b"def f(a):\n    return a\n")
    second = Snapshot("", "python", remark(first, functions(first)[0], NOTES).apply(first.data))
    assert remark(second, functions(second)[0], NOTES).apply(second.data) == second.data


def test_typescript() -> None:
    snapshot = Snapshot("file:///a.ts", "typescript", b"function f(a) {\n  return a;\n}\n")
    edit = remark(snapshot, functions(snapshot)[0], NOTES)
    assert edit.apply(snapshot.data).startswith(b"function f(a) {\n  // Time: O(n) measured\n  ret")


def test_one_line_functions_are_refused() -> None:
    snapshot = Snapshot("file:///a.py", "python", b"def f(a): return a\n")
    with pytest.raises(EditError, match="one line"):
        remark(snapshot, functions(snapshot)[0], NOTES)
