"""What calls did, in words for people: one line each, with nothing that an editor acts on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.sandbox.text import clean
from algosmith.sandbox.types import Node

if TYPE_CHECKING:
    from algosmith.sandbox.types import Answer, Value


def shown(value: Value, limit: int = 120) -> str:
    """A value for people: one line of its text, cut, with nothing in it that an editor acts on."""
    items = list(value.items) if isinstance(value, Node) else value
    try:
        return clean(repr(items), limit)
    except ValueError:  # Python writes no number of over 4,300 digits
        return "a value with a number too long to write"


def gave(answer: Answer | None, seconds: float, limit: int = 120) -> str:
    """What a call did, for people: ``gave [0, 0]``, ``raised IndexError: …``."""
    if answer is None:
        return "was not reached"
    match answer.status:
        case "value":
            return f"gave {shown(answer.value, limit)}"
        case "raised":
            return f"raised {answer.error[:limit]}"
        case "timeout":
            return f"did not return within {seconds:g} s"
        case "memory":
            return "needed more memory than allowed"
        case "crashed":
            return answer.error[:limit] or "crashed the interpreter"
        case "unserialisable":
            return f"gave no plain value ({answer.error[:limit]})"
        case _:
            return "wrote into the checker's channel"
