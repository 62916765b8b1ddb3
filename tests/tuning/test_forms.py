"""Data in the forms people have: read as conversations, or refused in one sentence."""

from typing import Any

import pytest

from algosmith.errors import ConfigError
from algosmith.tuning.forms import messages_of

ASKED, SAID = ("user", "add 1 and 2"), ("assistant", "3")
THOUGHT = "<think>\n1 + 2\n</think>\n3"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"instruction": "add 1 and 2", "input": "", "output": "3"}, [ASKED, SAID]),
        (
            {"instruction": "add", "input": "1 and 2", "output": "3"},
            [("user", "add\n\n1 and 2"), SAID],
        ),
        (
            {"instruction": "add 1 and 2", "output": "3", "system": "be brief"},
            [("system", "be brief"), ASKED, SAID],
        ),
        (
            {"instruction": "add 1 and 2", "output": "3", "history": [["hi", "hello"]]},
            [("user", "hi"), ("assistant", "hello"), ASKED, SAID],
        ),
        (
            {
                "conversations": [
                    {"from": "human", "value": "add 1 and 2"},
                    {"from": "gpt", "value": "3"},
                ]
            },
            [ASKED, SAID],
        ),
        (
            {
                "messages": [
                    {"role": "system", "content": "be brief"},
                    {"role": "user", "content": "add 1 and 2"},
                    {"role": "assistant", "content": THOUGHT},
                ]
            },
            [("system", "be brief"), ASKED, ("assistant", THOUGHT)],
        ),
        ({"prompt": "add 1 and 2", "completion": "3"}, [ASKED, SAID]),
        (
            {
                "prompt": [{"role": "user", "content": "add 1 and 2"}],
                "completion": [{"role": "assistant", "content": "3"}],
            },
            [ASKED, SAID],
        ),
        # As CSV holds it: lists as JSON text.
        (
            {
                "messages": '[{"role": "user", "content": "add 1 and 2"}, '
                '{"role": "assistant", "content": "3"}]'
            },
            [ASKED, SAID],
        ),
        # A text that only looks like a list stays a text.
        ({"prompt": "[1, 2]", "completion": "[3]"}, [("user", "[1, 2]"), ("assistant", "[3]")]),
    ],
)
def test_each_form_is_read(row: dict[str, Any], said: list[tuple[str, str]]) -> None:
    assert [(m.role, m.content) for m in messages_of(row)] == said


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"text": "once upon a time"}, "its fields are text; known are"),
        ({}, "nothing"),
        ({"instruction": "add"}, "known are"),
        ({"output": "3"}, 'it has no "instruction"'),
        ({"completion": "3"}, 'it has no "prompt"'),
        ({"prompt": "add", "completion": 3}, "a list of messages is expected"),
        ({"instruction": "add", "output": 3}, "a text is expected"),
        ({"prompt": "add", "completion": "  "}, "its answer is empty"),
        ({"prompt": "", "completion": "3"}, "nothing is asked"),
        ({"messages": []}, "does not end with an answer"),
        ({"messages": "no list"}, "a list of messages"),
        ({"messages": [{"role": "tool", "content": "x"}]}, "by 'tool'"),
        ({"messages": [1]}, "no object"),
        (
            {
                "messages": [
                    {"role": "user", "content": "a"},
                    {"role": "user", "content": "b"},
                    {"role": "assistant", "content": "c"},
                ]
            },
            "do not take turns",
        ),
        ({"conversations": [{"from": "human", "value": "a"}]}, "does not end with an answer"),
        ({"instruction": "a", "output": "b", "history": [["x"]]}, "list of pairs"),
    ],
)
def test_a_row_that_is_none_says_why(row: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        messages_of(row)
