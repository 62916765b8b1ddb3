"""Finding tasks: a TODO comment and what it asks to be written (``model.Task``)."""

import hashlib
import re
from functools import lru_cache

from algosmith.model import Prose, Snapshot, Span, Task
from algosmith.syntax.comments import Todo, hints
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document, open_document
from algosmith.syntax.functions import (
    Definition,
    definition_start,
    definitions,
    definitions_near,
    enclosing,
    function_of,
)
from algosmith.syntax.indentation import code_below
from algosmith.syntax.parse import COMMENTS, is_readable
from algosmith.syntax.placeholders import is_unwritten, placeholder_nodes
from algosmith.syntax.positions import line_of
from algosmith.syntax.rescue import rescued
from algosmith.syntax.scripts import asks_for_program
from algosmith.syntax.site import Place, site_of
from algosmith.syntax.todos import todos

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]")
_ONLY_BESIDE = {"export_statement", "function_declaration", "method_definition", "arrow_function"}
"""Between the parts of these no statement can stand: a TODO there is about the function itself."""


def find_tasks(snapshot: Snapshot, keywords: tuple[str, ...]) -> tuple[Task, ...]:
    """All tasks of a snapshot, in the order they stand."""
    if not is_readable(snapshot.data) or not hints(snapshot.data, keywords):
        return ()
    document = open_document(snapshot)
    places = (place_of(document, todo, keywords) for todo in todos(document, keywords))
    return tuple(_task(place) for place in places if place is not None)


@lru_cache(maxsize=2)
def task_at(snapshot: Snapshot, span: Span, keywords: tuple[str, ...]) -> Task | None:
    """The task the span is on: its comment, its placeholder, or the function it is the body of.

    Kept, as the actions of one place ask for it several times.
    """
    if not is_readable(snapshot.data):
        return None
    document = open_document(snapshot)
    size = len(document.data)
    span = Span(min(span.start, size), min(max(span.start, span.end), size))
    region, function = _region(document, span)
    for todo in todos(document, keywords, region):
        place = place_of(document, todo, keywords)
        if place is not None and _is_on(place, span, function):
            return _task(place)
    return None


def refind(snapshot: Snapshot, task: Task, keywords: tuple[str, ...]) -> Task | None:
    """The same task in a later snapshot, by its content; of several equal ones the nearest."""
    same = [one for one in find_tasks(snapshot, keywords) if one.key == task.key]
    return min(same, key=lambda one: abs(one.comment.start - task.comment.start), default=None)


def prose_of(text: str) -> Prose:
    """The language to write comments in."""
    return "zh" if _HAN.search(text) and not _KANA.search(text) else "en"


def place_of(document: Document, todo: Todo, keywords: tuple[str, ...]) -> Place | None:
    """What a TODO asks for; None when nothing can be written at its place."""
    at = todo.whole.start
    around = [one for one in definitions_near(document, at) if one.holds(at)]
    inner = around[-1] if around else None
    if todo.form == "docstring" and not _documents(document, todo, inner):
        return None
    if inner is not None and not inner.is_class:
        return _inside(document, todo, inner, tuple(around[:-1]), keywords)
    beside = _function_beside(document, todo)
    if (
        beside is not None
        and is_unwritten(document, beside)
        and not _todos_in(document, beside, keywords)
    ):
        outside = tuple(one for one in around if one.node != beside.node)
        return Place(document, todo, "body", beside, outside)
    alone = rescued(document, at) if beside is None else None
    if alone is not None:
        return place_of(alone, todo, keywords)
    is_program = not around and asks_for_program(document, todo)
    asks = is_program and (todo.is_marker or document.language.id != "python")
    if not (todo.text or asks) or not _can_stand(document, todo):
        return None
    return Place(document, todo, "program" if is_program else "function", None, tuple(around))


def _inside(
    document: Document,
    todo: Todo,
    function: Definition,
    around: tuple[Definition, ...],
    keywords: tuple[str, ...],
) -> Place | None:
    others = [one for one in _todos_in(document, function, keywords) if one != todo]
    alone = all(one.form == "docstring" for one in others)
    if alone and is_unwritten(document, function):
        return Place(document, todo, "body", function, around)
    if todo.form == "docstring" or not _can_stand(document, todo):
        return None
    if not todo.text and not (todo.is_marker and _has_room(document, todo)):
        return None
    return Place(document, todo, "statements", function, around)


def _documents(document: Document, todo: Todo, function: Definition | None) -> bool:
    """Whether the string that holds the TODO is the docstring of the function around it."""
    node = None if function is None or function.is_class else docstring_node(function.body)
    return node is not None and node.start_byte == todo.whole.start


def _has_room(document: Document, todo: Todo) -> bool:
    """Whether a phrase without words has nothing written below it yet."""
    if todo.inside is not None or todo.form == "string":
        return True
    below = document.next_line(todo.whole.end)
    line = document.data[below : document.line_end(below)]
    is_code = bool(line.strip()) and document.indent(below) == document.indent(todo.whole.start)
    stub = any(
        node.start_byte == document.code_after(below)
        for node in placeholder_nodes(document, Span(below, below + len(line)))
    )
    return not is_code or stub or line.split()[:1] == [b"return"]


def _todos_in(document: Document, one: Definition, keywords: tuple[str, ...]) -> list[Todo]:
    region = Span(one.header_end, one.body_end)
    return [
        todo
        for todo in todos(document, keywords, region)
        if region.start <= todo.span.start <= region.end
    ]


def _can_stand(document: Document, todo: Todo) -> bool:
    """Whether a statement or definition can stand at the TODO's place."""
    if todo.form in ("string", "jsx"):
        return True
    path = document.path(todo.whole.start)
    if not path or path[-1].type not in COMMENTS:
        return False
    parent = path[-2] if len(path) > 1 else document.tree.root_node
    if parent.type == "decorated_definition":
        return False
    if parent.type in _ONLY_BESIDE:
        return False
    if parent.type.endswith(("_declaration", "expression_statement")):
        return document.code_after(todo.whole.end) >= parent.end_byte
    return True


def _function_beside(document: Document, todo: Todo) -> Definition | None:
    """The function that a TODO stands right above, or right behind on its last line."""
    if not todo.own_line and document.ends_line(todo.whole.end):
        before = document.code_before(todo.whole.start)
        if document.line_start(before) != document.line_start(todo.whole.start):
            return None
        closed = [
            one
            for one in definitions(document, Span(document.line_start(before), before))
            if one.outer.end in (before, todo.whole.end) or one.node.end_byte == before
        ]
        return next((one for one in closed if not one.is_class), None)
    start = code_below(document, todo.whole.end)
    if _blank_line_between(document, todo.whole.end, start):
        return None
    first = next((one for one in document.path(start) if one.start_byte == start), None)
    inner = start if first is None else definition_start(document, first)
    for one in definitions(document, Span(inner, inner + 1)):
        above = one.outer.start == start or (
            one.outer.start < todo.whole.start < start <= one.node.start_byte
        )
        level = document.indent(start) == document.indent(todo.whole.start)
        if above and level and not one.is_class:
            return one
    return None


def _blank_line_between(document: Document, start: int, end: int) -> bool:
    text = document.data[start:end].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return any(not line.strip() for line in text.split(b"\n")[1:-1])


def _region(document: Document, span: Span) -> tuple[Span, Definition | None]:
    """Where to look for the task of a span, and the unwritten function it is on."""
    around = [
        one
        for one in definitions_near(document, span.start)
        if one.outer.start <= span.start <= max(one.outer.end, document.line_end(one.outer.end))
    ]
    inner = around[-1] if around else None
    if inner is None or inner.is_class or not is_unwritten(document, inner):
        return span, None
    return Span(inner.outer.start, max(inner.outer.end, span.end)), inner


def _is_on(place: Place, span: Span, function: Definition | None) -> bool:
    comment = Span(place.document.line_start(place.todo.span.start), place.todo.span.end)
    if not place.todo.own_line:
        comment = place.todo.span
    if _touch(comment, span):
        return True
    if place.kind == "body":
        one = place.function
        return one is not None and function is not None and function.node == one.node
    return _touch(site_of(place).target, span)


def _touch(one: Span, other: Span) -> bool:
    return one.start <= other.end and other.start <= one.end


def _task(place: Place) -> Task:
    todo, document = place.todo, place.document
    names = [one.name for one in place.around]
    function = None
    owner = ".".join(names)
    if place.function is not None:
        function = function_of(document, place.function, list(place.around))
        body = document.data[function.span.start : function.span.end]
        owner = document_text_key(body)
    parts = (todo.keyword, todo.text, place.kind, owner)
    key = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
    return Task(
        keyword=todo.keyword,
        text=todo.text,
        language=document.language.id,
        prose=prose_of(todo.text),
        kind=place.kind,
        comment=todo.span,
        target=site_of(place).target,
        line=line_of(document.data, todo.keyword_start) + 1,
        function=function,
        key=key,
    )


def document_text_key(data: bytes) -> str:
    """A hash of code that does not depend on line endings."""
    return hashlib.sha256(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")).hexdigest()


__all__ = ["Definition", "enclosing", "find_tasks", "place_of", "prose_of", "refind", "task_at"]
