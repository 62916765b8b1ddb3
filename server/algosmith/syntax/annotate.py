"""The annotation: notes as comment lines, or in the docstring, around the code of a site."""

import re
from dataclasses import dataclass
from typing import Literal

from algosmith.errors import EditError
from algosmith.model import Edit, Function, Snapshot, Span
from algosmith.syntax.docstrings import doc_comment, docstring_node
from algosmith.syntax.document import Document, open_document
from algosmith.syntax.functions import Definition, definitions
from algosmith.syntax.indentation import line_ending
from algosmith.syntax.languages import LANGUAGES
from algosmith.syntax.parse import parse_text
from algosmith.syntax.site import Place, Site

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ENDS = re.compile(r'^(.*?)(\s*)("{3}|\'{3})$', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """Replace ``span`` by ``text``; several make one edit."""

    span: Span
    text: str


def annotate(
    where: Place,
    site: Site,
    lines: list[str],
    notes: tuple[str, ...],
    form: Literal["comment", "docstring", "none"],
) -> list[Piece]:
    """The pieces of the edit: the code with its notes in the slot, and what leaves beside it."""
    document = where.document
    clean = [text for note in notes if (text := _CONTROL.sub(" ", note).strip())]
    extra: list[Piece] = []
    if clean and form == "docstring":
        lines, extra, clean = _documented(where, site, lines, clean)
    if clean and form != "none":
        marker = document.language.line_comment
        lines = [*(f"{site.indent}{marker} {note}" for note in clean), *lines]
    end = line_ending(document.data)
    first, *rest = lines
    text = site.lead + end.join([first.removeprefix(site.indent), *rest]) + site.tail
    removals = [Piece(span, "") for span in site.removals]
    return [Piece(site.slot, text), *removals, *extra]


def docstring_edit(snapshot: Snapshot, function: Function, lines: list[str]) -> Edit:
    """Lines as the last paragraph of a Python function's docstring, which is made where none is.

    Raises EditError where they can't go in.
    """
    document = open_document(snapshot)
    found = definitions(document, function.span)
    one = next((one for one in found if one.outer == function.span and not one.is_class), None)
    if one is None:
        raise EditError("the function can't be found any more")
    node = docstring_node(one.body)
    if node is not None:
        span = Span(node.start_byte, node.end_byte)
        piece = _extended(document, span, document.indent(node.start_byte), lines)
        if piece is None:
            raise EditError("the docstring's quotes hold one line only; use three quotes")
        return Edit(piece.span, piece.text)
    start = document.code_after(one.header_end)
    if not document.starts_line(start):
        raise EditError("the function stands on one line; give its body a line of its own")
    indent = document.indent(start)
    end = line_ending(document.data)
    text = end.join([*_docstring(indent, ["", *lines]), ""]).removeprefix(indent)
    return Edit(Span(start, start), text + indent)


def _documented(
    where: Place, site: Site, lines: list[str], notes: list[str]
) -> tuple[list[str], list[Piece], list[str]]:
    """(lines, further pieces, notes that found no docstring to go to)."""
    document = where.document
    braces = document.language.blocks == "braces"
    if where.kind == "function":
        return _new_function(document, site, lines, notes)
    if where.function is None or where.kind == "statements":
        return lines, [], notes
    if braces:
        piece = _doc_comment(document, where.function, notes)
        return lines, [piece], []
    node = docstring_node(where.function.body)
    if node is None:
        return [*_docstring(site.indent, notes), *lines], [], []
    piece = _extended(document, Span(node.start_byte, node.end_byte), site.indent, notes)
    return (lines, [], notes) if piece is None else (lines, [piece], [])


def _docstring(indent: str, notes: list[str]) -> list[str]:
    first, *rest = [_quoted(note) for note in notes]
    if not rest:
        return [f'{indent}"""{first}"""']
    return [f'{indent}"""{first}', *(indent + line for line in rest), f'{indent}"""']


def _quoted(note: str) -> str:
    note = note.replace("\\", "\\\\").replace('"""', "'''")
    return note + " " if note.endswith('"') else note


def _extended(document: Document, span: Span, indent: str, notes: list[str]) -> Piece | None:
    """The notes as last paragraph of a docstring; None when its quotes hold one line only."""
    match = _ENDS.match(document.text(span.start, span.end))
    if match is None:
        return None
    start = span.start + len(match.group(1).encode("utf-8", "surrogatepass"))
    quotes = match.group(3)
    end = line_ending(document.data)
    safe = [_quoted(note).replace(quotes, quotes[0] * 2) for note in notes]
    lines = [end, *(end + indent + note for note in safe), end + indent + quotes]
    return Piece(Span(start, span.end), "".join(lines))


def _doc_comment(document: Document, one: Definition, notes: list[str]) -> Piece:
    """The notes in the ``/** … */`` above a function, which is made when there is none."""
    end = line_ending(document.data)
    indent = document.indent(one.outer.start)
    safe = [note.replace("*/", "* /") for note in notes]
    node = doc_comment(document, one.outer.start)
    if node is None:
        lines = ["/**", *(f"{indent} * {note}" for note in safe), f"{indent} */", indent]
        return Piece(Span(one.outer.start, one.outer.start), end.join(lines))
    stop = document.code_before(node.end_byte - 2)
    lines = ["", *(f"{indent} * {note}" for note in safe), f"{indent} */"]
    return Piece(Span(stop, node.end_byte), end.join(lines))


def _new_function(
    document: Document, site: Site, lines: list[str], notes: list[str]
) -> tuple[list[str], list[Piece], list[str]]:
    """The notes in the docstring of the last function among new lines."""
    language = document.language
    text = "\n".join(line.removeprefix(site.indent) for line in lines)
    if language.blocks == "braces":
        text = "class Written {\n" + text + "\n}"
    data = text.encode("utf-8", "surrogatepass")
    own = Document(data, parse_text(text, language.id), LANGUAGES[language.id])
    found = [one for one in definitions(own) if own.line_start(one.outer.start) == one.outer.start]
    if language.blocks == "braces" or not found:
        above = [f"{site.indent} * {note.replace('*/', '* /')}" for note in notes]
        if language.blocks == "indent" or lines[0].strip().startswith(("/*", "//")):
            return lines, [], notes
        return [f"{site.indent}/**", *above, f"{site.indent} */", *lines], [], []
    one = found[-1]
    inner = own.indent(own.code_after(one.header_end)) or language.unit
    node = docstring_node(one.body)
    if node is None:
        block = "\n".join(_docstring(inner, notes))
        piece = Piece(Span(one.header_end, one.header_end), "\n" + block)
    else:
        found_piece = _extended(own, Span(node.start_byte, node.end_byte), inner, notes)
        if found_piece is None:
            return lines, [], notes
        piece = found_piece
    new = own.text(0, piece.span.start) + piece.text + own.text(piece.span.end, len(data))
    return [site.indent + line if line else "" for line in new.split("\n")], [], []
