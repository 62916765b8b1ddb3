"""One function checked: do its examples hold, and is it as quick as its comments say?"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from algosmith.complexity.claimed import claims_of, claims_of_file
from algosmith.complexity.measure import measure_at
from algosmith.complexity.notation import canonical, contradicts, pretty, rate
from algosmith.complexity.steep import is_steeper
from algosmith.errors import EditError, TaskError
from algosmith.features.doctests import doctest_edit
from algosmith.features.findings import Finding, FunctionReport, Replacement
from algosmith.syntax.functions import functions
from algosmith.syntax.positions import line_of
from algosmith.syntax.pythontree import literal
from algosmith.verify import standing
from algosmith.verify.judge import assess
from algosmith.verify.telling import failure
from algosmith.verify.types import Case

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from algosmith.complexity.claimed import Claim, Resource
    from algosmith.config import Settings
    from algosmith.model import Function, Growth, Measurement, Snapshot
    from algosmith.sandbox.types import Sandbox
    from algosmith.verify.statements import Example
    from algosmith.verify.types import Assessment

_SURE = ("high", "medium")
"""Confidence from which on a measurement may speak against a claim."""
_MOST_KEPT = 120
_MOST_TOLD = 5
"""Failing examples of one function that become findings of their own."""
_SAID = re.compile(
    r">>>|->|=>|==|→|\b(?:returns?|examples?|input|output)\b|输入|输出|示例|返回", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked of each function."""

    at_most: str | None = None
    """``O(n log n)``: functions measured worse are findings."""
    seconds: float = 0.2
    """Budget for measuring one function; more reaches larger sizes."""
    measure: bool = True
    """Whether complexity is measured at all."""

    def __post_init__(self) -> None:
        """Raises TaskError for a limit that is no class: it would let everything pass."""
        if self.at_most is not None and rate(self.at_most) is None:
            raise TaskError(f'{self.at_most}: is no complexity class; write it as "O(n log n)"')


@dataclass(frozen=True, slots=True)
class Subject:
    """A function to check, and what its file says of its complexity."""

    function: Function
    claims: tuple[Claim, ...]
    tested: bool = True
    """Whether tests of the workspace may speak of it."""


def subjects(snapshot: Snapshot, tested: frozenset[str], *, every: bool = False) -> list[Subject]:
    """The functions with something to hold them to: examples, tests or a claim.

    Args:
        snapshot: The file.
        tested: All names that stand in test files.
        every: Functions without any of that, too.
    """
    if snapshot.language != "python":
        return []
    outer = [one for one in functions(snapshot) if _is_reachable(snapshot, one)]
    of_file = claims_of_file(snapshot)
    free = [one for one in outer if not one.name.startswith("_")]
    asserted = set(re.findall(r"^\s*assert\b.*?\b(\w+)\s*\(", snapshot.text, re.MULTILINE))
    found: list[Subject] = []
    for one in outer:
        claims = claims_of(snapshot, one)
        if not claims and free == [one]:
            claims = of_file
        said = says_examples(one)
        if every or claims or said or one.name in tested or one.name in asserted:
            found.append(Subject(one, claims))
    return found


def says_examples(function: Function) -> bool:
    """Whether its docstring looks as if it held an example."""
    return function.docstring is not None and _SAID.search(function.docstring) is not None


async def check_function(  # noqa: PLR0913  plain data from the callers, none of it belongs together
    snapshot: Snapshot,
    subject: Subject,
    file: str,
    roots: Sequence[Path],
    cage: Sandbox,
    settings: Settings,
    ask: Ask,
) -> FunctionReport | None:
    """What is found; None where there is nothing to hold the function to after all."""
    function = subject.function
    line = line_of(snapshot.data, function.span.start) + 1
    base = FunctionReport(function.qualified_name, line, "held", claims=_texts(subject.claims))
    said, note = await _examples(snapshot, subject, roots, cage, settings)
    findings: list[Finding] = []
    if said is not None:
        findings += _failures(snapshot, function, file, line, said)
        base = replace(base, examples=len(said.examples))
    has_examples = said is not None and bool(said.examples)
    if not has_examples and not subject.claims and ask.at_most is None and not note:
        return None
    made = None
    if ask.measure and (subject.claims or ask.at_most):
        made = await _measured(snapshot, subject, cage, ask)
        findings += contradicted(subject, file, made)
        note = note or _on_space(subject, made)
        findings += _over(function, file, line, made, ask)
        base = replace(base, time=made.time.complexity_class, confidence=made.time.confidence)
        if made.basis != "measured":
            base = replace(base, time=None, confidence=None)
            note = note or f"not measured: {made.time.reason}"
    if findings:
        return replace(base, status="failed", note=note, findings=tuple(findings))
    nothing = not has_examples and (made is None or made.basis != "measured")
    return replace(base, status="not checked" if nothing else "held", note=note)


def _is_reachable(snapshot: Snapshot, one: Function) -> bool:
    """Whether it can be called from outside: no function inside a function."""
    name = one.qualified_name
    return "<" not in name and (one.is_method or "." not in name)


def _texts(claims: Sequence[Claim]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{one.resource} {one.text}" for one in claims))


async def _examples(
    snapshot: Snapshot,
    subject: Subject,
    roots: Sequence[Path],
    cage: Sandbox,
    settings: Settings,
) -> tuple[Assessment | None, str]:
    """How the examples went; what speaks against trusting that, for people."""
    try:
        opened = standing.open_function(snapshot, subject.function.body.start)
    except TaskError as error:
        return None, str(error)
    case = Case(
        opened.snapshot,
        opened.task,
        trusted=True,
        roots=roots,
        tests=subject.tested,
        standing=True,
        brief=True,
    )
    made = await assess(case, [(opened.candidate, opened.edit)], cage, settings)
    if not made.found.examples:
        return None, ""
    runnable = next((c for c in made.verdicts[0].checks if c.name == "runnable"), None)
    if runnable is not None and runnable.status == "skipped":
        return None, runnable.detail
    observed = made.judged[0].observed
    return made, next(iter(observed.excuses.values()), "") if observed else ""


def _failures(
    snapshot: Snapshot, function: Function, file: str, line: int, made: Assessment
) -> list[Finding]:
    observed, trial = made.judged[0].observed, made.trial
    disputed = [example for pair in made.found.contradictions for example in pair]
    if observed is None or trial is None:
        if made.verdicts[0].level != "refuted":
            return []
        return [Finding("example-fails", made.verdicts[0].summary, file, line,
                        function.qualified_name, "it")]  # fmt: skip
    found: list[Finding] = []
    for index, example in enumerate(trial.examples):
        told = failure(observed, index, example, trial.seconds)
        if told and example not in disputed:
            at = _line_of(snapshot, function, example.call_text) or line
            about = f"{example.source.split(':')[0]} {example.call_text}"
            change = _kept(snapshot, function, example)
            found.append(Finding("example-fails", f"{told} ({example.source})", file, at,
                                 function.qualified_name, about, None, change))  # fmt: skip
    more = len(found) - _MOST_TOLD
    if more > 0:
        last = found[_MOST_TOLD - 1]
        found = [
            *found[: _MOST_TOLD - 1],
            replace(last, message=f"{last.message}; and {more} more"),
        ]
    return found


def _kept(snapshot: Snapshot, function: Function, example: Example) -> Replacement | None:
    """The change that writes an example of another file into the docstring, where it can be."""
    call, wanted = example.call_text, example.expected
    if example.source.startswith("docstring") or not example.claim.startswith("_ == "):
        return None
    if example.call is None or max(len(call), len(wanted)) > _MOST_KEPT:
        return None
    try:
        value = repr(literal(wanted))
        edit = doctest_edit(snapshot, function, call, value)
    except (ValueError, SyntaxError, RecursionError, MemoryError, EditError):
        return None
    title = f"Keep {call} == {value} as an example"
    return Replacement(title, edit.span.start, edit.span.end, edit.new_text)


def _line_of(snapshot: Snapshot, function: Function, text: str) -> int | None:
    """The line of the function, docstring included, that an example's call stands in."""
    wanted = "".join(text.split()).encode("utf-8", "surrogatepass")
    first = line_of(snapshot.data, function.span.start)
    whole = snapshot.data[function.span.start : function.span.end]
    for number, line in enumerate(whole.splitlines()):
        if wanted and wanted in b"".join(line.split()):
            return first + number + 1
    return None


async def _measured(snapshot: Snapshot, subject: Subject, cage: Sandbox, ask: Ask) -> Measurement:
    space = any(claim.resource == "space" for claim in subject.claims)
    return await measure_at(snapshot, subject.function, cage, seconds=ask.seconds, space=space)


def _is_sure(growth: Growth, made: Measurement) -> bool:
    return made.basis == "measured" and growth.confidence in _SURE


def contradicted(subject: Subject, file: str, made: Measurement) -> list[Finding]:
    """Claims about time that the measurement refutes."""
    found: list[Finding] = []
    measured = made.time.complexity_class
    for claim in _refuted(subject, made, "time"):
        hot = made.hottest_line
        where = f"; most work is in line {hot}" if hot else ""
        shown = pretty(measured or "")
        sure = _is_sure(made.time, made)
        about = shown if sure else f"about {shown}"
        message = (
            f"{subject.function.name}: the time is said to be {claim.text}, measured {about} "
            f"({made.inputs or 'growing inputs'}){where}"
        )
        title = f"Correct the annotation to {shown}"
        change = Replacement(title, claim.span.start, claim.span.end, shown) if sure else None
        name, about = subject.function.qualified_name, f"time {canonical(claim.text)}"
        found.append(
            Finding("claim-contradicted", message, file, claim.line, name, about, hot, change)
        )
    return found


def _refuted(subject: Subject, made: Measurement, resource: Resource) -> list[Claim]:
    """The claims about time, or space, that the measurement is worse than."""
    growth = made.time if resource == "time" else made.space
    if made.basis != "measured":
        return []
    sure = _is_sure(growth, made)
    claims = [claim for claim in subject.claims if claim.resource == resource]
    claims = [claim for claim in claims if not _speaks_of_another(subject, claim, made)]
    claims = [claim for claim in claims if contradicts(claim.text, growth.complexity_class)]
    # Whatever the class is: it need not be known where the claim's is left far behind.
    return [
        claim
        for claim in claims
        if sure or (resource == "time" and is_steeper(claim.text, growth.points))
    ]


def _speaks_of_another(subject: Subject, claim: Claim, made: Measurement) -> bool:
    """Whether the bound names a parameter that was not grown: ``O(log(1 / epsilon))``."""
    names = set(re.findall(r"[^\W\d]\w{2,}", claim.text)) - {"log", "sqrt", "len", "min", "max"}
    given = set(re.findall(r"[^\W\d]\w*", subject.function.signature))
    grown = set(re.findall(r"[^\W\d]\w*", made.inputs))
    return bool((names & given) - grown)


def _on_space(subject: Subject, made: Measurement) -> str:
    """What differs from a claim about space: people mostly leave the result out, we do not."""
    claim = next(iter(_refuted(subject, made, "space")), None)
    if claim is None:
        return ""
    measured = pretty(made.space.complexity_class or "")
    return f"the space is said to be {claim.text}, measured {measured} with the result"


def _over(function: Function, file: str, line: int, made: Measurement, ask: Ask) -> list[Finding]:
    measured = made.time.complexity_class
    if ask.at_most is None or measured is None or not _is_sure(made.time, made):
        return []
    if not contradicts(ask.at_most, measured):
        return []
    where = f"; most work is in line {made.hottest_line}" if made.hottest_line else ""
    message = f"{function.name}: measured {pretty(measured)}, over the limit {ask.at_most}{where}"
    return [Finding("over-limit", message, file, line, function.qualified_name, ask.at_most,
                    made.hottest_line)]  # fmt: skip
