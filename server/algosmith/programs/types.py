"""What is known of a problem that a program solves: plain data."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sample:
    """An input and the output that the user wants for it."""

    input: str
    """Lines end with a line feed, the last one too."""
    output: str
    source: str
    """Where it stands, for people: ``docstring``, ``sum.in``."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How an output is compared with the wanted one, as the problem's words have it."""

    tolerance: float = 1e-9
    """Two numbers this close, in absolute or relative terms, are equal."""
    any_case: bool = False
    """``yes`` is as good as ``YES``."""
    many_answers: bool = False
    """Other outputs may be right, too: without a checker a sample refutes nobody."""


@dataclass(frozen=True, slots=True)
class Problem:
    """All that the user says about a program."""

    samples: tuple[Sample, ...] = ()
    text: str = ""
    """The statement, samples included."""
    rules: Rules = Rules()
    interactive: bool = False
    """The other side answers while the program runs: samples say nothing about that."""
    seconds: float | None = None
    """The time limit that the problem gives."""
    checker: str = ""
    """Source of the user's own program that judges outputs."""
    notes: tuple[str, ...] = ()
    """What was left out and why, for people."""
    name: str = ""
