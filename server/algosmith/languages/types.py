"""What the rest of algosmith may ask of one language: data and functions, nothing else.

``Language`` holds what every language has, ``LanguageRunner`` what one has whose candidates are run
through the checks' common path. Python is older than this seam: the checks still hold what is true
of it alone (``server/docs/decisions.md`` lists where), and its ``running`` is None.

Values are the border's (``sandbox.types.Value``), whatever the language calls them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from algosmith.inputs.kinds import Signature
    from algosmith.model import Function, Snapshot, Task
    from algosmith.sandbox.types import Call, Sandbox
    from algosmith.syntax.functions import Definition


NO_PROGRAM = "does not compile"
"""The failure of a changed program that the compiler refuses: there is no such change."""


@dataclass(frozen=True, slots=True)
class Part:
    """What of a file is needed to run one function, and what its tree tells."""

    text: str = ""
    """The program for the cage, without comments: these may hold what is wanted."""
    entry: str = ""
    """``f``, or ``Solution.f``."""
    why_not_run: str = ""
    shape: str = ""
    """The function with names and layout taken out."""
    size: int = 0
    parts: Counter[str] = field(default_factory=Counter[str])
    unread: tuple[str, ...] = ()
    """Parameters that the function never looks at."""
    returns: str = ""
    """The builtin type that the signature promises, as Python calls it; empty where unknown."""
    chances: bool = False


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that the user's text says about a function."""

    name: str
    """The function's bare name."""
    call: Call
    call_text: str
    """The call as the user wrote it."""
    source: str
    """Where it stands, for people."""
    expected: Any = None
    """The value that has to come of it, where ``check`` is empty."""
    expected_text: str = ""
    check: str = ""
    """In place of a value: a claim in the checks' own closed language, over ``_``."""
    raises: bool = False
    error: str = ""
    """The class that is thrown, where it is named."""
    sure: bool = True
    """One that is not sure ranks and stands against "verified", but refutes nobody."""
    kind: str = "prose"
    """An ``ExampleKind`` of the checks."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What a file's text says about the task's function."""

    claims: tuple[Claim, ...] = ()
    words: tuple[tuple[str, str], ...] = ()
    """(text, where it stands): the rest, for the reader of examples in words."""
    names: frozenset[str] = frozenset()
    parameters: tuple[str, ...] = ()
    wraps: tuple[str, ...] = ()
    """For each parameter the linked list's or tree's class, or an empty string."""
    notes: tuple[str, ...] = ()
    """What people would read as examples and was left out, with why."""


@dataclass(frozen=True, slots=True)
class MarkedProgram:
    """A program whose conditions tell how they came out."""

    text: str
    entry: str
    """The function that takes all calls at once and lists the outcomes."""
    wanted: frozenset[int]
    """All outcomes there are: twice a condition's number, and one more where it came out true."""


@dataclass(frozen=True, slots=True)
class CountedProgram:
    """A program that counts its own work.

    Its entry is called with the most work it may do, whether lines are told, and the arguments; it
    gives ``[status, work, error, uncosted, lines, peak, depth]``, cut off behind what it knows.
    """

    text: str
    lined: str
    """The same, telling work by line, too."""
    entry: str
    first: int
    """The function's first line, as its lines are told."""
    largest: int
    """The largest whole number that a parameter may be given."""
    fresh: bool = False
    """Whether each call begins with the program's variables as they are at its start."""
    no_space: str = ""
    """Why memory is not measured; empty where it is."""


@dataclass(frozen=True, slots=True)
class Programs:
    """Whole programs that read standard input and print, in one language.

    The sandbox answers ``StandardInput`` for a program whose entry is empty; ``mutants`` and
    ``marked`` take an empty entry for all of the program. What it saw a marked program prints at
    its end, behind its mark.
    """

    reads: Callable[[str], bool]
    """Whether code asks for standard input."""
    starts: Callable[[Snapshot, Function], Literal["", "bare", "given"]]
    """How a function belongs to the program that a file is: not at all, as a part that is given
    nothing (``main``, a handler), or as one that is called with arguments."""
    whole: Callable[[Snapshot], Part]
    """A file as a program, without comments; its entry is empty."""
    quiet: Callable[[str], str] = lambda text: text
    """Code without what every program does: reading its input, printing."""


@dataclass(frozen=True, slots=True)
class LanguageRunner:
    """How candidates of one language are run and looked at."""

    part: Callable[[Snapshot, Snapshot, Task, Definition, frozenset[str]], Part]
    """(before, after, task, definition, names that examples call) -> the program."""
    said: Callable[[Snapshot, Task, Sequence[str]], FileFacts]
    """(file, task, texts of the workspace's tests) -> examples."""
    signature: Callable[[str, str, str, Sequence[Call]], Signature]
    """(file's text with its language in front, entry, words, examples) -> what to call it with."""
    plain: Callable[[Any], Any]
    """A value of ours as the language has it."""
    spelled: Callable[[Any], str]
    """A value as the language writes it, for people."""
    mutants: Callable[[str, str, int], list[str]]
    """(program, entry, most) -> programs with one small change."""
    marked: Callable[[str, str, str, str], MarkedProgram | None]
    """(program, entry, the candidate's code, a secret name) -> the program that tells."""
    literals: Callable[[str, str], list[Any]]
    """(program, entry; empty for all of it) -> the constants that stand in it."""
    opened: Callable[[], Awaitable[Sandbox]]
    """A sandbox for programs; raises SandboxError with a sentence that says what to do."""
    tools: Callable[[], tuple[bool, str]]
    """Whether the tool chain is there, and a sentence about it; for ``doctor``."""
    counted: Callable[[str, str], CountedProgram | None] | None = None
    """(program, entry) -> the program that counts; None where work is not counted yet."""
    programs: Programs | None = None
    """None where programs on standard input are not run yet."""
    bugs: tuple[str, ...] = ()
    """Exceptions that only broken code throws."""
    overflows: tuple[str, ...] = ()
    """How an error begins that tells of a stack that is used up; empty where the program dies."""


@dataclass(frozen=True, slots=True)
class LanguageSupport:
    """What works for a language, in the words of the pages' tables."""

    runs: str
    """What runs its candidates."""
    examples: str
    """Where examples are read."""
    complexity: str
    missing: str
    """What is not reached; a user who meets it reads why in the verdict."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language: everything that others ask about it."""

    name: str
    """For people: ``JavaScript``."""
    grammars: tuple[str, ...]
    """Its ids in ``syntax.languages``."""
    documented: Callable[[str, str], str]
    """(signature, docstring) -> how a request shows them."""
    without_documentation: str
    """The rule that keeps an answer from repeating it: models copy it, examples and all. That is
    half of their tokens, and a wrong quote in it spoils the code."""
    known: LanguageSupport
    running: LanguageRunner | None = None
    stub: Callable[[str, str, str], str] | None = None
    """(name, parameters, type of the result; may be empty) -> the head of a function as a plan
    writes it, up to where its body begins; None where functions can't stand alone."""
    head: str = "name(parameter: type, parameter: type) -> type"
    """How a plan writes the head of a function."""
