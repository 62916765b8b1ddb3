"""What variables around calls of a function are known to hold, as tests are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from algosmith.sandbox.types import Call


@dataclass(frozen=True, slots=True)
class CallResult:
    """What a call of the function gave."""

    call: Call
    text: str
    place: int = -1
    """Which of several results it is; -1 for all that it gave."""


@dataclass(frozen=True, slots=True)
class ChangedArgument:
    """What a call of the function left in one of its arguments."""

    call: Call
    text: str
    position: int


@dataclass(frozen=True, slots=True)
class LiteralValue:
    """A literal's value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new object of the function's own type."""


Known = dict[str, CallResult | ChangedArgument | LiteralValue | Fresh]
