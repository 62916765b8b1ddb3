"""What an answer in Go needs outside the function: imports, functions, types and constants.

An import that only the placeholder used, or that nothing uses once the last TODO is answered, goes
with it: Go refuses a file that has one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.errors import EditError
from algosmith.model import Span
from algosmith.syntax.annotate import Piece
from algosmith.syntax.edges import line_removal
from algosmith.syntax.goimports import (
    GoImport,
    imports_in,
    missing_imports,
    own_name,
    packages_in,
    receiver_of,
)
from algosmith.syntax.indentation import line_ending, unit_of
from algosmith.syntax.parse import COMMENTS, parse_text
from algosmith.syntax.reindent import Style, reindent
from algosmith.syntax.site import site_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import tree_sitter

    from algosmith.syntax.document import Document
    from algosmith.syntax.site import Place
    from algosmith.syntax.written import ParsedCode

_DECLARES = ("function_declaration", "method_declaration", "type_declaration",
             "const_declaration", "var_declaration")  # fmt: skip
_TODO = re.compile(rb"\b(?:TODO|FIXME)\b")


@dataclass(frozen=True, slots=True)
class _Helper:
    """One declaration of an answer."""

    names: frozenset[str]
    node: tree_sitter.Node
    owner: str = ""
    """The type whose method it is."""

    def is_needed(self, used: set[str]) -> bool:
        """A method comes with its type: an interface may ask for it."""
        return self.owner in used if self.owner else bool(self.names & used)


def go_pieces(where: Place, written: ParsedCode, spans: Iterable[Span]) -> list[Piece]:
    """The pieces of the edit that stand outside of the chosen code."""
    spans = tuple(spans)
    helpers = _helpers(where, written, spans) if where.function is not None else []
    texts = [written.document.text(span.start, span.end) for span in spans]
    texts += [_text(one.node) for one in helpers]
    pieces = _imports(where, written, "\n".join(texts))
    if helpers and where.function is not None:
        document = where.document
        style = Style("", unit_of(document.data, document.language.unit))
        lines: list[str] = []
        for one in helpers:
            span = Span(one.node.start_byte, one.node.end_byte)
            lines += ["", *reindent(written.document, span, style)]
        end = line_ending(document.data)
        at = where.function.outer.end
        pieces.append(Piece(Span(at, at), end + end.join(lines)))
    return pieces


def check_receiver(function: tree_sitter.Node, one: tree_sitter.Node) -> None:
    """Raises where an answer's method belongs to another type than the file's."""
    kind, other = receiver_of(function)[1], receiver_of(one)[1]
    if kind != other:
        raise EditError(
            f"The answer writes a method of `{other}`, not of `{kind}`; ask again."
            if kind and other
            else "The answer writes a function where a method stands, or the other way round; "
            "ask again."
        )


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _declared(node: tree_sitter.Node) -> Iterator[str]:
    if (label := node.child_by_field_name("name")) is not None:
        yield _text(label)
        return
    for one in node.named_children:
        specs = one.named_children if one.type.endswith("_list") else [one]
        for spec in specs:
            yield from map(_text, spec.children_by_field_name("name"))


def _helpers(where: Place, written: ParsedCode, spans: tuple[Span, ...]) -> list[_Helper]:
    """What the answer declares and the chosen code comes to by names, and the file has not."""
    known = set(known_at(where.document))
    waiting = [
        _Helper(
            frozenset(_declared(node)),
            node,
            receiver_of(node)[1] if node.type == "method_declaration" else "",
        )
        for node in written.document.tree.root_node.named_children
        if node.type in _DECLARES
        and not any(s.start <= node.start_byte < s.end for s in spans)
        and not any(node.start_byte <= s.start < node.end_byte for s in spans)
    ]
    owner = receiver_of(where.function.node)[1] if where.function is not None else ""
    used = {name for span in spans for name in written.names_in(span)}
    taken: list[_Helper] = []
    while True:
        more = [
            one
            for one in waiting
            if (one.is_needed(used) or (one.owner == owner != "" and one.names & used))
            and not _has(known, one)
            and "main" not in one.names
        ]
        if not more:
            return sorted(taken, key=lambda one: one.node.start_byte)
        for one in more:
            waiting.remove(one)
            used |= written.names_in(Span(one.node.start_byte, one.node.end_byte))
        taken += more


def _has(known: set[str], one: _Helper) -> bool:
    if one.owner:
        return bool({f"{one.owner}.{name}" for name in one.names} & known)
    return bool(one.names & known)


def known_at(document: Document) -> Iterator[str]:
    """What a file declares at its top; a method as ``Type.name``."""
    for node in document.tree.root_node.named_children:
        if node.type == "method_declaration":
            owner = receiver_of(node)[1]
            yield from (f"{owner}.{name}" for name in _declared(node))
        elif node.type in _DECLARES:
            yield from _declared(node)


# Imports.


def _imports(where: Place, written: ParsedCode, code: str) -> list[Piece]:
    """New imports of the file, and those that are needed no more taken out."""
    document = where.document
    root = document.tree.root_node
    if not any(top.type == "package_clause" for top in root.named_children):
        return []  # a snippet, as sites for practice have them: these import all by themselves
    made = parse_text(code, "go").root_node
    lines = sorted(_new(document, written, made), key=lambda line: line.rpartition(" ")[2])
    gone = list(_gone(where, made))
    pieces = [_inserted(document, line) for line in lines if line not in (g.text for g in gone)]
    merged: dict[int, list[str]] = {}
    for piece in pieces:
        merged.setdefault(piece.span.start, []).append(piece.text)
    out = [Piece(Span(at, at), "".join(texts)) for at, texts in sorted(merged.items())]
    return [*out, *(Piece(_line(document, one), "") for one in gone)]


def _new(document: Document, written: ParsedCode, made: tree_sitter.Node) -> Iterator[str]:
    """The lines to add: what the answer imports and the chosen code names, and what it forgot."""
    theirs = {one.name: one for one in imports_in(document.tree.root_node)}
    named = packages_in(made)
    told: set[str] = set()
    for one in imports_in(written.document.tree.root_node):
        if one.name in named and one.name not in theirs:
            told.add(one.name)
            yield one.text
    for line in missing_imports(made, document.tree.root_node):
        if own_name(line.strip('"')) not in told:
            yield line


def _gone(where: Place, made: tree_sitter.Node) -> Iterator[GoImport]:
    """The imports that nothing uses once the answer stands there."""
    document = where.document
    site = site_of(where)
    target = Span(site.slot.start, max(site.slot.end, site.slot.start))
    data = bytearray(document.data)
    data[target.start : target.end] = b" " * (target.end - target.start)
    if where.kind == "body" and where.function is not None:
        start, end = where.function.header_end, where.function.body_end
        data[start:end] = b" " * (end - start)
    rest = parse_text(data.decode("utf-8", "replace"), "go").root_node
    left = packages_in(rest) | packages_in(made)
    before = packages_in(document.tree.root_node)
    last = where.kind != "function" and not _TODO.search(bytes(data))
    for one in imports_in(document.tree.root_node):
        if one.name and one.name not in left and (one.name in before or last):
            yield one


def _line(document: Document, one: GoImport) -> Span:
    node = one.node
    parent = node.parent
    if parent is not None and parent.type == "import_declaration":
        node = parent
    return line_removal(document, Span(node.start_byte, node.end_byte))


def _inserted(document: Document, line: str) -> Piece:
    """A line among the file's imports: in the list, in its order, or below the others."""
    root = document.tree.root_node
    end = line_ending(document.data)
    declared = [top for top in root.named_children if top.type == "import_declaration"]
    for top in declared:
        inner = next((one for one in top.named_children if one.type.endswith("_list")), None)
        if inner is None or document.line_start(inner.start_byte) == document.line_start(
            inner.end_byte - 1
        ):
            continue
        specs = [one for one in inner.named_children if one.type not in COMMENTS]
        path = line.rpartition(" ")[2]
        after = next(
            (o for o in specs if _text(o.child_by_field_name("path") or o) > path
             and document.starts_line(o.start_byte)), None
        )  # fmt: skip
        at = document.line_start(after.start_byte if after is not None else inner.end_byte - 1)
        return Piece(Span(at, at), f"\t{line}{end}")
    last = declared[-1] if declared else None
    if last is None:
        last = next(top for top in root.named_children if top.type == "package_clause")
        return Piece(Span(last.end_byte, last.end_byte), f"{end}{end}import {line}")
    return Piece(Span(last.end_byte, last.end_byte), f"{end}import {line}")
