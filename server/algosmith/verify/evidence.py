"""The failing call and its result, as text for the model's next attempt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.verify import telling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.verify.facts import Ran
    from algosmith.verify.types import Example

_MOST = 3


def failing(
    one: Ran, examples: Sequence[Example], seconds: float, disputed: Sequence[Example] = ()
) -> list[str]:
    """One line for each example that does not hold: call, result, expected.

    ``disputed`` examples, which contradict each other, refute nobody.
    """
    lines: list[str] = []
    for i, example in enumerate(examples):
        if not one.passed[i] and example not in disputed:
            lines.append(contrast(example, telling.gave(one.behaviour.answers[i], seconds)))
    return lines


def contrast(example: Example, gave: str) -> str:
    """``two_sum([3, 3], 6) gave [0, 0], expected [0, 1]``."""
    return f"{example.call_text} {gave}, expected {example.expected}"


def for_repair(one: Ran, examples: Sequence[Example], seconds: float) -> str:
    """What to show the model; empty when nothing failed."""
    lines = failing(one, examples, seconds)
    more = [f"… and {len(lines) - _MOST} more"] if len(lines) > _MOST else []
    return "\n".join(lines[:_MOST] + more)
