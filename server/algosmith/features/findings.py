"""What was found out about code: the one form for the command line, CI, editors and agents."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Any, Literal

Rule = Literal["example-fails", "claim-contradicted", "over-limit", "grown", "counterexample"]
RULES: dict[Rule, str] = {
    "example-fails": "An example of the function does not hold.",
    "claim-contradicted": "The measured complexity is worse than the comment or docstring says.",
    "over-limit": "The measured complexity is worse than the limit given.",
    "grown": "The measured complexity is worse than in the baseline.",
    "counterexample": "An input on which two implementations differ, or a property does not hold.",
}


@dataclass(frozen=True, slots=True)
class Replacement:
    """A change of the file that would settle the finding: byte offsets and the new text."""

    title: str
    start: int
    end: int
    new_text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, with its place; lines count from 1."""

    rule: Rule
    message: str
    """One sentence, with the user's names and values in it."""
    file: str
    line: int
    function: str
    about: str
    """What stays the same when values and lines change: the call, or the claim."""
    hottest_line: int | None = None
    """The line that does most work, where the finding is about complexity."""
    replacement: Replacement | None = None

    @property
    def key(self) -> str:
        """The same finding later, and on another machine, has the same key."""
        text = "\0".join((self.rule, self.function, self.about))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class FunctionReport:
    """One function that was checked."""

    name: str
    line: int
    status: Literal["held", "failed", "not checked"]
    note: str = ""
    """Why it could not be checked, or what was left out; for people."""
    examples: int = 0
    """How many examples ran."""
    time: str | None = None
    """The measured class, where there was reason to measure it."""
    confidence: str | None = None
    claims: tuple[str, ...] = ()
    """What the user wrote about complexity."""
    findings: tuple[Finding, ...] = ()


def finding_record(finding: Finding) -> dict[str, Any]:
    """For JSON; keeps what ``finding_of`` needs."""
    return {**asdict(finding), "key": finding.key}


def finding_of(record: dict[str, Any]) -> Finding:
    """The finding of a record; raises TypeError or KeyError for anything else."""
    fields: dict[str, Any] = {name: value for name, value in record.items() if name != "key"}
    change = fields.get("replacement")
    fields["replacement"] = Replacement(**change) if change else None
    return Finding(**fields)


def checked_record(checked: FunctionReport) -> dict[str, Any]:
    """For JSON; keeps what ``checked_of`` needs."""
    return {
        "name": checked.name,
        "line": checked.line,
        "status": checked.status,
        "note": checked.note,
        "examples": checked.examples,
        "time": checked.time,
        "confidence": checked.confidence,
        "claims": list(checked.claims),
        "findings": [finding_record(one) for one in checked.findings],
    }


def checked_of(record: dict[str, Any]) -> FunctionReport:
    """The function of a record; raises TypeError or KeyError for anything else."""
    fields = dict(record)
    fields["claims"] = tuple(record["claims"])
    fields["findings"] = tuple(finding_of(one) for one in record["findings"])
    return FunctionReport(**fields)
