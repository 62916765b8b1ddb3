"""What stands between BEGIN and END, and whether that is still to be written."""

import re
from dataclasses import replace

from algosmith.model import Span
from algosmith.syntax.comments import Todo
from algosmith.syntax.document import MOST_COMMENT_LINES, Document
from algosmith.syntax.markers import marker_of
from algosmith.syntax.placeholders import placeholder_nodes

_MOST_LINES = 400
"""BEGIN and END further apart are not taken for a pair."""

_UNSET = re.compile(rb"[\w., \t]+=[ \t]*None(?=[ \t]*(?:#|\r|\n|$))")
"""``s = None``, as courses write it between BEGIN and END, is no code yet."""


def with_regions(document: Document, todos: list[Todo]) -> list[Todo]:
    """The TODOs; a pair of BEGIN and END is one, and none where code stands between them already.

    A TODO right above such a pair says in words what the pair asks for: both are one.
    """
    found: list[Todo] = []
    for todo in todos:
        end = _end_of(document, todo) if todo.is_marker and todo.own_line else None
        if end is None:
            found.append(todo)
            continue
        inside = Span(document.line_end(todo.whole.start), end)
        if not _is_open(document, inside):
            continue
        region = replace(todo, whole=Span(todo.whole.start, document.line_end(end)), inside=inside)
        if found and _is_right_above(document, found[-1], todo):
            above = found.pop()
            text = above.text or todo.text
            whole = Span(above.whole.start, region.whole.end)
            region = replace(above, text=text, whole=whole, is_marker=True, inside=inside)
        found.append(region)
    return found


def _end_of(document: Document, todo: Todo) -> int | None:
    """Where the comment begins that closes what the TODO's comment opens."""
    comment = document.language.line_comment.encode()
    line = document.next_line(document.line_end(todo.whole.start))
    for _ in range(_MOST_LINES):
        start = document.code_after(line)
        if start >= len(document.data):
            return None
        if document.data.startswith(comment, start):
            marker = marker_of(document.text(start, document.line_end(start)))
            if marker is not None:
                return start if marker.kind == "end" else None
        line = document.next_line(start)
    return None


def _is_open(document: Document, inside: Span) -> bool:
    """Whether nothing but comments and placeholders stands there."""
    comment = document.language.line_comment.encode()
    stubs = {node.start_byte: node.end_byte for node in placeholder_nodes(document, inside)}
    at = document.code_after(inside.start)
    for _ in range(MOST_COMMENT_LINES):
        if at >= inside.end:
            return True
        if document.data.startswith(comment, at):
            at = document.line_end(at)
        elif at in stubs:
            at = stubs[at]
        elif (unset := _UNSET.match(document.data, at)) is not None:
            at = unset.end()
        else:
            return False
        at = document.code_after(at)
    return False


def _is_right_above(document: Document, above: Todo, todo: Todo) -> bool:
    """Whether only rulers and blank lines stand between two comments."""
    if above.inside is not None or not above.own_line:
        return False
    between = document.data[above.whole.end : todo.whole.start].splitlines()
    comment = document.language.line_comment.encode()
    return all(not line.strip() or line.strip().startswith(comment) for line in between)
