"""Where the code for a TODO goes: the slot it replaces and the comment lines that leave."""

from dataclasses import dataclass

import tree_sitter

from algosmith.model import Span, TaskKind
from algosmith.syntax.comments import Todo
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document
from algosmith.syntax.edges import (
    is_opened,
    line_removal,
    missing_above,
    missing_below,
    slot_end,
    slot_start,
)
from algosmith.syntax.functions import Definition
from algosmith.syntax.indentation import (
    body_indent,
    line_ending,
    outer_indent,
    statement_indent,
    unit_of,
)
from algosmith.syntax.parse import COMMENTS
from algosmith.syntax.placeholders import placeholder_nodes, statements_of


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
    kept: tuple[Span, ...] = ()
    """The TODO's own words where they stay: a docstring, BEGIN and END."""

    @property
    def target(self) -> Span:
        """Everything the edit may touch."""
        spans = [self.slot, *self.removals, *self.kept]
        return Span(min(span.start for span in spans), max(span.end for span in spans))


@dataclass(frozen=True, slots=True)
class Place:
    """A TODO with what it asks for: the task before it becomes plain data."""

    document: Document
    """The document to look at: where the file does not parse, one with just the function."""
    todo: Todo
    kind: TaskKind
    function: Definition | None
    around: tuple[Definition, ...]
    """The definitions around the function, or around the place of a new one; outermost first."""

    @property
    def parent(self) -> Definition | None:
        """The innermost definition around."""
        return self.around[-1] if self.around else None


def site_of(place: Place) -> Site:
    """The site of a task."""
    document = place.document
    if place.todo.inside is not None:
        return _region_site(document, place, place.todo.inside)
    if place.todo.form == "jsx":
        return _jsx_site(document, place.todo)
    if place.kind == "program":
        return _statements_site(document, None, place.todo)
    if place.function is None:
        return _definition_site(document, place)
    if place.kind == "body":
        return _body_site(document, place.function, place.todo)
    return _statements_site(document, place.function, place.todo)


def _region_site(document: Document, place: Place, inside: Span) -> Site:
    """Between BEGIN and END: the placeholders there, or a line of its own where there is none."""
    leaving: list[Span] = []
    if place.todo.span.end < inside.start:
        leaving.append(place.todo.span)  # the TODO above, which BEGIN and END are part of
    if place.kind == "body" and place.function is not None:
        others = (Span(n.start_byte, n.end_byte) for n in statements_of(document, place.function))
        leaving += [one for one in others if one.end <= inside.start or inside.end <= one.start]
    removals = tuple(line_removal(document, span) for span in leaving)
    indent = statement_indent(document, inside.end, place.function)
    start, end = document.code_after(inside.start), document.code_before(inside.end)
    if start >= end:
        lead = line_ending(document.data) + indent
        slot = Span(inside.start, inside.start)
    else:
        slot, lead = slot_start(document, Span(start, end), indent)
    return Site(slot, indent, lead, "", removals, (place.todo.whole,))


def _jsx_site(document: Document, todo: Todo) -> Site:
    """The braces around the comment, in place of which an element or expression stands."""
    path = document.path(todo.whole.start)
    braces = next((node for node in reversed(path) if node.type == "jsx_expression"), None)
    whole = todo.whole if braces is None else Span(braces.start_byte, braces.end_byte)
    return Site(whole, document.indent(whole.start))


def _body_site(document: Document, one: Definition, todo: Todo) -> Site:
    indent = body_indent(document, one)
    end_of_line = line_ending(document.data)
    outer = end_of_line + outer_indent(document, one)
    items = [Span(node.start_byte, node.end_byte) for node in statements_of(document, one)]
    removals: list[Span] = []
    kept: tuple[Span, ...] = ()
    if todo.form == "docstring":
        kept = (todo.span,)
    elif todo.span == todo.whole and one.header_end <= todo.span.start <= one.body_end:
        items.append(todo.span)
    else:
        removals.append(line_removal(document, todo.span))
    items = _joined(document, items)
    if items and items[-1] == Span(one.body.start_byte, one.body.end_byte) and _braces(document):
        removals += [line_removal(document, item) for item in items[:-1]]
        lead = "{" + end_of_line + indent
        return Site(items[-1], indent, lead, outer + "}", tuple(removals), kept)
    if not items:
        slot, lead, tail = _empty_slot(document, one), end_of_line + indent, ""
        if _braces(document) and slot.end == one.body_end:
            tail = outer
        return Site(slot, indent, lead, tail, tuple(removals), kept)
    removals += [line_removal(document, item) for item in items[:-1]]
    slot, lead = slot_start(document, items[-1], indent)
    slot, tail = slot_end(document, slot, outer)
    return Site(slot, indent, lead, tail, tuple(removals), kept)


def _joined(document: Document, items: list[Span]) -> list[Span]:
    """The items in order; those with only blanks between them on one line are one."""
    joined: list[Span] = []
    for item in sorted(set(items), key=lambda item: item.start):
        before = joined[-1] if joined else None
        if before is not None and not document.data[before.end : item.start].strip(b" \t\f;"):
            joined[-1] = Span(before.start, max(before.end, item.end))
        else:
            joined.append(item)
    return joined


def _empty_slot(document: Document, one: Definition) -> Span:
    docstring = docstring_node(one.body) if document.language.blocks == "indent" else None
    start = docstring.end_byte if docstring else one.header_end
    if _braces(document) and not document.data[start : one.body_end].strip():
        return Span(start, one.body_end)
    if _braces(document):
        start = document.code_before(one.body_end)
    return Span(start, start)


def _statements_site(document: Document, function: Definition | None, todo: Todo) -> Site:
    item = todo.whole
    if todo.span != todo.whole:
        indent = _indent_at(document, todo, function)
        lead = line_ending(document.data) + indent
        return Site(
            Span(item.end, item.end), indent, lead, "", (line_removal(document, todo.span),)
        )
    stub = _stub_beside(document, todo)
    if stub is not None:
        item = Span(min(item.start, stub.start_byte), max(item.end, stub.end_byte))
        indent = document.indent(stub.start_byte)
        if not document.starts_line(stub.start_byte):
            indent += unit_of(document.data, document.language.unit)
    else:
        indent = _indent_at(document, todo, function)
    slot, lead = slot_start(document, item, indent)
    slot, tail = slot_end(
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
    return found if after is None or after.type in COMMENTS else None


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
        if node.type in _BLOCKS:
            same_line = document.line_start(node.start_byte) == document.line_start(
                todo.whole.start
            )
            return line + (unit_of(document.data, document.language.unit) if same_line else "")
    return line


_BLOCKS = ("statement_block", "class_body", "switch_body", "compound_statement",
           "field_declaration_list", "declaration_list")  # fmt: skip


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
    if parent is not None and not (_braces(document) and todo.own_line):
        indent = body_indent(document, parent)
    else:
        indent = _indent_at(document, todo, None)
    gap = 2 if document.language.blocks == "indent" and not indent else 1
    removals: tuple[Span, ...] = ()
    if todo.span != todo.whole:
        slot, lead = Span(todo.whole.end, todo.whole.end), end_of_line * 2 + indent
        removals = (line_removal(document, todo.span),)
    else:
        end = todo.whole.end if stub is None else max(todo.whole.end, stub.end_byte)
        slot, lead = slot_start(document, Span(todo.whole.start, end), indent)
        if lead.startswith(end_of_line):
            lead = end_of_line * (0 if is_opened(document, slot.start) else gap) + lead
        elif missing := missing_above(document, slot.start, gap):
            slot = Span(document.line_start(slot.start), slot.end)
            lead = end_of_line * missing + indent
    slot, tail = slot_end(document, slot, end_of_line + document.indent(slot.end), indent)
    tail = tail or end_of_line * missing_below(document, slot.end, gap, indent)
    return Site(slot, indent, lead, tail, removals)


def _braces(document: Document) -> bool:
    return document.language.blocks == "braces"
