"""What an answer in C or C++ needs beside its code, and where in the file that goes.

Functions do not stand inside functions there: helpers, types, macros and globals go above the
function or, where the function is a method, above its class; an answer's own methods and fields go
into the user's class. An ``#include`` goes below the file's others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import dedent
from typing import TYPE_CHECKING

from algosmith.errors import EditError
from algosmith.model import Span
from algosmith.syntax.annotate import Piece
from algosmith.syntax.cnames import CLASSES, defined_names
from algosmith.syntax.indentation import line_ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import tree_sitter

    from algosmith.syntax.document import Document
    from algosmith.syntax.functions import Definition
    from algosmith.syntax.site import Place
    from algosmith.syntax.written import ParsedCode

FAMILY = ("cpp", "c")
_SCOPES = ("namespace_definition", "linkage_specification")
_PRINTING = re.compile(
    r"\b(?:cin|cout|cerr|clog|endl|getline|printf|scanf|puts|gets|fgets|putchar|getchar|stdin|stdout"
    r"|stderr|fflush|ios|ios_base|istream|ostream|FILE|EOF|sprintf|snprintf|sscanf|fprintf|fread)\b"
)
_WORD = re.compile(r"[^\W\d]\w*")
_PRINTS = ("<iostream>", "<stdio.h>", "<cstdio>")
"""Headers that answers bring along for a demonstration in a ``main`` that is left out."""


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing that the answer defines."""

    names: frozenset[str]
    node: tree_sitter.Node
    member_of: str = ""


def hoisted(where: Place, written: ParsedCode, spans: Iterable[Span]) -> list[Piece]:
    """The pieces of the edit that stand outside the function whose code is at ``spans``."""
    user, function = where.document, where.function
    if function is None or user.language.id not in FAMILY:
        return []
    spans = tuple(spans)
    used = set[str]().union(*(_words(written, span) for span in spans))
    classes = [one for one in where.around if one.node.type in CLASSES]
    items = [
        one
        for one in _items(_top(written), spans[0].start)
        if not any(span.start <= one.node.start_byte < span.end for span in spans)
    ]
    known = _known(user, classes[-1] if classes else None) | {function.name}
    taken = _needed(written, items, used, known)
    code = " ".join(written.document.text(s.start, s.end) for s in spans)
    code += " ".join(map(_text, taken))
    free = [one for one in taken if not one.member_of or not classes]
    members = [one for one in taken if one not in free]
    pieces: list[Piece] = []
    lines = [*_usings(user, written), *_free(user, function, written, free, bool(classes))]
    pieces += _includes(user, written, code)
    if lines:
        pieces.append(_above(user, classes[0] if classes else function, lines))
    if members:
        _refuse_constructor(written, members)
        pieces.append(_above(user, function, [*map(_text, members)]))
    return pieces


def can_stand_inside(node_type: str) -> bool:
    """Whether a top-level piece of an answer may stand in a function's body."""
    outside = ("function_definition", "template_declaration", "preproc_", "namespace_", "linkage_",
               "method_declaration", "import_declaration", "package_declaration",
               "function_declaration", "package_clause")  # fmt: skip
    return not node_type.startswith(outside)


def _top(written: ParsedCode) -> tree_sitter.Node:
    """What holds the answer's parts: the file, or the class or function that it was read in."""
    root = written.document.tree.root_node
    if not written.parts:
        return root
    start = written.parts[0].span.start
    for node in written.document.path(start):
        if node.start_byte == start and node.parent is not None:
            return node.parent
    return root


def _items(top: tree_sitter.Node, at: int) -> Iterator[_Item]:
    """What the answer defines beside the function at ``at``."""
    for node in top.named_children:
        inner = node.child_by_field_name("body")
        holds = node.start_byte <= at < node.end_byte
        if node.type in _SCOPES and inner is not None:
            yield from _items(inner, at)
        elif holds and node.type in CLASSES and inner is not None:
            label = node.child_by_field_name("name")
            owner = _text_of(label) if label is not None else "?"
            for one in inner.named_children:
                if not one.start_byte <= at < one.end_byte:
                    yield _Item(frozenset(defined_names(one)), one, owner)
        elif not holds and node.type not in ("comment", "expression_statement"):
            names = frozenset(defined_names(node))
            if names and "main" not in names:
                yield _Item(names, node)


def _needed(
    written: ParsedCode, items: list[_Item], used: set[str], known: frozenset[str]
) -> list[_Item]:
    """The items that the code needs, each before what uses it where they were methods."""
    taken: list[_Item] = []
    used = set(used)
    while True:
        more = [one for one in items if one not in taken and one.names & used]
        if not more:
            break
        for one in more:
            taken.append(one)
            used |= _words(written, _span(one))
    fresh = [one for one in items if one in taken and not one.names & known]
    ordered: list[_Item] = []
    while fresh:
        free = [
            one for one in fresh
            if not one.member_of or not _uses_later(written, one, fresh)
        ] or fresh[:1]  # fmt: skip
        ordered.append(free[0])
        fresh.remove(free[0])
    return ordered


def _uses_later(written: ParsedCode, one: _Item, others: list[_Item]) -> bool:
    names = _words(written, _span(one))
    return any(other.names & names for other in others if other is not one)


def _words(written: ParsedCode, span: Span) -> set[str]:
    """All words of a stretch: a macro's is no name to the syntax tree."""
    return set(_WORD.findall(written.document.text(span.start, span.end)))


def _span(one: _Item | Definition) -> Span:
    return Span(one.node.start_byte, one.node.end_byte)


def _known(user: Document, owner: Definition | None) -> frozenset[str]:
    """What the file defines outside functions, and what the class around the function has."""
    found: set[str] = set()
    waiting = [user.tree.root_node, *([owner.body] if owner is not None else [])]
    while waiting:
        for node in waiting.pop().named_children:
            body = node.child_by_field_name("body")
            if node.type in _SCOPES and body is not None:
                waiting.append(body)
            elif node.type.startswith("preproc_if") or node.type in ("ERROR", "preproc_else"):
                waiting.append(node)
            else:
                found |= set(defined_names(node))
    return frozenset(found)


def _free(
    user: Document, function: Definition, written: ParsedCode, items: list[_Item], in_class: bool
) -> list[str]:
    """The texts of what stands outside classes; a declaration first where they call back."""
    texts = [_as_free(one) if one.member_of else _text(one) for one in items]
    names: set[str] = set()
    for one in items:
        names |= _words(written, _span(one))
    if items and function.name in names and not in_class:
        head = user.text(function.outer.start, function.body.start_byte).strip()
        if "=" not in head and "template" not in head:
            texts.insert(0, f"{head};")
    return texts


def _text(one: _Item) -> str:
    text = _text_of(one.node).rstrip()
    return f"{text};" if one.node.type in CLASSES else text


def _as_free(one: _Item) -> str:
    """A member as a function or variable outside classes."""
    text = _text(one)
    if re.search(r"\bthis\b", text):
        raise EditError(
            f"The answer's `{next(iter(sorted(one.names)), '?')}` needs a class around it; "
            "try another candidate."
        )
    body = one.node.child_by_field_name("body")
    if body is None:
        return text
    head = text[: len(text) - len(_text_of(body))]
    head = re.sub(r"\)\s*(?:(?:const|noexcept|override|final)\b\s*)+$", ") ", head)
    return re.sub(r"^(?:virtual|explicit)\s+", "", head) + _text_of(body)


def _refuse_constructor(written: ParsedCode, members: list[_Item]) -> None:
    """Fields that a constructor of the answer sets would hold anything without it."""
    names = set[str]().union(*(one.names for one in members))
    owners = {one.member_of for one in members}
    for one in written.found:
        if one.name in owners and not one.is_class:
            touched = _words(written, _span(one))
            if touched & names:
                raise EditError(
                    f"The answer needs a constructor of `{one.name}`; try another candidate."
                )


def _usings(user: Document, written: ParsedCode) -> list[str]:
    """``using namespace std;`` and the like that the file lacks."""
    ours = {_squeezed(_text_of(n)) for n in _children(user, "using_declaration")}
    theirs = dict.fromkeys(_text_of(n) for n in _children(written.document, "using_declaration"))
    if "using namespace std;" in ours:
        theirs = {one: None for one in theirs if "std" not in one}
    return [one for one in theirs if _squeezed(one) not in ours]


def _includes(user: Document, written: ParsedCode, code: str) -> list[Piece]:
    """The system's headers that the file lacks, below those it has."""
    ours = _children(user, "preproc_include")
    have = {_header(node) for node in ours}
    wanted = dict.fromkeys(_header(n) for n in _children(written.document, "preproc_include"))
    lacking = [
        one for one in wanted
        if one.startswith("<") and one not in have
        and (one not in _PRINTS or _PRINTING.search(code))
    ]  # fmt: skip
    if not lacking or "<bits/stdc++.h>" in have:
        return []
    end = line_ending(user.data)
    lines = "".join(f"#include {one}{end}" for one in lacking)
    if not ours:
        start = 3 if user.data.startswith(b"\xef\xbb\xbf") else 0
        return [Piece(Span(start, start), lines + end)]
    at = user.line_end(ours[-1].start_byte)
    return [Piece(Span(at, at), end + lines.removesuffix(end))]


def _header(node: tree_sitter.Node) -> str:
    path = node.child_by_field_name("path")
    return _text_of(path) if path is not None else ""


def _children(document: Document, kind: str) -> list[tree_sitter.Node]:
    """Nodes of a kind that stand at the top, or between ``#if`` and ``#endif`` there."""
    found: list[tree_sitter.Node] = []
    waiting = [document.tree.root_node]
    while waiting:
        for node in waiting.pop().named_children:
            if node.type == kind:
                found.append(node)
            elif node.type.startswith("preproc_if") or node.type in ("ERROR", "preproc_else"):
                waiting.append(node)
    return sorted(found, key=lambda node: node.start_byte)


def _above(user: Document, one: Definition, texts: list[str]) -> Piece:
    """Lines above a definition and the comments that stand right above it."""
    node = one.node
    while node.parent is not None and node.parent.type == "template_declaration":
        node = node.parent
    start = min(one.outer.start, node.start_byte)
    while True:
        before = user.code_before(start)
        above = user.path(max(0, before - 1))
        comment = next((n for n in above if n.type == "comment" and n.end_byte >= before), None)
        gap = user.text(before, start)
        if comment is None or gap.count("\n") > 1 or not user.starts_line(comment.start_byte):
            break
        if comment.start_byte >= start:
            break
        start = comment.start_byte
    indent, end = user.indent(start), line_ending(user.data)
    made: list[str] = []
    for text in texts:
        lines = dedent(" " * _column(text) + text).splitlines()
        block = [f"{indent}{line}" if line.strip() else "" for line in lines]
        short = len(block) == 1 and made and "\n" not in made[-1]
        made += [] if short or not made else [""]
        made += [end.join(block)]
    whole = end.join(made) + end * 2 + indent
    return Piece(Span(start, start), whole.removeprefix(indent))


def _column(text: str) -> int:
    """How far the text's first line, which was cut at its code, stood in."""
    lines = [line for line in text.splitlines()[1:] if line.strip()]
    return min((len(line) - len(line.lstrip()) for line in lines), default=0)


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _text_of(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


__all__ = ["FAMILY", "can_stand_inside", "hoisted"]
