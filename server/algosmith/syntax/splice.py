"""Placing a candidate: the edit comes from the syntax tree; the model's text is only its material.

A function or parameters under other names get those of the file, where that is certain.

Signature, decorators, docstring and every byte outside the task's target stay as they are. What
can't be placed so raises ``EditError``, whose text says why.
"""

import re
from typing import Literal

from algosmith.errors import EditError
from algosmith.model import Edit, Snapshot, Span, Task
from algosmith.syntax.alignment import replaced_in, same_shape, shape_of
from algosmith.syntax.annotate import Piece, annotate
from algosmith.syntax.check import new_syntax_errors
from algosmith.syntax.document import Document, open_document
from algosmith.syntax.functions import Definition, definitions
from algosmith.syntax.hoisting import hoisted
from algosmith.syntax.indentation import unit_of
from algosmith.syntax.members import as_jsx, as_member
from algosmith.syntax.mending import named_as
from algosmith.syntax.outside import pieces as outside
from algosmith.syntax.reindent import Style, reindent
from algosmith.syntax.rescue import rescued
from algosmith.syntax.selection import (
    Chosen,
    body_code,
    definition_code,
    program_code,
    starting_lines,
    statement_code,
)
from algosmith.syntax.site import Place, Site, site_of
from algosmith.syntax.tasks import place_of
from algosmith.syntax.throwing import thrown
from algosmith.syntax.todos import todos
from algosmith.syntax.unimported import with_imports
from algosmith.syntax.written import ParsedCode, read

Form = Literal["comment", "docstring", "none"]
_WORD = re.compile(r"[A-Z]\w*")


def place(
    snapshot: Snapshot,
    task: Task,
    code: str,
    notes: tuple[str, ...] = (),
    form: Form = "comment",
) -> Edit:
    """The edit that puts ``code`` in the task's place, ``notes`` above it as the user wants them.

    Raises:
        EditError: the code does not parse, is something else than was asked for, or can't be
            placed without touching what is the user's.
    """
    where = _place(open_document(snapshot), task)
    site = site_of(where)
    named = named_as(code, snapshot, task.function) if task.function else code
    written = read(with_imports(named, snapshot, task.comment.start), snapshot.language)
    chosen, whole = _choose(where, written)
    lines = _lines(where, site, written, chosen, task)
    if where.todo.form == "jsx":
        notes = ()  # a comment line between tags would be text
    pieces = annotate(where, site, lines, notes, form)
    spans = chosen.spans
    head = thrown(where, written, spans, task)
    heads = [head] if head is not None else []
    more = frozenset(_WORD.findall(head.text)) if head is not None else frozenset[str]()
    beside = [*hoisted(where, written, spans), *outside(where, written, spans, more), *heads]
    edit = _merged(where.document, [*beside, *pieces])
    after = Snapshot(snapshot.uri + "#placed", snapshot.language, edit.apply(snapshot.data))
    changes = (*heads, *(Piece(span, "") for span in site.removals))
    result = _check(snapshot, after, where, edit, site, changes)
    if whole is not None and (
        result is None or not same_shape(shape_of(*result), shape_of(written.document, whole))
    ):
        raise EditError("The answer puts its code at another place; try another candidate.")
    return edit


def _place(document: Document, task: Task) -> Place:
    """The task's place in this very snapshot."""
    for keywords in (("TODO", "FIXME", "HACK", "XXX", task.keyword), (task.keyword,)):
        for todo in todos(document, keywords, task.comment):
            found = place_of(document, todo, keywords)
            if found is None or todo.span != task.comment or found.kind != task.kind:
                continue
            if site_of(found).target == task.target:
                return found
    raise EditError("The text around the TODO has changed; ask again.")


def _choose(where: Place, written: ParsedCode) -> tuple[Chosen, Definition | None]:
    """What to place, and the whole function it was cut from where that was needed."""
    document = where.document
    if where.kind == "body":
        return body_code(document, where, written), None
    if where.kind == "function":
        return definition_code(document, where, written), None
    if where.kind == "program":
        return program_code(document, written), None
    found = replaced_in(document, where, written)
    if found is None:
        return statement_code(written), None
    return Chosen((found[0],)), found[1]


def _lines(
    where: Place,
    site: Site,
    written: ParsedCode,
    chosen: Chosen,
    task: Task,
) -> list[str]:
    document = where.document
    unit = unit_of(document.data, document.language.unit)
    style = Style(site.indent, unit)
    wide_gap = where.kind == "function" and not site.indent and document.language.blocks == "indent"
    lines: list[str] = []
    for index, span in enumerate(chosen.spans):
        if index and _is_apart(written, chosen.spans[index - 1], span):
            lines += [""] * (2 if wide_gap else 1)
        lines += reindent(written.document, span, style)
    if chosen.is_expression:
        lines[0] = site.indent + "return " + lines[0][len(site.indent) :]
        lines[-1] += "" if lines[-1].endswith(";") else ";"
    if where.todo.form == "jsx":
        return as_jsx(lines, site.indent)
    if where.kind == "function" and where.parent is not None:
        lines = as_member(document, where.parent, lines)
    if where.kind == "program" and document.language.id == "python":
        lines += starting_lines(written, unit)
    return _without_todo(document, lines, task)


def _is_apart(written: ParsedCode, before: Span, after: Span) -> bool:
    """A blank line goes between definitions and other code, none between imports."""
    starts = [part for part in written.parts if part.is_definition]
    defined = {part.span.start for part in starts} | {part.span.end for part in starts}
    return (
        before.end in defined
        or after.start in defined
        or (before.start < after.start and "\n\n" in written.document.text(before.end, after.start))
    )


def _without_todo(document: Document, lines: list[str], task: Task) -> list[str]:
    """The lines without a repetition of the very TODO they answer."""
    first = task.text.splitlines()[0].strip() if task.text else ""
    marker = document.language.line_comment
    kept = [
        line
        for line in lines
        if not (
            line.strip().startswith(marker)
            and task.keyword in line
            and first
            and line.rstrip().endswith(first)
        )
    ]
    if not any(line.strip() for line in kept):
        raise EditError("The answer only repeats the TODO; ask again.")
    return kept


def _merged(document: Document, pieces: list[Piece]) -> Edit:
    """One edit from several pieces, the bytes between them kept."""
    pieces = sorted(pieces, key=lambda piece: (piece.span.start, piece.span.end))
    text, at = "", pieces[0].span.start
    for piece in pieces:
        if piece.span.start < at:
            raise EditError("The TODO overlaps the code it asks for; move it to its own line.")
        text += document.text(at, piece.span.start) + piece.text
        at = piece.span.end
    return Edit(Span(pieces[0].span.start, at), text)


def _check(
    snapshot: Snapshot,
    after: Snapshot,
    where: Place,
    edit: Edit,
    site: Site,
    changes: tuple[Piece, ...],
) -> tuple[Document, Definition] | None:
    """Raises when the edit harms the file; the task's function as it stands afterwards."""
    problems = new_syntax_errors(snapshot.data, after.data, snapshot.language)
    if problems:
        raise EditError(
            f"The answer does not fit: line {problems[0].line} would not parse "
            f"({problems[0].message}); try another candidate."
        )
    if where.function is None:
        return None
    header = _header(where.document, where.function, changes)
    result = open_document(after)
    outer = where.function.outer
    end = max(outer.end, edit.span.end) + len(after.data) - len(snapshot.data)
    around = Span(min(outer.start, edit.span.start), max(end, edit.span.start))
    for document in (result, rescued(result, site.target.start)):
        for one in definitions(document, around) if document is not None else ():
            if document is not None and _header(document, one) == header:
                return document, one
    raise EditError(f"The answer would change the signature of `{where.function.name}`; ask again.")


def _header(document: Document, one: Definition, changes: tuple[Piece, ...] = ()) -> bytes:
    """Decorators and signature byte for byte, but for what is meant to change between them."""
    braces = document.language.blocks == "braces"
    end = one.body.start_byte if braces else one.header_end
    text = document.data[one.outer.start : end]
    for piece in sorted(changes, key=lambda piece: -piece.span.start):
        if one.outer.start <= piece.span.start and piece.span.end <= end:
            first, last = piece.span.start - one.outer.start, piece.span.end - one.outer.start
            text = text[:first] + piece.text.encode() + text[last:]
    return text
