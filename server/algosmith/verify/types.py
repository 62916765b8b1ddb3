"""What the checker is asked and what it answers; plain data, no behaviour."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from algosmith.model import Candidate, Edit, Snapshot, Task, Verdict
    from algosmith.sandbox.types import Call

ExampleKind = Literal["doctest", "prose", "assert", "test", "model"]
"""``model``: written by the model, never among the examples of a judgement."""
Need = Literal["tests", "inputs"]


@dataclass(frozen=True, slots=True)
class Example:
    """One thing the user said about the function: a call and what has to hold after it."""

    call: Call
    claim: str
    """A Python expression over ``_`` (the result) and ``_0``, ``_1``, … (arguments afterwards)."""
    call_text: str
    """The call as the user wrote it: ``two_sum([3, 3], 6)``."""
    source: str
    """Where it stands, for people: ``docstring of two_sum``, ``tests/test_sums.py:12``."""
    kind: ExampleKind
    name: str
    """The function called: its bare name."""
    expected: str = ""
    """What was expected, for people: ``[0, 1]``, ``ValueError``."""
    raises: str | None = None
    """The exception's name, when the example says that the call raises; then ``claim`` is empty."""
    drawn: bool = False
    """The claim is that of a property test; its input was drawn and stands in no text."""

    @property
    def fixes(self) -> bool:
        """Whether the example says which result is right, not just something about it."""
        return not self.drawn or self.claim.startswith("_ == ")

    @property
    def text(self) -> str:
        """The example as one line: ``two_sum([3, 3], 6) == [0, 1]``."""
        if self.raises:
            return f"{self.call_text} raises {self.raises}"
        if self.claim.startswith("_ == "):
            return f"{self.call_text} == {self.expected}"
        claim = re.sub(r"\b_(\d)\b", lambda m: f"argument {int(m[1]) + 1} afterwards", self.claim)
        if claim != self.claim:
            return f"{self.call_text}: {claim}"
        return re.sub(r"\b_\b", lambda _: self.call_text, claim)


@dataclass(frozen=True, slots=True)
class Found:
    """The examples of one task."""

    examples: tuple[Example, ...] = ()
    notes: tuple[str, ...] = ()
    """What was skipped and why, and contradictions, for people."""
    contradictions: tuple[tuple[Example, Example], ...] = ()
    """Pairs that no function can satisfy both of."""
    inputs: tuple[Call, ...] = ()
    """Calls that property tests make: valid inputs, drawn within what the tests allow."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What the model wrote for the checking: it ranks and compares, never verifies or refutes."""

    tests: tuple[Example, ...] = ()
    """Of kind ``model``; contradictory ones included, whose calls are inputs all the same."""
    inputs: tuple[Call, ...] = ()
    """From a generator that the model wrote."""
    note: str = ""
    """Why there are no inputs of a generator that was asked for; for people."""

    @property
    def calls(self) -> tuple[Call, ...]:
        """All inputs that the model chose."""
        return (*(test.call for test in self.tests), *self.inputs)


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged, and what the checker may look at."""

    snapshot: Snapshot
    task: Task
    trusted: bool = False
    """Whether candidates may run and workspace files may be read."""
    roots: Sequence[Path] = ()
    """The workspace's folders."""
    why_not_run: str = ""
    """Why there is no sandbox, for people; a default is said when it is empty."""
    advice: Advice = Advice()


@dataclass(frozen=True, slots=True)
class Group:
    """Candidates that behave alike on every input tried."""

    members: tuple[int, ...]
    """Indices of candidates."""
    weight: float
    """Size corrected for how different the sources are."""
    distinct: int
    """Number of sources that differ by more than names and layout."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is known about each candidate, and which one is best."""

    verdicts: tuple[Verdict, ...]
    """One for each candidate, in the order given."""
    order: tuple[int, ...]
    """Indices of candidates, best first."""
    chosen: int | None
    """The candidate that may be inserted by itself (``order[0]``), or None."""
    groups: tuple[Group, ...] = ()
    """Largest weight first."""
    evidence: str = ""
    """What to show the model in a repair round; empty when nothing was shown to be wrong."""
    notes: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    wants: frozenset[Need] = frozenset()
    """What the model may be asked for: it could change the choice. Empty once there is advice."""
    unanswered: frozenset[int] = frozenset()
    """Candidates that ran and gave a value on no generated input: nothing to measure them on."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate in its place: the file's text after the edit."""

    index: int
    candidate: Candidate
    edit: Edit
    after: Snapshot
    entry: str = ""
    """The callable to run: ``two_sum``, ``Solution.twoSum``; empty where there is none."""
    adds: tuple[str, ...] = field(default=())
