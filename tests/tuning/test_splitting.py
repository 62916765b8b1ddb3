"""What is learned and what answers are judged by never meet."""

import pytest

from algosmith.errors import ConfigError
from algosmith.evaluation.problems import Script, problem
from algosmith.tuning import likeness, preparing, splitting
from algosmith.tuning.conversations import Conversation, turns
from algosmith.wire import Message

WORDS = ("apple", "pear", "plum", "fig", "grape", "melon", "lime", "peach", "kiwi", "date")


def row(number: int, asked: str, answer: str = "yes", marked: bool = False) -> Conversation:
    messages = (Message("user", asked), Message("assistant", answer))
    return Conversation(number, messages, {"id": str(number)} if marked else None)


def asked(number: int) -> str:
    one, two = WORDS[number % 10], WORDS[number // 10 % 10]
    return (
        f"Sort {one} before {two} number {number}, then count every {two} that is left over {one}"
    )


def test_repeated_problems_stay_on_one_side() -> None:
    rows = [row(i, asked(i // 3) + " !" * (i % 3), marked=True) for i in range(90)]
    parts = splitting.split(rows, 40, 0)
    sides = [{one.asked.rstrip(" !") for one in side} for side in
             (parts.training, parts.validation, parts.held_out)]  # fmt: skip
    assert all(sides)
    assert len(sides[0] | sides[1] | sides[2]) == sum(map(len, sides))
    assert sum(map(len, (parts.training, parts.validation, parts.held_out))) == 90
    assert parts.repeated == 60
    assert parts == splitting.split(rows, 40, 0)


def test_only_rows_with_problems_are_held_out() -> None:
    rows = [row(i, asked(i), marked=i % 2 == 0) for i in range(60)]
    parts = splitting.split(rows, 40, 0)
    assert parts.held_out
    assert all(one.problem for one in parts.held_out)
    assert len(parts.held_out) <= 30 // 4


@pytest.mark.parametrize("count", [1, 9])
def test_too_few_rows_are_refused(count: int) -> None:
    with pytest.raises(ConfigError, match="can't teach anything that could be measured"):
        splitting.split([row(i, asked(i)) for i in range(count)], 0, 0)


def test_one_problem_many_times_is_refused() -> None:
    with pytest.raises(ConfigError, match="all rows ask nearly the same"):
        splitting.split([row(i, "count the vowels of a word") for i in range(30)], 0, 0)


def test_every_answer_of_a_conversation_is_taught_behind_what_was_said() -> None:
    said = [Message("user", "a"), Message("assistant", "b"), Message("user", "c"),
            Message("assistant", "d")]  # fmt: skip
    found = turns([Conversation(1, tuple(said))])
    assert [[m.content for m in one.messages] for one in found] == [["a", "b"], list("abcd")]


def test_a_problem_that_stands_in_the_data_is_refused() -> None:
    text = 'def gap(values):\n    """The largest gap between neighbours of a sorted list."""\n'
    judged = problem("gap", text + "    # TODO: write it\n", Script("", frozenset()), "gap")
    learned = row(7, f"Write this:\n{text}", "```python\ndef gap(values): ...\n```")
    preparing.refuse_overlap([judged], [row(1, asked(1))])
    with pytest.raises(ConfigError, match="row 7 holds the problem gap"):
        preparing.refuse_overlap([judged], [row(1, asked(1)), learned])


def test_likeness_sees_small_changes_and_no_layout() -> None:
    text = asked(3) * 3
    assert likeness.groups([text, text.replace(" ", "\n  "), text + " ok", asked(77), ""]) == [
        0, 0, 0, 3, 4,
    ]  # fmt: skip


@pytest.mark.parametrize("thought", ["<think></think>\n3", "<think>\n\n</think>\n\n3"])
def test_a_thought_with_nothing_in_it_is_refused(thought: str) -> None:
    good = [row(i, asked(i), "<think>\nhm\n</think>\n3") for i in range(3)]
    preparing._refuse_empty_thoughts(good)
    with pytest.raises(ConfigError, match="row 9 holds an empty thought"):
        preparing._refuse_empty_thoughts([*good, row(9, asked(9), thought)])
