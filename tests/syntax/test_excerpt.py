"""The part of a file that one function needs: nothing else is read, lines keep their numbers."""

import ast

import pytest

from algosmith.model import Snapshot
from algosmith.syntax.excerpt import excerpt
from algosmith.syntax.functions import functions
from algosmith.syntax.pythontree import TOO_DEEP, Unreadable, module_of

FILE = """\
from __future__ import annotations
import math, sys; LIMIT = 10
\"\"\"words about f\"\"\"
table = {}
table.update(a=1)
first = second = 3
if sys.version_info > (3,):
    def helper(x): return x * LIMIT
def unrelated(x):
    return helper(x)
@decorate
def f(x):
    return helper(x) + table["a"] + second
assert f(1) == 14
print(f(2))
sys.setrecursionlimit(9999)
def f_is_not_me(x):
    return f(x)
if __name__ == "__main__":
    unrelated(f(1))
"""
NEEDED = {1, 2, 4, 5, 6, 7, 8, 11, 12, 13, 16}


def part(text: str | bytes, name: str) -> str:
    data = text.encode() if isinstance(text, str) else text
    snapshot = Snapshot("file:///a.py", "python", data)
    function = next(one for one in functions(snapshot) if one.name == name)
    return excerpt(snapshot, function.span)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_what_a_function_names_stays_on_its_line(ending: str, mark: bytes) -> None:
    data = mark + FILE.replace("\n", ending).encode()
    lines = part(data, "f").split("\n")
    kept = {number for number, line in enumerate(lines, 1) if line.strip()}
    assert kept == NEEDED
    assert all(lines[number - 1] == FILE.split("\n")[number - 1] for number in kept)


@pytest.mark.parametrize("broken", ["def g(:\n    pass\n", "x = = 2\n", "print 'old'\n", "}\n"])
def test_what_is_broken_elsewhere_stays_out(broken: str) -> None:
    text = f"def f(x):\n    return x\n\n\n{broken}"
    ast.parse(part(text, "f"))


@pytest.mark.parametrize("code", ["globals()['g'](x)", "eval('g')(x)"])
def test_code_that_may_reach_anything_keeps_everything(code: str) -> None:
    text = f"def f(x):\n    return {code}\n\n\ndef g(x):\n    return x\n"
    assert part(text, "f").strip() == text.strip()


def test_a_name_defined_twice_keeps_both() -> None:
    text = "def h(x): return 1\ndef f(x): return h(x)\ndef h(x): return 2\n"
    assert part(text, "f").strip() == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        " + ".join(["x"] * 3_000),
        "(" * 300 + "x" + ")" * 300,
        "[" * 150 + "x" + "]" * 150,
        "-" * 5_000 + "x",
        "x" + ".a" * 3_000,
        "f(" * 150 + "x" + ")" * 150,
        "".join("    " * n + "if x:\n" for n in range(120)) + "    " * 120 + "pass",
        "if x:\n    pass\n" + "elif x:\n    pass\n" * 400,
    ],
    ids=["sum", "parentheses", "lists", "minus", "attributes", "calls", "blocks", "elifs"],
)
def test_what_is_nested_too_deep_is_told_in_one_sentence(text: str) -> None:
    with pytest.raises(Unreadable) as caught:
        module_of(text)
    assert str(caught.value) == TOO_DEEP


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def f(:", "is not valid Python: "),
        ("x = '\0'", "is not valid Python: "),
        ("x = 0x" + "f" * 5_000, "a number in it has over 4,300 digits"),
    ],
)
def test_what_does_not_parse_says_so(text: str, says: str) -> None:
    with pytest.raises(Unreadable) as caught:
        module_of(text)
    assert str(caught.value).startswith(says)
