"""What the llama.cpp backend keeps of its running completions. Plain data."""

import threading
from dataclasses import dataclass, field

from algosmith.engine.backends.base import Group, Piece
from algosmith.engine.backends.llamacpp_native import Chunk


@dataclass
class Continuation:
    """One sequence, through all the completions it takes."""

    index: int
    seed: int
    past: tuple[Piece, ...] = ()
    """What earlier completions gave and what was forced: the rest of the prompt of this one."""
    data: bytearray = field(default_factory=bytearray)
    """What the completion that runs now gave."""
    tokens: int = 0
    """All it has been given, forced ones included."""
    segment: int = 0
    """Tokens out of the completion that runs now."""


@dataclass
class Call:
    """One completion of the library: a group's sequences, or one that goes on alone."""

    group: Group
    prompt: list[int]
    sequences: list[Continuation | None]
    """In the order of the completion's choices; None where nobody listens any more."""
    cells: int
    """Of the cache, at most."""
    cut: bool = False
    """To be ended before the next token."""
    head: list[int] | None = None
    """The system part of the prompt, where it is to be taken from a file or put into one."""
    thread: threading.Thread | None = None

    def leave(self, sequence: Continuation) -> None:
        """Listen no more to one sequence; with the last one the completion ends."""
        self.sequences[self.sequences.index(sequence)] = None
        self.cut = not any(self.sequences)


@dataclass(frozen=True, slots=True)
class CompletionChunk:
    """What one completion sent, on its way to the scheduler's thread."""

    call: Call
    chunk: Chunk | None
    """None: the completion is over."""
