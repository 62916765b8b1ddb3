"""A judgement that grows: the same verdicts as at once, and nothing is run or read again."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from algosmith.model import Candidate
from algosmith.sandbox.types import CageReport, Job, Limits, Program, Run, Sandbox
from algosmith.verify import examples
from algosmith.verify.judge import assess
from algosmith.verify.running import job_text
from algosmith.verify.types import Assessment, Case
from tests.verify.judging import SETTINGS, edits_of, judged, task_in

pytestmark = pytest.mark.sandbox

SQUARES = '''def squares(nums: list[int]) -> list[int]:
    """squares([1, -2, 3, 10]) -> [1, 4, 9, 100]"""
    # TODO: square every number
    pass
'''
COUNT = '''def count_vowels(text: str) -> int:
    """How many vowels are in the text.

    >>> count_vowels("hello")
    2
    >>> count_vowels("rhythm")
    0
    >>> count_vowels("aeiou")
    5
    """
    # TODO: count them
    pass
'''
POOLS = {
    "squares": (
        SQUARES,
        [
            "return [n * n for n in nums]",
            "return nums",
            "out = []\nfor n in nums:\n    out.append(n ** 2)\nreturn out",
            "return [abs(n) * 10 if n > 9 else n * n for n in nums]",
            "import numpy\nreturn list(numpy.square(nums))",
            "return [n * n for n in nums",
            "return list(map(lambda n: n * n, nums))",
            "return [x * x for x in nums]",
        ],
    ),
    "vowels": (
        COUNT,
        [
            "return sum(c in 'aeiou' for c in text)",
            "n = 0\nfor c in text:\n    if c in 'aeiou':\n        n += 1\nreturn n",
            "return len([c for c in text.lower() if c in 'aeiou'])",
            "while True:\n    pass",
            "return text.count('a') + text.count('e') + text.count('i')"
            " + text.count('o') + text.count('u')",
            "return len(set(text) & set('aeiou'))",
        ],
    ),
}


class Counting:
    """A cage that notes which calls each program is asked."""

    def __init__(self, inner: Sandbox) -> None:
        self.inner = inner
        self.asked: list[tuple[str, str, str, int]] = []

    @property
    def report(self) -> CageReport:
        return self.inner.report

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        known = (program.source, program.entry)
        run = await self.inner.run(program, calls, limits)
        self.asked += [(*known, job_text(c), program.hash_seed) for c in calls[: len(run.answers)]]
        return run

    async def close(self) -> None: ...


async def grown(text: str, codes: list[str], sandbox: Sandbox, by: int) -> Assessment:
    snapshot, task = task_in(text)
    case = Case(snapshot, task, trusted=True)
    new = list(zip(map(Candidate, codes), edits_of(snapshot, task, codes), strict=True))
    found: Assessment | None = None
    for start in range(0, len(codes), by):
        found = await assess(case, new[start : start + by], sandbox, SETTINGS, found)
    assert found is not None
    return found


@pytest.mark.parametrize("by", [1, 2, 3])
@pytest.mark.parametrize("name", POOLS)
async def test_growing_ends_where_judging_at_once_does(cage: Sandbox, name: str, by: int) -> None:
    text, codes = POOLS[name]
    at_once = await judged(text, codes, cage)
    found = await grown(text, codes, cage, by)
    assert [v.level for v in found.verdicts] == [v.level for v in at_once.verdicts]
    assert found.order == at_once.order
    assert found.chosen == at_once.chosen
    assert [g.members for g in found.groups] == [g.members for g in at_once.groups]


@pytest.mark.parametrize("name", POOLS)
async def test_no_program_is_asked_a_call_more_often_than_when_judged_at_once(
    cage: Sandbox, name: str
) -> None:
    text, codes = POOLS[name]
    counting = Counting(cage)
    await grown(text, codes, counting, 1)
    # Once in each of two processes; where no second hash seed is needed they look alike.
    again = {one for one in counting.asked if counting.asked.count(one) > 2}
    assert not again


async def test_an_assessment_with_nothing_new_runs_nothing(cage: Sandbox) -> None:
    text, codes = POOLS["squares"]
    snapshot, task = task_in(text)
    case = Case(snapshot, task, trusted=True)
    new = list(zip(map(Candidate, codes), edits_of(snapshot, task, codes), strict=True))
    counting = Counting(cage)
    first = await assess(case, new, counting, SETTINGS)
    counting.asked.clear()
    second = await assess(case, [], counting, SETTINGS, first)
    assert counting.asked == []
    assert second == first


async def test_what_the_user_said_is_read_once(
    cage: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text, codes = POOLS["squares"]
    read = 0
    study = examples.study

    def counted(*args: object) -> object:
        nonlocal read
        read += 1
        return study(*args)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(examples, "study", counted)
    await grown(text, codes, cage, 1)
    assert read == 1


async def test_a_candidate_that_cant_be_placed_keeps_its_place(cage: Sandbox) -> None:
    codes = ["return [n * n for n in nums", "return [n * n for n in nums]"]
    found = await grown(SQUARES, codes, cage, 1)
    assert [v.level for v in found.verdicts] == ["refuted", "consistent"]
    assert found.order == (1, 0)
