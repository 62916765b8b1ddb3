"""A program that holds several versions of one function, and the line in front that tells of it.

Compiling takes longer than running, so all small changes of a candidate go into one program. Each
stands between ``/*<3*/`` and ``/*3>*/``, and its function is called ``name_change3``.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

LEFT_OUT = 219
"""The status of a program that was asked for a version that was left out of it."""
_HEAD = re.compile(r"/\*algosmith (\{.*?\})\*/\n")
_VERSION = re.compile(r"/\*<(\d+)\*/.*?/\*\1>\*/", re.DOTALL)


def head_of(source: str) -> tuple[dict[str, Any], str]:
    """What the program's first line tells, and the rest."""
    match = _HEAD.match(source)
    return (json.loads(match[1]), source[match.end() :]) if match else ({}, source)


def with_head(source: str, **told: object) -> str:
    """The source with more told in its first line."""
    head, rest = head_of(source)
    return f"/*algosmith {json.dumps({**head, **told})}*/\n{rest}"


def changed_name(name: str, number: int) -> str:
    """What a changed version of a function is called."""
    return f"{name}_change{number}"


def without(text: str, numbers: frozenset[int]) -> str:
    """The program without some of the changed versions; its lines stay where they are."""
    return _VERSION.sub(lambda m: "\n" * m[0].count("\n") if int(m[1]) in numbers else m[0], text)


def versions_at(text: str, lines: Sequence[int]) -> frozenset[int]:
    """The changed versions in which lines of the program stand."""
    found: set[int] = set()
    for match in _VERSION.finditer(text):
        first = text.count("\n", 0, match.start()) + 1
        last = first + match[0].count("\n")
        if any(first <= line <= last for line in lines):
            found.add(int(match[1]))
    return frozenset(found)
