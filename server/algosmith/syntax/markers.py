"""Phrases that mark where code goes: "YOUR CODE HERE", "BEGIN SOLUTION" … "END SOLUTION".

Starter files of courses and judges have them instead of a TODO. Knows text only, no trees.
"""

import re
from dataclasses import dataclass
from typing import Literal

_WORK = r"(?:code|solution|answer|implementation|work)"
_HERE = (
    rf"(?:(?:please\s+)?(?:write|put|add|enter|insert|type|implement|complete)\s+)?"
    rf"your\s+(?:own\s+)?{_WORK}\s+(?:goes\s+)?here"
    rf"|(?:write|put|add|insert|type)\s+(?:the\s+)?{_WORK}\s+here"
    r"|(?:请)?在(?:此|这)(?:处|里)?(?:编写|填写|补充|写下|写|实现|添加)(?:你的|您的)?(?:代码|答案|解答)"
    r"|(?:你|您)的代码"
)
_BEGIN = (
    rf"(?:\*\s*)*(?:begin|start)(?:\s+of)?\s+(?:your\s+)?(?:{_WORK}|todo)(?:\s+here)?"
    rf"|your\s+{_WORK}\s+starts?\s+here"
)
_END = (
    rf"(?:\*\s*)*end(?:\s+of)?\s+(?:your\s+)?(?:{_WORK}|todo)(?:\s+here)?"
    rf"|your\s+{_WORK}\s+ends?\s+here"
)
_RULER = r"[\s#/!*=~<>-]*"
_REST = rf"{_RULER}(?:$|[:(\[.,;:(].*$)"
_PATTERN = re.compile(
    rf"^{_RULER}(?:(?P<end>{_END})|(?P<begin>{_BEGIN})|(?P<here>{_HERE}))(?P<rest>{_REST})",
    re.IGNORECASE | re.DOTALL,
)
_ROUGHLY = (
    rb"your\s+(?:own\s+)?(?:code|solution|answer|implementation|work)\s+(?:goes\s+|starts?\s+)?here",
    rb"the\s+(?:code|solution|answer|implementation|work)\s+here",
    rb"code\s+here",
    rb"solution\s+here",
    rb"answer\s+here",
    rb"begin\s+(?:of\s+)?(?:your\s+)?(?:code|solution|answer|implementation|work|todo)",
    rb"start\s+(?:of\s+)?(?:your\s+)?(?:code|solution|answer|implementation|work|todo)",
    "代码".encode(),
    "答案".encode(),
    "解答".encode(),
)
_HINTS = tuple(re.compile(pattern) for pattern in _ROUGHLY)
"""Each begins with fixed letters: megabytes are searched in milliseconds."""
_STRING = re.compile(r"""^[rRuUbB]*("{3}|'{3}|"|')(.*)\1$""", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Marker:
    """A phrase that a line of a comment begins with."""

    kind: Literal["here", "begin", "end"]
    phrase: str
    """As it is written: ``YOUR CODE HERE``."""
    rest: str
    """The words behind it."""


def marker_of(words: str) -> Marker | None:
    """The marker that a comment's words, or a string's, begin with."""
    match = _PATTERN.match(words)
    if match is None:
        return None
    for kind in ("here", "begin", "end"):
        if match[kind]:
            phrase = " ".join(match[kind].strip("* \t").split())
            rest = re.sub(rf"^{_RULER}[::]?\s*|\s*[#*=~]+$", "", match["rest"])
            return Marker(kind, phrase, rest)
    return None


def may_hold_markers(lowered: bytes) -> bool:
    """Whether a marker can occur at all in text in lower case: spares looking closer."""
    return any(hint.search(lowered) for hint in _HINTS)


def string_marker(literal: str) -> Marker | None:
    """The marker that is all a string literal says: ``"*** YOUR CODE HERE ***"``."""
    match = _STRING.match(literal.strip())
    found = None if match is None else marker_of(match[2].strip())
    return found if found is not None and found.kind == "here" else None
