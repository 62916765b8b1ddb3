"""Final answers of mathematical problems: found in replies and compared in the cage."""

import os
from pathlib import Path

import pytest

from algosmith.mathematics.agreement import agree
from algosmith.mathematics.boxed import final_answer

pytest.importorskip("math_verify")


@pytest.mark.parametrize(
    ("reply", "final"),
    [
        (r"so $\boxed{42}$.", "42"),
        (r"first \boxed{1}, then \boxed{2}", "2"),
        (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\boxed {x = \{1, 2\}}", r"x = \{1, 2\}"),
        (r"a brace too few: \boxed{\frac{1}{2}", ""),
        (r"\boxed{7} and a broken \boxed{", "7"),
        (r"\boxed{}", ""),
        ("no box at all: 42", ""),
        (r"\boxed{" + "9" * 1000 + "}", ""),
        ("", ""),
    ],
)
def test_the_final_answer_is_what_the_last_whole_box_holds(reply: str, final: str) -> None:
    assert final_answer(reply) == final


@pytest.mark.sandbox
async def test_equal_values_are_one_group_however_they_are_written() -> None:
    finals = [r"\frac12", "0.5", r"x=\frac{2}{4}", "2", r"\sqrt{4}", "nonsense }"]
    found = await agree([rf"Thus \boxed{{{final}}}." for final in finals[:-1]] + ["no box"])
    assert found.groups == (0, 0, 0, 3, 3, -1)
    assert (found.chosen, found.size, found.compared) == (0, 3, 5)


@pytest.mark.sandbox
async def test_the_majority_is_chosen_though_it_came_later() -> None:
    found = await agree([r"\boxed{1}", r"\boxed{(x-1)(x+1)}", r"\boxed{x^2-1}"])
    assert (found.chosen, found.size) == (1, 2)


@pytest.mark.sandbox
async def test_an_answer_that_would_run_code_runs_it_nowhere_but_in_the_cage(
    tmp_path: Path,
) -> None:
    evil = rf'\boxed{{__import__("os").system("touch {tmp_path}/made")}}'
    await agree([evil, r"\boxed{1}"])
    assert os.listdir(tmp_path) == []  # noqa: PTH208


async def test_one_answer_is_compared_with_nothing() -> None:
    found = await agree([r"\boxed{3}"])
    assert (found.size, found.compared, found.chosen) == (1, 1, 0)


async def test_without_a_box_there_is_nothing_to_compare_and_it_says_so() -> None:
    found = await agree(["It is 3.", "It is 3."])
    assert found.chosen is None
    assert "box" in found.problem
