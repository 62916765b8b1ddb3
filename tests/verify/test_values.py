import pytest

from algosmith.verify.values import NotPlain, parse


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
