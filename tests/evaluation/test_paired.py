"""Comparisons pair the problems; figures are counted as they say."""

import pytest

from algosmith.errors import ConfigError
from algosmith.evaluation import paired, summary, tables
from algosmith.evaluation.rows import MarkedAnswer, Plain, Row
from algosmith.evaluation.summary import Part
from algosmith.model import Level


def row(name: str, right: bool, seconds: float = 10.0, level: Level = "consistent") -> Row:
    answers = (MarkedAnswer("a", True, level, right), MarkedAnswer("", False, "refuted", False))
    plain = Plain("a", not right, 1.0, 5)
    return Row(name, 3, answers, 0, seconds / 2, seconds, seconds, 100, plain)


def test_mcnemar_is_exact() -> None:
    assert paired.mcnemar(0, 0) == 1.0
    assert paired.mcnemar(5, 5) == 1.0
    assert paired.mcnemar(0, 5) == pytest.approx(2 / 32)
    assert paired.mcnemar(8, 1) == pytest.approx(2 * 10 / 512)


def test_gains_and_losses_are_counted_over_common_problems() -> None:
    before = {f"p{i}": row(f"p{i}", i % 2 == 0) for i in range(20)}
    after = {f"p{i}": row(f"p{i}", i != 0, 5.0) for i in range(19)} | {"new": row("new", False)}
    found = paired.compare(before, after)
    assert (found.problems, found.only_in_one) == (19, 2)
    share = next(s for s in found.shares if s.name == "chosen right")
    assert (share.before, share.after, share.gained, share.lost) == (10, 18, 9, 1)
    assert share.interval[0] > 0
    assert share.p < 0.05
    ratio = next(r for r in found.ratios if r.name == "seconds to the chosen answer")
    assert (ratio.before, ratio.after) == (10.0, 5.0)
    assert ratio.interval == (0.5, 0.5)
    assert "| chosen right | 10 | 18 | +42.1%" in tables.comparison_table(found)


def test_the_same_run_twice_differs_in_nothing() -> None:
    rows = {f"p{i}": row(f"p{i}", i % 3 == 0) for i in range(9)}
    for share in paired.compare(rows, rows).shares:
        assert (share.gained, share.lost, share.interval, share.p) == (0, 0, (0.0, 0.0), 1.0)


def test_runs_without_a_common_problem_are_not_compared() -> None:
    with pytest.raises(ConfigError, match="no problem in common"):
        paired.compare({"a": row("a", True)}, {"b": row("b", True)})


def test_a_summary_counts_what_it_says() -> None:
    rows = [
        row("a", True, 1.0, "verified"),
        row("b", False, 2.0, "verified"),
        row("c", True, 3.0),
        Row("d", 0, problem="the engine went away"),
    ]
    found = summary.summarise(rows)
    assert found.placeable == Part(3, 6)
    assert found.chosen == Part(2, 4)
    assert found.verified == Part(2, 4)
    assert found.verified_right == Part(1, 2)
    assert found.verified_many == Part(2, 3)
    assert found.plain == Part(1, 3)
    assert found.chosen_of_oracle == Part(2, 2)
    assert found.failed == 1
    assert found.seconds is not None
    assert (found.seconds.median, found.seconds.p90) == (2.0, 3.0)
    text = tables.summary_table(found)
    assert "| **chosen answer: right** | 2 of 4 = 50.0%" in text
    assert "1 without an answer" in text


def test_figures_of_nothing_are_told_as_such() -> None:
    found = summary.summarise([])
    assert found.chosen.share is None
    assert "0 problems" in tables.summary_table(found)


def test_an_interval_of_few_is_wide() -> None:
    low, high = Part(20, 20).interval or (0.0, 0.0)
    assert low == pytest.approx(0.839, abs=0.001)
    assert high == pytest.approx(1.0)
