"""Claims that do not hold are flagged; claims of correct siblings are not."""

from __future__ import annotations

import pytest

from algosmith.complexity.measure import measure
from algosmith.complexity.notation import contradicts
from tests.complexity.bare_sandbox import BareSandbox
from tests.complexity.false_claims import FALSE, TRUE, Claimed


@pytest.mark.parametrize("case", FALSE, ids=lambda case: case.entry)
async def test_false_claim_is_flagged(case: Claimed) -> None:
    made = await measure(case.source, case.entry, BareSandbox())
    assert made.basis == "measured"
    assert contradicts(case.claim, made.time.complexity_class), made.time.complexity_class


@pytest.mark.parametrize("case", TRUE, ids=lambda case: case.entry)
async def test_true_claim_is_not_flagged(case: Claimed) -> None:
    made = await measure(case.source, case.entry, BareSandbox())
    assert made.basis == "measured"
    assert made.time.complexity_class is not None
    assert not contradicts(case.claim, made.time.complexity_class), made.time.complexity_class
