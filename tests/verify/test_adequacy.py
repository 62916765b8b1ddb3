"""What the examples would notice is told from runs that came to an end."""

from collections.abc import Sequence

import pytest

from algosmith.config import Settings, VerifySettings
from algosmith.sandbox.types import Answer, CageReport, Job, Limits, Program, Run, Sandbox
from tests.verify.judging import judged

SECONDS = 2.0
SQUARES = '''def squares(nums: list[int]) -> list[int]:
    """squares([1, -2, 3, 10]) -> [1, 4, 9, 100]"""
    # TODO: square every number
    pass
'''
POOL = [
    "return [n * n for n in nums]",
    "found = []\nfor n in nums:\n    found.append(n ** 2)\nreturn found",
]


class Busy:
    """A cage in which the short runs, those of changed code, are too slow."""

    def __init__(self, inner: Sandbox, answers: tuple[Answer, ...]) -> None:
        self.inner, self.answers = inner, answers
        self.cut = 0

    @property
    def report(self) -> CageReport:
        return self.inner.report

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        if limits is not None and limits.wall_seconds < SECONDS:
            self.cut += 1
            return Run(self.answers)
        return await self.inner.run(program, calls, limits)

    async def close(self) -> None: ...


@pytest.mark.sandbox
@pytest.mark.parametrize("answers", [(Answer("timeout"),), ()], ids=["timeout", "none"])
async def test_changes_that_time_cut_off_verify_nothing(
    cage: Sandbox, answers: tuple[Answer, ...]
) -> None:
    busy = Busy(cage, answers)
    settings = Settings(verify=VerifySettings(timeout_seconds=SECONDS))
    found = await judged(SQUARES, POOL, busy, settings=settings)
    assert busy.cut > 0
    assert {v.level for v in found.verdicts} == {"consistent"}


FACTORS = '''def prime_factors(n: int) -> list[int]:
    """prime_factors(12) -> [2, 2, 3], prime_factors(25) -> [5, 5], prime_factors(70) -> [2, 5, 7],
    prime_factors(97) -> [97], prime_factors(1) -> []"""
    # TODO: the prime factors of n, smallest first
    pass
'''
BY_DIVISION = """found, d = [], 2
while d * d <= n:
    while n % d == 0:
        found.append(d)
        n //= d
    d += 1
if n > 1:
    found.append(n)
return found"""


@pytest.mark.sandbox
async def test_a_change_that_never_comes_back_is_noticed(cage: Sandbox) -> None:
    """Half of the changes of a loop make it endless: who runs the example sees that."""
    found = await judged(FACTORS, [BY_DIVISION], cage)
    pinned = [one.proof.pinned for one in found.judged if one.proof]
    assert pinned[0] is not None
    assert pinned[0].share > 0.5
