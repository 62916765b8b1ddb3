"""Fits context into a number of tokens, dropping the least useful pieces first."""

from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class PriorityText(Protocol):
    """Anything with text and a priority; 0 is the most useful."""

    @property
    def text(self) -> str:
        """What would be shown."""
        ...

    @property
    def priority(self) -> int:
        """0 is the most useful."""
        ...


R = TypeVar("R", bound=PriorityText)


def count_tokens(text: str) -> int:
    """An upper estimate of the tokens of ``text`` without a tokenizer.

    Byte-level BPE vocabularies (Qwen2, Llama) give code about 3.3 bytes a token and Chinese about
    one token a character; three bytes and one character stay on the safe side of both.
    """
    ascii_bytes = sum(1 for char in text if char < "\x80")
    return (ascii_bytes + 2) // 3 + (len(text) - ascii_bytes)


def fit(pieces: Sequence[R], tokens: int) -> tuple[R, ...]:
    """The most useful pieces that together stay within ``tokens``, in their own order.

    A piece that does not fit is dropped, and so is everything less useful than it: what is shown
    never depends on the size of what is not.
    """
    kept: set[int] = set()
    for index in _by_priority(pieces):
        tokens -= count_tokens(pieces[index].text) + 1
        if tokens < 0:
            break
        kept.add(index)
    return tuple(piece for index, piece in enumerate(pieces) if index in kept)


def _by_priority(pieces: Sequence[PriorityText]) -> Iterable[int]:
    return sorted(range(len(pieces)), key=lambda index: (pieces[index].priority, index))
