"""A counterexample kept: written into the function's docstring as a doctest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.errors import EditError, TaskError
from algosmith.features.doctests import doctest_edit
from algosmith.features.files import read_snapshot, replace_file
from algosmith.features.parties import call_text
from algosmith.syntax.pythontree import literal

if TYPE_CHECKING:
    from algosmith.features.stress import Stressed
    from algosmith.sandbox.types import Value

_LONGEST = 300


def keep(done: Stressed) -> str:
    """Writes what the other implementation gives as an example; says what was written, or why not.

    Raises TaskError where the file changed meanwhile, or can't be written.
    """
    one, found = done.question.one, done.found
    answer = found.answers[-1] if found and len(found.answers) > 1 else None
    if found is None or one.function is None or answer is None or answer.status != "value":
        return "not kept: the other implementation gives no value to expect"
    if not all(map(_is_literal, (*found.call.args, *found.call.kwargs.values(), answer.value))):
        return "not kept: it has a value that no literal writes; make a test of it"
    line, value = call_text(one, found.call), repr(answer.value)
    if answer.value is None:  # the prompt shows nothing for it
        line, value = f"{line} is None", "True"
    if max(len(line), len(value)) > _LONGEST:
        return "not kept: it is too long for a doctest"
    if read_snapshot(one.file).data != one.snapshot.data:
        raise TaskError(f"{one.file} changed while it was stressed; nothing was written.")
    try:
        edit = doctest_edit(one.snapshot, one.function, line, value)
    except EditError as error:
        return f"not kept: {error}"
    data = edit.apply(one.snapshot.data)
    try:
        replace_file(one.file, data)
    except OSError as error:
        raise TaskError(f"{one.file}: not written: {error.strerror or error}.") from error
    return f"kept in {one.file}: >>> {line}"


def _is_literal(value: Value) -> bool:
    """Whether what ``repr`` writes means the value: not so for nodes, objects, inf and nan."""
    try:
        return repr(literal(repr(value))) == repr(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return False  # among them numbers with more digits than Python writes
