"""A counterexample kept: written into the function's docstring as a doctest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.errors import EditError, TaskError
from algosmith.features.doctests import doctest_edit
from algosmith.features.files import read_snapshot, replace_file
from algosmith.features.findings import Replacement
from algosmith.features.parties import call_text
from algosmith.model import Edit, Span
from algosmith.syntax.pythontree import literal

if TYPE_CHECKING:
    from algosmith.features.stress import StressResult
    from algosmith.sandbox.types import Value

_LONGEST = 300


def keep(done: StressResult) -> str:
    """Writes what the other implementation gives as an example; says what was written, or why not.

    Raises TaskError where the file changed meanwhile, or can't be written.
    """
    one = done.question.one
    try:
        change = kept(done)
    except EditError as error:
        return f"not kept: {error}"
    if read_snapshot(one.file).data != one.snapshot.data:
        raise TaskError(f"{one.file} changed while it was stressed; nothing was written.")
    edit = Edit(Span(change.start, change.end), change.new_text)
    try:
        replace_file(one.file, edit.apply(one.snapshot.data))
    except OSError as error:
        raise TaskError(f"{one.file}: not written: {error.strerror or error}.") from error
    return f"kept in {one.file}: >>> {_example(done)[0]}"


def kept(done: StressResult) -> Replacement:
    """The change that writes what was found as an example; EditError with the reason where none is.

    What is wanted is what the other implementation gives; of a property it is what it does give,
    which a conjecture that is refuted has to say from now on.
    """
    one = done.question.one
    if one.function is None or one.language != "python":
        raise EditError("examples are written into docstrings of Python functions only")
    line, value = _example(done)
    if max(len(line), len(value)) > _LONGEST:
        raise EditError("it is too long for a doctest")
    edit = doctest_edit(one.snapshot, one.function, line, value)
    title = f"Keep {line} == {value} as an example" if value != "True" else f"Keep {line}"
    return Replacement(title, edit.span.start, edit.span.end, edit.new_text)


def _example(done: StressResult) -> tuple[str, str]:
    """The call and what it has to show; EditError where the two can't be written."""
    found = done.found
    answer = found.answers[-1] if found else None
    if found is None or answer is None or answer.status != "value":
        raise EditError("the other implementation gives no value to expect")
    if not all(map(_is_literal, (*found.call.args, *found.call.kwargs.values(), answer.value))):
        raise EditError("it has a value that no literal writes; make a test of it")
    line, value = call_text(done.question.one, found.call), repr(answer.value)
    # The prompt shows nothing for None.
    return (f"{line} is None", "True") if answer.value is None else (line, value)


def _is_literal(value: Value) -> bool:
    """Whether what ``repr`` writes means the value: not so for nodes, objects, inf and nan."""
    try:
        return repr(literal(repr(value))) == repr(value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        return False  # among them numbers with more digits than Python writes
