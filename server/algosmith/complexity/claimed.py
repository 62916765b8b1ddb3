"""What the user's own comments and docstrings claim: ``# Time: O(n)``, 时间复杂度:O(n).

Only a plain statement counts. Where a line speaks of averages, compares two ways or wonders, it is
left alone: a claim that was misread would be a false alarm.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from algosmith.complexity.notation import rate
from algosmith.model import Span
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions_near
from algosmith.syntax.positions import line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from algosmith.model import Function, Snapshot
    from algosmith.syntax.document import Document

Resource = Literal["time", "space"]

_BOUND = re.compile(r"\b[O𝑂Θ]\s?[((]")
_HEDGED = re.compile(
    r"\b(?:averag\w*|avg|amorti[sz]ed|expected|best[ -]case|typical\w*|usual\w*|instead of|"
    r"than|na[iï]ve\w*|brute|could|would|should|might|not|n't|if|unless|when|except|todo|fixme|"
    r"improve\w*|reduc\w*|optimi[sz]e\w*|from|per|each|every|where a|lookups?|"
    # what is wanted, as in the text of an exercise
    r"must|shall|required|goal|target|aim|challenge|follow[ -]?up|constraints?|"
    # a part of the work, or some inputs only
    r"assum\w*|provided|balanced|ignor\w*|exclud\w*|without|besides|after|pre-?process\w*|"
    r"pre-?comput\w*|quer(?:y|ies)|on sorted|on random\w*|in practice|"
    # other code
    r"previous\w*|formerly|beats?|alternative\w*|too slow|best)\b|\?|"
    r"平均|均摊|期望|最好|优化|如果|若|暴力|改进|进阶|要求|目标|必须|挑战|尝试|超时|预处理|查询|"
    r"假设|忽略|不计|不考虑|排序后",
    re.IGNORECASE,
)
_FIXED = re.compile(
    r"\b(?:always|fixed|constant[- ]size\w*|bounded)\b|固定|\bwhere\s+k\b|\bk\s+(?:is|=)",
    re.IGNORECASE,
)
"""The input has one size, or a letter of the bound is a thing that no input grows by itself."""
_MEANING = re.compile(
    r"\bwhere\b(?! a\b).*|\bwith n\b.*|\bfor n\b.*|\(n\s*=.*|,?其中.*", re.IGNORECASE
)
"""``where n is the length of each string``: it says what n is and hedges nothing."""
_LABELS: tuple[tuple[Resource, str], ...] = (
    ("space", r"\b(?:space|memory|auxiliary)\b|空间|内存"),
    ("time", r"\b(?:run(?:s|ning)?[ -]?(?:time|in)?|time|complexity|worst[ -]case)\b|时间|复杂度"),
)
_BEHIND: tuple[tuple[Resource, str], ...] = (
    ("space", r"\s*(?:\w+\s+)?(?:space|memory|auxiliary|空间)"),
    ("time", r"\s*(?:\w+\s+)?(?:time|时间)"),
)
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class Claim:
    """One bound that the user wrote down."""

    resource: Resource
    text: str
    """As it stands: ``O(n log n)``."""
    span: Span
    """Of that text."""
    line: int
    """1-based."""


def claims_of(snapshot: Snapshot, function: Function) -> tuple[Claim, ...]:
    """What the comments in and right above a Python function, and its docstring, say of it."""
    if snapshot.language != "python":
        return ()
    document = open_document(snapshot)
    found: list[Claim] = []
    for span in _spans(document, function):
        found += _in(document, span)
    kept: dict[tuple[int, int], Claim] = {(one.span.start, one.span.end): one for one in found}
    return tuple(kept.values())


def claims_of_file(snapshot: Snapshot) -> tuple[Claim, ...]:
    """What the docstring of a Python file says: about its function, where it has only one."""
    if snapshot.language != "python":
        return ()
    document = open_document(snapshot)
    root = next(iter(document.path(0)), None)
    while root is not None and root.parent is not None:
        root = root.parent
    node = docstring_node(root) if root is not None else None
    return tuple(_in(document, Span(node.start_byte, node.end_byte))) if node is not None else ()


def _spans(document: Document, function: Function) -> Iterator[Span]:
    """Comments right above and at the top of the body, and the docstring.

    A comment between statements speaks of the next one, one behind a statement of that.
    """
    yield from _above(document, function.span.start)
    found = definitions_near(document, function.body.start)
    one = next((one for one in found if one.outer == function.span and not one.is_class), None)
    if one is None:
        return
    top = one.header_end
    yield Span(top, document.line_end(top))
    node = docstring_node(one.body)
    if node is not None:
        yield from _own_lines(document, document.next_line(top), node.start_byte)
        yield Span(node.start_byte, node.end_byte)
        top = node.end_byte
    yield from _own_lines(document, document.next_line(top), one.body_end)


def _own_lines(document: Document, line: int, end: int) -> Iterator[Span]:
    """The comment lines from here on, up to the first line of code."""
    for _ in range(_MOST_LINES):
        text = document.data[line : document.line_end(line)].strip()
        if line >= end or (text and not text.startswith(b"#")):
            return
        if text:
            yield Span(line, document.line_end(line))
        line = document.next_line(line)


def _above(document: Document, start: int) -> Iterator[Span]:
    """The comment lines right above, without a blank line between."""
    line = document.line_start(start)
    for _ in range(_MOST_LINES):
        if line == 0:
            return
        before = document.line_start(line - 1)
        if not document.data[before:line].lstrip().startswith(b"#"):
            return
        yield Span(before, line)
        line = before


def _in(document: Document, span: Span) -> Iterator[Claim]:
    start = span.start
    for line in document.text(span.start, span.end).splitlines(keepends=True)[:_MOST_LINES]:
        for resource, first, last in _in_line(line):
            before = len(line[:first].encode("utf-8", "surrogatepass"))
            text = line[first:last]
            at = start + before
            end = at + len(text.encode("utf-8", "surrogatepass"))
            yield Claim(resource, text, Span(at, end), line_of(document.data, at) + 1)
        start += len(line.encode("utf-8", "surrogatepass"))


def _in_line(line: str) -> Iterator[tuple[Resource, int, int]]:
    bounds = list(_bounds(line))
    if not bounds or _FIXED.search(line) or _HEDGED.search(_MEANING.sub("", line)):
        return
    before = 0
    found: dict[Resource | None, tuple[int, int]] = {}
    for first, last in bounds:
        if rate(line[first:last]) is not None:
            resource = _resource(line[before:first], line[last:])
            if resource in found:
                return  # two bounds for one thing are of two parts, or of two ways
            found[resource] = (first, last)
        before = last
    if None not in found:
        for resource, (first, last) in found.items():
            if resource is not None:
                yield resource, first, last


def _bounds(line: str) -> Iterator[tuple[int, int]]:
    """Where each ``O(…)`` stands, its brackets closed."""
    for match in _BOUND.finditer(line):
        depth = 0
        for at in range(match.end() - 1, len(line)):
            depth += (line[at] in "((") - (line[at] in "))")
            if depth == 0:
                yield match.start(), at + 1
                break


def _resource(before: str, behind: str) -> Resource | None:
    """By the word right behind the bound, else by the last one before it."""
    for resource, pattern in _BEHIND:
        if re.match(pattern, behind, re.IGNORECASE):
            return resource
    last: tuple[int, Resource] | None = None
    for resource, pattern in _LABELS:
        for match in re.finditer(pattern, before, re.IGNORECASE):
            # "space complexity" is about space: the later word says only that it is complexity.
            if last is None or (
                match.end() > last[0] and match[0].lower() not in ("complexity", "复杂度")
            ):
                last = (match.end(), resource)
    return last[1] if last else None
