"""Plain data the layers exchange: the project's glossary. Imports nothing of algosmith.

Spans are half-open byte offsets into the UTF-8 bytes of one Snapshot. Everything here is frozen.
"""

from dataclasses import dataclass, field
from typing import Literal

TaskKind = Literal["body", "statements", "function", "program"]
Prose = Literal["en", "zh"]
"""The language comments are written in: Chinese for a Chinese TODO, else English."""

Level = Literal["refuted", "unchecked", "consistent", "verified"]
LEVELS: tuple[Level, ...] = ("refuted", "unchecked", "consistent", "verified")
"""The verdict ladder, worst first (``server/docs/architecture.md``, Evidence)."""

CheckStatus = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of byte offsets."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One immutable state of one document."""

    uri: str
    language: str
    """An id of ``syntax.languages``: python, javascript, typescript or tsx."""
    data: bytes = field(repr=False)
    """The text as UTF-8, a BOM and any line endings included; no part of ``repr``: megabytes."""
    version: int | None = None
    """The editor's version number; None for a file on disk."""

    @property
    def text(self) -> str:
        """The text as a string (lone surrogates, which JSON can carry, survive)."""
        return self.data.decode("utf-8", "surrogatepass")

    def slice(self, span: Span) -> str:
        """The text of a span."""
        return self.data[span.start : span.end].decode("utf-8", "surrogatepass")


@dataclass(frozen=True, slots=True)
class Function:
    """A function or method definition as it stands in a Snapshot."""

    name: str
    qualified_name: str
    """Names of the enclosing classes and functions, joined by dots: ``Solution.twoSum``."""
    signature: str
    """Source from the first decorator to where the body begins, dedented, without the body."""
    span: Span
    """The whole definition, decorators (and ``export``) included."""
    body: Span
    """The body's statements, from the first to the last, docstring included."""
    docstring: str | None = None
    """The docstring or doc comment, its quotes and comment markers taken off."""
    is_async: bool = False
    is_method: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """A TODO and what it asks to be written."""

    keyword: str
    """The word that made it a task: TODO, FIXME, …"""
    text: str
    """The words after the keyword (and tag), comment markers removed, lines joined by a newline."""
    language: str
    prose: Prose
    kind: TaskKind
    """body: all of ``function``'s body; statements: those at its place; function: a definition;
    program: the statements of a file that reads standard input."""
    comment: Span
    """The comment, or run of comment lines, that holds the TODO."""
    target: Span
    """The bytes that the edit replaces; never reaches outside whole statements and the comment."""
    line: int
    """1-based line of the keyword."""
    function: Function | None
    """The enclosing function; None for kinds ``function`` and ``program``."""
    key: str
    """Hash of what identifies the task: keyword, text, kind, the enclosing function's text."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What the model says about complexity; None where it says nothing usable."""

    time: str | None = None
    space: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposed implementation."""

    code: str
    """As the model wrote it (extracted from its reply): a body, or a whole definition."""
    approach: str = ""
    """One line on the idea, in the task's prose language where the model managed that."""
    claims: Claims = Claims()
    tokens: int = 0
    """Tokens generated for it, thinking included."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace ``span`` of the Snapshot by ``new_text``; every other byte stays."""

    span: Span
    new_text: str

    def apply(self, data: bytes) -> bytes:
        """The whole document after the edit."""
        inserted = self.new_text.encode("utf-8", "surrogatepass")
        return data[: self.span.start] + inserted + data[self.span.end :]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked."""

    name: str
    """parse, signature, placeholder, scan, examples, agreement, …"""
    status: CheckStatus
    detail: str = ""
    """For the user: ``two_sum([3, 3], 6) gave [0, 0], expected [0, 1]``."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was checked and how it went."""

    level: Level
    summary: str
    """For titles: ``verified 6/6 examples``, ``unchecked: imports numpy, not installed``."""
    checks: tuple[Check, ...] = ()
    adds: tuple[str, ...] = ()
    """Capabilities the code newly uses ("network", "files", …): shown, never inserted by itself."""
    agreement: tuple[int, int] | None = None
    """(size of its group, number of candidates compared), when candidates were compared."""


@dataclass(frozen=True, slots=True)
class Growth:
    """Measured growth of one resource (time or space)."""

    complexity_class: str | None
    """``O(n log n)``; None when the evidence does not carry a class."""
    confidence: Literal["high", "medium", "low"] | None = None
    per_parameter: tuple[tuple[str, str], ...] = ()
    """(size expression as in ``len(a)``, class) for each size parameter varied alone."""
    points: tuple[tuple[int, int], ...] = ()
    """(n, work): counted steps, or bytes for space."""
    reason: str | None = None
    """Why there is no class, or what limits it; None when there is nothing to say."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """Complexity as fitted from counted runs (or estimated from the syntax tree)."""

    function: str
    basis: Literal["measured", "estimated"]
    time: Growth
    space: Growth
    inputs: str = ""
    """How inputs were made: ``n = len(nums) up to 55,000; random, sorted, equal``."""
    seconds: float = 0.0
    hottest_line: int | None = None
    """1-based line of the file that does most work."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """A candidate placed in its Snapshot, with its evidence."""

    candidate: Candidate
    edit: Edit | None
    """None when the candidate can't be placed; ``verdict`` says why."""
    verdict: Verdict
    measurement: Measurement | None = None


RoundKind = Literal["first", "other", "more", "repair", "thinking"]
"""``other``: the same task, to be written in another way than the first answer."""


@dataclass(frozen=True, slots=True)
class Round:
    """One time the model was asked."""

    kind: RoundKind
    answers: int
    """How many came before it ended or was stopped."""
    tokens: int
    seconds: float
    """From the task's beginning to this round's end."""


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """One answer of the model, as it came; repeats and such as can't be placed included."""

    candidate: Candidate
    edit: Edit | None
    """Without annotation; None when it can't be placed."""
    level: Level
    """By what is known at the end."""
    seconds: float
    """From the task's beginning to when it was judged: from then on it could be taken."""
    round: int
    """Index of its round."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What solving one task gave; edits hold for ``snapshot``."""

    snapshot: Snapshot
    task: Task
    model: str
    solutions: tuple[Solution, ...]
    """Best first."""
    chosen: int | None
    """Index of the solution to insert by itself; None when none may be."""
    message: str
    """One sentence for the user: what was chosen, or why nothing was."""
    tokens: int = 0
    seconds: float = 0.0
    """From the task's beginning to this outcome."""
    answers: tuple[ModelAnswer, ...] = ()
    """All of the model's, in the order they came."""
    rounds: tuple[Round, ...] = ()
    seconds_first: float | None = None
    """Until the first answer that can be placed was judged; None when there is none."""
    seconds_chosen: float | None = None
    """Until the chosen answer was judged; None when none is chosen."""
    examples: tuple[str, ...] = ()
    """The user's, one line each: ``two_sum([3, 3], 6) == [0, 1]``."""
    parts: tuple[str, ...] = ()
    """Helper functions that were solved before it; its edit brings them, too."""


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of a job, for people."""

    phase: Literal["starting", "loading", "queued", "thinking", "writing", "checking", "measuring"]
    message: str
    """``thinking, 1,240 tokens, 61 tok/s``, ``checking 5 of 8``."""
    fraction: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the model says a function does; complexity is claimed, never measured."""

    algorithm: str
    idea: str
    claims: Claims
    model: str
