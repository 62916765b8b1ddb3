"""From what was seen to a verdict: refuted < unchecked < consistent < verified.

"verified" has to be earned: ``server/docs/verification.md`` has the rule, why it is as strict as it
is, and the measurements it was set by.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.model import Check, Verdict
from algosmith.verify import facts, own_classes, proofs, select
from algosmith.verify.telling import company, failing, gave, shown
from algosmith.verify.types import Judgement

if TYPE_CHECKING:
    from algosmith.verify.types import Observation, Placement, Trial


def without_run(placed: Placement, why_not: str) -> Judgement | None:
    """What can be said without a run: refuted, or why there is none; None where it is to run."""
    failed = placed.failed
    if failed is not None:
        summary = f"refuted: {failed.detail}"
        return Judgement(placed, Verdict("refuted", summary, placed.checks, placed.adds))
    return not_run(placed, why_not) if why_not else None


def not_run(placed: Placement, why: str) -> Judgement:
    """A candidate that parses and fits, but was not run."""
    checks = (*placed.checks, Check("runnable", "skipped", why))
    return Judgement(placed, Verdict("unchecked", f"unchecked: {why}", checks, placed.adds))


def judged(trial: Trial, one: Observation) -> Judgement:
    """A candidate that ran, with its verdict."""
    bare = select.without_advice(trial)
    proof = proofs.proof_of(trial, one)
    proven = proofs.earned(proof) and (bare is trial or proofs.earned(proofs.proof_of(bare, one)))
    return Judgement(one.placed, _verdict(trial, one, proven=proven), one, proof)


def _verdict(trial: Trial, one: Observation, *, proven: bool) -> Verdict:
    """The verdict of a candidate that ran; ``proven`` where it holds also without the model's."""
    examples = trial.examples
    agreement = (len(trial.group_of(one.index).members), len(trial.observed))
    checks = (*one.placed.checks, Check("runnable", "passed"), *_checks(trial, one))
    base = Verdict("unchecked", "", checks, one.placed.adds, agreement)
    wrong = _wrong(trial, one)
    if wrong:
        return replace(base, level="refuted", summary=f"refuted: {wrong}")
    doubt = _doubt(trial, one)
    if doubt:
        return replace(base, summary=f"unchecked: {doubt}")
    count = f"{len(examples)}/{len(examples)} example{'s' if len(examples) != 1 else ''}"
    if examples and not one.placed.adds and proven:
        return replace(base, level="verified", summary=f"verified {count}")
    if _agrees(trial, one):
        shown = [count] if examples else []
        shown += [company(trial, one)] if agreement[0] > 1 else []
        if one.behaviour.undefined:
            call = _call_line(trial, one, one.behaviour.undefined[0])
            shown.append(f"undefined behaviour where {call}")
        return replace(base, level="consistent", summary=f"consistent ({', '.join(shown)})")
    why = company(trial, one) if agreement[1] > 1 else "nothing to compare with"
    return replace(base, summary=f"unchecked: {why}")


def _checks(trial: Trial, one: Observation) -> tuple[Check, ...]:
    examples = trial.examples
    lines = failing(one, examples, trial.seconds)
    total = len(examples)
    if one.excuses and not lines:
        first = Check("examples", "skipped", next(iter(one.excuses.values())))
    elif not total:
        first = Check("examples", "skipped", "none were found")
    elif lines:
        first = Check("examples", "failed", f"{total - len(lines)}/{total}: {lines[0]}")
    else:
        first = Check("examples", "passed", f"{total}/{total}")
    return first, _agreement(trial, one), *_tests(trial, one)


def _agreement(trial: Trial, one: Observation) -> Check:
    note = trial.advice.note
    asked = f"; the model was asked for inputs: {note}" if note else ""
    if not trial.inputs:
        return Check("agreement", "skipped", _no_inputs(trial) + asked + _refused(trial, one))
    theirs = sum(i >= trial.probes.own for i in trial.inputs)
    detail = company(trial, one) if len(trial.observed) > 1 else "nothing to compare with"
    detail += f" ({theirs} of them chosen by the model)" if theirs else ""
    status = "passed" if _agrees(trial, one) and len(trial.observed) > 1 else "skipped"
    return Check("agreement", status, detail + asked)


def _refused(trial: Trial, one: Observation) -> str:
    """The first input of ours that gave no value, and what it did."""
    answers = one.behaviour.answers[: trial.probes.own]
    first = next((i for i, a in enumerate(answers) if a and a.status != "value"), None)
    return "" if first is None else f": {_call_line(trial, one, first)}"


def _no_inputs(trial: Trial) -> str:
    return (
        trial.probes.reason
        or "it gave no result on any input that was tried; an example would help"
    )


def _tests(trial: Trial, one: Observation) -> tuple[Check, ...]:
    """How the model's own tests went: never passed or failed, they prove nothing."""
    total = len(trial.advice.tests)
    if not total:
        return ()
    held = trial.tie_breaks.get(one.index, 0)
    detail = f"{held} of {total} tests that the model wrote hold; they only break ties"
    return (Check("model tests", "skipped", detail),)


def _wrong(trial: Trial, one: Observation) -> str:
    """Why the candidate is wrong, with the call that shows it; empty where nothing does."""
    disputed = [example for pair in trial.found.contradictions for example in pair]
    lines = failing(one, trial.examples, trial.seconds, disputed)
    if lines:
        return lines[0]
    attack = next((i for i, a in enumerate(one.behaviour.answers) if a and a.status == "protocol"),
                  None)  # fmt: skip
    return "" if attack is None else _call_line(trial, one, attack)


def _call_line(trial: Trial, one: Observation, index: int) -> str:
    call = trial.probes.calls[index]
    if not one.placed.entry:
        told = gave(one.behaviour.answers[index], trial.seconds)
        return f"on input {shown(call.args[0], 60)} the program {told}"
    language = one.placed.language
    named = (f"{k}={shown(v)}" for k, v in call.kwargs.items())
    given = ", ".join([*(shown(v, language=language) for v in call.args), *named])
    name = one.placed.entry.rsplit(".", 1)[-1]
    told = gave(one.behaviour.answers[index], trial.seconds, language=language)
    return f"{name}({given[:120]}) {told}"


def _doubt(trial: Trial, one: Observation) -> str:
    """Why the candidate can't be called consistent at all; empty where nothing speaks against."""
    if trial.found.contradictions:
        first, second = trial.found.contradictions[0]
        return (
            f"the examples contradict each other: {first.text} ({first.source}), "
            f"but {second.text} ({second.source})"
        )
    if one.excuses:
        return next(iter(one.excuses.values()))
    own = own_classes.speaking(trial, one)
    if own:
        return f"it gives objects of its own class {own}, which may equal anything"
    bug = facts.bug_at(one, trial.probes)
    if bug is not None:
        return f"{_call_line(trial, one, bug)}, on an input of ours"
    if one.behaviour.wavering:
        example = (*trial.examples, *trial.found.hints)[one.behaviour.wavering[0]]
        return f"not the same result twice: {example.call_text}"
    if one.behaviour.unsteady:
        index = one.behaviour.unsteady[0]
        return f"not the same result twice: {_call_line(trial, one, index)}, then something else"
    if not trial.inputs and not trial.examples:
        return _no_inputs(trial)
    return ""


def _agrees(trial: Trial, one: Observation) -> bool:
    """Whether the candidate is in the heaviest group of those that pass the examples."""
    passing = [o for o in trial.observed if o.passes and not o.behaviour.unsteady]
    heaviest = max((select.weight(trial, o) for o in passing), default=0.0)
    if select.weight(trial, one) < heaviest:
        return False
    return len(trial.group_of(one.index).members) > 1 or bool(trial.examples)
