import pytest

from algosmith.sandbox.types import Sandbox
from algosmith.verify.values import NotPlain, holds, is_undecided, parse
from tests.verify.judging import judged


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("list({1: 2}.items())", [(1, 2)]),
        ("sorted({2: 1, 1: 0}.keys())", [1, 2]),
        ("sum({'a': 3}.values())", 3),
        ("len({1: 2}.items())", 1),
        ("dict({1: 2}.items())", {1: 2}),
        ("1 in {1: 2}.keys()", True),
        ("list(reversed([1, 2]))", [2, 1]),
        ("tuple(reversed([1, 2]))", (2, 1)),
    ],
)  # fmt: skip
def test_a_view_may_be_walked_through(text: str, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{1: 2}.items()", {1: 2}.items()),
        ("{1: [2]}.items() == {1: [2]}.items()", True),
        ("{1: 2}.items() == {1: 2}.keys()", False),
        ("{1: 2}.keys() == {1}", True),
        ("{1: 2}.keys() == [1]", False),
        ("{1: 2}.values() == [2]", False),
        ("str({1: 2}.keys())", "dict_keys([1])"),
        ("str({1: 2}.items())", "dict_items([(1, 2)])"),
    ],
)  # fmt: skip
def test_a_view_is_what_it_is_in_python(text: str, value: object) -> None:
    assert parse(text) == value


@pytest.mark.parametrize("text", ["reversed([1, 2])", "reversed([1, 2]) == [2, 1]"])
def test_an_iterator_is_no_list(text: str) -> None:
    with pytest.raises(NotPlain):
        parse(text)


@pytest.mark.parametrize(
    ("claim", "value", "undecided"),
    [
        ("_ ** 100_000 > 5", 3, True),  # larger than what is worked out here
        ("len([0] * 10 ** _) == 1", 9, True),
        ("_ + 1 == 4", 3, False),
        ("_ + 1 == 4", 2, False),
        ("_ + 1 == 4", "3", False),  # Python raises, too: the claim fails
        ("_[5] == 4", [3], False),
    ],
)
def test_a_claim_that_is_too_large_to_work_out_neither_holds_nor_fails(
    claim: str, value: object, undecided: bool
) -> None:
    assert is_undecided(claim, {"_": value}) is undecided
    assert holds(claim, {"_": value}) is (claim == "_ + 1 == 4" and value == 3)


@pytest.mark.sandbox
async def test_a_right_answer_is_not_refuted_by_a_line_that_is_not_worked_out(
    cage: Sandbox,
) -> None:
    text = '''def f(n: int) -> int:
    """
    >>> f(3) ** 100_000 > 5
    True
    >>> f(4) + 1
    5
    """
    # TODO: n itself
'''
    found = await judged(text, ["return n", "return n + 1"], cage)
    assert found.verdicts[0].level != "refuted"
    assert found.verdicts[1].level == "refuted"


OWN_EQUALITY = '''class Whole:
    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        return self.n == (other.n if isinstance(other, Whole) else other)


def degree(n):
    return Whole(n)


def total(items):
    """
    >>> total([1, 2]) == degree(3)
    True
    >>> total([1, 1])
    2
    """
    # TODO: the sum
'''


@pytest.mark.sandbox
async def test_what_is_compared_with_an_object_that_decides_itself_is_not_refuted_by_that(
    cage: Sandbox,
) -> None:
    found = await judged(OWN_EQUALITY, ["return sum(items)", "return sum(items) + 1"], cage)
    assert [v.level for v in found.verdicts] == ["consistent", "refuted"]
