"""Makes a task of a function that is already written: what ``algosmith verify`` checks.

The function's statements are taken out behind its docstring and a TODO stands in their place; what
was there is then a candidate like any other.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from algosmith.errors import TaskError
from algosmith.model import Candidate, Edit, Snapshot, Span, Task
from algosmith.programs.detect import is_script
from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document, open_document
from algosmith.syntax.functions import Definition, definitions, function_at
from algosmith.syntax.indentation import unit_of
from algosmith.syntax.tasks import task_at
from algosmith.verify.other_programs import programs_of
from algosmith.verify.source import tree_of
from algosmith.verify.static import does_nothing


@dataclass(frozen=True, slots=True)
class StandingTask:
    """A file with one function emptied."""

    snapshot: Snapshot
    task: Task
    candidate: Candidate
    """What stood there."""
    edit: Edit
    """Puts it back: the file is then as it was, byte for byte."""


def open_function(snapshot: Snapshot, offset: int) -> StandingTask:
    """The function around ``offset`` as a task. Raises TaskError where there is none."""
    document = open_document(snapshot)
    function = function_at(snapshot, offset)
    one = _definition(document, function.span) if function else None
    if function is None or one is None:
        raise TaskError("there is no function and no TODO at this line")
    start, end = _statements(document, one)
    if start >= end:
        raise TaskError(f"{function.name} has no statements to check")
    # What its examples show is then done by a class above it or below.
    text = document.indent(start) + snapshot.data[start:end].decode("utf-8", "replace")
    if function.is_method and snapshot.language == "python" and does_nothing(text):
        raise TaskError(f"{function.name} has no statements to check: it does nothing itself")
    hole, comment_at = _hole(document, one, start)
    data = snapshot.data[:start] + hole + snapshot.data[end:]
    opened = replace(snapshot, data=data, version=None)
    task = task_at(opened, Span(start + comment_at, start + comment_at), ("TODO",))
    if task is None or task.function is None:
        raise TaskError(f"{function.name} can't be opened for other candidates")
    code = snapshot.data[start:end]
    edit = Edit(Span(start, start + len(hole)), code.decode("utf-8", "surrogatepass"))
    return StandingTask(opened, replace(task, text=""), Candidate(edit.new_text), edit)


def open_at(snapshot: Snapshot, offset: int) -> StandingTask:
    """The function around ``offset``, or the program that the file is where there is none.

    Raises TaskError where the file is no program either.
    """
    try:
        return open_function(snapshot, offset)
    except TaskError:
        if not _is_program(snapshot):
            raise
        return open_program(snapshot)


def _is_program(snapshot: Snapshot) -> bool:
    """Whether a file reads standard input when it is started."""
    if snapshot.language == "python":
        tree = tree_of(snapshot.text)
        return tree is not None and is_script(tree)
    programs = programs_of(snapshot.language)
    return programs is not None and programs.reads(snapshot.text)


def open_program(snapshot: Snapshot) -> StandingTask:
    """A whole file as a task: the program that stands there is the candidate."""
    whole = Span(0, len(snapshot.data))
    text = snapshot.text
    key = hashlib.sha256(snapshot.data).hexdigest()[:24]
    task = Task("", "", snapshot.language, "en", "program", Span(0, 0), whole, 1, None, key)
    return StandingTask(snapshot, task, Candidate(text), Edit(whole, text))


def _definition(document: Document, span: Span) -> Definition | None:
    found = definitions(document, span)
    return next((one for one in found if one.outer == span and not one.is_class), None)


def _statements(document: Document, one: Definition) -> tuple[int, int]:
    """The bytes from the first statement behind the docstring to the last."""
    start = one.header_end
    if document.language.blocks == "indent":
        docstring = docstring_node(one.body)
        start = docstring.end_byte if docstring is not None else start
    start = document.code_after(start)
    end = len(document.data[: one.body_end].rstrip())
    return start, max(start, end)


def _hole(document: Document, one: Definition, start: int) -> tuple[bytes, int]:
    """A TODO in place of the statements, and where in it the comment begins."""
    lead = b""
    if not document.starts_line(start):
        outer = document.indent(one.node.start_byte)
        lead = f"\n{outer}{unit_of(document.data, '    ')}".encode()
    mark = f"{document.language.line_comment} TODO: implement".encode()
    behind = b"" if document.language.blocks == "indent" else b"\n"
    return lead + mark + behind, len(lead) + len(document.language.line_comment) + 1
