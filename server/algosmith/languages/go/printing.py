"""What ``Example`` functions print, and the lines under ``// Output:``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from algosmith.languages.go import shown
from algosmith.languages.go.calls import (
    given_by,
)
from algosmith.languages.go.claims import claimed, kind_of
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.shapes import NotLiteral
from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    import tree_sitter

    from algosmith.languages.go.held import Reading


_OUTPUT = re.compile(r"^//\s*(Unordered output|Output):\s?(.*)$", re.IGNORECASE)
_SHOWN = re.compile(r'^"%(?:\+?v|d|t|s|q)\\n"$')


_FOR = {"s": r"str|error", "d": r"(?:list\[)*(?:int|byte|rune)\]*", "t": r"(?:list\[)*bool\]*"}
"""What a verb prints as a value is read; other values are printed otherwise by it."""


def prints(node: tree_sitter.Node) -> bool:
    """Whether code prints."""
    return re.search(r"\bfmt\.Print|\bprintln?\(|os\.Stdout", text_of(node)) is not None


def note_printed(name: str, given: list[tree_sitter.Node], reading: Reading) -> None:
    """Remembers what a line of an example prints."""
    if reading.printed is None:
        return
    values, how = given, ""
    if name == "Printf":
        if len(given) != 2 or not _SHOWN.match(text_of(given[0])):
            reading.printed = None
            return
        values, how = given[1:], text_of(given[0])[-4]
    elif name == "Print":
        reading.printed = None
        return
    reading.printed.append((values, dict(reading.known), how))


def read_example(body: tree_sitter.Node, reading: Reading) -> None:
    """The values under ``// Output:``, one line for each that is printed."""
    lines = _output(body)
    printed = reading.printed
    if lines is None or printed is None or len(lines) != len(printed):
        return
    for number, (line, (values, known, how)) in enumerate(zip(lines, printed, strict=True)):
        if len(values) != 1:
            continue
        own = replace(reading, known=known)
        asked = given_by(values[0], reading.asking, known)
        if asked is None:
            continue
        kind = kind_of(asked, reading.asking)
        if how != "d" and reading.asking.shows_itself:
            continue  # what is printed is what a method of its type says
        if how in _FOR and not re.fullmatch(_FOR[how], kind):
            continue
        try:
            if how == "q":
                value: Any = reading.asking.speech.parse(_commas(line))
            else:
                value = shown.read(line, kind)
        except NotLiteral:
            continue
        found = claimed(asked, value, line, values[0], own)
        # Blanks around all that is printed do not count, so nothing tells which of them there are.
        ends = kind == "str" and how != "q" and number in (0, len(lines) - 1)
        for one in found:
            blank = ends and any(isinstance(g, str) and g != g.strip() for g in one.call.args)
            reading.claims.append(replace(one, sure=not (reading.changed or blank)))


def _commas(text: str) -> str:
    """``["a" "b"]`` with commas."""
    return re.sub(r'("(?:[^"\\]|\\.)*") (?=")', r"\1, ", text)


def _output(body: tree_sitter.Node) -> list[str] | None:
    """The lines that an example has to print; None where it says none, or any order."""
    comments = [one for one in walk(body) if one.type in COMMENTS]
    texts = [line for one in comments for line in text_of(one).splitlines()]
    for number, text in enumerate(texts):
        match = _OUTPUT.match(text)
        if match is None:
            continue
        rest = [re.sub(r"^//\s?", "", line).rstrip() for line in texts[number + 1 :]]
        lines = "\n".join([match[2], *rest]).strip("\n").strip().split("\n")
        lines = [line.strip() for line in lines]
        return None if match[1].lower().startswith("un") and len(lines) > 1 else lines
    return None
