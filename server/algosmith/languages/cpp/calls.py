"""Calls of one function in a line of text, with their arguments' values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from algosmith.languages.cpp import literals
from algosmith.languages.cpp.literals import NotLiteral
from algosmith.languages.cpp.shaping import shaped
from algosmith.sandbox.types import Call, Node
from algosmith.syntax.brackets import closing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


@dataclass(frozen=True, slots=True)
class Target:
    """The function whose examples are looked for."""

    names: frozenset[str]
    parameters: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    """What the parameters take, as Python annotations."""
    defaults: tuple[str, ...] = ()
    """What the parameters are where a call leaves them out; empty texts where it can't."""
    returns: str = ""
    """What comes of it; ``None`` for nothing."""
    in_place: bool = False
    """The words say that the argument itself is changed, so that this is the result."""


def call_of(values: Sequence[Any], target: Target) -> Call | None:
    """The call with these values, each as its parameter takes it; None where one is none."""
    try:
        left_out = [literals.parse(text) for text in target.defaults[len(values) :]]
    except NotLiteral:
        return None
    values = [*values, *left_out]
    if target.kinds and len(values) != len(target.kinds):
        return None
    made: list[Any] = []
    for value, kind in zip(values, target.kinds or [""] * len(values), strict=True):
        try:
            one = shaped(value, kind)
        except (NotLiteral, TypeError):
            return None
        if kind in ("ListNode", "TreeNode") and isinstance(one, list):
            one = Node(kind, tuple(one))  # pyright: ignore[reportUnknownArgumentType]  # plain values
        made.append(one)
    return Call(tuple(made))


def calls_in(line: str, target: Target) -> Iterator[tuple[Call | None, str, int]]:
    """(call, its text, where it ends) for each call of the target in a line."""
    names = "|".join(re.escape(name) for name in sorted(target.names))
    for match in re.finditer(rf"(?<![\w~])(?:{names})\s*\(", line):
        end = closing(line, match.end() - 1)
        if end is None:
            continue
        inner = line[match.end() : end - 1]
        try:
            values = [literals.parse(part) for part in parts_of(inner)]
        except NotLiteral:
            continue
        yield call_of(values, target), line[match.start() : end], end


def parts_of(text: str) -> list[str]:
    """The arguments of a call's text."""
    parts: list[str] = [""]
    depth, quote, skip = 0, "", False
    for char in text:
        if skip:
            skip = False
        elif quote:
            skip = char == "\\"
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "([{<":
            depth += char != "<"
        elif char in ")]}":
            depth -= 1
        elif char == "," and not depth:
            parts.append("")
            continue
        parts[-1] += char
    return [part.strip() for part in parts] if text.strip() else []
