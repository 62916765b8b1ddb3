"""What speaks for a candidate that passes every example, and when that earns "verified".

``server/docs/verification.md`` says why the rule is as strict as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from algosmith.sandbox import stdvalues
from algosmith.sandbox.types import MEMBER, NOTHING, Record
from algosmith.verify import checking, facts, memory, transcript, values
from algosmith.verify.types import Proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.verify.statements import Example
    from algosmith.verify.types import Observation, Trial

LEAST_INPUTS = 12
LEAST_UNSEEN = 8
MOST_FAILED = 0.5
"""Share of all unseen inputs, valid or not, on which the candidate may give no value."""
MOST_RIVAL = 0.5
LEAST_PINNED = 0.9
"""Share of the small changes that matter which have to be noticed beside a second opinion, and
where answers are written alike; alone the examples have to notice every one."""
MOST_WIDE = 0.5
"""Share of the unseen inputs that a change may alter without any example noticing."""
LEAST_PINNED_NARROW, MOST_NARROW = 0.6, 0.1
"""Beside a second opinion, and where nobody else passes the examples, fewer changes have to be
noticed if those that are not alter little: the second opinion does the same on the inputs that show
them."""
BITS_TOGETHER, EXAMPLES_TOGETHER = 8.0, 4
"""What the examples have to carry when a differently written candidate does the same."""
EXAMPLES_ALIKE = 3
"""Examples that are needed when nearly all independent answers do the same, in like words."""
MOST_ALIKE = 0.75
"""The share of them that "nearly all" is."""
LEAST_ALIKE, LEAST_ALIKE_OF_FEW_BITS = 4, 6
"""How many that are at least; more where the examples' results say little, as bools do."""
BITS_ALONE, EXAMPLES_ALONE = 20.0, 5
"""What they have to carry when none does."""


def earned(proof: Proof) -> bool:
    """Whether passing all examples earns "verified": by agreement or by the examples alone."""
    pinned = proof.pinned
    if not promising(proof) or pinned is None or pinned.untried:
        return False
    if _tells_together(proof):
        narrow = pinned.share >= LEAST_PINNED_NARROW and pinned.widest <= MOST_NARROW
        return (narrow and not proof.rival) or (
            pinned.share >= LEAST_PINNED and pinned.widest <= MOST_WIDE
        )
    if _is_unanimous(proof):
        return pinned.share >= LEAST_PINNED and pinned.widest <= MOST_WIDE / 2
    return pinned.share >= 1.0 and pinned.every


def promising(proof: Proof) -> bool:
    """Whether all is there but ``pinned``, which takes runs to measure."""
    if proof.unseen < LEAST_UNSEEN or proof.unseen + proof.examples < LEAST_INPUTS:
        return False
    if proof.raised or proof.failed > MOST_FAILED or proof.rival > MOST_RIVAL:
        return False
    if not (proof.varied and proof.uniform and proof.exact and proof.clean and proof.attentive):
        return False
    if proof.memorised or proof.doubted:
        return False
    return _tells_together(proof) or _is_unanimous(proof) or _tells_alone(proof)


def _tells_together(proof: Proof) -> bool:
    """Whether the examples carry enough beside a second opinion."""
    enough = proof.bits >= BITS_TOGETHER or proof.examples >= EXAMPLES_TOGETHER
    return proof.distinct >= 2 and enough


def _is_unanimous(proof: Proof) -> bool:
    """Whether nearly all independent answers do the same, and the examples carry enough for that.

    Alike sources are no second opinion on what the task means, but they say that the model does
    not guess.
    """
    if proof.rival or not 0 < proof.ran * MOST_ALIKE <= proof.size:
        return False
    if proof.examples < EXAMPLES_ALIKE:
        return False
    return proof.size >= (LEAST_ALIKE if proof.bits >= BITS_TOGETHER else LEAST_ALIKE_OF_FEW_BITS)


def _tells_alone(proof: Proof) -> bool:
    """Whether the examples carry enough where nobody agrees."""
    return proof.bits >= BITS_ALONE and proof.examples >= EXAMPLES_ALONE


def proof_of(trial: Trial, one: Observation) -> Proof:
    """What speaks for a candidate."""
    group = trial.group_of(one.index)
    passing = {o.index for o in trial.observed if o.passes}
    others = [g.weight for g in trial.groups if g is not group and passing & set(g.members)]
    unseen = facts.answered(one, trial.inputs)
    results = _results(trial.examples)
    return Proof(
        examples=len(results),
        bits=sum(map(information, results)),
        unseen=unseen,
        raised=len(trial.inputs) - unseen,
        failed=1.0 - facts.answered(one, trial.probes.unseen) / max(len(trial.probes.unseen), 1),
        varied=facts.variety(one, trial.inputs) > 1,
        uniform=len(facts.kinds(one, (*range(trial.probes.shown), *trial.inputs))) <= 1,
        exact=_is_exact(trial, one),
        clean=not (one.placed.chances or one.behaviour.unrepeated)
        and (trial.view.in_place or not facts.alters_arguments(one, trial.probes)),
        attentive=not one.placed.unread,
        distinct=group.distinct,
        size=len(group.members),
        rival=max(others, default=0.0) / group.weight,
        judges=len(passing),
        ran=len(trial.observed) if trial.sampled else 0,
        pinned=trial.pins.get(one.index),
        memorised=memory.holds(one.placed, trial.examples),
        doubted=not all(trial.hinted.get(one.index, ())),
    )


def _is_exact(trial: Trial, one: Observation) -> bool:
    """Whether every result is of the type that the example, or the signature, says."""
    answers = [a for a in one.behaviour.answers if a and a.status == "value" and a.value != NOTHING]
    wanted = one.placed.returns
    if wanted and any(facts.builtin_name(a.value) != wanted or a.lazy for a in answers):
        return False
    for example, answer in zip(trial.examples, one.behaviour.told, strict=False):
        try:
            value = checking.expected_value(example)
        except values.NotPlain:
            continue
        if example.script:
            step = transcript.told(example, answer)
            if step and step.status == "value" and not checking.same_types(step.value, value):
                return False
        elif answer is not None and not checking.is_of_type(value, answer, trial.view):
            return False
    return True


def _results(examples: Sequence[Example]) -> list[Any]:
    """What examples expect; a claim that is no value says as much as a bool.

    A property that does not fix the result is one statement, however many inputs were drawn for it,
    and a weak one: it refutes, it proves nothing.
    """
    found: list[Any] = []
    for example in (e for e in examples if e.fixes):
        try:
            value = checking.expected_value(example)
            found.append(_tokens(value) if example.kind == "sample" else value)
        except values.NotPlain:
            found.append(True)
    return found


_WHOLE = re.compile(r"[+-]?\d{1,400}")
_NUMBER = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?")


def _tokens(output: str) -> list[Any]:
    """An output's tokens: numbers as such; a word is mostly one of two, as YES is."""
    return [
        int(token) if _WHOLE.fullmatch(token) else 0.5 if _NUMBER.fullmatch(token) else True
        for token in output.split()
    ]


def information(value: Any) -> float:
    """Roughly how many bits a result carries: how hard it is to hit by accident."""
    if value is None or isinstance(value, bool):
        return 1.0
    if isinstance(value, int):
        return 2.0 + min(abs(value).bit_length(), 10)
    if isinstance(value, float):
        return 10.0
    if isinstance(value, str | bytes):
        return 2.0 + 2.0 * min(len(value), 10)
    if isinstance(value, list | tuple | set | frozenset):
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]  # plain values
        return 2.0 + sum(information(item) for item in items[:10])
    if isinstance(value, dict):
        pairs: list[Any] = list(value.items())  # pyright: ignore[reportUnknownArgumentType]  # plain values
        return 2.0 + sum(information(v) for _, v in pairs[:10])
    if isinstance(value, Record):
        return sum(map(information, value.items)) if value.fields != (MEMBER,) else 2.0
    parts = stdvalues.parts_of(value)
    return sum(map(information, parts[1])) if parts else 2.0
