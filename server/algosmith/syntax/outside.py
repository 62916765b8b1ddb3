"""What an answer needs outside the function: imports, methods and fields of its own.

For Java, where code inside a method can define neither; ``hoisting`` is the same for C and C++,
``gobeside`` for Go.
In Rust all but further functions of a type stand inside the function.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import tree_sitter

from algosmith.errors import EditError
from algosmith.model import Span
from algosmith.syntax.annotate import Piece
from algosmith.syntax.bindings import file_names, is_in_file
from algosmith.syntax.document import Document
from algosmith.syntax.functions import Definition
from algosmith.syntax.gobeside import go_pieces
from algosmith.syntax.indentation import line_ending, unit_of
from algosmith.syntax.javaclasses import missing_imports
from algosmith.syntax.parse import COMMENTS
from algosmith.syntax.reindent import Style, reindent
from algosmith.syntax.site import Place
from algosmith.syntax.written import ParsedCode, Part

_MODIFIERS = re.compile(r"((?:@\w+\s+)*(?:(?:public|protected|private|final)\s+)*)(?!static\b)")

_FIELDS = ("field_declaration", "local_variable_declaration")
"""A field, and how one reads that stands in no class."""
_STARTS = ("static_initializer", "block")
"""Code of a class that fills its fields."""


@dataclass(frozen=True, slots=True)
class _Helper:
    """What the answer defines beside the function: a method, a class, a field."""

    names: frozenset[str]
    span: Span
    is_field: bool = False


def pieces(
    where: Place, written: ParsedCode, spans: tuple[Span, ...], more: frozenset[str]
) -> list[Piece]:
    """The imports and helpers that the chosen code, and ``more`` names, need and the file lacks."""
    document = where.document
    if document.language.id == "rust" and where.function is not None and where.parent is not None:
        helpers = [one for one in _helpers(where, written, spans) if _is_member(written, one)]
        return [_beside(where, where.function, written, helpers)] if helpers else []
    if document.language.id == "go":
        return go_pieces(where, written, spans)
    if document.language.id != "java":
        return []
    helpers = _helpers(where, written, spans)
    used = {name for span in spans for name in written.names_in(span)}
    used |= {name for one in helpers for name in written.names_in(one.span)}
    used |= more
    made = [_imports(where, written, used)] if where.kind != "program" else []
    if helpers and where.function is not None:
        made.append(_beside(where, where.function, written, helpers))
    return [piece for piece in made if piece is not None]


def _is_member(written: ParsedCode, helper: _Helper) -> bool:
    return any(
        one.is_class and one.header_end <= helper.span.start < one.body_end for one in written.found
    )


def _imports(where: Place, written: ParsedCode, used: set[str]) -> Piece | None:
    document = where.document
    theirs = [part for part in written.parts if part.kind == "import"]
    texts = [
        written.document.text(part.span.start, part.span.end).strip()
        for part in theirs
        if _is_wanted(document, written, part, used)
    ]
    declared = frozenset(file_names(document) | file_names(written.document))
    known = document.text(0, len(document.data)) + "\n" + "\n".join(texts)
    texts += missing_imports(frozenset(used), known, declared)
    if not texts:
        return None
    end = line_ending(document.data)
    at, lead, tail = _place(document, end)
    if not where.around:  # a class for the file's top is placed at the comment
        at = min(at, document.line_start(where.todo.span.start))
    return Piece(Span(at, at), lead + end.join(dict.fromkeys(texts)) + tail)


def _is_wanted(document: Document, written: ParsedCode, part: Part, used: set[str]) -> bool:
    text = written.document.text(part.span.start, part.span.end)
    if not text.startswith("import") or is_in_file(document, written.document, part):
        return False
    name = text.rstrip("; \n").rpartition(".")[2].strip()
    package = text.rstrip("; \n").removeprefix("import").strip().rpartition(".")[0]
    if f"import {package}.*;" in document.text(0, len(document.data)):
        return False
    return name == "*" or name in used


def _place(document: Document, end: str) -> tuple[int, str, str]:
    """(where imports go, what stands before them, what behind)."""
    tops = document.tree.root_node.named_children
    for kind, gap in (("import_declaration", end), ("package_declaration", end + end)):
        last = next((one for one in reversed(tops) if one.type == kind), None)
        if last is not None:
            return last.end_byte, gap, ""
    first = next((one for one in tops if one.type not in COMMENTS), None)
    at = first.start_byte if first is not None else len(document.data)
    before = first.prev_named_sibling if first is not None else None
    while (
        before is not None and before.type in COMMENTS and _touches(document, before.end_byte, at)
    ):
        at, before = before.start_byte, before.prev_named_sibling
    return document.line_start(at), "", end + end


def _touches(document: Document, end: int, start: int) -> bool:
    return document.data[end:start].count(b"\n") <= 1


def _helpers(where: Place, written: ParsedCode, spans: Iterable[Span]) -> list[_Helper]:
    """What the answer offers and the chosen code uses, and what that uses."""
    if where.function is None:
        return []
    inside = [*spans]
    known = file_names(where.document) | _field_names(where.document)
    waiting = [
        one
        for one in _offered(written)
        if not one.names & known
        and not any(s.start <= one.span.start < s.end for s in inside)
        and not any(one.span.start <= s.start < one.span.end for s in inside)
    ]
    used = {name for span in inside for name in written.names_in(span)}
    taken: list[_Helper] = []
    while True:
        more = [one for one in waiting if one.names & used]
        if not more:
            _refuse_constructor(written, taken)
            return sorted(taken, key=lambda one: one.span.start)
        for one in more:
            waiting.remove(one)
            used |= written.names_in(one.span)
        taken += more


def _offered(written: ParsedCode) -> list[_Helper]:
    """What stands at the answer's top, or directly in its classes."""
    tops = [part.definition for part in written.parts if part.definition is not None]
    owners = [one for one in tops if one.is_class]
    found = [*tops, *(inner for one in owners for inner in written.members(one))]
    bodies = [one.body for one in owners]
    loose = [_node(written, part.span) for part in written.parts if part.definition is None]
    nodes = [*(one for body in bodies for one in body.named_children), *loose]
    fields = [one for one in nodes if one.type in _FIELDS]
    named = {name for one in fields for name in _declared(one)}
    return [
        *(_Helper(frozenset((one.name,)), one.outer) for one in found),
        *(_Helper(frozenset(_declared(one)), _span(one), is_field=True) for one in fields),
        *(
            _Helper(frozenset(written.names_in(_span(one)) & named), _span(one))
            for one in nodes
            if one.type in _STARTS and one not in loose
        ),
    ]


def _refuse_constructor(written: ParsedCode, taken: list[_Helper]) -> None:
    """Fields that a constructor of the answer fills would be empty without it."""
    names = set[str]().union(*(one.names for one in taken if one.is_field))
    for part in written.parts:
        owner = part.definition
        if owner is None or not owner.is_class or any(one.span == owner.outer for one in taken):
            continue
        for node in owner.body.named_children:
            if node.type == "constructor_declaration" and written.names_in(_span(node)) & names:
                raise EditError(
                    f"The answer needs a constructor of `{owner.name}`; try another candidate."
                )


def _field_names(document: Document) -> set[str]:
    """Names of all fields of the file's classes."""
    open_nodes, found = [document.tree.root_node], set[str]()
    while open_nodes:
        node = open_nodes.pop()
        if node.type == "field_declaration":
            found |= set(_declared(node))
        elif node.type != "method_declaration":
            open_nodes += node.named_children
    return found


def _declared(node: tree_sitter.Node) -> Iterator[str]:
    for one in node.children_by_field_name("declarator"):
        name = one.child_by_field_name("name")
        if name is not None:
            yield (name.text or b"").decode("utf-8", "replace")


def _node(written: ParsedCode, span: Span) -> tree_sitter.Node:
    path = written.document.path(span.start)
    return next((one for one in path if _span(one) == span), written.document.tree.root_node)


def _span(node: tree_sitter.Node) -> Span:
    return Span(node.start_byte, node.end_byte)


def _beside(
    where: Place, function: Definition, written: ParsedCode, helpers: list[_Helper]
) -> Piece:
    """The helpers as members behind the function."""
    document = where.document
    style = Style(document.indent(function.node.start_byte), unit_of(document.data, "    "))
    static = "static" in document.text(function.outer.start, function.header_end).split()
    end = line_ending(document.data)
    lines: list[str] = []
    for before, one in zip((None, *helpers), helpers, strict=False):
        made = reindent(written.document, one.span, style)
        if static:
            made[0] = style.indent + _as_static(made[0].strip())
        lines += made if before and before.is_field and one.is_field else ["", *made]
    return Piece(Span(function.outer.end, function.outer.end), end + end.join(lines))


def _as_static(line: str) -> str:
    """A method of a class without objects: what a static one may call is static."""
    if re.search(r"\bstatic\b", line.partition("(")[0]) or re.match(r"record|enum|interface", line):
        return line
    return _MODIFIERS.sub(lambda m: f"{m[1]}static ", line, count=1)
