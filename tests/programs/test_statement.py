"""Samples and rules out of a problem's words: every way they are written, and what is no sample."""

import pytest

from algosmith.programs.statement import (
    is_interactive,
    rules_in,
    samples_in,
    seconds_in,
)

SUM = ("3\n1 2 3\n", "6\n")
WRITTEN = {
    "plain": "Read n, then n integers; print their sum.\n\nInput:\n3\n1 2 3\nOutput:\n6\n",
    "numbered": "Sample Input 1\n3\n1 2 3\nSample Output 1\n6\n",
    "codeforces": """\
Input
The first line contains an integer n. The second line contains n integers.
Output
Print a single integer, the sum.
Example
Input
3
1 2 3
Output
6
Note
The sum of 1, 2 and 3 is 6.
""",
    "markdown": (
        "### Sample Input 1\n\n```\n3\n1 2 3\n```\n\n### Sample Output 1\n```\n6\n```\nWell.\n"
    ),
    "a sentence behind": "Sample Input 1\n3\n1 2 3\n\nSample Output 1\n6\n\nThe sum is 6.\n",
    "in Chinese brackets": "【输入样例】\n3\n1 2 3\n【输出样例】\n6\n【数据范围】\nn 不超过 10\n",
    "underlined": "Sample Input\n------------\n3\n1 2 3\n\nSample Output\n-------------\n6\n",
    "bold": "**Input:**\n3\n1 2 3\n**Output:**\n6\n",
    "chinese": "求和。\n\n输入:\n3\n1 2 3\n输出:\n6\n",
    "luogu": """\
输入格式
第一行一个整数 n。
输出格式
一行,一个整数。
输入 #1
3
1 2 3
输出 #1
6
说明/提示
很简单。
""",
    "samples in Chinese": "样例输入 1\n3\n1 2 3\n样例输出 1\n6\n数据范围\nn 不超过 10\n",
    "example with parts": (
        "Example 1:\n  Input:\n    3\n    1 2 3\n  Output:\n    6\n  Explanation: sum\n"
    ),
    "on the line": "Input: 3\n1 2 3\nOutput: 6\n",
    "afterword": "Input:\n3\n1 2 3\nOutput:\n6\n\nThe numbers are small, the sum of them is too.\n",
    "trailing blanks": "Input:  \n3 \t\n1 2 3  \n\n\nOutput:\n6   \n\n\n",
    "no final newline": "Input:\n3\n1 2 3\nOutput:\n6",
    "expected output": "Sample Input:\n3\n1 2 3\nExpected Output:\n6\n",
}


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", WRITTEN)
def test_one_sample(name: str, ending: str) -> None:
    found = samples_in(WRITTEN[name].replace("\n", ending), "docstring")
    assert [(one.input, one.output) for one in found] == [SUM]


def test_several_samples_keep_their_order_and_blank_lines() -> None:
    text = "Sample Input 1\na\n\nb\nSample Output 1\n1\nSample Input 2\nc\nSample Output 2\n2\n"
    found = samples_in(text, "x")
    assert [(one.input, one.output) for one in found] == [("a\n\nb\n", "1\n"), ("c\n", "2\n")]


def test_a_program_may_take_no_input_or_print_nothing() -> None:
    assert [s.input for s in samples_in("Sample Input\n\nSample Output\nhello\n", "x")] == [""]
    assert [s.output for s in samples_in("Sample Input\n1\nSample Output\n\n", "x")] == [""]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Input: nums = [2,7,11,15], target = 9\nOutput: [0,1]\n",
        "Input\nThe first line contains n.\nOutput\nPrint the sum of the numbers.\n",
        "Output:\n6\n",
        "Input:\n3\n",
        "Input: two integers\nOutput: their sum\n",
        "Input: n and n integers\nOutput: the sum\n",
        "Input: a string s\nOutput: YES or NO\n",
        "Input: N\nOutput: sum of digits\n",
        "Input:\nn\nn numbers\nOutput:\nthe sum\n",
        "Input: [1,2,3]\nOutput: 6\n",
        "The input is a list. The output is its sum.",
        "输入格式\n第一行一个整数。\n输出格式\n一个整数。\n",
    ],
)
def test_no_sample(text: str) -> None:
    assert samples_in(text, "x") == ()


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("1,2,3", "6"),
        ("the quick brown fox", "4"),
        ("string", "gnirts"),
        ("abc", "Invalid number"),
        ("n m", "m n"),
        ("3\nlist\nstring\nnumber", "3"),
    ],
)
def test_data_below_plain_headings_is_a_sample(given: str, wanted: str) -> None:
    text = f"Input: two integers\nOutput: their sum\n\nInput:\n{given}\nOutput:\n{wanted}\n"
    (sample,) = samples_in(text, "x")
    assert (sample.input, sample.output) == (given + "\n", wanted + "\n")


def test_words_that_are_data_are_data() -> None:
    text = "Sample Input\nthe cat is a cat\nSample Output\na cat is the cat\n"
    assert [one.output for one in samples_in(text, "x")] == ["a cat is the cat\n"]


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("Print the sum.", 1e-9),
        ("absolute or relative error does not exceed 10^{-6}", 1e-6),
        ("with an error of at most 10^-4.", 1e-4),
        ("precision 1e-3", 1e-3),
        ("an absolute error less than 0.001", 1e-3),
        ("误差不超过 10^-5", 1e-5),
    ],
)
def test_tolerance(text: str, tolerance: float) -> None:
    assert rules_in(text).tolerance == pytest.approx(tolerance)


@pytest.mark.parametrize(
    ("text", "many", "any_case"),
    [
        ("If there are multiple answers, print any of them.", True, False),
        ("You may print the letters in any case (upper or lower).", False, True),
        ("输出任意一组解,不区分大小写。", True, True),
        ("Print the answer.", False, False),
    ],
)
def test_other_rules(text: str, many: bool, any_case: bool) -> None:
    rules = rules_in(text)
    assert (rules.many_answers, rules.any_case) == (many, any_case)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("time limit per test: 2 seconds", 2.0),
        ("Time Limit: 1.5 sec / Memory Limit: 1024 MB", 1.5),
        ("时间限制: 1000 ms", 1.0),
        ("as fast as you can", None),
    ],
)
def test_time_limit(text: str, seconds: float | None) -> None:
    assert seconds_in(text) == seconds


def test_interactive() -> None:
    assert is_interactive("This is an interactive problem. Flush the output.")
    assert is_interactive("这是一道交互题。")
    assert not is_interactive("The cells interact.")
