"""The rule for "verified", condition by condition."""

from dataclasses import replace

import pytest

from algosmith.verify.proofs import earned, information
from algosmith.verify.types import Adequacy, Proof

TOGETHER = Proof(
    examples=1,
    bits=12.0,
    unseen=20,
    raised=0,
    failed=0.1,
    varied=True,
    uniform=True,
    exact=True,
    clean=True,
    attentive=True,
    distinct=2,
    size=3,
    rival=0.0,
    judges=3,
    pinned=Adequacy(1.0, 0.0),
)
ALONE = replace(TOGETHER, distinct=1, size=1, examples=5, bits=20.0)
ALIKE = replace(TOGETHER, distinct=1, size=4, ran=5, examples=3)


@pytest.mark.parametrize(
    "proof", [TOGETHER, ALONE, replace(TOGETHER, pinned=Adequacy(0.9, 0.5, every=False)), ALIKE]
)
def test_earned(proof: Proof) -> None:
    assert earned(proof)


@pytest.mark.parametrize(
    "change",
    [
        {"unseen": 7},
        {"raised": 1},
        {"failed": 0.6},
        {"varied": False},
        {"uniform": False},
        {"exact": False},
        {"clean": False},
        {"pinned": None},
        {"pinned": Adequacy(1.0, 0.0, untried=True)},
        {"attentive": False},
        {"rival": 0.6},
        {"memorised": True},
        {"pinned": Adequacy(0.5, 0.1)},
        {"pinned": Adequacy(0.95, 0.9)},
        {"examples": 1, "bits": 2.0},
    ],
    ids=str,
)
@pytest.mark.parametrize("proof", [TOGETHER, ALONE, ALIKE], ids=["together", "alone", "alike"])
def test_each_condition_counts(proof: Proof, change: dict[str, object]) -> None:
    assert not earned(replace(proof, **change))  # type: ignore[arg-type]  # fields by name


def test_alone_needs_more_than_together() -> None:
    assert not earned(replace(TOGETHER, distinct=1))
    assert not earned(replace(ALONE, examples=4))
    assert not earned(replace(ALONE, bits=15.0))
    assert not earned(replace(ALONE, pinned=Adequacy(0.95, 0.1)))
    assert not earned(replace(ALONE, pinned=Adequacy(1.0, 0.0, every=False)))
    assert earned(replace(TOGETHER, bits=9.0))
    assert earned(replace(TOGETHER, bits=4.0, examples=4))


def test_answers_written_alike_have_to_be_nearly_all_and_independent() -> None:
    assert not earned(replace(ALIKE, ran=0))
    assert not earned(replace(ALIKE, ran=6))
    assert not earned(replace(ALIKE, size=3, ran=3))
    assert not earned(replace(ALIKE, examples=2))
    assert not earned(replace(ALIKE, rival=0.1))
    assert not earned(replace(ALIKE, pinned=Adequacy(0.89, 0.1)))
    assert earned(replace(ALIKE, pinned=Adequacy(0.9, 0.1, every=False)))


def test_of_results_that_say_little_more_answers_are_needed() -> None:
    assert not earned(replace(ALIKE, bits=3.0))
    assert earned(replace(ALIKE, bits=3.0, size=6, ran=6))


def test_longer_results_say_more() -> None:
    values = [True, 3, 1000, [1, 2, 3], [[1, 2], [3, 4]], "a long enough text"]
    bits = [information(value) for value in values]
    assert bits[0] == 1.0
    assert bits[0] < bits[1] < bits[2] <= bits[3] < bits[4]
