"""A counterexample kept: written into the function's docstring as a doctest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.errors import EditError, TaskError
from algosmith.features.files import read_snapshot
from algosmith.features.stress import call_text
from algosmith.syntax.annotate import docstring_edit

if TYPE_CHECKING:
    from algosmith.features.stress import Stressed

_LONGEST = 300


def keep(done: Stressed) -> str:
    """Writes what the other implementation gives as an example; says what was written, or why not.

    Raises TaskError where the file changed meanwhile.
    """
    one, found = done.question.one, done.found
    answer = found.answers[-1] if found and len(found.answers) > 1 else None
    if found is None or one.function is None or answer is None or answer.status != "value":
        return "not kept: the other implementation gives no value to expect"
    line = call_text(one, found.call)
    if len(line) > _LONGEST or len(repr(answer.value)) > _LONGEST:
        return "not kept: it is too long for a doctest"
    if read_snapshot(one.file).data != one.snapshot.data:
        raise TaskError(f"{one.file} changed while it was stressed; nothing was written.")
    lines = [f">>> {line}", repr(answer.value)]
    try:
        edit = docstring_edit(one.snapshot, one.function, lines)
    except EditError as error:
        return f"not kept: {error}"
    one.file.write_bytes(edit.apply(one.snapshot.data))
    return f"kept in {one.file}: {lines[0]}"
