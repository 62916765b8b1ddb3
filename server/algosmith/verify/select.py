"""Which candidate is best: the examples decide, then agreement, then simplicity.

Sources: CodeT (arXiv 2207.10397) scores groups by size and tests passed; MBR-exec (arXiv
2204.11454) prefers the candidate whose results are closest to all others'; AlphaCode (arXiv
2203.07814) filters by the examples and takes one from each of the largest clusters. Ours filters
like AlphaCode, weighs clusters by how many *different* sources they hold (copies of one mistake
are no second opinion), discounts clusters whose results look careless, and uses MBR's closeness
where clusters weigh the same. ``server/docs/verification.md`` has the measurements.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.verify import facts
from algosmith.verify.types import Advice

if TYPE_CHECKING:
    from algosmith.verify.types import Observation, Trial

CONSTANT = 0.4
"""Factor on the weight of a group that gives one result for all inputs."""

MIXED = 0.6
"""Factor on the weight of a group whose results have several types."""
UNREAD = 0.7
"""Factor on the weight of a group that ignores a parameter."""


def without_advice(trial: Trial) -> Trial:
    """As if the model had not been asked: what "verified" and "refuted" are decided by."""
    own = trial.probes.own
    if own == len(trial.probes.calls) and trial.advice == Advice():
        return trial
    probes = replace(trial.probes, calls=trial.probes.calls[:own])
    inputs = [i for i in trial.inputs if i < own]
    groups = facts.groups_of(trial.observed, probes, inputs)
    return replace(trial, probes=probes, inputs=inputs, groups=groups, advice=Advice(),
                   tie_breaks={})  # fmt: skip


def ranking(trial: Trial) -> tuple[int, ...]:
    """Indices of the candidates that ran, best first; deterministic."""
    return tuple(one.index for one in sorted(trial.observed, key=lambda one: rank(trial, one)))


def rank(trial: Trial, one: Observation) -> tuple[float | int, ...]:
    """What a candidate is sorted by; smaller is better."""
    passed = sum(one.passed)
    judges = [o for o in trial.observed if sum(o.passed) == passed]
    return (
        *footing(trial, one),
        -trial.tie_breaks.get(one.index, 0),
        -round(facts.closeness(one, judges, trial.inputs), 6),
        bool(one.placed.adds),
        facts.alters_arguments(one, trial.probes),
        one.placed.size,
        len(one.placed.candidate.code),
        one.index,
    )


def footing(trial: Trial, one: Observation) -> tuple[float | int, ...]:
    """What counts before the model's tests: where it is equal, they decide."""
    return (
        -sum(one.passed),
        bool(one.behaviour.unsteady),
        -weight(trial, one),
        -facts.answered(one, trial.inputs),
    )


def weight(trial: Trial, one: Observation) -> float:
    """The weight of the candidate's group, less where its results look careless.

    One result for all inputs, or None among values of another type, is what a wrong answer that
    passes an example by luck looks like.
    """
    heavy = trial.group_of(one.index).weight
    if len(trial.inputs) >= 4 and facts.variety(one, trial.inputs) <= 1:
        heavy *= CONSTANT
    if len(facts.kinds(one, (*range(trial.probes.shown), *trial.inputs))) > 1:
        heavy *= MIXED
    if one.placed.unread:
        heavy *= UNREAD
    return heavy
