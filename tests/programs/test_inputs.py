"""Inputs made from samples have the samples' layout and stay within what the statement allows."""

from collections.abc import Callable, Iterator

import pytest

from algosmith.programs.inputs import bounds_in, inputs_for, is_within
from algosmith.programs.types import Problem, Sample


def made(*given: str, text: str = "", count: int = 24) -> tuple[str, ...]:
    samples = tuple(Sample(one, "", "x") for one in given)
    return inputs_for(Problem(samples, text), count, 0)


def a_list(rows: Iterator[str]) -> None:
    n = int(next(rows))
    assert len([int(part) for part in next(rows, "").split()]) == n


def a_graph(rows: Iterator[str]) -> None:
    n, m = map(int, next(rows).split())
    for _ in range(m):
        one, other = map(int, next(rows).split())
        assert max(one, other) <= n + 100


def a_tree(rows: Iterator[str]) -> None:
    n = int(next(rows))
    seen = {1}
    for _ in range(n - 1):
        one, other = map(int, next(rows).split())
        assert (one in seen) != (other in seen)
        seen |= {one, other}
    assert seen == set(range(1, n + 1))


def several_lists(rows: Iterator[str]) -> None:
    for _ in range(int(next(rows))):
        a_list(rows)


def a_word_of_a_length(rows: Iterator[str]) -> None:
    assert len(next(rows)) <= 1_000
    assert set(next(rows)) <= set("abc")


def a_grid(rows: Iterator[str]) -> None:
    height, width = map(int, next(rows).split())
    for _ in range(height):
        assert len(next(rows)) == width


def a_matrix(rows: Iterator[str]) -> None:
    height, width = map(int, next(rows).split())
    for _ in range(height):
        assert len(next(rows).split()) == width


def named_numbers(rows: Iterator[str]) -> None:
    for _ in range(int(next(rows))):
        name, number = next(rows).split()
        assert name.isalpha()
        int(number)


def two_numbers(rows: Iterator[str]) -> None:
    assert len([int(part) for part in next(rows).split()]) == 2


LAYOUTS: list[tuple[Callable[[Iterator[str]], None], tuple[str, ...]]] = [
    (a_list, ("3\n1 2 3\n",)),
    (a_list, ("4\n9 -1 7 2\n", "2\n5 5\n", "1\n0\n")),
    (a_graph, ("3 2\n1 2\n2 3\n",)),
    (a_graph, ("4 3\n1 2\n2 3\n3 1\n", "5 1\n4 5\n")),
    (a_tree, ("4\n1 2\n2 3\n2 4\n", "3\n1 3\n3 2\n")),
    (several_lists, ("2\n3\n1 2 3\n2\n5 5\n",)),
    (a_word_of_a_length, ("5\nabcab\n", "3\nccc\n")),
    (a_grid, ("3 4\n.#..\n....\n##..\n",)),
    (a_matrix, ("2 3\n1 2 3\n4 5 6\n",)),
    (named_numbers, ("3\na 1\nb 2\nc 3\n",)),
    (two_numbers, ("1 2\n", "10 -3\n")),
]


@pytest.mark.parametrize(("reads", "given"), LAYOUTS, ids=[reads.__name__ for reads, _ in LAYOUTS])
def test_the_layout_is_kept(reads: Callable[[Iterator[str]], None], given: tuple[str, ...]) -> None:
    found = made(*given)
    assert len(found) >= 8
    for text in found:
        rows = iter(text.splitlines())
        reads(rows)
        assert next(rows, None) is None
        assert text not in given


def test_the_same_seed_gives_the_same_inputs() -> None:
    assert made("3\n1 2 3\n") == made("3\n1 2 3\n")


def test_what_one_sample_has_by_chance_is_not_kept_everywhere() -> None:
    lists = [text.splitlines()[1].split() for text in made("3\n1 2 3\n") if "\n\n" not in text]
    assert any(sorted(one) != one for one in lists)
    assert any(len(set(one)) < len(one) for one in lists)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("1 ≤ n ≤ 10^5", (1, 100_000)),
        ("(1 <= n, m <= 100), 0 <= a_i <= 10**9", (0, 1_000_000_000)),
        ("-10^{9} \\le x \\le 10^{9}", (-(10**9), 10**9)),
        ("2 <= k < 8", (2, 7)),
        ("1 ≤ n ≤ 2·10^5", (1, 200_000)),
        ("1 ≤ n ≤ 100 000", (1, 100_000)),
        ("n is small", None),
    ],
)
def test_bounds(text: str, bounds: tuple[int, int] | None) -> None:
    assert bounds_in(text) == bounds


def test_inputs_stay_within_the_bounds() -> None:
    text = "1 ≤ n ≤ 4, 1 ≤ a ≤ 4"
    assert made("3\n1 2 3\n", text=text)
    assert all(is_within(one, (1, 4)) for one in made("3\n1 2 3\n", text=text))


@pytest.mark.parametrize(
    "text",
    [
        "1 ≤ n ≤ 4, 7 ≤ k ≤ 9, -2 ≤ a_i ≤ 0",
        "A line holds n and k (1 <= n <= 4; 7 <= k <= 9), then a line n numbers, -2 <= a[i] <= 0",
        "输入 n 和 k。$1 \\le n \\le 4$, $7 \\le k \\le 9$, $-2 \\le a_{i} \\le 0$",
    ],
)
def test_each_number_stays_within_its_own_bounds(text: str) -> None:
    inputs = made("3 8\n0 -1 -2\n", "2 9\n-1 0\n", text=text)
    assert len(inputs) > 5
    for one in inputs:
        n, k, *items = map(int, one.split())
        assert 1 <= n <= 4
        assert 7 <= k <= 9
        assert len(items) == n
        assert all(-2 <= item <= 0 for item in items)


def test_bounds_that_fit_no_number_for_sure_bind_all_together() -> None:
    inputs = made("3 8\n1 2 3\n", text="1 ≤ n ≤ 9, 1 ≤ k ≤ 9, 1 ≤ m ≤ 2")
    assert any(int(one.split()[1]) > 2 for one in inputs)


@pytest.mark.parametrize(
    "given",
    ["", "\n\n", "x" * 100_000 + "\n", "1 2\n" * 5_000, "9999999999999999999999\n", "\0 \x1b[0m\n"],
    ids=["nothing", "blank", "one word", "too many rows", "huge number", "control"],
)
def test_odd_samples_do_no_harm(given: str) -> None:
    made(given)
    made(given, "3\n1 2 3\n")
