"""Examples from doctests: a docstring's lines are one session, run and compared as doctest does.

Besides, the calls in it with plain arguments are read: they say which inputs are valid.
"""

from __future__ import annotations

import ast
import doctest
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from algosmith.verify import source as source_module
from algosmith.verify import values
from algosmith.verify.examples.reading import Reader, Target
from algosmith.verify.examples.sessions import (
    lines_of,
    never_ends,
    set_apart,
)
from algosmith.verify.examples.tracker import Tracker, free_names
from algosmith.verify.option_flags import IGNORE_OUTPUT
from algosmith.verify.statements import Example, ExampleSet, Line, Script

if TYPE_CHECKING:
    from collections.abc import Sequence

_MOST_LINES = 400
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{4,}")
_COMMENT = re.compile(r"\s#\s*(?:[-=]{1,2}>|→|⇒|returns?|gives|==?|:)?\s*([^#\n]+?)\s*$")
_LONGEST = 100


@dataclass(slots=True)
class _Session:
    """What is known of a docstring while it is read from top to bottom."""

    reader: Reader
    tracker: Tracker
    known: frozenset[str] | None
    """Names of the file; None where any name may be one."""
    flags: int = 0
    """doctest's option flags of the whole project."""
    lines: list[Line] = field(default_factory=list[Line])
    examples: list[Example] = field(default_factory=list[Example])
    hints: list[Example] = field(default_factory=list[Example])
    notes: list[str] = field(default_factory=list[str])
    start: int = 0
    """The first line that no example covers yet."""
    open: str = ""
    """What such lines say that hang on the function."""


def read(
    docstring: str,
    target: Target,
    place: str,
    known: frozenset[str] | None = None,
    owners: frozenset[str] = frozenset(),
    flags: int = 0,
) -> ExampleSet:
    """Examples of a docstring; what is left out is named in the notes.

    Args:
        docstring: The text with the lines in it.
        target: The function whose calls are looked for.
        place: Where the text stands, for people.
        known: The names that the file defines; None where it can't be told.
        owners: The class, for a method that operators and builtins call.
        flags: doctest's option flags that the project sets for all.
    """
    if ">>>" not in docstring:
        return ExampleSet()
    try:
        steps = doctest.DocTestParser().get_examples(docstring)
    except ValueError as error:
        return ExampleSet(notes=(f"{place}: doctest skipped: {error}",))
    if len(steps) > _MOST_LINES:
        note = f"{place}: of {len(steps)} doctest lines the first {_MOST_LINES} are used"
        found = _read(steps[:_MOST_LINES], target, place, known, owners, flags)
        return replace(found, notes=(note, *found.notes))
    return _read(steps, target, place, known, owners, flags)


def _read(
    steps: Sequence[doctest.Example],
    target: Target,
    place: str,
    known: frozenset[str] | None,
    owners: frozenset[str],
    flags: int,
) -> ExampleSet:
    session = _Session(
        Reader(target, place, "doctest"),
        Tracker(target.names, owners, target.fixed, target.module),
        known,
        flags,
    )
    for step in steps:
        if step.options.get(doctest.SKIP):
            _leave_out(session, step, "it is marked as skipped")
        else:
            _step(session, step)
    if session.open:
        _add(session, None, session.open, "nothing")
    lines = tuple(session.lines)
    script = Script(set_apart(lines) if any(line.asides for line in lines) else lines)
    return ExampleSet(
        tuple(replace(example, script=script) for example in session.examples),
        tuple(session.notes),
        hints=tuple(replace(example, script=script) for example in session.hints),
    )


def _step(session: _Session, step: doctest.Example) -> None:
    tree = source_module.tree_of(step.source)
    flags = _flags(step, session.flags)
    if tree is None or flags & IGNORE_OUTPUT or any(map(never_ends, tree.body)):
        _only_run(session, step, tree, flags)
    else:
        _followed(session, step, tree, flags)


def _only_run(
    session: _Session, step: doctest.Example, tree: ast.Module | None, flags: int
) -> None:
    """A line that says nothing of the function."""
    if flags & IGNORE_OUTPUT:
        session.lines.append(Line(step.source, None, flags=flags))
        _leave_out(session, step, "what it displays is not looked at (IGNORE_OUTPUT)")
    elif tree is not None:
        _leave_out(session, step, "its loop never ends")
    else:
        # Python itself may read it, or is wanted to refuse it: it runs, but proves nothing.
        session.lines.append(Line(step.source, step.want, step.exc_msg or "", flags))
        if step.exc_msg is None:
            _leave_out(session, step, "not valid Python")


def _followed(session: _Session, step: doctest.Example, tree: ast.Module, flags: int) -> None:
    unknown = _unknown(session, tree)
    if "__file__" in free_names(tree):
        unknown = "__file__"
    before = len(session.reader.examples)
    hung = frozenset(session.tracker.names)
    other = session.tracker.names_another(tree)
    tests = session.tracker.follow(tree)
    made = _translate(session.reader, tree, step) if tests else _follow(session.reader, tree)
    if not tests or unknown:
        session.lines.append(Line(step.source, step.want, step.exc_msg or "", flags))
        if unknown:
            why = (
                "which the cage hides"
                if unknown == "__file__"
                else "which the file does not define"
            )
            _leave_out(session, step, f"it uses {unknown}, {why}")
        elif other and step.want:
            _leave_out(session, step, f"{other} is not the function of this file there")
        return
    if step.exc_msg is not None:
        session.lines.append(Line(step.source, "", step.exc_msg, flags, tests=True))
        name = step.exc_msg.split(":")[0].strip().rsplit(".", 1)[-1]
        _add(session, made, step.source, name, raises=name)
        return
    want = step.want or _wanted_beside(step.source, tree)
    # What the line itself gives the function is not yet changed where the line compares with it.
    session.tracker.names, behind = {*hung}, session.tracker.names
    lines, readable = _lines(session, tree, step.source, want, flags)
    session.tracker.names = behind
    session.lines += lines
    if _ADDRESS.search(step.want) and not flags & doctest.ELLIPSIS:
        _leave_out(session, step, "what it displays holds an address")
    elif want or _is_assert(tree):
        translated = session.reader.examples[before:]
        _add(session, translated or made, step.source, want.strip(), hint=readable)
    else:
        session.open = session.open or step.source.strip()


def _lines(
    session: _Session, tree: ast.Module, text: str, want: str, flags: int
) -> tuple[tuple[Line, ...], bool]:
    if not _is_assert(tree):
        return lines_of(text, want, flags, session.tracker, session.reader.plain)
    condition = ast.unparse(tree.body[0].test)  # type: ignore[attr-defined]
    lines, readable = lines_of(condition, "True\n", flags, session.tracker, session.reader.plain)
    return ((Line(text, flags=flags, tests=True),), True) if readable else (lines, False)


def _is_assert(tree: ast.Module) -> bool:
    return len(tree.body) == 1 and isinstance(tree.body[0], ast.Assert)


def _wanted_beside(text: str, tree: ast.Module) -> str:
    """What is wanted of a line with nothing below it: ``f(2) == 5``, ``f(2)  # => 5``."""
    node = tree.body[0] if len(tree.body) == 1 else None
    if not isinstance(node, ast.Expr):
        return ""
    if isinstance(node.value, ast.Compare):
        return "True\n"
    comment = _COMMENT.search(text)
    if comment is None or source_module.expression_of(text[: comment.start()]) is None:
        return ""
    try:
        return f"{values.parse(comment[1])!r}\n"
    except values.NotPlain:
        return ""


def _flags(step: doctest.Example, base: int) -> int:
    """The project's flags, and those of the line's own directive."""
    for flag, wanted in step.options.items():
        base = base | flag if wanted else base & ~flag
    return base


def _unknown(session: _Session, tree: ast.Module) -> str:
    """A name that is nowhere defined: the line could only fail, whatever the function does."""
    if session.known is not None:
        for name in sorted(
            free_names(tree) - session.known - session.tracker.functions - {"__file__"}
        ):
            return name
        session.known |= {
            part.id for part in ast.walk(tree)
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
        } | _defined(tree)  # fmt: skip
        if "*" in session.known:
            session.known = None  # what ``from … import *`` brings can't be seen
    return ""


def _defined(tree: ast.Module) -> set[str]:
    found: set[str] = set()
    for part in ast.walk(tree):
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(part.name)
        elif isinstance(part, ast.alias):
            found.add((part.asname or part.name).split(".")[0])
    return found


def _leave_out(session: _Session, step: doctest.Example, why: str) -> None:
    text = step.source.strip()[:_LONGEST]
    session.notes.append(f"{session.reader.source}: left out: {text!r}: {why}")


def _add(
    session: _Session,
    found: Sequence[Example] | None,
    text: str,
    expected: str,
    *,
    raises: str | None = None,
    hint: bool = False,
) -> None:
    """The lines since the last example, as one more."""
    reader, last = session.reader, len(session.lines) - 1
    call = found[0].call if found else None
    claim = found[0].claim if found and len(found) == 1 else ""
    lines = [line.source for line in session.lines[session.start : last] if line.tests]
    lines = lines if session.open == text else [*lines, text]
    shown = found[0].call_text if found and claim else _one_line(lines)
    example = Example(
        call, claim, shown, reader.source, "doctest", min(reader.target.names),
        found[0].expected if found and claim else expected, raises,
        first=session.start, last=last,
    )  # fmt: skip
    (session.hints if hint else session.examples).append(example)
    if hint:
        why = "what it wants can't be told apart from what the function gives"
        session.notes.append(f"{reader.source}: only a hint: {_one_line([text])!r}: {why}")
    session.start, session.open = last + 1, ""


def _one_line(sources: Sequence[str]) -> str:
    text = "; ".join(" ".join(source.split()) for source in sources)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _follow(reader: Reader, tree: ast.Module) -> None:
    """A line that does not hang on the function: plain values that it names are known behind it."""
    for node in tree.body:
        reader.assign(node)


def _translate(reader: Reader, tree: ast.Module, step: doctest.Example) -> list[Example]:
    """The plain calls in a line, and where it is simple what it says of them."""
    found: list[Example] = []
    for node in tree.body:
        if not isinstance(node, ast.Expr):
            reader.assign(node)
            continue
        call = node.value
        made = reader.made(call)
        if made is not None:
            found.append(Example(made.call, "", made.text, reader.source, "doctest", made.name))
        if isinstance(call, ast.Call):
            reader.last = made
        if _has_state(call, reader):
            reader.results.clear()
        elif step.exc_msg is None and step.want.strip():
            _claim(reader, call, step.want.strip())
        _forget_given(reader, call)
    return found


def _has_state(node: ast.expr, reader: Reader) -> bool:
    """Whether a call is made on an object: what it gives then hangs on more than its arguments."""
    for part in ast.walk(node):
        func = part.func if isinstance(part, ast.Call) else None
        if isinstance(func, ast.Attribute) and reader.target.calls(func.attr):
            fresh = isinstance(func.value, ast.Call) and not func.value.args
            if not fresh:
                return True
    return False


def _claim(reader: Reader, node: ast.expr, want: str) -> None:
    wanted = source_module.expression_of(want)
    if wanted is None:
        return
    if want == "True" and isinstance(node, ast.Compare | ast.BoolOp):
        reader.claim(node)
    else:
        reader.claim(ast.Compare(node, [ast.Eq()], [wanted]))


def _forget_given(reader: Reader, node: ast.expr) -> None:
    """Values that a call was given by name may be other ones behind it."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            for argument in (*part.args, *(keyword.value for keyword in part.keywords)):
                if isinstance(argument, ast.Name):
                    value = reader.plain.get(argument.id)
                    if values.may_change(value):
                        del reader.plain[argument.id]
