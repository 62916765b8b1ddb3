"""The cost table: what builtin methods and functions do inside C, in steps.

Standard library only and no imports of algosmith: it runs in the cage, sent as source.
"""

# Values of any type pass through; strict checking would only list them all as unknown.
# pyright: standard

from __future__ import annotations

import math
from collections import deque
from typing import Any

SIZED = (str, bytes, list, tuple, set, frozenset, dict, deque, bytearray)
SEQUENCES = (str, list, tuple, bytes, deque)
HASHED = (set, frozenset, dict, range)


class WorkLimit(BaseException):
    """The run did as much as it may; not an Exception, so that ``except`` lets it through."""


class MissingInput(BaseException):
    """The function needs what a measurement cannot give it (input, files, the network)."""


def log2(n: int) -> int:
    """Rounded up, at least 1: a call always costs something."""
    return max(1, int(n).bit_length())


def sorting(n: int) -> int:
    """Comparisons of a sort."""
    return int(n * math.log2(n)) if n > 1 else 1


def tail(container: Any, index: int) -> int:
    """Elements behind a position: they move when one is put in or taken out there."""
    length = len(container)
    position = index if index >= 0 else length + index
    return max(1, length - position)


def _pop(owner: Any, args: tuple[Any, ...]) -> int:
    return tail(owner, args[0]) if isinstance(owner, list) and isinstance(args[0], int) else 1


def _removed(owner: Any, args: tuple[Any, ...]) -> int:
    return len(owner) if isinstance(owner, list | deque) else 1


def _insert(owner: Any, args: tuple[Any, ...]) -> int:
    return tail(owner, args[0]) if isinstance(owner, list) else len(owner)


def _whole(owner: Any, args: tuple[Any, ...]) -> int:
    return len(owner)


def _argument(owner: Any, args: tuple[Any, ...]) -> int:
    return sum(len(a) for a in args if isinstance(a, SIZED)) or 1


def _both(owner: Any, args: tuple[Any, ...]) -> int:
    return len(owner) + sum(len(a) for a in args if isinstance(a, SIZED))


def _join(owner: Any, args: tuple[Any, ...]) -> int:
    if not isinstance(args[0], list | tuple):
        return 1
    return sum(len(piece) for piece in args[0]) + len(args[0])


def _sort(owner: Any, args: tuple[Any, ...]) -> int:
    return sorting(len(owner))


def _common(owner: Any, args: tuple[Any, ...]) -> int:
    return min([len(owner), *(len(a) for a in args if isinstance(a, SIZED))])


def _ranked(owner: Any, args: tuple[Any, ...]) -> int:
    return len(owner) * log2(args[0] if args and isinstance(args[0], int) else len(owner))


def _affix(owner: Any, args: tuple[Any, ...]) -> int:
    return len(args[0]) if args and isinstance(args[0], str) else 1


FOUND = frozenset({"index", "find", "rfind", "rindex"})

METHODS: dict[str, Any] = {
    "pop": _pop, "remove": _removed, "insert": _insert, "sort": _sort, "join": _join,
    "most_common": _ranked, "startswith": _affix, "endswith": _affix,
    "extend": _argument, "extendleft": _argument, "update": _argument, "subtract": _argument,
    "fromkeys": _argument, "index": lambda owner, args: 1, "find": lambda owner, args: 1,
    "rfind": lambda owner, args: 1, "rindex": lambda owner, args: 1,
    "union": _both, "symmetric_difference": _both, "difference": _whole, "issubset": _whole,
    "issuperset": _argument, "isdisjoint": _common, "intersection": _common,
    "intersection_update": _common, "difference_update": _argument,
    "clear": lambda owner, args: 1, "rotate": _whole,
}  # fmt: skip
for _name in (
    "count", "reverse", "copy", "split", "rsplit", "splitlines", "replace", "lower", "upper",
    "strip", "lstrip", "rstrip", "title", "capitalize", "swapcase", "translate", "isalnum",
    "isalpha", "isdigit", "isupper", "islower", "isnumeric", "isspace", "zfill", "ljust",
    "rjust", "center", "encode", "decode", "partition", "rpartition", "format", "casefold",
    "elements", "total",
):  # fmt: skip
    METHODS.setdefault(_name, _whole)
