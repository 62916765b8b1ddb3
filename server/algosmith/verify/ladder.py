"""From what was seen to a verdict: refuted < unchecked < consistent < verified.

"verified" has to be earned: ``server/docs/verification.md`` has the rule, why it is as strict as it
is, and the measurements it was set by.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from algosmith.model import Check, Verdict
from algosmith.verify import evidence, facts, proofs, select
from algosmith.verify.telling import gave, shown

if TYPE_CHECKING:
    from algosmith.verify.facts import Ran
    from algosmith.verify.placing import Standing
    from algosmith.verify.select import Field
    from algosmith.verify.types import Found


@dataclass(frozen=True, slots=True)
class Ladder:
    """What all verdicts of one judgement need."""

    field: Field
    bare: Field
    """Without the model's tests and inputs: these neither verify nor refute."""
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
    fields = (ladder.field, ladder.bare)
    proven = all(proofs.earned(proofs.proof_of(field, one, examples)) for field in fields)
    count = f"{len(examples)}/{len(examples)} example{'s' if len(examples) != 1 else ''}"
    if examples and not one.standing.adds and proven:
        return replace(base, level="verified", summary=f"verified {count}")
    if _agrees(ladder, one):
        shown = [f"{agreement[0]} of {agreement[1]} agree"] if agreement[1] > 1 else []
        shown += [count] if examples else []
        return replace(base, level="consistent", summary=f"consistent ({', '.join(shown)})")
    why = (
        f"{agreement[0]} of {agreement[1]} agree" if agreement[1] > 1 else "nothing to compare with"
    )
    return replace(base, summary=f"unchecked: {why}")


def _checks(ladder: Ladder, one: Ran) -> tuple[Check, ...]:
    examples = ladder.found.examples
    lines = evidence.failing(one, examples, ladder.seconds)
    total = len(examples)
    if not total:
        first = Check("examples", "skipped", "none were found")
    elif lines:
        first = Check("examples", "failed", f"{total - len(lines)}/{total}: {lines[0]}")
    else:
        first = Check("examples", "passed", f"{total}/{total}")
    return first, _agreement(ladder, one), *_tests(ladder, one)


def _agreement(ladder: Ladder, one: Ran) -> Check:
    field, note = ladder.field, ladder.field.advice.note
    asked = f"; the model was asked for inputs: {note}" if note else ""
    if not field.inputs:
        return Check("agreement", "skipped", _no_inputs(field) + asked)
    theirs = sum(i >= field.probes.own for i in field.inputs)
    size = len(field.group_of(one.index).members)
    detail = f"{size} of {ladder.compared} do the same on {len(field.inputs)} unseen inputs"
    detail += f", {theirs} of them chosen by the model" if theirs else ""
    status = "passed" if _agrees(ladder, one) and ladder.compared > 1 else "skipped"
    return Check("agreement", status, detail + asked)


def _no_inputs(field: Field) -> str:
    return field.probes.reason or "no input is accepted"


def _tests(ladder: Ladder, one: Ran) -> tuple[Check, ...]:
    """How the model's own tests went: never passed or failed, they prove nothing."""
    total = len(ladder.field.advice.tests)
    if not total:
        return ()
    held = ladder.field.tie_breaks.get(one.index, 0)
    detail = f"{held} of {total} tests that the model wrote hold; they only break ties"
    return (Check("model tests", "skipped", detail),)


def _wrong(ladder: Ladder, one: Ran) -> str:
    """Why the candidate is wrong, with the call that shows it; empty where nothing does."""
    disputed = [example for pair in ladder.found.contradictions for example in pair]
    lines = evidence.failing(one, ladder.found.examples, ladder.seconds, disputed)
    if lines:
        return lines[0]
    probes = ladder.field.probes
    bug = facts.bug_at(one, probes)
    if bug is not None:
        return _call_line(ladder, one, bug)
    own, advised = one.behaviour.answers[: probes.own], one.behaviour.answers[probes.own :]
    given = [a for a in own if a is not None]
    accepts = any(a is not None and a.status == "value" for a in (*given, *advised))
    if given and not accepts and not ladder.found.examples:
        return _call_line(ladder, one, 0)
    return ""


def _call_line(ladder: Ladder, one: Ran, index: int) -> str:
    call = ladder.field.probes.calls[index]
    named = (f"{k}={shown(v)}" for k, v in call.kwargs.items())
    given = ", ".join([*map(shown, call.args), *named])
    name = one.standing.entry.rsplit(".", 1)[-1]
    return f"{name}({given[:120]}) {gave(one.behaviour.answers[index], ladder.seconds)}"


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
        return _no_inputs(ladder.field)
    return ""


def _agrees(ladder: Ladder, one: Ran) -> bool:
    """Whether the candidate is in the heaviest group of those that pass the examples."""
    field = ladder.field
    passing = [r for r in field.ran if r.passes and not r.behaviour.unsteady]
    heaviest = max((select.weight(field, r) for r in passing), default=0.0)
    if select.weight(field, one) < heaviest:
        return False
    return len(field.group_of(one.index).members) > 1 or bool(ladder.found.examples)
