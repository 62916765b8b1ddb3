"""What a search for a counterexample came to: in words, and in the form of all findings."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from algosmith.errors import EditError
from algosmith.features import keeping
from algosmith.features.findings import Finding
from algosmith.features.parties import shown_call
from algosmith.verify.telling import gave

if TYPE_CHECKING:
    from algosmith.features.stress import Counterexample, Question, StressResult


def words(done: StressResult) -> str:
    """The report for people."""
    lines: list[str] = []
    question = done.question
    if done.found is not None:
        lines.append(f"counterexample: {shown_call(question.one, done.found.call)}")
        lines += _outcomes(question, done.found)
        steps = "one step" if done.steps == 1 else f"{done.steps} steps"
        small = f", made smaller in {steps}" if done.steps else ""
        tried = counted_inputs(done.tally.tried)
        lines.append(f"found after {tried}{small}, {done.seconds:.1f} s")
        return "\n".join(lines)
    tally = done.tally
    who = "it" if question.other is None else "both"
    first = f" (first: {tally.first_raised})"
    raised = f"; on {tally.raised:,} of them {who} raised an error{first}" if tally.raised else ""
    late = f"; {tally.unknown:,} more were not answered in time" if tally.unknown else ""
    refused = f"; {tally.refused:,} were not valid" if tally.refused else ""
    lines.append(
        f"no counterexample among {counted_inputs(tally.tried)}, sizes up to {tally.largest:,}"
        f"{raised}{late}{refused}; that is no proof"
    )
    if done.beyond is not None:
        lines.append(
            f"but on an input unlike your examples (with {done.beyond.outside}): "
            f"{shown_call(question.one, done.beyond.call)}"
        )
        lines += _outcomes(question, done.beyond)
        lines.append("say with --valid FILE:LINE whether such inputs count")
    return "\n".join(lines)


def counted_inputs(number: int) -> str:
    """``1 input``, ``12,345 inputs``."""
    return f"{number:,} input{'' if number == 1 else 's'}"


def _outcomes(question: Question, found: Counterexample) -> list[str]:
    parties = [p for p in (question.one, question.other) if p is not None]
    pairs = zip(parties, found.answers, strict=True)
    return [
        f"  {p.name} ({p.file.name}:{p.line}) {gave(a, 2.0, language=p.language)}" for p, a in pairs
    ]


def finding(done: StressResult) -> Finding | None:
    """What was found, in the form of all findings."""
    if done.found is None:
        return None
    one = done.question.one
    call = shown_call(one, done.found.call)
    told = "; ".join(line.strip() for line in _outcomes(done.question, done.found))
    name = one.function.qualified_name if one.function else one.name
    change = None
    with contextlib.suppress(EditError):
        change = keeping.kept(done)
    return Finding("counterexample", f"{call}: {told}", str(one.file), one.line, name, call,
                   None, change)  # fmt: skip
