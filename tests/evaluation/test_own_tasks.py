"""The tasks of our own: each solution passes its hidden tests, and a careless one does not."""

from pathlib import Path

import pytest

from algosmith import sandbox
from algosmith.evaluation import reading
from algosmith.evaluation.marking import Marker
from algosmith.verify import examples

FILE = Path(__file__).with_name("tasks.jsonl")
IN_CONTEXT = Path(__file__).with_name("context_tasks.jsonl")
"""Tasks that can't be done without something else in their file."""


@pytest.mark.sandbox
@pytest.mark.parametrize(("file", "least"), [(FILE, 20), (IN_CONTEXT, 10)])
async def test_every_solution_is_right_and_an_empty_one_is_not(file: Path, least: int) -> None:
    found = reading.load(file)
    assert found.left_out == ()
    assert len(found.problems) >= least
    cage = await sandbox.open_sandbox()
    marker = Marker(cage)
    wrong = [p.id for p in found.problems if not await marker.right_text(p, p.reference)]
    idle = [p.id for p in found.problems if await marker.right_text(p, p.snapshot.text + "\n    0")]
    await cage.close()
    assert wrong == []
    assert idle == []


def test_most_tasks_have_three_examples_or_more() -> None:
    problems = reading.load(FILE).problems
    counts = [len(examples.find(p.snapshot, p.task, ())) for p in problems]
    assert sum(count >= 3 for count in counts) >= 8
