"""What an example wanted, as a person reads it."""

import pytest

from algosmith.sandbox.types import Answer
from algosmith.verify.statements import Example
from algosmith.verify.telling import contrast, left

ROWS = {
    "a value": ("_ == [1, 2]", "[1, 2]", "[1, 2]"),
    "a text that looks like a claim's name": ("_ == 'a _ b_0 _1'", "'a _ b_0 _1'", "'a _ b_0 _1'"),
    "a changed argument": ("_0 == [1]", "_0 == [1]", "[1]"),
    "a named value": ("(n := _) == {'a': 2}", "(n := _) == {'a': 2}", "{'a': 2}"),
    "something about it": ("sorted(_) == [1, 2]", "sorted(_) == [1, 2]", "sorted(it) == [1, 2]"),
    "two arguments": ("_0 == _1", "_0 == _1", "argument 1 == argument 2"),
    "a count of the user's": ("_ == [0 for _each in x]", "[0 for _each in x]", "[0 for _ in x]"),
    "lines": ("", "a\n<BLANKLINE>\nb", "a <BLANKLINE> b"),
    "another language's text": ("_ == 3", "new Point(1, 2", "new Point(1, 2"),
    "nothing": ("_ == 3", "", ""),
}


@pytest.mark.parametrize(("claim", "expected", "told"), ROWS.values(), ids=ROWS)
def test_what_was_expected_is_one_plain_line(claim: str, expected: str, told: str) -> None:
    example = Example(None, claim, "f(3)", "docstring", "doctest", "f", expected)
    assert contrast(example, "gave 7") == f"f(3) gave 7, expected {told}"


def test_an_assert_that_fails_is_not_written_twice() -> None:
    text = "sorted(f(3)) == [1]"
    example = Example(None, "", text, "test_f.py:3", "test", "f", text)
    assert contrast(example, "gave [2]") == f"{text} does not hold: it gave [2]"


@pytest.mark.parametrize(
    ("call", "claim", "language", "told"),
    [
        ("sort(&mut v)", "_0 == [1, 2]", "rust", "left v as [2, 1]"),
        ("sort(&mut v, [1, 2])", "_1 == [1]", "rust", "left argument 2 as [3]"),
        ("rotate([2, 1])", "_0 == [1, 2]", "python", "left argument 1 as [2, 1]"),
        ("sort(&mut v)", "_ == [1, 2]", "rust", "left v as [2, 1]"),
        ("sorted(v)", "_ == [1, 2]", "python", ""),
        ("sorted(&v)", "_ == [1, 2]", "rust", ""),
        ("sort(&mut v)", "sorted(_0) == [1, 2]", "rust", ""),
    ],
)
def test_an_argument_that_was_changed_is_named(
    call: str, claim: str, language: str, told: str
) -> None:
    example = Example(None, claim, call, "docstring", "doctest", "f", "[1, 2]")
    assert left(example, Answer("value", None, ([2, 1], [3])), language) == told
    assert not left(example, Answer("raised", error="panic"), language)
    assert not left(example, None, language)
