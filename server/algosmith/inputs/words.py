"""Constraints in words: docstring, TODO, comments. ``sorted``, ``1 <= n <= 10^4``, ``distinct``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from algosmith.inputs.kinds import Kind

_SORTED = re.compile(
    r"\b(sorted|ascending|non-?decreasing|increasing)\b[^.\n]{0,40}?\b(list|array|sequence|input|nums"
    r"|order|matrix|integers|arrays|lists|numbers)\b|\b(is|are|already|be) (a )?sorted\b"
    r"|升序|有序|已排序|排好序",
    re.IGNORECASE,
)
_NOT_SORTED = re.compile(
    r"\bunsorted\b|\bsorts?\b(?!ed)|\bsorting\b|\bin sorted order\b"
    r"|\b(return|returns|returned|sort|put|arrange|into|output|result)\b[^.\n]{0,60}"
    r"\b(ascending|sorted|increasing)\b|\blongest\b[^.\n]{0,30}\bincreasing\b|无序|排序后|进行排序",
    re.IGNORECASE,
)
_TRAITS: tuple[tuple[re.Pattern[str], str, frozenset[str]], ...] = (
    (re.compile(r"\b(distinct|unique|no duplicates|without duplicates)\b (integers|numbers|values"
                r"|elements|positive|candidates)|\b(are|is) (all )?(distinct|unique)\b|互不相同"
                r"|不重复的", re.IGNORECASE), "distinct", frozenset({"list"})),
    (re.compile(r"\bpositive (integers|numbers|ints|values)\b|正整数", re.IGNORECASE), "positive",
     frozenset({"list"})),
    (re.compile(r"\bnon-?negative (integers|numbers|ints|values)\b|非负", re.IGNORECASE),
     "nonnegative", frozenset({"list"})),
    (re.compile(r"\bbrackets?\b|\bparenthes[ei]s\b|括号", re.IGNORECASE), "brackets",
     frozenset({"str"})),
    (re.compile(r"\bbinary (string|number|representation)|二进制字符串", re.IGNORECASE), "binary",
     frozenset({"str"})),
    (re.compile(r"\b(string of digits|digit string|numeric string|contains only digits"
                r"|only digits|represented as strings?)\b|数字字符串", re.IGNORECASE), "digits",
     frozenset({"str"})),
    (re.compile(r"\broman\b|罗马数字", re.IGNORECASE), "roman", frozenset({"str"})),
    (re.compile(r"\b(sentence|words separated|separated by (a )?spaces?)\b", re.IGNORECASE),
     "words", frozenset({"str"})),
    (re.compile(r"\bsquare matrix\b|\bn ?[x×*] ?n\b|方阵", re.IGNORECASE), "square",
     frozenset({"list"})),
    (re.compile(r"\b(directed acyclic|dag)\b", re.IGNORECASE), "dag", frozenset({"dict", "list"})),
)  # fmt: skip
_NUMBER = r"(-?\d+(?:\s*(?:\^|\*\*)\s*\d+)?)"
_RANGE = re.compile(
    rf"{_NUMBER}\s*(<=|<|≤|&lt;=)\s*([A-Za-z_][\w.]*)(\[i\])?(\s*(?:<=|<|≤)\s*{_NUMBER})?"
)
_NONEMPTY = re.compile(r"\bnon-?empty\b|\bat least one\b|非空", re.IGNORECASE)


def traits_in(text: str, kind: Kind) -> frozenset[str]:
    """Traits that the words give to a parameter of this kind."""
    found = {
        trait for pattern, trait, bases in _TRAITS if kind.base in bases and pattern.search(text)
    }
    if kind.base in ("list", "linked") and is_sorted(text):
        found.add("sorted")
    if _NONEMPTY.search(text):
        found.add("nonempty")
    if kind.base == "list" and kind.part.base != "list":
        found.discard("square")
    if kind.base == "list" and "brackets" in found:
        found.discard("brackets")
    return frozenset(found)


def is_sorted(text: str) -> bool:
    """True when the words say that the input comes sorted (not that the output shall be)."""
    return bool(_SORTED.search(text)) and not _NOT_SORTED.search(text)


def bounded(name: str, kind: Kind, text: str) -> Kind:
    """The kind with the bounds that ``1 <= n <= 10^4`` (or ``nums[i]``) in the words give it."""
    for match in _RANGE.finditer(text):
        low, strict, subject, element, _, high = match.groups()
        if subject.split(".")[0] != name or subject.endswith((".length", ".size")):
            continue
        lowest = _integer(low) + (strict == "<")
        highest = _integer(high) if high else None
        if element and kind.parts:
            part = replace(kind.parts[0], low=lowest, high=highest)
            kind = replace(kind, parts=(part, *kind.parts[1:]))
        elif not element and kind.base in ("int", "float"):
            kind = replace(kind, low=lowest, high=highest)
    return kind


def _integer(text: str) -> int:
    base, _, exponent = text.replace("**", "^").replace(" ", "").partition("^")
    return int(base) ** min(int(exponent or "1"), 30)
