"""From what was seen to a verdict: refuted < unchecked < consistent < verified.

"verified" has to be earned: ``server/docs/verification.md`` has the rule, why it is as strict as it
is, and the measurements it was set by.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from algosmith.model import Check, Verdict
from algosmith.verify import checking, evidence, facts, memory, select, values
from algosmith.verify.adequacy import Pinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.verify.facts import Ran
    from algosmith.verify.placing import Standing
    from algosmith.verify.select import Field
    from algosmith.verify.types import Example, Found

LEAST_INPUTS = 12
LEAST_UNSEEN = 8
MOST_FAILED = 0.5
"""Share of all unseen inputs, valid or not, on which the candidate may give no value."""
MOST_RIVAL = 0.5
LEAST_PINNED = 0.9
"""Share of the small changes that matter which the examples have to notice."""
MOST_WIDE = 0.5
"""Share of the unseen inputs that a change may alter without any example noticing."""
BITS_TOGETHER, EXAMPLES_TOGETHER = 8.0, 4
"""What the examples have to carry when a differently written candidate does the same."""
BITS_ALONE, EXAMPLES_ALONE = 12.0, 3
"""What they have to carry when none does."""
_BUGS = ("NameError", "UnboundLocalError")


@dataclass(frozen=True, slots=True)
class Proof:
    """What speaks for a candidate that passes every example."""

    examples: int
    bits: float
    """How much the examples' results say: a bool one bit, a long list many."""
    unseen: int
    """Deciding inputs it gives a value for."""
    raised: int
    """Deciding inputs it gives none for."""
    failed: float
    """Share of all unseen inputs that it gives no value for."""
    varied: bool
    """Its results depend on the input."""
    uniform: bool
    """All its results are of the type that the examples expect."""
    attentive: bool
    """It looks at every parameter."""
    distinct: int
    """Different sources in its group."""
    size: int
    rival: float
    """Weight of the heaviest other group that passes all examples, as a share of its own."""
    judges: int
    """Candidates that pass all examples."""
    pinned: Pinned | None = None
    """Whether the examples notice small changes to its code; None when no change matters."""
    memorised: bool = False
    """Its code holds the examples' own values."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """What all verdicts of one judgement need."""

    field: Field
    found: Found
    seconds: float
    compared: int
    """Candidates that ran."""


def refused(standing: Standing) -> Verdict | None:
    """The verdict of a candidate that a check without a run refutes."""
    failed = standing.failed
    if failed is None:
        return None
    summary = f"refuted: {failed.detail}"
    return Verdict("refuted", summary, standing.checks, standing.adds)


def not_run(standing: Standing, why: str) -> Verdict:
    """The verdict of a candidate that parses and fits, but was not run."""
    checks = (*standing.checks, Check("runnable", "skipped", why))
    return Verdict("unchecked", f"unchecked: {why}", checks, standing.adds)


def verdict(ladder: Ladder, one: Ran) -> Verdict:
    """The verdict of a candidate that ran."""
    examples = ladder.found.examples
    group = ladder.field.group_of(one.index)
    agreement = (len(group.members), ladder.compared)
    checks = (*one.standing.checks, Check("runnable", "passed"), *_checks(ladder, one))
    base = Verdict("unchecked", "", checks, one.standing.adds, agreement)
    wrong = _wrong(ladder, one)
    if wrong:
        return replace(base, level="refuted", summary=f"refuted: {wrong}")
    doubt = _doubt(ladder, one)
    if doubt:
        return replace(base, summary=f"unchecked: {doubt}")
    proof = proof_of(ladder.field, one, examples)
    count = f"{len(examples)}/{len(examples)} example{'s' if len(examples) != 1 else ''}"
    if examples and not one.standing.adds and earned(proof):
        return replace(base, level="verified", summary=f"verified {count}")
    if _agrees(ladder, one):
        shown = [f"{agreement[0]} of {agreement[1]} agree"] if agreement[1] > 1 else []
        shown += [count] if examples else []
        return replace(base, level="consistent", summary=f"consistent ({', '.join(shown)})")
    why = (
        f"{agreement[0]} of {agreement[1]} agree" if agreement[1] > 1 else "nothing to compare with"
    )
    return replace(base, summary=f"unchecked: {why}")


def earned(proof: Proof) -> bool:
    """Whether passing all examples earns "verified": by agreement or by the examples alone."""
    if proof.unseen < LEAST_UNSEEN or proof.unseen + proof.examples < LEAST_INPUTS:
        return False
    if proof.raised or proof.failed > MOST_FAILED or proof.rival > MOST_RIVAL:
        return False
    if not (proof.varied and proof.uniform and proof.attentive):
        return False
    pinned = proof.pinned or Pinned(1.0, 0.0)
    if proof.memorised or pinned.share < LEAST_PINNED or pinned.widest > MOST_WIDE:
        return False
    if proof.distinct >= 2:
        return proof.bits >= BITS_TOGETHER or proof.examples >= EXAMPLES_TOGETHER
    return proof.bits >= BITS_ALONE and proof.examples >= EXAMPLES_ALONE


def proof_of(field: Field, one: Ran, examples: Sequence[Example]) -> Proof:
    """What speaks for a candidate."""
    group = field.group_of(one.index)
    passing = {r.index for r in field.ran if r.passes}
    others = [g.weight for g in field.groups if g is not group and passing & set(g.members)]
    unseen = facts.answered(one, field.inputs)
    results = _results(examples)
    return Proof(
        examples=len(examples),
        bits=sum(map(information, results)),
        unseen=unseen,
        raised=len(field.inputs) - unseen,
        failed=1.0 - facts.answered(one, field.probes.unseen) / max(len(field.probes.unseen), 1),
        varied=facts.variety(one, field.inputs) > 1,
        uniform=len(facts.kinds(one, (*range(field.probes.shown), *field.inputs))) <= 1,
        attentive=not one.standing.unread,
        distinct=group.distinct,
        size=len(group.members),
        rival=max(others, default=0.0) / group.weight,
        judges=len(passing),
        pinned=field.pins.get(one.index),
        memorised=memory.holds(one.standing, examples),
    )


def _results(examples: Sequence[Example]) -> list[Any]:
    """What examples expect; a claim that is no value says as much as a bool."""
    found: list[Any] = []
    for example in examples:
        try:
            found.append(checking.expected_value(example))
        except values.NotPlain:
            found.append(True)
    return found


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
    return 2.0


def _checks(ladder: Ladder, one: Ran) -> tuple[Check, ...]:
    examples, inputs = ladder.found.examples, ladder.field.inputs
    lines = evidence.failing(one, examples, ladder.seconds)
    total = len(examples)
    if not total:
        first = Check("examples", "skipped", "none were found")
    elif lines:
        first = Check("examples", "failed", f"{total - len(lines)}/{total}: {lines[0]}")
    else:
        first = Check("examples", "passed", f"{total}/{total}")
    if not inputs:
        reason = ladder.field.probes.reason or "no input is accepted"
        return first, Check("agreement", "skipped", reason)
    size = len(ladder.field.group_of(one.index).members)
    detail = f"{size} of {ladder.compared} do the same on {len(inputs)} unseen inputs"
    status = "passed" if _agrees(ladder, one) and ladder.compared > 1 else "skipped"
    return first, Check("agreement", status, detail)


def _wrong(ladder: Ladder, one: Ran) -> str:
    """Why the candidate is wrong, with the call that shows it; empty where nothing does."""
    disputed = [example for pair in ladder.found.contradictions for example in pair]
    lines = evidence.failing(one, ladder.found.examples, ladder.seconds, disputed)
    if lines:
        return lines[0]
    answers = one.behaviour.answers
    for i, answer in enumerate(answers):
        if answer is None:
            continue
        error = answer.error.split(":", 1)[0]
        if (answer.status == "raised" and error in _BUGS) or answer.status == "protocol":
            return _call_line(ladder, one, i)
    given = [a for a in answers if a is not None]
    if given and not ladder.found.examples and all(a.status != "value" for a in given):
        return _call_line(ladder, one, 0)
    return ""


def _call_line(ladder: Ladder, one: Ran, index: int) -> str:
    from algosmith.verify.behaviour import gave

    call = ladder.field.probes.calls[index]
    shown = ", ".join([*map(_shown, call.args), *(f"{k}={v!r}" for k, v in call.kwargs.items())])
    name = one.standing.entry.rsplit(".", 1)[-1]
    return f"{name}({shown[:120]}) {gave(one.behaviour.answers[index], ladder.seconds)}"


def _shown(value: Any) -> str:
    return repr(list(value.items)) if hasattr(value, "kind") else repr(value)


def _doubt(ladder: Ladder, one: Ran) -> str:
    """Why the candidate can't be called consistent at all; empty where nothing speaks against."""
    if ladder.found.contradictions:
        first, second = ladder.found.contradictions[0]
        return (
            f"the examples contradict each other: {first.text} ({first.source}), "
            f"but {second.text} ({second.source})"
        )
    if one.behaviour.unsteady:
        index = one.behaviour.unsteady[0]
        return f"not the same result twice: {_call_line(ladder, one, index)}, then something else"
    if not ladder.field.inputs and not ladder.found.examples:
        return ladder.field.probes.reason or "no input is accepted"
    return ""


def _agrees(ladder: Ladder, one: Ran) -> bool:
    """Whether the candidate is in the heaviest group of those that pass the examples."""
    field = ladder.field
    passing = [r for r in field.ran if r.passes and not r.behaviour.unsteady]
    heaviest = max((select.weight(field, r) for r in passing), default=0.0)
    if select.weight(field, one) < heaviest:
        return False
    return len(field.group_of(one.index).members) > 1 or bool(ladder.found.examples)
