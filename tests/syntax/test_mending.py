"""Answers that are nearly right: names that differ from the file's, and ends that are missing."""

import ast

import pytest

from algosmith.model import Snapshot
from algosmith.syntax import mending
from algosmith.syntax.splice import place
from algosmith.syntax.tasks import find_tasks

FILE = b"def two_sum(nums, target):\n    # TODO: two pointers\n    pass\n"
SCRIPT = b"function twoSum(nums, target) {\n  // TODO: two pointers\n}\n"

OTHER = "def solve(a, t):\n"
OURS = "def two_sum(nums, target):\n"

RENAMED = {
    "parameters": (
        "def two_sum(a, t):\n    return a[0] + t\n",
        OURS + "    return nums[0] + target\n",
    ),
    "the function": (
        "def twoSum(nums, target):\n    return twoSum(nums[1:], target)\n",
        OURS + "    return two_sum(nums[1:], target)\n",
    ),
    "both": (OTHER + "    return a, t\n", OURS + "    return nums, target\n"),
    "nested functions and f-strings": (
        OTHER + "    def inner(a):\n        return a\n    return inner(t), f'{a}'\n",
        OURS + "    def inner(nums):\n        return nums\n    return inner(target), f'{nums}'\n",
    ),
    "a call of itself by keyword": (
        OTHER + "    return solve(a=a[1:], t=t) or dict(t=1)\n",
        OURS + "    return two_sum(nums=nums[1:], target=target) or dict(t=1)\n",
    ),
    "not attributes": (OTHER + "    return a.t, t\n", OURS + "    return nums.t, target\n"),
    "a helper that is called": (
        "def help_me(x):\n    return x\n\n" + OTHER + "    return help_me(a)\n",
        "def help_me(x):\n    return x\n\n" + OURS + "    return help_me(nums)\n",
    ),
}


@pytest.mark.parametrize(("code", "wanted"), RENAMED.values(), ids=RENAMED.keys())
def test_names_become_those_of_the_file(code: str, wanted: str | None) -> None:
    assert _named(code).strip() == (code if wanted is None else wanted).strip()


LEFT = {
    "another number of parameters": "def two_sum(a):\n    return a\n",
    "parameters in another order": "def two_sum(target, nums):\n    return nums\n",
    "the new name is in use": OTHER + "    nums = sorted(a)\n    return nums, t\n",
    "names read by text": OTHER + "    return eval('a')\n",
    "a global of the name": OTHER + "    def f():\n        global a\n    return a\n",
    "a class that shows the name": OTHER + "    class C:\n        a = 1\n    return C.a\n",
    "two functions that could be meant": "def f(a, t):\n    pass\n\ndef g(a, t):\n    pass\n",
    "more than names": "def two_sum(*nums, **target):\n    return nums\n",
    "a method called as one": (
        "class S:\n    def f(nums, target):\n        return nums.f(target)\n"
    ),
    "no function": "return nums[0]\n",
    "broken code": "def two_sum(a, t:\n",
}


@pytest.mark.parametrize("code", LEFT.values(), ids=LEFT.keys())
def test_what_is_not_certain_is_left_alone(code: str) -> None:
    assert _named(code) == code


def test_names_in_javascript() -> None:
    snapshot = Snapshot("file:///a.js", "javascript", SCRIPT)
    function = find_tasks(snapshot, ("TODO",))[0].function
    assert function is not None
    code = "function twoSum(a, t) {\n  return a.map((x) => x + t).a;\n}"
    wanted = "function twoSum(nums, target) {\n  return nums.map((x) => x + target).a;\n}"
    assert mending.named_as(code, snapshot, function) == wanted
    short = "function twoSum(a, t) {\n  return { a, t };\n}"
    assert mending.named_as(short, snapshot, function) == short


WHOLE = "def f(a):\n    if a:\n        return 1\n    return 2\n"
BRANCHES = "def f(a):\n    if a:\n        return 1\n    else:\n        return 2\n"
CUT = {
    "a test cut off in a string": (WHOLE + "\nprint(f('abc", WHOLE),
    "prose behind the code": (WHOLE + "\nThis function returns one, or two.\n", WHOLE),
    "the docstring of a second function": (WHOLE + '\n\ndef g(b):\n    """cut', WHOLE),
    "a statement after the last return": (WHOLE + "    print('x", WHOLE),
    "both branches leave": (BRANCHES + "    x = (", BRANCHES),
    "in the middle of the work": ("def f(a):\n    s = 0\n    for x in a:\n        s += (x", ""),
    "one branch leaves": ("def f(a):\n    if a:\n        return 1\n    x = '", ""),
    "nothing but prose": ("I would do it so: first, (sort", ""),
}


BARE = {
    "python": ("def f(n):\n    # TODO\n    pass\n",
               "def g(x):\n    return x * 2\n\nt = g(n)\nreturn t\n"),
    "cpp": ("int f(int n) {\n    // TODO\n}\n",
            "int g(int x) { return x * 2; }\nint t = g(n);\nreturn t;\n"),
    "javascript": ("function f(n) {\n  // TODO\n}\n",
                   "function g(x) { return x * 2; }\nconst t = g(n);\nreturn t;\n"),
    "java": ("class A {\n    int f(int n) {\n        // TODO\n    }\n}\n",
             "int g(int x) { return x * 2; }\nint t = g(n);\nreturn t;\n"),
}  # fmt: skip


@pytest.mark.parametrize("language", BARE)
def test_a_helper_above_a_bare_body_is_no_answer_itself(language: str) -> None:
    file, code = BARE[language]
    snapshot = Snapshot("file:///a", language, file.encode())
    edit = place(snapshot, find_tasks(snapshot, ("TODO",))[0], code)
    placed = edit.apply(snapshot.data).decode()
    assert "g(n)" in placed
    assert "return t" in placed
    assert "x * 2" in placed


@pytest.mark.parametrize(("code", "wanted"), CUT.values(), ids=CUT.keys())
def test_the_longest_beginning_that_is_a_whole_answer(code: str, wanted: str) -> None:
    found = mending.parsing_part(code, "python")
    assert found.strip() == (wanted or code).strip()
    if wanted:
        ast.parse(found)


def test_code_that_parses_stays_as_it_is() -> None:
    assert mending.parsing_part(WHOLE, "python").strip() == WHOLE.strip()


def test_a_script_with_prose_behind_it() -> None:
    code = "function f(a) {\n  return a;\n}\n\nThis returns `a` again: it's (simple."
    assert mending.parsing_part(code, "javascript") == "function f(a) {\n  return a;\n}\n"


def _named(code: str) -> str:
    snapshot = Snapshot("file:///a.py", "python", FILE)
    function = find_tasks(snapshot, ("TODO",))[0].function
    assert function is not None
    return mending.named_as(code, snapshot, function)
