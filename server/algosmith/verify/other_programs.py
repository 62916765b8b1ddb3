"""Programs on standard input in languages with a seam of their own.

What is true of one language only is asked of its ``languages.Programs``.
"""

from __future__ import annotations

import contextlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from algosmith import languages
from algosmith.errors import EditError, SandboxError
from algosmith.languages.nodes import walk
from algosmith.model import Check
from algosmith.sandbox.opening import open_sandbox
from algosmith.syntax.document import open_document
from algosmith.syntax.parse import COMMENTS
from algosmith.verify import foreign, placing, scan
from algosmith.verify.types import Placement

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Iterator, Sequence

    from algosmith.languages.types import Programs
    from algosmith.model import Candidate, Edit, Snapshot
    from algosmith.programs.types import Problem
    from algosmith.sandbox.types import Sandbox
    from algosmith.syntax.document import Document
    from algosmith.verify.statements import ExampleSet
    from algosmith.verify.types import Case

    New = Sequence[tuple[Candidate, Edit | EditError | None]]

_MOST_READ = 8
_FRAME = re.compile(r"^[ \t]*(?:/\*+|//+[!/]?|\*(?![*/])|)[ \t]?|[ \t]*\*+/[ \t]*$", re.MULTILINE)


def programs_of(language: str) -> Programs | None:
    """How a language's programs are run; None for Python, whose way is older."""
    running = languages.running(language)
    return running.programs if running is not None else None


def needs_python(case: Case, problem: Problem | None) -> bool:
    """Whether the user's checker, which is Python, can't run where the programs do."""
    return bool(problem and problem.checker) and programs_of(case.snapshot.language) is not None


@contextlib.asynccontextmanager
async def python_cage() -> AsyncGenerator[Sandbox | None]:
    """A cage for the user's checker; None where this machine has none."""
    try:
        cage = await open_sandbox()
    except SandboxError:
        yield None
        return
    try:
        yield cage
    finally:
        await cage.close()


def asked(case: Case, new: New, found: ExampleSet) -> Literal["", "always", "sampled"]:
    """Whether the task is part of a program: no, in any case, or where there is a sample."""
    programs, task = programs_of(case.snapshot.language), case.task
    if programs is None or task.kind == "function":
        return ""
    if task.kind == "program":
        return "always"
    how = programs.starts(case.snapshot, task.function) if task.function is not None else ""
    whole = task.function is not None and task.function.qualified_name == "main"
    if not how or (found.examples and not whole):
        return ""
    texts = (case.snapshot.text, *(one.code for one, _ in new[:_MOST_READ]))
    reads = any(map(programs.reads, texts))
    if how == "bare":
        return "always" if reads else "sampled"
    return "sampled" if reads else ""


def texts_of(snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """(text, where it stands) of all comments that may hold a statement; lines below each other
    are one.
    """
    document = open_document(snapshot)
    block: list[str] = []
    end = -1
    for node in walk(document.tree.root_node):
        if node.type not in COMMENTS:
            continue
        between = document.text(end, node.start_byte) if end >= 0 else "\n\n"
        if block and (between.strip() or between.count("\n") > 1):
            yield "\n".join(block), "comment"
            block = []
        # Rust's comments for docs end behind their line.
        end = node.start_byte + len(document.data[node.start_byte : node.end_byte].rstrip())
        block.append(_words(document, node.start_byte, end))
    if block:
        yield "\n".join(block), "comment"


def _words(document: Document, start: int, end: int) -> str:
    """A comment's text without what makes it a comment."""
    return _FRAME.sub("", document.text(start, end).replace("\r\n", "\n"))


def place(case: Case, index: int, candidate: Candidate, edit: Edit | EditError | None) -> Placement:
    """One candidate in its place: the whole file is the program."""
    programs = programs_of(case.snapshot.language)
    if programs is None:
        raise AssertionError("asked before")
    if case.task.kind == "program":
        placed = _script(case, index, candidate, edit)
    else:
        placed = placing.place(case, index, candidate, edit, frozenset())
    if placed.failed is not None or not placed.after:
        return placed
    after = replace(case.snapshot, data=placed.after.encode("utf-8", "surrogatepass"), version=None)
    part = programs.whole(foreign.in_sight(case, after))
    adds = scan.added_elsewhere(
        programs.quiet(case.snapshot.text), programs.quiet(placed.after), placed.code
    )
    seen = Check("scan", "passed", f"adds: {', '.join(adds)}" if adds else "nothing new")
    checks = (*(one for one in placed.checks if one.name != "scan"), seen)
    return replace(
        placed, checks=checks, adds=adds, text=part.text, entry="", unread=(), returns="",
        why_not_run=part.why_not_run, shape=part.shape, size=part.size, parts=part.parts,
        chances=part.chances, language=case.snapshot.language,
    )  # fmt: skip


def _script(
    case: Case, index: int, candidate: Candidate, edit: Edit | EditError | None
) -> Placement:
    if edit is None or isinstance(edit, EditError):
        problem = str(edit) if edit else "it can't be placed in the file without harming it"
        return Placement(index, candidate, (Check("placed", "failed", problem),))
    after = replace(case.snapshot, data=edit.apply(case.snapshot.data), version=None)
    checks = (Check("placed", "passed"), foreign.parses(case.snapshot, after))
    return Placement(index, candidate, checks, after=after.text, code=edit.new_text)
