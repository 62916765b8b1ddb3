"""Runs inside the cage: which final answers are equal. Its text is sent there, nothing imports it.

Answers are the model's words: reading them may evaluate anything, which is why it happens there.
"""

# pyright: basic
# The library has no types, and says of None that it is not allowed where it is.

import logging

from math_verify import parse, verify  # type: ignore

logging.disable(logging.CRITICAL)


def groups(answers: list[str]) -> list[int]:
    """For each answer the index of the first one it equals; -1 for one that can't be read."""
    read = [parse(f"\\boxed{{{answer}}}", parsing_timeout=0) for answer in answers]
    found: list[int] = []
    for index in range(len(answers)):
        same = (other for other in range(index) if found[other] == other)
        first = next((other for other in same if _equal(answers, read, other, index)), None)
        known = any(not isinstance(reading, str) for reading in read[index])
        found.append(first if first is not None else index if known else -1)
    return found


def _equal(answers: list[str], read: list, one: int, other: int) -> bool:
    same = answers[one] == answers[other]
    return same or verify(read[one], read[other], timeout_seconds=0)
