"""What a model should know to solve a task: pieces of the file, in a fixed order of importance.

``gather`` counts no tokens; whoever has a budget drops pieces from the highest ``priority`` number
down. The order (``PRIORITIES``) never depends on the text:

0  the enclosing function, the TODO's place marked     (the task; never dropped)
1  the class around: header, fields, constructor's parameters
2  imports
3  types (interfaces, aliases, enums) and classes the task mentions
4  signatures of functions and constants the task mentions
5  the other methods of the class
6  nearby code before and after the task
7  the other functions, classes, types and constants of the file
"""

import re
from dataclasses import dataclass
from typing import Literal

from algosmith.model import Snapshot, Span, Task
from algosmith.syntax.docstrings import docstring_of
from algosmith.syntax.document import Document, open_document
from algosmith.syntax.functions import Definition, definitions, with_enclosing
from algosmith.syntax.outline import class_header, first_lines, signature_line

Kind = Literal["function", "class", "import", "type", "signature", "constant", "before", "after"]

PRIORITIES: dict[str, int] = {
    "task": 0,
    "class": 1,
    "import": 2,
    "mentioned type": 3,
    "mentioned": 4,
    "sibling": 5,
    "near": 6,
    "other": 7,
}
NEAR_LINES = 20
PLACE_MARK = "<<< the code goes here"
MOST_PIECES = 200
LONGEST_PIECE = 4000
_WORD = re.compile(r"[^\W\d]\w*")
_DECLARES = re.compile(r"^(?:(?:export|declare|const|let|var|type|interface|enum)\s+)+")


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of context."""

    kind: Kind
    text: str
    priority: int
    """0 is never dropped; pieces with the highest number are dropped first."""


def gather(snapshot: Snapshot, task: Task) -> tuple[Piece, ...]:
    """The pieces for a task, most important first, in file order within a priority."""
    document = open_document(snapshot)
    found = definitions(document)
    inside = [one for one in found if one.holds(task.comment.start)]
    words = _words(document, task)
    pieces = [
        *_function(document, task),
        *_classes(document, inside),
        *_imports(document),
        *_types(document, task, words),
        *_definitions(document, task, found, inside, words),
        *_near(document, task),
    ]
    pieces.sort(key=lambda piece: piece.priority)
    return tuple(pieces[:MOST_PIECES])


def _function(document: Document, task: Task) -> list[Piece]:
    if task.function is None:
        return []
    start = document.line_start(min(task.function.span.start, task.comment.start))
    end = max(task.function.span.end, task.comment.end)
    text = document.text(start, end)
    if task.kind == "statements":
        at = task.comment.end
        mark = f"  {document.language.line_comment} {PLACE_MARK}"
        text = document.text(start, at) + mark + document.text(at, end)
    return [Piece("function", _clean(text), PRIORITIES["task"])]


def _classes(document: Document, inside: list[Definition]) -> list[Piece]:
    return [
        Piece("class", _clean(class_header(document, one)), PRIORITIES["class"])
        for one in inside
        if one.is_class
    ]


def _imports(document: Document) -> list[Piece]:
    nodes = document.nodes("context", "context.import")
    lines = [_clean(document.node_text(node)) for node in nodes]
    text = "\n".join(dict.fromkeys(lines))
    return [Piece("import", text[:LONGEST_PIECE], PRIORITIES["import"])] if text else []


def _types(document: Document, task: Task, words: set[str]) -> list[Piece]:
    imports = {node.start_byte for node in document.nodes("context", "context.import")}
    pieces: list[Piece] = []
    kinds: tuple[tuple[str, Kind], ...] = (
        ("context.type", "type"),
        ("context.constant", "constant"),
    )
    for capture, kind in kinds:
        for node in document.nodes("context", capture):
            text = document.node_text(node)
            taken = _overlap(Span(node.start_byte, node.end_byte), task.target)
            is_function = kind == "constant" and ("=>" in text or "function" in text)
            if taken or is_function or node.start_byte in imports:
                continue
            name = _WORD.search(_DECLARES.sub("", text))
            mentioned = name is not None and name.group() in words
            importance = "mentioned type" if kind == "type" else "mentioned"
            priority = PRIORITIES[importance if mentioned else "other"]
            pieces.append(Piece(kind, first_lines(_clean(text), 12), priority))
    return pieces


def _definitions(
    document: Document,
    task: Task,
    found: list[Definition],
    inside: list[Definition],
    words: set[str],
) -> list[Piece]:
    pieces: list[Piece] = []
    classes = [one for one in inside if one.is_class]
    for one, around in with_enclosing(found):
        if one in inside or _overlap(one.outer, task.target) or one.name.startswith("<"):
            continue
        nested = [other for other in around if not other.is_class]
        if nested and nested[-1] not in inside:
            continue
        sibling = bool(around) and around[-1] in classes
        if around and not sibling and not nested and around[-1].name not in words:
            continue
        if one.is_class:
            text, importance = class_header(document, one), "mentioned type"
        else:
            doc = docstring_of(document, one.body, one.outer.start)
            text, importance = signature_line(document, one, doc), "mentioned"
        if one.name not in words:
            importance = "sibling" if sibling or nested else "other"
        names = ".".join([*(other.name for other in around), one.name])
        text = _clean(text) if not around or sibling or nested else f"{names}: {_clean(text)}"
        pieces.append(Piece("signature", first_lines(text, 20), PRIORITIES[importance]))
    return pieces


def _near(document: Document, task: Task) -> list[Piece]:
    """Some lines before and after the task, whole ones."""
    span = task.function.span if task.function else task.target
    start, end = min(span.start, task.target.start), max(span.end, task.target.end)
    first = start = document.line_start(start)
    for _ in range(NEAR_LINES):
        if first <= 3:
            break
        first = document.line_start(max(0, document.code_before(first)))
    last = end = document.line_end(end)
    for _ in range(NEAR_LINES):
        last = document.line_end(document.next_line(last))
    before = _clean(document.text(first, start)[-LONGEST_PIECE:])
    after = _clean(document.text(end, last)[:LONGEST_PIECE])
    pieces: list[Piece] = []
    if before.strip():
        pieces.append(Piece("before", before.strip("\n"), PRIORITIES["near"]))
    if after.strip():
        pieces.append(Piece("after", after.strip("\n"), PRIORITIES["near"]))
    return pieces


def _words(document: Document, task: Task) -> set[str]:
    text = task.text
    if task.function is not None:
        text += "\n" + document.text(task.function.span.start, task.function.span.end)
    return set(_WORD.findall(text))


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip()
