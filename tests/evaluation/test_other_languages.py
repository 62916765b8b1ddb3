"""Problems in other languages than Python: read, and held to their reference."""

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
import pytest_asyncio

from algosmith.errors import ConfigError, TaskError
from algosmith.evaluation import reading, references
from algosmith.evaluation.references import References
from algosmith.features.parties import party
from algosmith.features.stress import Question, Tally
from algosmith.languages.javascript import node
from tests.languages.judging import tasks
from tests.languages.problems import FILES, problems

NAME = "two_sum"


@pytest_asyncio.fixture
async def held() -> AsyncIterator[References]:
    """With time enough for any machine: a difference ends the search."""
    async with aclosing(References(seconds=120.0)) as made:
        yield made


def read(folder: Path, *rows: dict[str, str]) -> reading.DataSet:
    file = folder / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return reading.load(file)


@pytest.mark.parametrize("name", FILES)
def test_the_tasks_of_a_language_are_problems(name: str, tmp_path: Path) -> None:
    found = read(tmp_path, *problems(name))
    assert not found.left_out
    assert all(one.snapshot.language == FILES[name][0] for one in found.problems)
    assert len({one.entry for one in found.problems}) > 3
    assert all(one.reference != one.snapshot.text for one in found.problems)


def test_a_language_that_nobody_knows_costs_only_its_row(tmp_path: Path) -> None:
    good, other = [one for one, _ in zip(problems("javascript"), range(2), strict=False)]
    found = read(tmp_path, good, other | {"language": "cobol"})
    assert [one.id for one in found.problems] == [good["id"]]
    assert "cobol" in found.left_out[0]


@pytest.mark.asyncio
async def test_an_answer_that_differs_from_the_reference_is_wrong(
    held: References, tmp_path: Path
) -> None:
    if node.find() is None:
        pytest.skip("no Node here")
    (row,) = [one for one in problems("javascript") if one["id"] == NAME]
    (one,) = read(tmp_path, row).problems
    (task,) = [task for task in tasks() if task.name == NAME]
    wrong = one.reference.replace(task.right.strip().splitlines()[0].strip(), "return [];", 1)
    assert wrong != one.reference
    assert not await held.like(one, wrong)
    assert not await held.like(one, one.reference.replace(one.entry, "another"))


@pytest.mark.asyncio
async def test_an_answer_on_which_nothing_is_found_is_right(
    held: References, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if node.find() is None:
        pytest.skip("no Node here")
    asked: list[Question] = []
    tallies = [Tally(tried=7, raised=2), Tally(), Tally(tried=7, raised=7)]

    async def searched(question: Question, _cage: object) -> SimpleNamespace:
        asked.append(question)
        return SimpleNamespace(found=None, tally=tallies[len(asked) - 1])

    monkeypatch.setattr(references, "stress", searched)
    (one, *_) = read(tmp_path, *problems("javascript")).problems
    assert await held.like(one, one.reference)
    assert asked[0].other is not None
    assert asked[0].one.program == asked[0].other.program
    # Where no input was answered by a value, nothing was shown.
    assert not await held.like(one, one.reference)
    assert not await held.like(one, one.reference)


@pytest.mark.asyncio
@pytest.mark.parametrize("broken", [")", "function ("])
async def test_an_answer_whose_file_does_not_parse_is_wrong(
    held: References, tmp_path: Path, broken: str
) -> None:
    if node.find() is None:
        pytest.skip("no Node here")
    (one, *_) = read(tmp_path, *problems("javascript")).problems
    assert not await held.like(one, f"{one.reference}\n{broken}\n")


@pytest.mark.asyncio
async def test_a_reference_that_cannot_be_run_marks_no_answer_wrong(
    held: References, tmp_path: Path
) -> None:
    if node.find() is None:
        pytest.skip("no Node here")
    (one, *_) = read(tmp_path, *problems("javascript")).problems
    reference = one.reference.replace(one.entry, "another")
    with pytest.raises(ConfigError, match="the reference can't be run"):
        await held.like(replace(one, reference=reference), one.reference)


def test_a_program_in_another_language_is_stressed_as_one(tmp_path: Path) -> None:
    file = tmp_path / "sum.cpp"
    file.write_text(
        "// Input: 1 2\n// Output: 3\n#include <iostream>\nint twice(int x) { return 2 * x; }\n"
        "int main() { int a, b; std::cin >> a >> b; std::cout << a + b; }\n"
    )
    one = party(str(file))
    assert one.problem is not None
    assert (one.program.entry, "// Input" in one.program.source) == ("", False)
    other = tmp_path / "two.cpp"
    other.write_text("int one() { return 1; }\nint two() { return 2; }\n")
    with pytest.raises(TaskError, match="name the function by a line"):
        party(str(other))
