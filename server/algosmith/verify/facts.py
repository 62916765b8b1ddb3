"""What the runs showed about each candidate, as plain data for selection and verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.sandbox.types import NOTHING, Record
from algosmith.verify import behaviour
from algosmith.verify.types import Group

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable, Hashable, Sequence

    from algosmith.sandbox.types import Answer
    from algosmith.verify.types import Observation, Probes

SAME_PARTS = 0.9
"""Share of the smaller source that stands in the other too when both count as one opinion."""
_BUGS = ("NameError", "UnboundLocalError", "ReferenceError")
MOST_SILENT = 0.25
"""Share of the inputs that one of a group may not come back from."""
SAME_SHAPE = 0.25
"""What a further candidate with the same source counts in its group's weight."""


def deciding(observed: Sequence[Observation], probes: Probes) -> tuple[int, ...]:
    """Unseen inputs that count: most of the candidates that pass the examples answer them.

    Where most raise or never return, the input is taken for one that the function need not accept.
    """
    best = max((sum(r.passed) for r in observed), default=0)
    judges = [r for r in observed if sum(r.passed) == best]
    kept: list[int] = []
    for i in probes.unseen:
        answers = [r.behaviour.answers[i] for r in judges]
        answered = sum(_gives(a, r) for a, r in zip(answers, judges, strict=True))
        if 2 * answered >= max(len(judges), 1):
            kept.append(i)
    return tuple(kept)


def _gives(answer: Answer | None, one: Observation) -> bool:
    """Whether a call gave a value; ``undefined`` is one only where arguments change."""
    if answer is None or answer.status != "value":
        return False
    return answer.value != NOTHING or _changes_arguments(one)


def _changes_arguments(one: Observation) -> bool:
    answers = one.behaviour.answers
    return any(a is not None and a.status == "value" and a.value is None for a in answers)


def signature_of(one: Observation, inputs: Sequence[int]) -> tuple[Hashable, ...]:
    """What the candidate does on the inputs; all exceptions count alike."""
    return tuple("raised" if _raised(one, i) else one.keys[i] for i in inputs)


def _raised(one: Observation, index: int) -> bool:
    answer = one.behaviour.answers[index]
    return answer is not None and answer.status == "raised"


def groups_of(
    observed: Sequence[Observation], probes: Probes, inputs: Sequence[int]
) -> tuple[Group, ...]:
    """Candidates that behave alike on the examples and on the deciding inputs; heaviest first.

    One that does not come back from a few inputs says nothing on them: it is with those that do the
    same on all others. (Factors of 0 by division: an endless loop or an empty list, and nobody
    asked.)
    """
    tried = (*range(probes.shown), *inputs)
    alike = _gathered(
        sorted(observed, key=lambda one: len(_silent(one, tried))),
        lambda one, other: _agree(one, other, tried),
    )
    groups: list[Group] = []
    for members in (part for whole in alike for part in _apart(whole)):
        distinct = _opinions([m.placed.parts for m in members])
        weight = distinct + SAME_SHAPE * (len(members) - distinct)
        groups.append(Group(tuple(m.index for m in members), weight, distinct))
    return tuple(sorted(groups, key=lambda g: (-g.weight, g.members)))


def _gathered(
    ordered: Sequence[Observation], agree: Callable[[Observation, Observation], bool]
) -> list[list[Observation]]:
    """Those that agree, together; who would fit in with two that differ speaks for neither."""
    parts: list[list[Observation]] = []
    for one in ordered:
        homes = [part for part in parts if all(agree(one, other) for other in part)]
        if len(homes) == 1:
            homes[0].append(one)
        else:
            parts.append([one])
    return parts


def _silent(one: Observation, inputs: Sequence[int]) -> frozenset[int]:
    """The inputs that it does not come back from, or did not get to."""
    answers = ((i, one.behaviour.answers[i]) for i in inputs)
    return frozenset(i for i, a in answers if a is None or a.status == "timeout")


def _agree(one: Observation, other: Observation, inputs: Sequence[int]) -> bool:
    """Whether two do the same wherever both come back, which is nearly everywhere."""
    mine, theirs = _silent(one, inputs), _silent(other, inputs)
    known = [i for i in inputs if i not in mine | theirs]
    if mine != theirs and len(known) < (1 - MOST_SILENT) * len(inputs):
        return False
    return signature_of(one, known) == signature_of(other, known)


def _apart(members: Sequence[Observation]) -> list[list[Observation]]:
    """The members by what they do on larger inputs, where some give no value in time."""
    ordered = sorted(members, key=lambda one: one.large.count(None) - len(one.large))
    parts = _gathered(ordered, _same_where_known)
    return [sorted(part, key=lambda one: one.index) for part in parts]


def _same_where_known(one: Observation, other: Observation) -> bool:
    pairs = zip(one.large, other.large, strict=False)
    return all(a is None or b is None or a == b for a, b in pairs)


def _opinions(sources: Sequence[Counter[str]]) -> int:
    """How many of the sources are no copy, or copy with something added, of a smaller one."""
    kept: list[Counter[str]] = []
    for parts in sorted(sources, key=lambda parts: parts.total()):
        if not any(_is_copy(parts, other) for other in kept):
            kept.append(parts)
    return len(kept)


def _is_copy(one: Counter[str], other: Counter[str]) -> bool:
    least = min(one.total(), other.total())
    return (one & other).total() >= SAME_PARTS * least


def closeness(one: Observation, others: Sequence[Observation], inputs: Sequence[int]) -> float:
    """Mean share of the inputs on which another candidate does the same (MBR by execution)."""
    mine = signature_of(one, inputs)
    rest = [o for o in others if o is not one]
    if not rest or not inputs:
        return 0.0
    total = 0.0
    for other in rest:
        theirs = signature_of(other, inputs)
        total += sum(a == b for a, b in zip(mine, theirs, strict=True)) / len(inputs)
    return total / len(rest)


def variety(one: Observation, inputs: Sequence[int]) -> int:
    """How many different results the candidate gives on the inputs."""
    return len({one.keys[i] for i in inputs})


def kinds(one: Observation, inputs: Sequence[int]) -> frozenset[str]:
    """The types of the values that the candidate gives on the inputs."""
    answers = (one.behaviour.answers[i] for i in inputs)
    return frozenset(
        kind_of(a.value)
        for a in answers
        if a is not None and a.status == "value" and a.value != NOTHING
    )


def kind_of(value: object) -> str:
    """A value's type, numbers but bools counting as one."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "number"
    return builtin_name(value)


def builtin_name(value: object) -> str:
    """The builtin class that a value counts as, an object's own class where it counts as none."""
    if isinstance(value, dict):
        return "dict"
    if isinstance(value, Record):
        return type(value.like[0]).__name__ if value.like else value.kind
    return type(value).__name__


def bug_at(one: Observation, probes: Probes) -> int | None:
    """The first of the examples' inputs and ours at which code is plainly broken; None for none."""
    for i, answer in enumerate(one.behaviour.answers[: probes.own]):
        if answer is None:
            continue
        error = answer.error.split(":", 1)[0]
        if (answer.status == "raised" and error in _BUGS) or answer.status == "protocol":
            return i
    return None


def answered(one: Observation, inputs: Sequence[int]) -> int:
    """On how many inputs the candidate gives a value."""
    found = (one.behaviour.answers[i] for i in inputs)
    return sum(_gives(a, one) for a in found)


def alters_arguments(one: Observation, probes: Probes) -> bool:
    """Whether a call that returns a value also changes what it was given."""
    for call, answer in zip(probes.calls, one.behaviour.answers, strict=False):
        if answer is None or answer.status != "value" or answer.value is None:
            continue
        if any(
            behaviour.plain_key(given) != behaviour.plain_key(after)
            for given, after in zip(call.args, answer.arguments, strict=False)
        ):
            return True
    return False
