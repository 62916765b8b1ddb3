"""What the user said about a function: examples, as sessions or as calls with a claim."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from algosmith.sandbox.types import Call, Session

if TYPE_CHECKING:
    from algosmith.sandbox.types import Job

ExampleKind = Literal["doctest", "prose", "assert", "test", "model", "sample"]
"""``model``: written by the model, never among the examples of a judgement; ``sample``: an
input and an output of a program."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a session and what has to come of it; only ``source`` ever enters the cage."""

    source: str
    want: str | None = ""
    """The text that it has to display, as doctest has it; None where it may display anything."""
    raises: str = ""
    """The last line of the traceback that it has to end with."""
    flags: int = 0
    """doctest's option flags."""
    claim: str = ""
    """In place of a text: a Python expression over ``_``, the line's value."""
    tests: bool = False
    """It depends on the function; the others set up."""
    asides: tuple[str, ...] = ()
    """Expressions that stand as ``_aside0``, … in the claim: what they give is found out in a cage
    without the candidate."""
    whole: str = ""
    """What the user wrote, where ``source`` is a part of it."""
    apart: bool = False
    """It sets up for an aside only: it never runs beside a candidate."""


@dataclass(frozen=True, slots=True)
class Script:
    """A session as the user wrote it."""

    lines: tuple[Line, ...]

    @property
    def session(self) -> Session:
        """What runs."""
        return Session(tuple("pass\n" if line.apart else line.source for line in self.lines))


@dataclass(frozen=True, slots=True)
class Example:
    """One thing the user said about the function.

    Either some lines of a session, or a call and what has to hold after it.
    """

    call: Call | None
    """Of a session's lines: the call they come to, where its arguments are plain."""
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
    script: Script | None = None
    """The session, which decides where there is one; the claim then only describes."""
    first: int = 0
    last: int = 0
    """The lines that have to go as wanted, ``last`` included."""
    shared: tuple[tuple[str, str], ...] = ()
    """Names of the module by which it may hang on another docstring's examples, and why."""

    @property
    def job(self) -> Job:
        """What runs in the cage for it."""
        return self.script.session if self.script else self.call or Call()

    @property
    def fixes(self) -> bool:
        """Whether the example says which result is right, not just something about it."""
        return not self.drawn or self.claim.startswith("_ == ")

    @property
    def text(self) -> str:
        """The example as one line: ``two_sum([3, 3], 6) == [0, 1]``."""
        if self.kind == "sample":
            return f"{self.call_text} prints {self.expected}"
        if self.raises:
            return f"{self.call_text} raises {self.expected or self.raises}"
        if self.claim.startswith("_ == "):
            return f"{self.call_text} == {self.expected}"
        if not self.claim and self.script and self.script.lines[self.last].claim:
            return self.call_text if self.kind == "doctest" else self.expected
        if not self.claim:
            return f"{self.call_text} displays {self.expected or 'nothing'}"
        claim = re.sub(r"\b_(\d)\b", lambda m: f"argument {int(m[1]) + 1} afterwards", self.claim)
        if claim != self.claim:
            return f"{self.call_text}: {claim}"
        return re.sub(r"\b_\b", lambda _: self.call_text, claim)


@dataclass(frozen=True, slots=True)
class ExampleSet:
    """The examples of one task."""

    examples: tuple[Example, ...] = ()
    notes: tuple[str, ...] = ()
    """What was skipped and why, and contradictions, for people."""
    contradictions: tuple[tuple[Example, Example], ...] = ()
    """Pairs that no function can satisfy both of."""
    inputs: tuple[Call, ...] = ()
    """Calls that property tests make: valid inputs, drawn within what the tests allow."""
    hints: tuple[Example, ...] = ()
    """What may be an example: it ranks, and stands against "verified", but refutes nobody."""
