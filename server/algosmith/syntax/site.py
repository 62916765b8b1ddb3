"""Where the code for a TODO goes: the slot it replaces and the comment lines that leave."""

from dataclasses import dataclass

import tree_sitter

from algosmith.model import Span, TaskKind
from algosmith.syntax.comments import Todo
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document
from algosmith.syntax.functions import Definition
from algosmith.syntax.indentation import (
    body_indent,
    line_ending,
    outer_indent,
    statement_indent,
    unit_of,
)
from algosmith.syntax.placeholders import placeholder_nodes, statements_of

_BLANK = b" \t\f"


@dataclass(frozen=True, slots=True)
class Site:
    """One stretch of bytes that the code replaces, and stretches that are taken out beside it."""

    slot: Span
    indent: str
    """Indentation of the code's statements."""
    lead: str = ""
    """Goes before the first line's text: nothing where the slot starts behind its indentation."""
    tail: str = ""
    removals: tuple[Span, ...] = ()

    @property
    def target(self) -> Span:
        """Everything the edit may touch."""
        spans = [self.slot, *self.removals]
        return Span(min(span.start for span in spans), max(span.end for span in spans))


@dataclass(frozen=True, slots=True)
class Place:
    """A TODO with what it asks for: the task before it becomes plain data."""

    todo: Todo
    kind: TaskKind
    function: Definition | None
    around: tuple[Definition, ...]
    """The definitions around the function, or around the place of a new one; outermost first."""

    @property
    def parent(self) -> Definition | None:
        """The innermost definition around."""
        return self.around[-1] if self.around else None


def site_of(document: Document, place: Place) -> Site:
    """The site of a task."""
    if place.function is None:
        return _definition_site(document, place)
    if place.kind == "body":
        return _body_site(document, place.function, place.todo)
    return _statements_site(document, place.function, place.todo)


def _body_site(document: Document, one: Definition, todo: Todo) -> Site:
    indent = body_indent(document, one)
    end_of_line = line_ending(document.data)
    outer = end_of_line + outer_indent(document, one)
    items = [Span(node.start_byte, node.end_byte) for node in statements_of(document, one)]
    removals: list[Span] = []
    if todo.span == todo.whole and one.header_end <= todo.span.start <= one.body_end:
        items.append(todo.span)
    else:
        removals.append(_line_removal(document, todo.span))
    items.sort(key=lambda item: item.start)
    if items and items[-1] == Span(one.body.start_byte, one.body.end_byte) and _braces(document):
        removals += [_line_removal(document, item) for item in items[:-1]]
        return Site(items[-1], indent, "{" + end_of_line + indent, outer + "}", tuple(removals))
    if not items:
        slot, lead, tail = _empty_slot(document, one), end_of_line + indent, ""
        if _braces(document) and slot.end == one.body_end:
            tail = outer
        return Site(slot, indent, lead, tail, tuple(removals))
    removals += [_line_removal(document, item) for item in items[:-1]]
    slot, lead = _slot_start(document, items[-1], indent)
    slot, tail = _slot_end(document, slot, outer)
    return Site(slot, indent, lead, tail, tuple(removals))


def _empty_slot(document: Document, one: Definition) -> Span:
    docstring = docstring_node(one.body) if document.language.blocks == "indent" else None
    start = docstring.end_byte if docstring else one.header_end
    if _braces(document) and not document.data[start : one.body_end].strip():
        return Span(start, one.body_end)
    if _braces(document):
        start = document.code_before(one.body_end)
    return Span(start, start)


def _statements_site(document: Document, function: Definition, todo: Todo) -> Site:
    item = todo.whole
    if todo.span != todo.whole:
        indent = _indent_at(document, todo, function)
        lead = line_ending(document.data) + indent
        return Site(
            Span(item.end, item.end), indent, lead, "", (_line_removal(document, todo.span),)
        )
    stub = _stub_beside(document, todo)
    if stub is not None:
        item = Span(min(item.start, stub.start_byte), max(item.end, stub.end_byte))
        indent = document.indent(stub.start_byte)
        if not document.starts_line(stub.start_byte):
            indent += unit_of(document.data, document.language.unit)
    else:
        indent = _indent_at(document, todo, function)
    slot, lead = _slot_start(document, item, indent)
    slot, tail = _slot_end(
        document, slot, line_ending(document.data) + document.indent(item.end), indent
    )
    return Site(slot, indent, lead, tail)


def _stub_beside(document: Document, todo: Todo) -> tree_sitter.Node | None:
    """The placeholder statement a TODO stands on, or right before, as the last of its block."""
    if todo.own_line:
        start = document.code_after(todo.whole.end)
        if document.line_start(start) != document.next_line(todo.whole.end):
            return None
        if document.indent(start) != document.indent(todo.whole.start):
            return None
        beside = placeholder_nodes(document, Span(start, start + 1), only_open=True)
        found = next((node for node in beside if node.start_byte == start), None)
        if found is not None and not document.ends_line(found.end_byte):
            return None
    else:
        end = document.code_before(todo.whole.start)
        beside = placeholder_nodes(document, Span(max(0, end - 1), end), only_open=True)
        found = next((node for node in beside if node.end_byte == end), None)
    if found is None:
        return None
    after = found.next_named_sibling
    return found if after is None or after.type == "comment" else None


def _indent_at(document: Document, todo: Todo, function: Definition | None) -> str:
    """The indentation of statements at a TODO's place."""
    line = document.indent(todo.whole.start)
    if not _braces(document):
        if todo.own_line:
            return statement_indent(document, todo.whole.start, function)
        return (
            statement_indent(document, todo.whole.end, function)
            if _opens(document, todo)
            else _statement_line_indent(document, todo)
        )
    if todo.own_line:
        return line
    for node in reversed(document.path(todo.whole.start)):
        if node.type in ("statement_block", "class_body", "switch_body"):
            same_line = document.line_start(node.start_byte) == document.line_start(
                todo.whole.start
            )
            return line + (unit_of(document.data, document.language.unit) if same_line else "")
    return line


def _opens(document: Document, todo: Todo) -> bool:
    before = document.code_before(todo.whole.start)
    return document.data[before - 1 : before] == b":"


def _statement_line_indent(document: Document, todo: Todo) -> str:
    """Indentation of the statement that a trailing comment stands behind."""
    before = document.code_before(todo.whole.start)
    path = document.path(before - 1)
    parents = [document.tree.root_node, *path]
    for parent, node in reversed(list(zip(parents, path, strict=False))):
        if parent.type in ("block", "module"):
            return document.indent(node.start_byte)
    return document.indent(before)


def _definition_site(document: Document, place: Place) -> Site:
    todo, parent = place.todo, place.parent
    end_of_line = line_ending(document.data)
    stub = None if todo.span != todo.whole else _stub_beside(document, todo)
    in_class = parent is not None
    if in_class and not (_braces(document) and todo.own_line):
        indent = body_indent(document, parent)
    else:
        indent = _indent_at(document, todo, None)
    gap = 2 if document.language.blocks == "indent" and not indent else 1
    if todo.span != todo.whole:
        slot, removals = Span(todo.whole.end, todo.whole.end), (_line_removal(document, todo.span),)
        lead = end_of_line * 2 + indent
    else:
        end = todo.whole.end if stub is None else max(todo.whole.end, stub.end_byte)
        removals = ()
        slot, lead = _slot_start(document, Span(todo.whole.start, end), indent)
        if lead.startswith(end_of_line):
            lead = end_of_line * (0 if _opened(document, slot.start) else gap) + lead
        else:
            lead = end_of_line * _missing_above(document, slot.start, gap) + (
                lead if slot.start == document.line_start(slot.start) else ""
            )
            if lead and slot.start != document.line_start(slot.start):
                slot, lead = Span(document.line_start(slot.start), slot.end), lead + indent
    slot, tail = _slot_end(document, slot, end_of_line + document.indent(slot.end), indent)
    tail = tail or end_of_line * _missing_below(document, slot.end, gap, indent)
    return Site(slot, indent, lead, tail, removals)


def _bom(document: Document) -> int:
    return 3 if document.data.startswith(b"\xef\xbb\xbf") else 0


def _opened(document: Document, offset: int) -> bool:
    before = document.code_before(offset)
    return before <= _bom(document) or document.data[before - 1 : before] in (b":", b"{")


def _missing_above(document: Document, offset: int, gap: int) -> int:
    before = document.code_before(offset)
    start = document.line_start(before)
    line = document.data[start:before].lstrip()
    if _opened(document, offset) or line.startswith((b"#", b"//", b"*", b"/*", b"@")):
        return 0
    blank = len(document.data[before:offset].replace(b"\r\n", b"\n").splitlines()) - 2
    return max(0, gap - max(0, blank))


def _missing_below(document: Document, offset: int, gap: int, indent: str) -> int:
    after = document.code_after(offset)
    if after >= len(document.data) or document.data[after : after + 1] in (b"}", b"`"):
        return 0
    if len(document.indent(after)) != len(indent):
        return 0
    blank = document.data[offset:after].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n")
    return max(0, gap - (blank - 1))


def _slot_start(document: Document, item: Span, indent: str) -> tuple[Span, str]:
    """The item with its start moved so that the code begins on a line of its own."""
    if document.starts_line(item.start):
        if document.indent(item.start) == indent:
            return item, ""
        return Span(document.line_start(item.start), item.end), indent
    start = item.start
    while start > 0 and document.data[start - 1] in _BLANK:
        start -= 1
    return Span(start, item.end), line_ending(document.data) + indent


def _slot_end(
    document: Document, slot: Span, closing: str, following: str | None = None
) -> tuple[Span, str]:
    """The slot and what must follow it when other code stands behind it on the line."""
    if document.ends_line(slot.end):
        return slot, ""
    rest = document.code_after(slot.end)
    if document.data.startswith(document.language.line_comment.encode(), rest):
        return slot, ""
    if following is not None and document.data[rest : rest + 1] != b"}":
        closing = line_ending(document.data) + following
    return Span(slot.start, rest), closing


def _line_removal(document: Document, span: Span) -> Span:
    """What is taken out with a comment: its lines, or just itself beside code."""
    if not document.starts_line(span.start):
        start = span.start
        while start > 0 and document.data[start - 1] in _BLANK:
            start -= 1
        return Span(start, span.end)
    if document.ends_line(span.end):
        return Span(document.line_start(span.start), document.next_line(span.end))
    return Span(span.start, document.code_after(span.end))


def _braces(document: Document) -> bool:
    return document.language.blocks == "braces"
