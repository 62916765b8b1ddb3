"""What an answer needs outside the function: imports and methods of its own.

For Java, where code inside a method can define neither; ``hoisting`` is the same for C and C++.
"""

import re
from collections.abc import Iterable

from algosmith.model import Span
from algosmith.syntax.annotate import Piece
from algosmith.syntax.bindings import file_names, is_in_file
from algosmith.syntax.document import Document
from algosmith.syntax.functions import Definition
from algosmith.syntax.indentation import line_ending, unit_of
from algosmith.syntax.javaclasses import missing_imports
from algosmith.syntax.parse import COMMENTS
from algosmith.syntax.reindent import Style, reindent
from algosmith.syntax.site import Place
from algosmith.syntax.written import Part, Written

_MODIFIERS = re.compile(r"((?:@\w+\s+)*(?:(?:public|protected|private|final)\s+)*)(?!static\b)")


def pieces(where: Place, written: Written, spans: tuple[Span, ...]) -> list[Piece]:
    """The imports and helper methods that the chosen code needs and the file does not have."""
    document = where.document
    if document.language.id != "java":
        return []
    helpers = _helpers(where, written, spans)
    used = {name for span in spans for name in written.names_in(span)}
    used |= {name for one in helpers for name in written.names_in(one.outer)}
    made = [_imports(document, written, used)] if where.function or where.around else []
    if helpers and where.function is not None:
        made.append(_beside(where, where.function, written, helpers))
    return [piece for piece in made if piece is not None]


def _imports(document: Document, written: Written, used: set[str]) -> Piece | None:
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
    return Piece(Span(at, at), lead + end.join(dict.fromkeys(texts)) + tail)


def _is_wanted(document: Document, written: Written, part: Part, used: set[str]) -> bool:
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


def _helpers(where: Place, written: Written, spans: Iterable[Span]) -> list[Definition]:
    """Methods and classes of the answer that the chosen code uses, and those that they use."""
    function = where.function
    if function is None:
        return []
    inside = [*spans]
    known = file_names(where.document)
    waiting = [
        one
        for one in _offered(written)
        if one.name not in known
        and not any(s.start <= one.node.start_byte < s.end for s in inside)
        and not any(one.outer.start <= s.start < one.outer.end for s in inside)
    ]
    used = {name for span in inside for name in written.names_in(span)}
    taken: list[Definition] = []
    while True:
        more = [one for one in waiting if one.name in used]
        if not more:
            return sorted(taken, key=lambda one: one.outer.start)
        for one in more:
            waiting.remove(one)
            used |= written.names_in(one.outer)
        taken += more


def _offered(written: Written) -> list[Definition]:
    """What stands at the answer's top, or directly in its classes."""
    found: list[Definition] = []
    for part in written.parts:
        if part.definition is not None:
            found.append(part.definition)
            found += written.members(part.definition) if part.definition.is_class else []
    return found


def _beside(
    where: Place, function: Definition, written: Written, helpers: list[Definition]
) -> Piece:
    """The helpers as members behind the function."""
    document = where.document
    style = Style(document.indent(function.node.start_byte), unit_of(document.data, "    "))
    static = "static" in document.text(function.outer.start, function.header_end).split()
    end = line_ending(document.data)
    lines: list[str] = []
    for one in helpers:
        made = reindent(written.document, one.outer, style)
        if static:
            made[0] = style.indent + _as_static(made[0].strip())
        lines += ["", *made]
    return Piece(Span(function.outer.end, function.outer.end), end + end.join(lines))


def _as_static(line: str) -> str:
    """A method of a class without objects: what a static one may call is static."""
    if re.search(r"\bstatic\b", line.partition("(")[0]) or re.match(r"record|enum|interface", line):
        return line
    return _MODIFIERS.sub(lambda m: f"{m[1]}static ", line, count=1)
