"""What an example wanted, as a person reads it."""

import pytest

from algosmith.verify.statements import Example
from algosmith.verify.telling import contrast

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
