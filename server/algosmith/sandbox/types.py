"""What goes into the cage and what comes out: plain data only."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from array import array
    from collections import deque
    from collections.abc import ItemsView, KeysView, Mapping, Sequence, ValuesView
    from datetime import date, time, timedelta
    from decimal import Decimal
    from fractions import Fraction
    from pathlib import Path

Value: TypeAlias = "Scalar | Sequenced | Grouped | Node | Record | Library | None"
"""The closed set of types that cross the cage's wall; exact types, no subclasses."""

Sequenced: TypeAlias = "list[Value] | tuple[Value, ...]"
Grouped: TypeAlias = "dict[Value, Value] | set[Value] | frozenset[Value]"

Scalar: TypeAlias = "bool | int | float | str | bytes"
Numeric: TypeAlias = "complex | Fraction | Decimal | range"
Moment: TypeAlias = "date | time | timedelta"
View: TypeAlias = "KeysView[Value] | ValuesView[Value] | ItemsView[Value, Value]"
Library: TypeAlias = "Numeric | Moment | deque[Value] | array[Any] | bytearray | View"
"""Classes of the standard library, see ``stdvalues.py``; ``Counter``, ``OrderedDict``,
``defaultdict`` and ``datetime`` are subclasses of what is named here or above."""

Tier = Literal["namespaces", "landlock", "wasi", "none"]


@dataclass(frozen=True)
class Node:
    """A linked list or tree of a class that the source itself defines, by declared projection.

    ``kind`` is the class name (``ListNode``, ``TreeNode``); a list is its values in order, a tree
    is its level order with None for absent children. Compared by value.
    """

    kind: str
    items: tuple[Value, ...]


MEMBER, WRITTEN = ".", "()"
"""In place of a field's name: the item names an enum's member; it is what ``__repr__`` gives."""


@dataclass(frozen=True, eq=False)
class Record:
    """An object of a class that the source defines, by its fields; compared by value.

    As an argument the items are what the class is called with; those without a name go by place.
    """

    kind: str
    """The class's name."""
    fields: tuple[str, ...]
    items: tuple[Value, ...]
    like: tuple[Value, ...] = ()
    """What it equals as an instance of a builtin class, as an IntEnum's member or a named tuple
    does; empty where it is none."""
    decides: bool = False
    """Its class decides itself when two are equal: other fields do not say that they differ."""

    @property
    def is_tuple(self) -> bool:
        """Whether it equals the tuple of its own items: a walk through both never ends."""
        return bool(self.like) and self.like[0] is self.items

    def __eq__(self, other: object) -> bool:
        mine = self.like[0] if self.like else self
        theirs = other.like[0] if isinstance(other, Record) and other.like else other
        if isinstance(mine, Record) and isinstance(theirs, Record):
            same_class = mine.kind == theirs.kind and mine.fields == theirs.fields
            return same_class and mine.items == theirs.items
        if isinstance(mine, Record) or isinstance(theirs, Record):
            return False
        return bool(mine == theirs)

    def __hash__(self) -> int:
        try:
            return hash(self.like[0] if self.like else (self.kind, self.items))
        except TypeError:
            return hash(self.kind)

    def __repr__(self) -> str:
        """As the object itself is mostly written: ``Point(x=1, y=2)``, ``Color.RED``."""
        if self.fields == (MEMBER,):
            return f"{self.kind}.{self.items[0]}"
        if self.fields == (WRITTEN,):
            return str(self.items[0])
        if self.like and not self.fields:
            return f"{self.kind}({self.like[0]!r})"
        pairs = zip(self.fields, self.items, strict=True)
        return f"{self.kind}({', '.join(f'{n}={v!r}' if n else repr(v) for n, v in pairs)})"


NOTHING = Record("undefined", (WRITTEN,), ("undefined",))
"""What a function gives that returns nothing and changes none of its arguments, in a language where
that is another value than null."""


UNDEFINED = "undefined behaviour: "
"""How an answer's error begins where a run that looks for it found some."""


@dataclass(frozen=True, slots=True)
class Program:
    """Python source and the callable in it to run."""

    source: str
    entry: str
    """``two_sum``, or ``Solution.twoSum`` (its class is constructed without arguments); empty where
    nothing is called: for sessions, and for a program that reads standard input."""
    search_path: tuple[Path, ...] = ()
    """Folders whose pure-Python modules may be imported; only ever from a trusted workspace."""
    hash_seed: int = 0
    """Decides the order of sets of strings. A second run under 1 shows what depends on it; others
    are for what two runs don't settle: each starts a process of its own."""
    module: str = ""
    """The dotted name under which a session may import the program itself: ``shop.prices``."""
    checked: bool = False
    """A second run: one that looks for undefined behaviour, where the language has such runs."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call: arguments as plain data."""

    args: tuple[Value, ...] = ()
    kwargs: Mapping[str, Value] = field(default_factory=dict[str, "Value"])


@dataclass(frozen=True, slots=True)
class Session:
    """Statements run one by one, as at Python's prompt, in a copy of the program's namespace.

    This is what a doctest runs; what is wanted of the statements stays outside.
    """

    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StandardInput:
    """A run of the whole program as ``__main__``, reading this text; the only job of its run."""

    text: str


Job: TypeAlias = "Call | Session | StandardInput"
"""What a program can be asked to do; each gets one Answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may use; crossing one ends it."""

    wall_seconds: float = 2.0
    """For the whole run, start included."""
    cpu_seconds: float = 2.0
    memory_bytes: int = 768 << 20
    output_bytes: int = 64 << 10
    """Kept of stdout and stderr together; more ends the run."""
    answer_bytes: int = 2 << 20
    """Longest serialised answer to one call."""


UNFIT = "the call does not fit the function: "
"""What an answer's error begins with where the arguments could not be given at all."""

Status = Literal["value", "raised", "timeout", "crashed", "unserialisable", "protocol", "memory"]


@dataclass(frozen=True, slots=True)
class StepAnswer:
    """How one step of a session went."""

    status: Status
    """``value`` and ``unserialisable``: it came to its end, with or without a plain ``value``."""
    displayed: str = ""
    """What it printed and what the prompt would show, exactly; written by untrusted code."""
    value: Value = None
    """Of an expression, where it is plain; of an exception the names of its classes."""
    raised: str = ""
    """The traceback's last line, exactly as Python writes it: ``shop.Sold: nothing left``."""
    error: str = ""
    """For anything but an end: why, for people."""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """How one call, session or program run ended."""

    status: Status
    """Of a session ``value`` when all steps were run, whatever each did; of a program when it ended
    by itself with status 0."""
    value: Value = None
    arguments: tuple[Value, ...] = ()
    """The positional arguments as they are after the call: in-place changes show here."""
    error: str = ""
    """For anything but ``value``: ``IndexError: list index out of range``, cleaned and cut."""
    seconds: float = 0.0
    """Wall clock between sending the call and the answer."""
    lazy: bool = False
    """``value`` lists what a generator or other one-way iterator gave: it is no list by itself."""
    steps: tuple[StepAnswer, ...] = ()
    """Of a session: one for each step until something ended the process."""
    output: str = ""
    """Of a program run: its standard output, exactly; written by untrusted code."""


@dataclass(frozen=True, slots=True)
class Run:
    """One program's jobs, in order; jobs after a fatal end are absent from ``answers``."""

    answers: tuple[Answer, ...]
    failure: str | None = None
    """Why the program could not be run at all (``imports numpy, not installed``), else None."""
    output: str = ""
    cpu_seconds: float = 0.0
    cause: Literal["", "syntax", "import", "entry", "load", "cage"] = ""
    """The kind of ``failure``: does not compile, a module is missing, the entry is not there,
    its body raised or hung, the cage itself failed."""


@dataclass(frozen=True, slots=True)
class CageReport:
    """Which cage this machine gives."""

    tier: Tier
    forbids: tuple[str, ...]
    """What the self-test saw refused."""
    reason: str = ""
    """Why a stronger tier is not in force, or why there is none."""


class Sandbox(Protocol):
    """A cage that passed its self-test."""

    @property
    def report(self) -> CageReport:
        """The tier in force and what it forbids."""
        ...

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """Runs the jobs one after another in one fresh child; never raises for what it does.

        Cancelling the awaiting task ends the child at once.
        """
        ...

    async def close(self) -> None:
        """Ends the warm parent and everything below it."""
        ...
