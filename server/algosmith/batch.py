"""What is worked out once for a whole batch of functions, while the files around them stay.

A check of a repository asks for the same test files and modules hundreds of times. Inside
``batch()`` an answer is kept; outside, as in an editor, everything is looked up anew.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Hashable

T = TypeVar("T")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("kept", default=None)


@contextmanager
def batch() -> Generator[None, None, None]:
    """Keeps what ``once`` works out until it is left; threads that are started inside share it."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def begin() -> None:
    """The same for a process that serves one batch only."""
    _kept.set({})


def once(key: Hashable, make: Callable[[], T]) -> T:
    """What ``make`` gives; inside a batch what it gave before for the same key."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    return cast("T", kept[key])
