"""What a notebook shows of a result, in a browser and as text in a terminal's IPython."""

import pytest

from algosmith.notebook.rendering import RichResult, answered, card

HOSTILE = "a\x1b[31m\x07\u202e<script>alert(1)</script>"


@pytest.mark.parametrize(
    "shown", [card(HOSTILE), card("x", [HOSTILE]), answered(HOSTILE, [HOSTILE])]
)
def test_neither_form_holds_what_acts(shown: RichResult) -> None:
    assert not set("\x1b\x07\u202e") & set(shown.text + shown.html)
    assert "<script>" not in shown.html


def test_an_answer_keeps_its_lines() -> None:
    assert answered("a\n\tb", []).text.startswith("a\n\tb\n")
