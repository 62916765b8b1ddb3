"""What the checker is asked, what it sees and what it answers: plain data, no behaviour.

A candidate is ``Placement`` in its file, then ``Observation`` on inputs, then ``Judgement``. A
``Trial`` holds what all candidates of a task did on the same inputs, an ``Assessment`` the answer.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from pathlib import Path

    from algosmith.model import Candidate, Check, Snapshot, Task, Verdict
    from algosmith.programs.types import Problem
    from algosmith.sandbox.types import Answer, Call
    from algosmith.verify.statements import Example, ExampleSet

Need = Literal["tests", "inputs"]


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
        return (*(test.call for test in self.tests if test.call), *self.inputs)


@dataclass(frozen=True, slots=True)
class Case:
    """What is to be judged, and what the checker may look at."""

    snapshot: Snapshot
    task: Task
    trusted: bool = False
    """Whether candidates may run and workspace files may be read."""
    roots: Sequence[Path] = ()
    """The workspace's folders."""
    tests: bool = True
    """Whether tests of the workspace are looked for."""
    why_not_run: str = ""
    """Why there is no sandbox, for people; a default is said when it is empty."""
    advice: Advice = Advice()
    sampled: bool = False
    """Whether the candidates are answers that one model gave independently of each other: then
    that nearly all of them do the same says something, even where their sources are alike."""
    standing: bool = False
    """Whether the one candidate stood in the file: it is the user's own code. What an answer of a
    model does on an example, as asking for a file, is its own doing and takes no example away."""
    brief: bool = False
    """Only whether the examples hold is asked: no input is made, no small change is tried, so
    nothing becomes verified."""
    whole: Snapshot | None = None
    """All of the file, where it runs as a module of its package and ``snapshot`` is a part of it;
    offsets are the same in both."""


@dataclass(frozen=True, slots=True)
class Placement:
    """A candidate in its place, and what is known of it without running it."""

    index: int
    """Its place among the candidates."""
    candidate: Candidate
    checks: tuple[Check, ...]
    adds: tuple[str, ...] = ()
    """Capabilities that the code newly uses."""
    parts: Counter[str] = field(default_factory=Counter[str])
    """What the source is made of: what two sources share shows who copied."""
    shape: str = ""
    """The source with names and layout taken out: equal for sources that only look different."""
    size: int = 0
    """Nodes of the syntax tree: shorter and simpler is less."""
    unread: tuple[str, ...] = ()
    """Parameters that the function never looks at."""
    returns: str = ""
    """The builtin type that the signature promises: ``int``, ``list``; empty for anything else."""
    chances: bool = False
    """It uses what differs from run to run: chance, the clock, addresses."""
    text: str = ""
    """Program for the cage; empty where there is nothing to run."""
    part: str = ""
    """Where ``text`` is all of a module: the part of it that the function needs."""
    entry: str = ""
    """The function as the file has it: ``Solution.twoSum``."""
    after: str = ""
    """The file's text with the candidate in it."""
    code: str = ""
    """What the candidate adds, as the edit writes it."""
    why_not_run: str = ""
    language: str = "python"
    """The id of the file's language."""

    @property
    def failed(self) -> Check | None:
        """The first check that failed."""
        return next((c for c in self.checks if c.status == "failed"), None)


@dataclass(frozen=True, slots=True)
class Probes:
    """The calls of one task: those in the examples first, then the unseen ones."""

    calls: tuple[Call, ...]
    shown: int
    """How many of the calls stand in examples."""
    own: int
    """How many are the examples' or ours; the model chose those behind."""
    reason: str = ""
    """Why there are no calls of ours; empty where there are."""
    plain: bool = True
    """Whether plain values can be the arguments at all."""
    parameters: str = ""
    """What our calls were made for: they are kept as long as it stays the same."""
    large: tuple[Call, ...] = ()
    """Larger inputs, none of ``calls``: they only tell candidates of one group apart."""

    @property
    def unseen(self) -> range:
        """Indices of the calls that stand in no text which the candidates' writer saw."""
        return range(self.shown, len(self.calls))


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Answers of one program to all inputs."""

    answers: tuple[Answer | None, ...] = field(compare=False)
    """In the order of the inputs; None where the run ended before. They hold times: no two runs'
    are equal."""
    told: tuple[Answer | None, ...] = field(default=(), compare=False)
    """What was answered to each example."""
    failure: str | None = None
    """Why the program can't be run at all."""
    unsteady: tuple[int, ...] = ()
    """Inputs answered otherwise in the second process."""
    wavering: tuple[int, ...] = ()
    """Examples answered otherwise in the second process."""
    starved: bool = False
    """Some time ran out that the program did not use: the machine was busy with other work."""
    unrepeated: bool = False
    """No second process could run it, so that nobody knows whether it does the same again."""
    undefined: tuple[int, ...] = ()
    """Inputs on which a run that looks for it ended by undefined behaviour. On an input of ours,
    which may be out of the task's bounds, that keeps from "verified" and says no more."""


@dataclass(slots=True)
class Record:
    """What one program has shown so far. It grows, so that nothing is run twice."""

    answers: dict[str, Answer] = field(default_factory=dict[str, "Answer"])
    """By the job's exact text."""
    repeated: dict[str, bool] = field(default_factory=dict[str, bool])
    """For each job done in a second process, too: whether the answer was the same."""
    tried: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    """Jobs done in a further process, each with its hash seed."""
    failure: str | None = None
    """Why the program can't be run at all."""
    starved: bool = False
    """Some time ran out that the program did not use."""
    unrepeated: bool = False
    """It could not be run in a second process at all."""
    runs: int = 0
    """Runs used up by hanging and crashing: after a few it is asked no more."""
    outcomes: set[int] = field(default_factory=set[int])
    """Outcomes of its conditions that were seen, where that was asked."""
    undefined: set[str] = field(default_factory=set[str])
    """Jobs that a run which looks for undefined behaviour ended in."""
    traced: set[str] = field(default_factory=set[str])
    """Calls for which that was asked."""


Records = dict[tuple[str, str, float], Record]
"""By program, entry and the seconds a run may take."""


@dataclass(frozen=True, slots=True)
class View:
    """What of a result counts, as the task's words and examples have it."""

    unordered: bool = False
    distinct: bool = False
    """Repeated items count once, as in ``set(f(x)) == {1, 2}``."""
    digits: int = 9
    """Significant digits of floats."""
    in_place: bool = False
    """The arguments themselves are to be changed."""


@dataclass(frozen=True, slots=True)
class Leeway:
    """What the task's words leave open when a result is compared with an example's."""

    unordered: bool = False
    """Any order is right."""
    in_place: bool = False
    """The argument itself may be changed instead."""
    tolerance: float = 0.0
    """By how much numbers may differ, absolutely or relatively."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One candidate that could be run, and what it did."""

    placed: Placement
    behaviour: Behaviour
    passed: tuple[bool, ...]
    """For each example whether it holds."""
    excuses: Mapping[int, str]
    """Examples whose failing says nothing of the candidate, and why."""
    keys: tuple[Hashable, ...]
    """For each input what the candidate did, equal where two candidates did the same."""
    large: tuple[Hashable, ...] = ()
    """The same for larger inputs; None where it gave no value in time."""
    limits: frozenset[int] = frozenset()
    """Excused examples that stay all the same: it came to a limit of ours, or it is an answer of a
    model whose own doing the excuse is."""

    @property
    def index(self) -> int:
        """The candidate's index."""
        return self.placed.index

    @property
    def passes(self) -> bool:
        """Whether all examples hold (true where there are none)."""
        return all(self.passed)


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
class Adequacy:
    """How well the examples pin a candidate down: what they say to small changes of its code."""

    share: float
    """Of the changes that matter, how many are noticed: by the examples, or because they show
    themselves by giving no value, or one of another type."""
    widest: float
    """Share of the unseen results that the worst unnoticed change alters."""
    every: bool = True
    """The examples by themselves notice every change that matters."""
    untried: bool = False
    """Some of the code ran on no input at all."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What all candidates that could be run did on the same inputs."""

    observed: Sequence[Observation]
    found: ExampleSet
    """What the user said about the functions that the candidates define."""
    probes: Probes
    inputs: Sequence[int]
    """The deciding inputs, the model's included."""
    groups: Sequence[Group]
    """Largest weight first."""
    sampled: bool = False
    """Whether the candidates are independent answers of a model."""
    view: View = View()
    leeway: Leeway = Leeway()
    seconds: float = 0.0
    """What a run may take."""
    pins: Mapping[int, Adequacy] = field(default_factory=dict[int, Adequacy])
    """How well the examples pin down a candidate, where that was measured."""
    advice: Advice = Advice()
    tie_breaks: Mapping[int, int] = field(default_factory=dict[int, int])
    """How many of the tests the model wrote each candidate passes; breaks ties only."""
    hinted: Mapping[int, tuple[bool, ...]] = field(default_factory=dict[int, tuple[bool, ...]])
    """For each candidate which of the hints hold; empty where there are none."""

    @property
    def examples(self) -> tuple[Example, ...]:
        """The examples that decide."""
        return self.found.examples

    def group_of(self, index: int) -> Group:
        """The group of a candidate."""
        return next(g for g in self.groups if index in g.members)


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
    exact: bool
    """Its results are of the examples' very types (2 is neither 2.0 nor True) and as declared."""
    clean: bool
    """It leaves its arguments alone and asks neither chance nor the clock."""
    attentive: bool
    """It looks at every parameter."""
    distinct: int
    """Different sources in its group."""
    size: int
    """Candidates in its group."""
    rival: float
    """Weight of the heaviest other group that passes all examples, as a share of its own."""
    judges: int
    """Candidates that pass all examples."""
    ran: int = 0
    """Candidates that ran, where they are independent answers of a model; else 0."""
    pinned: Adequacy | None = None
    """Whether the examples notice small changes to its code; None where that was not measured."""
    memorised: bool = False
    """Its code holds the examples' own values."""
    doubted: bool = False
    """Something that may be an example does not hold."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """One candidate with its verdict and what that rests on."""

    placed: Placement
    verdict: Verdict
    observed: Observation | None = None
    """None where it was not run."""
    proof: Proof | None = None
    """None where it was not run."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What is known about each candidate, and which one is best; more candidates may follow."""

    judged: tuple[Judgement, ...]
    """One for each candidate, in the order given."""
    order: tuple[int, ...]
    """Indices of candidates, best first."""
    chosen: int | None
    """The candidate that may be inserted by itself (``order[0]``), or None."""
    found: ExampleSet
    """All that the user said; read once, however many candidates follow."""
    trial: Trial | None = None
    """What the runs showed; None where nothing ran."""
    records: Records = field(
        default_factory=dict[tuple[str, str, float], Record], compare=False, repr=False
    )
    """All that ran; shared with the assessments that grow from this one."""
    evidence: str = ""
    """What to show the model in a repair round; empty when nothing was shown to be wrong."""
    notes: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    """Those that were used; none where there is no cage."""
    wants: frozenset[Need] = frozenset()
    """What the model may be asked for: it could change the choice. Empty once there is advice."""
    problem: Problem | None = None
    """What is known of a program that reads standard input; None for functions."""
    unanswered: frozenset[int] = frozenset()
    """Candidates that ran and gave a value on no generated input: nothing to measure them on."""

    @property
    def verdicts(self) -> tuple[Verdict, ...]:
        """One for each candidate, in the order given."""
        return tuple(one.verdict for one in self.judged)

    @property
    def groups(self) -> tuple[Group, ...]:
        """Candidates that behave alike, largest weight first."""
        return tuple(self.trial.groups) if self.trial else ()
