"""What the program's first line tells, and the changed versions of a function in it."""

from __future__ import annotations

import json
import re
from typing import Any

HEAD = re.compile(r"/\*algosmith (\{.*?\})\*/\n")
_CHANGE = re.compile(r"/\*<(\d+)\*/.*?/\*\1>\*/", re.DOTALL)
SEEN = "all_"
"""An entry that begins so takes many calls at once and lists the outcomes that were seen."""


def head_of(source: str) -> tuple[dict[str, Any], str]:
    """What the program's first line tells, and the rest."""
    match = HEAD.match(source)
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
    return _CHANGE.sub(lambda m: "\n" * m[0].count("\n") if int(m[1]) in numbers else m[0], text)


def changes_at(text: str, lines: list[int]) -> frozenset[int]:
    """The changed versions in which lines of the program stand."""
    found: set[int] = set()
    for match in _CHANGE.finditer(text):
        first = text.count("\n", 0, match.start()) + 1
        last = first + match[0].count("\n")
        if any(first <= line <= last for line in lines):
            found.add(int(match[1]))
    return frozenset(found)
