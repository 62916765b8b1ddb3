"""``algosmith review`` and hints: evidence that running shows, and words that never hold code."""

import asyncio
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from algosmith import cli
from algosmith.config import ComplexitySettings, Settings, TeachingSettings
from algosmith.errors import TaskError
from algosmith.features import ask, hints, offers, review, services
from algosmith.features.notebook_files import read_notebook
from algosmith.features.review_pace import Limit, limits_of, wanted_of
from algosmith.features.solve import solve
from algosmith.features.teaching import only_hints
from algosmith.model import Snapshot, Span
from algosmith.syntax.functions import functions
from algosmith.syntax.tasks import find_tasks

FILE = '''def average(nums: list[float]) -> float:
    """The mean.

    >>> average([1.0, 2.0])
    1.5
    """
    return sum(nums) / len(nums)


def careful(nums: list[float]) -> float:
    if not nums:
        raise ZeroDivisionError("no numbers")
    return sum(nums) / len(nums)


def divided(a: int, b: int) -> float:
    """
    >>> divided(6, 3)
    2.0
    >>> divided(1, 0)
    Traceback (most recent call last):
    ZeroDivisionError: division by zero
    """
    return a / b


def largest(nums: list[int]) -> int:
    """The largest number; of none at all, ValueError. len(nums) >= 0

    >>> largest([1, 2])
    2
    """
    return max(nums)


def total(nums: list[int]) -> int:
    """The sum."""
    return 0 if not nums else nums[0] + total(nums[1:])


def has_pair(nums: list[int], target: int) -> bool:
    """Whether two items sum up to target; must run in O(n). 1 <= len(nums) <= 2 * 10^5

    >>> has_pair([1, 2, 3], 6)
    True
    """
    nums.sort()
    for i in range(len(nums)):
        for j in range(i + 1, len(nums)):
            if nums[i] + nums[j] == target:
                return True
    return False


def height(root) -> int:
    """The height of a binary tree."""
    return 0 if root is None else 1 + max(height(root.left), height(root.right))


def 最大(数组: list[int]) -> int:
    """返回最大的数。"""
    return max(数组)
'''
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "average": (
        ("! with empty nums: average([]) raised ZeroDivisionError", "1e+308]) gave inf",
         "+ 1 example ran and came out right", "Time: O(n) measured"), ()),
    "divided": (("2 examples ran", "line 24: most of the work"), ("! with", "b = 0")),
    "largest": (("1 example ran", "nums with one item"), ("! with", "empty nums", "limit")),
    "careful": (("not checked: there is no example",), ("! with empty",)),
    "total": (("! the recursion ends in RecursionError at len(nums) = 9",), ("! with",)),
    "has_pair": (
        ("also changes its argument nums", "the task asks for O(n), measured O(n²)",
         "at the task's limit len(nums) = 200,000 it would take", "has_pair([1, 2, 3], 6) gave"),
        ("empty nums",)),
    "height": (("RecursionError at len(root) = 9",), ("LookupError",)),
    "最大": (("当 数组 为空 时: 最大([]) 抛出 ValueError", "没有检查", "时间: O(n)"), ("What",)),
}  # fmt: skip


@pytest.fixture(scope="module")
def reviews() -> dict[str, str]:
    async def every() -> dict[str, str]:
        quick = replace(Settings(), complexity=ComplexitySettings(seconds=0.2))
        made = services.build(quick, trusted=True)
        snapshot = Snapshot("reviewed.py", "python", FILE.encode())
        try:
            return {
                one.name: review.text_of(
                    await review.review(made, snapshot, one, lambda _: None, model=False)
                )
                for one in functions(snapshot)
            }
        finally:
            await made.close()

    return asyncio.run(every())


@pytest.mark.sandbox
@pytest.mark.parametrize("name", CASES)
def test_a_review_tells_what_running_showed(name: str, reviews: dict[str, str]) -> None:
    wanted, unwanted = CASES[name]
    for text in wanted:
        assert text in reviews[name]
    for text in unwanted:
        assert text not in reviews[name]


JAVASCRIPT = """/**
 * The mean.
 * average([1, 2]) // => 1.5
 * @param {number[]} nums
 * @returns {number}
 */
function average(nums) {
  let sum = 0;
  for (const n of nums) sum += n;
  return sum / nums.length;
}

/**
 * @param {number[]} nums
 * @returns {number}
 */
function endless(nums) {
  return 1 + endless(nums);
}
"""


@pytest.mark.sandbox
@pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")
async def test_another_language_is_reviewed_where_it_is_run() -> None:
    made = services.build(Settings(), trusted=True)
    snapshot = Snapshot("reviewed.js", "javascript", JAVASCRIPT.encode())
    try:
        average, endless = [
            review.text_of(await review.review(made, snapshot, one, lambda _: None, model=False))
            for one in functions(snapshot)
        ]
    finally:
        await made.close()
    assert "! with empty nums: average([]) gave NaN" in average
    assert "+ 1 example ran and came out right" in average
    assert "Time: O(n) measured" in average
    assert "! the recursion ends in RangeError at len(nums) = " in endless


async def test_what_can_not_be_run_is_said_in_a_sentence() -> None:
    made = services.build(Settings(), trusted=False)
    for language, code, told in (
        ("python", "def f(x):\n    return x\n", "this workspace is not trusted"),
        ("javascript", "function f(x) { return x; }\n", "this workspace is not trusted"),
    ):
        snapshot = Snapshot("a", language, code.encode())
        (function,) = functions(snapshot)
        found = await review.review(made, snapshot, function, lambda _: None, model=False)
        assert not found.points
        assert told in review.text_of(found)
    await made.close()


@pytest.mark.parametrize(
    ("text", "name", "limit"),
    [
        ("1 <= n <= 10^5", "n", Limit(1, 1e5)),
        ("1 ≤ len(nums) ≤ 2 * 10**5", "nums", Limit(1, 2e5)),
        ("0 <= nums.length <= 3·10^4", "nums", Limit(0, 3e4)),
        ("1 <= |s| <= 100,000", "s", Limit(1, 1e5)),
        ("|S| <= 1e6", "S", Limit(0, 1e6)),
    ],
)
def test_limits_are_read_as_people_write_them(text: str, name: str, limit: Limit) -> None:
    assert limits_of(text)[name] == limit


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("It must run in O(n log n).", "O(n log n)"),
        ("in O(n) time and O(1) space", "O(n)"),
        ("要求时间复杂度 O(log n)", "O(log n)"),
        ("Use O(1) space.", None),
        ("The naive way runs in O(n^2).", None),
        ("Sorts the list.", None),
    ],
)
def test_only_a_plain_demand_is_a_limit(text: str, wanted: str | None) -> None:
    assert wanted_of(text) == wanted


SECRET = """def f(n):
    # Add the numbers up to n.
    ### BEGIN SOLUTION
    return n * (n + 1) // 2
    ### END SOLUTION
    x = 5  # SOLUTION
    # YOUR CODE HERE
    raise NotImplementedError()
"""


def test_a_hint_never_sees_what_nbgrader_and_otter_hide() -> None:
    shown = hints.without_solutions(SECRET)
    assert "n * (n + 1)" not in shown
    assert "x = 5" not in shown
    assert "Add the numbers" in shown
    assert "YOUR CODE HERE" in shown


@pytest.mark.parametrize(
    ("reply", "shown"),
    [
        ("Think of pairs.\n```python\nreturn 1\n```", "Think of pairs."),
        ("Keep a set.\nseen = set()\nfor x in nums:\n    seen.add(x)\nThen look.",
         "Keep a set.\n    seen.add(x)\nThen look."),
        ("Write `return sum(range(n)) // len(nums)` now.", "Write … now."),
        ("Use `left` and `right`; return the larger one.",
         "Use `left` and `right`; return the larger one."),
        ("Write `has_pair` so that it takes the list `nums` and a number.",
         "Write `has_pair` so that it takes the list `nums` and a number."),
        ("return a*b", "(The model wrote only code; ask for another hint.)"),
        ("def f(n): return n", "(The model wrote only code; ask for another hint.)"),
    ],
)  # fmt: skip
def test_code_is_cut_out_of_hints(reply: str, shown: str) -> None:
    assert ask.without_code(reply) == shown


async def test_in_a_folder_for_learners_nothing_is_solved(tmp_path: Path) -> None:
    taught = replace(Settings(), teaching=TeachingSettings((str(tmp_path / "course"),)))
    data = b"def f(n):\n    # TODO: double it\n    ...\n"
    made = services.build(taught, trusted=True)
    inside = Snapshot((tmp_path / "course" / "week 1" / "a.py").as_uri(), "python", data)
    outside = replace(inside, uri=(tmp_path / "a.py").as_uri())
    (task,) = find_tasks(inside, ("TODO",))
    at = Span(task.comment.start, task.comment.start)
    assert offers.offers(made, inside, at) == ()
    assert [one.kind for one in offers.offers(made, outside, at)] == ["solve"]
    with pytest.raises(TaskError, match="hints, not solutions"):
        await solve(made, inside, task, lambda _: None)
    cell = f"vscode-notebook-cell:{tmp_path}/course/nb.ipynb#W0s"
    assert only_hints(taught, cell)
    await made.close()


NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": ["# Exercise\n", "Double it."]},
        {"cell_type": "code", "source": "%matplotlib inline\ndef double(n):\n    return n + n\n"},
        {"cell_type": "code", "source": ["assert double(2) == 4\n", "!ls\n"]},
        {"cell_type": "code", "source": "%%bash\nls\n"},
    ]
}


def test_a_notebook_is_read_as_one_file(tmp_path: Path) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(json.dumps(NOTEBOOK), "utf-8")
    snapshot = read_notebook(file)
    assert "# Double it.\n\npass  # %matplotlib inline\ndef double(n):" in snapshot.text
    assert "bash" not in snapshot.text
    assert [one.name for one in functions(snapshot)] == ["double"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"cells": [1]}', '{"cells": {"a": 1}}'])
def test_what_is_no_notebook_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.ipynb"
    file.write_text(text, "utf-8")
    with pytest.raises(TaskError, match="no notebook of version 4"):
        read_notebook(file)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (lambda f: ["hint", f"{f}:1"], "no function there"),
        (lambda f: ["review", str(f), "--function", "g"], "there is no function g"),
        (lambda f: ["review", f"{f}:99"], "no line 99"),
    ],
)
def test_a_wrong_place_is_said_in_a_sentence(
    tmp_path: Path,
    arguments: Callable[[Path], list[str]],
    told: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "a.py"
    file.write_text("X = 1\n\n\ndef f(n):\n    return n\n\n\ndef h(n):\n    return n\n", "utf-8")
    assert cli.run(arguments(file)) == 1
    assert told in capsys.readouterr().err
