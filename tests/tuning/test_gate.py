"""The gate's verdict out of the rows of both runs."""

import functools

import pytest

from algosmith.engine.weights.adapter_card import State
from algosmith.evaluation.rows import MarkedAnswer, Row
from algosmith.model import Level
from algosmith.tuning import gate
from algosmith.tuning.gate import Figures


def rows(right: int, of: int, *, level: Level = "consistent", lost: int = 0) -> dict[str, Row]:
    """``of`` problems: the first ``right`` are right, the last ``lost`` got no answer."""
    found: dict[str, Row] = {}
    for number in range(of):
        if number >= of - lost:
            answers = (MarkedAnswer("", placed=False, level="unchecked", right=False),)
            found[str(number)] = Row(str(number), 1, answers, None, tokens=400)
            continue
        one = MarkedAnswer("x", placed=True, level=level, right=number < right)
        found[str(number)] = Row(str(number), 1, (one,), 0, tokens=50)
    return found


@functools.cache
def compared(before: int, after: int, of: int = 40, **changes: object) -> Figures:
    return gate.figures(rows(before, of), rows(after, of, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("target", "general", "state", "words"),
    [
        (compared(10, 25), compared(20, 20), "promoted", "chosen right 10 before, 25 after, of 40"),
        (compared(10, 25), compared(20, 19), "promoted", "general problems: chosen right 20"),
        (compared(10, 11), compared(20, 20), "refused", "no gain beyond noise"),
        (compared(10, 10), compared(20, 20), "refused", "no gain beyond noise"),
        (compared(10, 25), compared(30, 10), "refused", "worse on general problems: chosen right"),
        (compared(25, 10), compared(20, 20), "refused", "worse on its own problems: chosen right"),
        (
            compared(10, 25),
            compared(10, 10, lost=20),
            "refused",
            "no answer came 0 before, 20 after",
        ),
        (
            compared(10, 25),
            compared(10, 10, level="verified"),
            "refused",
            "verified and wrong 0 before, 30 after",
        ),
        (compared(2, 9, 10), compared(20, 20), "not gated", "10 problems tell too little"),
        (None, compared(20, 20), "not gated", "no problems of its own kind"),
        (compared(10, 25), None, "not gated", "no problems of a general kind"),
    ],
)
def test_only_a_gain_without_a_loss_is_promoted(
    target: Figures | None, general: Figures | None, state: State, words: str
) -> None:
    verdict = gate.judged(target, general)
    assert verdict.state == state
    assert words in verdict.why
    assert gate.record(verdict)["state"] == state
    assert "chosen right" in gate.table(verdict)


def test_a_request_that_failed_says_nothing_of_either() -> None:
    base, adapter = rows(5, 10), rows(5, 10)
    adapter["3"] = Row("3", 1, problem="the engine is not there")
    assert gate.figures(base, adapter).problems == 9


def test_tokens_are_told_for_each_problem() -> None:
    assert compared(5, 5, 10, lost=5).tokens == (50, 225)
