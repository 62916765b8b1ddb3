"""What a function takes: kinds of values, parameters, sizes. Plain data, nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from algosmith.sandbox.types import Call, Value

Base: TypeAlias = Literal[
    "int",
    "float",
    "bool",
    "str",
    "bytes",
    "none",
    "list",
    "tuple",
    "set",
    "dict",
    "linked",
    "tree",
    "callable",
    "record",
    "member",
    "object",
]

Role: TypeAlias = Literal[
    "free",
    "size",
    "value",
    "index",
    "first",
    "last",
    "length",
    "count",
    "vertex",
    "vertices",
    "same",
    "permutation",
]
"""How a parameter hangs on another one (``Parameter.of``); ``free`` and ``size`` hang on none."""

Axis: TypeAlias = Literal["len", "value", "rows", "columns", "vertices", "edges"]


@dataclass(frozen=True, slots=True)
class Kind:
    """The kind of one value."""

    base: Base
    parts: tuple[Kind, ...] = ()
    """Element kind of list and set, the fields of a tuple, key and value of a dict, what an object
    of the file's own class (``record``) is made of."""
    traits: frozenset[str] = frozenset()
    """What is known beyond the type: sorted, distinct, positive, brackets, edges, …, and the class
    that the value is made into: ``deque``, ``Fraction``."""
    low: int | None = None
    high: int | None = None
    class_name: str = ""
    """Class of a linked list or tree, as the source or its convention calls it; of a ``record``,
    and of a ``member`` of an enum."""
    fields: tuple[str, ...] = ()
    """Attributes of a linked list (value, next) or tree (value, left, right); parameters of a
    class, empty for those that go by place."""
    samples: tuple[Value, ...] = ()
    """Values seen in examples; for strings with a format they are all that is used. The names of
    an enum's members."""

    @property
    def part(self) -> Kind:
        """The element kind; int where nothing is known."""
        return self.parts[0] if self.parts else Kind("int")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that a call fills."""

    name: str
    kind: Kind
    role: Role = "free"
    of: str = ""
    """The parameter that ``role`` refers to."""
    guessed: bool = False
    """True where no annotation, example or telling use decided the kind."""
    keyword: bool = False
    """Keyword-only."""
    optional: bool = False
    """It has a default, which is what calls use."""


@dataclass(frozen=True, slots=True)
class Size:
    """One thing that can grow."""

    expression: str
    """As shown to people: ``len(nums)``, ``n``, ``V``."""
    axis: Axis
    parameter: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Everything known about how to call a function."""

    entry: str
    parameters: tuple[Parameter, ...]
    """Those that calls fill, in order; parameters with a default are mostly left out."""
    sizes: tuple[Size, ...] = ()
    reason: str | None = None
    """Why the function cannot be fed (``needs a function as its argument 'key'``), else None."""
    examples: tuple[Call, ...] = ()
    all_examples_sorted: bool = False
    alternatives: tuple[tuple[Parameter, ...], ...] = field(default=())
    """Other readings of the parameters, likeliest first, for when the first one is rejected."""
