"""What the llama.cpp backend keeps of its running completions. Plain data."""

from dataclasses import dataclass, field

from algosmith.engine.backends.base import Group
from algosmith.engine.backends.llamacpp_native import Chunk


@dataclass
class Continued:
    """One sequence, through all the completions it takes."""

    index: int
    seed: int
    data: bytearray = field(default_factory=bytearray)
    """Everything so far, forced text included: the prompt of a continuation."""
    tokens: int = 0
    segment: int = 0
    """Tokens out of the completion that runs now."""
    forced: str | None = None
    """Text to put in; what still comes of the interrupted completion is dropped."""
    over: bool = False


@dataclass
class Call:
    """One completion of the library: a group's sequences, or one that goes on alone."""

    group: Group
    prompt: list[int]
    sequences: list[Continued]
    """In the order of the completion's choices."""
    cut: bool = False
    """To be ended before the next token."""


@dataclass(frozen=True, slots=True)
class Came:
    """What one completion sent, on its way to the scheduler's thread."""

    call: Call
    chunk: Chunk | None
    """None: the completion is over."""
