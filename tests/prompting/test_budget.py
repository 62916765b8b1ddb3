"""What is dropped when the context is too large, and in which order."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algosmith.prompting.budget import count_tokens, fit


@dataclass(frozen=True)
class Piece:
    text: str
    priority: int


def test_least_useful_first_and_order_kept() -> None:
    pieces = [Piece("c" * 30, 2), Piece("a" * 30, 0), Piece("b" * 30, 1)]
    assert fit(pieces, 1000) == tuple(pieces)
    assert fit(pieces, 23) == (pieces[1], pieces[2])
    assert fit(pieces, 12) == (pieces[1],)
    assert fit(pieces, 3) == ()


@given(
    st.lists(st.tuples(st.text(max_size=60), st.integers(0, 5)), max_size=12),
    st.integers(0, 200),
)
def test_never_over_the_budget(raw: list[tuple[str, int]], tokens: int) -> None:
    pieces = [Piece(text, priority) for text, priority in raw]
    kept = fit(pieces, tokens)
    assert sum(count_tokens(piece.text) for piece in kept) <= tokens
    dropped = [piece.priority for piece in pieces if piece not in kept]
    if kept and dropped:
        assert max(piece.priority for piece in kept) <= max(dropped)


@pytest.mark.parametrize("text", ["", "def f(x):\n    return x", "找出数组中三个数", "🙂" * 10])
def test_the_estimate_grows_with_the_text(text: str) -> None:
    assert count_tokens(text + "x = 1\n" * 10) > count_tokens(text)
