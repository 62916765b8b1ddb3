"""Which candidate is best: the examples decide, then agreement, then simplicity.

Sources: CodeT (arXiv 2207.10397) scores groups by size and tests passed; MBR-exec (arXiv
2204.11454) prefers the candidate whose results are closest to all others'; AlphaCode (arXiv
2203.07814) filters by the examples and takes one from each of the largest clusters. Ours filters
like AlphaCode, weighs clusters by how many *different* sources they hold (copies of one mistake
are no second opinion), discounts clusters whose results look careless, and uses MBR's closeness
where clusters weigh the same. ``server/docs/verification.md`` has the measurements.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from algosmith.verify import facts
from algosmith.verify.behaviour import View
from algosmith.verify.types import Advice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from algosmith.verify.adequacy import Pinned
    from algosmith.verify.facts import Ran
    from algosmith.verify.probing import Probes
    from algosmith.verify.types import Group

CONSTANT = 0.4
"""Factor on the weight of a group that gives one result for all inputs."""

MIXED = 0.6
"""Factor on the weight of a group whose results have several types."""
UNREAD = 0.7
"""Factor on the weight of a group that ignores a parameter."""


_WHOLE, _NONE = View(), Advice()


@dataclass(frozen=True, slots=True)
class Field:
    """Everything that selection looks at."""

    ran: Sequence[Ran]
    probes: Probes
    inputs: Sequence[int]
    """The deciding inputs, the model's included."""
    groups: Sequence[Group]
    view: View = _WHOLE
    pins: Mapping[int, Pinned] = field(default_factory=dict[int, "Pinned"])
    """How well the examples pin down a candidate, where that was measured."""
    advice: Advice = _NONE
    tie_breaks: Mapping[int, int] = field(default_factory=dict[int, int])
    """How many of the tests the model wrote each candidate passes; breaks ties only."""

    def group_of(self, index: int) -> Group:
        """The group of a candidate."""
        return next(g for g in self.groups if index in g.members)

    def without_advice(self) -> Field:
        """As if the model had not been asked: what "verified" and "refuted" are decided by."""
        probes = self.probes.without_advice()
        inputs = [i for i in self.inputs if i < probes.own]
        groups = facts.groups_of(self.ran, probes, inputs)
        return replace(self, probes=probes, inputs=inputs, groups=groups, advice=_NONE,
                       tie_breaks={})  # fmt: skip


def ranking(field: Field) -> tuple[int, ...]:
    """Indices of the candidates that ran, best first; deterministic."""
    return tuple(one.index for one in sorted(field.ran, key=lambda one: rank(field, one)))


def rank(field: Field, one: Ran) -> tuple[float | int, ...]:
    """What a candidate is sorted by; smaller is better."""
    passed = sum(one.passed)
    judges = [r for r in field.ran if sum(r.passed) == passed]
    return (
        *footing(field, one),
        -field.tie_breaks.get(one.index, 0),
        -round(facts.closeness(one, judges, field.inputs), 6),
        bool(one.standing.adds),
        facts.alters_arguments(one, field.probes),
        one.standing.size,
        len(one.standing.candidate.code),
        one.index,
    )


def footing(field: Field, one: Ran) -> tuple[float | int, ...]:
    """What counts before the model's tests: where it is equal, they decide."""
    return (
        -sum(one.passed),
        bool(one.behaviour.unsteady),
        -weight(field, one),
        -facts.answered(one, field.inputs),
    )


def weight(field: Field, one: Ran) -> float:
    """The weight of the candidate's group, less where its results look careless.

    One result for all inputs, or None among values of another type, is what a wrong answer that
    passes an example by luck looks like.
    """
    heavy = field.group_of(one.index).weight
    if len(field.inputs) >= 4 and facts.variety(one, field.inputs) <= 1:
        heavy *= CONSTANT
    if len(facts.kinds(one, (*range(field.probes.shown), *field.inputs))) > 1:
        heavy *= MIXED
    if one.standing.unread:
        heavy *= UNREAD
    return heavy
