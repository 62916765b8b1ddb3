"""`algosmith eval` on mathematical problems: read, asked, compared by sympy, taken up again."""

import json
from pathlib import Path
from typing import Any

import pytest

from algosmith import config
from algosmith.errors import ConfigError
from algosmith.evaluation import mathematics
from algosmith.evaluation.mathematics import MathRow, load, summarise
from algosmith.evaluation.summary import Part
from algosmith.features.services import Services
from algosmith.features.store import Store
from algosmith.mathematics.agreement import equal_to
from algosmith.wire import ChatRequest, Reply
from tests.completers import WholeCompleter


class _Completer(WholeCompleter):
    """Always says the same."""

    def __init__(self, *texts: str) -> None:
        self.texts, self.asked = texts, 0

    async def complete(self, request: ChatRequest, on_progress: Any = None) -> tuple[Reply, ...]:
        self.asked += 1
        return tuple(Reply(text, index=index) for index, text in enumerate(self.texts))


OWN = Path(__file__).with_name("math_problems.jsonl")


def _file(folder: Path, *rows: object) -> Path:
    file = folder / "math.jsonl"
    file.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows))
    return file


@pytest.mark.parametrize(
    ("answer", "value"),
    [
        ("42", "42"),
        (42, "42"),
        (0.5, "0.5"),
        ("so it is \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}"),
        ("6 * 7 = 42\n#### 42", "42"),
        ("x + 1", "x + 1"),
    ],
)
def test_known_answers_are_read_in_the_usual_forms(
    tmp_path: Path, answer: object, value: str
) -> None:
    (problem,), left_out = load(_file(tmp_path, {"question": "q", "answer": answer}))
    assert (problem.answer, problem.id, left_out) == (value, "1", ())


def test_rows_that_are_none_cost_only_themselves(tmp_path: Path) -> None:
    good = {"id": "a", "problem": "q", "answer": "1"}
    bad: list[Any] = [
        "{", [1], {"problem": "q"}, {"answer": "1"}, {"problem": "", "answer": "1"},
        {"problem": "q", "answer": None}, {"problem": "q", "answer": True},
        {"problem": 7, "answer": "1"}, {"problem": "q", "answer": "####"}, good, "[" * 5000,
    ]  # fmt: skip
    problems, left_out = load(_file(tmp_path, good, *bad))
    assert [problem.id for problem in problems] == ["a"]
    assert len(left_out) == len(bad)


@pytest.mark.parametrize("text", ["", "\n", "{}", "no json"])
def test_a_file_without_problems_is_one_sentence(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="no problem that can be used"):
        load(_file(tmp_path, text))


def test_the_form_is_told_from_the_fields(tmp_path: Path) -> None:
    assert mathematics.is_math_file(OWN)
    for other in ({"id": "a", "file": "", "tests": []}, {"question_content": "q"}, "no json", ""):
        assert not mathematics.is_math_file(_file(tmp_path, other))
    assert not mathematics.is_math_file(tmp_path / "absent")


@pytest.mark.sandbox
async def test_answers_are_equal_as_values_not_as_text() -> None:
    finals = ("\\frac{10}{12}", "0.5", "", "5/6", "\\text{don't know}")
    assert await equal_to("\\frac{5}{6}", finals) == (True, False, False, True, False)


@pytest.mark.sandbox
async def test_a_run_counts_first_majority_and_any_and_goes_on_where_it_stopped(
    tmp_path: Path,
) -> None:
    completer = _Completer("It is \\boxed{6}.", "So \\boxed{5}.", "\\boxed{10/2}")
    services = Services(config.Settings(model="fake"), completer, Store(), trusted=True)  # pyright: ignore[reportArgumentType]
    problems, _ = load(_file(tmp_path, {"id": "a", "problem": "2 + 3?", "answer": "5"}))
    file = tmp_path / "run" / "rows.jsonl"
    rows = await mathematics.evaluate(problems, services, 3, file, lambda *_: None)
    assert (rows[0].right, rows[0].size) == ((False, True, True), 2)
    with file.open("a") as cut:
        cut.write('{"id": "b", "fin')
    again = await mathematics.evaluate(problems, services, 3, file, lambda *_: None)
    assert (again, completer.asked) == (rows, 1)
    found = summarise(rows)
    assert (found.first, found.majority, found.oracle) == (Part(0, 1), Part(1, 1), Part(1, 1))
    assert (found.confirmed, found.confirmed_right) == (Part(1, 1), Part(1, 1))


def test_figures_of_nothing_and_of_failures_are_figures() -> None:
    assert summarise([]).majority.share is None
    failed = summarise([MathRow("a", problem="too long")])
    assert (failed.not_compared, failed.majority) == (1, Part(0, 1))


def test_a_file_that_is_no_run_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("my notes")
    with pytest.raises(ConfigError, match="name another file"):
        mathematics.read(file)
