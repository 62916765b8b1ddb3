"""How much work something does, counted in calls: the same on every machine, unlike seconds."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")


def calls_made(action: Callable[[], T]) -> tuple[T, int]:
    """What the action gives, and how many calls of Python and C functions it made.

    What one C function does inside is not seen.
    """
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        del frame, argument
        if event in ("call", "c_call"):
            calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        found = action()
    finally:
        sys.setprofile(before)
    return found, calls
