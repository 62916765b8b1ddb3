"""What a condition that makes a test fail says of a function: claims."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from algosmith.languages.go.calls import (
    TargetFunction,
    bare,
    given_by,
    literal,
)
from algosmith.languages.go.literals import AnyError
from algosmith.languages.go.shown import Unsaid
from algosmith.languages.go.tree import (
    arguments_of,
    called_name,
)
from algosmith.languages.known import CallResult, ChangedArgument
from algosmith.languages.nodes import text_of
from algosmith.languages.shapes import NotLiteral
from algosmith.languages.types import Claim

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.languages.go.held import Reading


_EQUAL = re.compile(r"^(?:reflect\.DeepEqual|(?:slices|maps|bytes)\.Equal|cmp\.Equal)$")


def refuted(test: tree_sitter.Node, reading: Reading) -> Iterator[Claim]:
    """What a condition says that must not hold."""
    test = bare(test)
    left, right = test.child_by_field_name("left"), test.child_by_field_name("right")
    if test.type == "binary_expression" and left is not None and right is not None:
        operator = test.child_by_field_name("operator")
        sign = text_of(operator) if operator is not None else ""
        if sign == "||":
            yield from refuted(left, reading)
            yield from refuted(right, reading)
        elif sign == "!=":
            yield from _presence(left, right, reading)
            yield from equal(left, right, reading)
        elif sign == "==":
            yield from _unequal(left, right, reading)
        elif sign in (">", ">="):
            yield from _near(left, right, sign, reading)
        return
    wanted = False
    if test.type == "unary_expression" and text_of(test).startswith("!"):
        operand = test.child_by_field_name("operand")
        if operand is None:
            return
        test, wanted = bare(operand), True
        owner, name = called_name(test)
        given = arguments_of(test) if test.type == "call_expression" else []
        if _EQUAL.match(f"{owner}.{name}") and len(given) == 2:
            lists_only = owner in ("slices", "maps", "bytes")
            yield from equal(given[0], given[1], reading, strict=not lists_only)
            return
    asked = given_by(test, reading.asking, reading.known)
    if isinstance(asked, CallResult):
        yield from claimed(asked, wanted, str(wanted).lower(), test, reading)


def _presence(left: tree_sitter.Node, right: tree_sitter.Node, reading: Reading) -> Iterator[Claim]:
    """``(err != nil) != tt.wantErr``."""
    inner = bare(left)
    sides = [inner.child_by_field_name(name) for name in ("left", "right")]
    if inner.type != "binary_expression" or sides[0] is None or sides[1] is None:
        return
    if not re.search(r"!=\s*nil\)?$", text_of(left)) or text_of(sides[1]) != "nil":
        return
    try:
        wanted = literal(right, reading.known, reading.asking.scope)
    except NotLiteral:
        return
    asked = given_by(sides[0], reading.asking, reading.known)
    if isinstance(wanted, bool) and isinstance(asked, CallResult):
        yield from claimed(asked, AnyError() if wanted else None, text_of(right), left, reading)


def _near(
    left: tree_sitter.Node, right: tree_sitter.Node, sign: str, reading: Reading
) -> Iterator[Claim]:
    """``math.Abs(got-1.5) > 1e-9`` must not hold."""
    given = arguments_of(left) if called_name(left) == ("math", "Abs") else []
    sides = [given[0].child_by_field_name(name) for name in ("left", "right")] if given else []
    operator = given[0].child_by_field_name("operator") if given else None
    if operator is None or text_of(operator) != "-" or not all(sides):
        return
    for one, other in (sides, sides[::-1]):
        asked = given_by(one, reading.asking, reading.known) if one is not None else None
        if not isinstance(asked, CallResult) or other is None:
            continue
        try:
            value = literal(other, reading.known, reading.asking.scope)
            most = literal(right, reading.known, reading.asking.scope)
        except NotLiteral:
            return
        if type(value) in (int, float) and type(most) in (int, float):
            it = f"_[{asked.place}]" if asked.place >= 0 else "_"
            less = "<=" if sign == ">" else "<"
            check = f"abs({it} - {float(value)!r}) {less} {float(most)!r}"
            name = min(reading.asking.target.names)
            yield Claim(name, asked.call, asked.text, reading.place(left), check=check,
                        expected_text=text_of(other), kind="assert")  # fmt: skip
        return


def _unequal(left: tree_sitter.Node, right: tree_sitter.Node, reading: Reading) -> Iterator[Claim]:
    """``err == nil`` must not hold."""
    for one, other in ((left, right), (right, left)):
        asked = given_by(one, reading.asking, reading.known)
        if asked is not None and text_of(bare(other)) == "nil" and isinstance(asked, CallResult):
            if kind_of(asked, reading.asking) == "error":
                yield from claimed(asked, AnyError(), "an error", one, reading)
            return


def equal(
    left: tree_sitter.Node, right: tree_sitter.Node, reading: Reading, *, strict: bool = True
) -> Iterator[Claim]:
    """Two values that have to be equal, one of them what a call gave; ``strict`` as Go compares
    them, for whom nil is no empty list.
    """
    for one, other in ((left, right), (right, left)):
        asked = given_by(one, reading.asking, reading.known)
        if asked is None:
            continue
        try:
            value = literal(other, reading.known, reading.asking.scope)
        except NotLiteral:
            return
        claims = list(claimed(asked, value, text_of(other), one, reading))
        if claims and strict and _holds_empty(value, kind_of(asked, reading.asking)):
            where = f"{reading.place(one)}: {asked.text}"
            reading.notes.append(f"{where}: nil and an empty list or map are not told apart here")
        yield from claims
        return


def _holds_empty(value: Any, kind: str) -> bool:
    """Whether a value is or holds a list or map with nothing in it, or nil in place of one."""
    if value is None:
        return kind.startswith(("list", "dict"))
    if isinstance(value, dict):
        items = [*cast("dict[Any, Any]", value).values()]
    elif isinstance(value, list):
        items = cast("list[Any]", value)
    else:
        return False
    return not items or any(isinstance(one, list | dict) and _holds_empty(one, "") for one in items)


def kind_of(asked: CallResult | ChangedArgument, asking: TargetFunction) -> str:
    """What a call gave, or left in an argument, is of."""
    if isinstance(asked, ChangedArgument):
        kinds = asking.target.kinds
        return kinds[asked.position] if asked.position < len(kinds) else ""
    if asked.place >= 0:
        return asking.results[asked.place] if asked.place < len(asking.results) else ""
    return asking.target.returns


def claimed(
    asked: CallResult | ChangedArgument, value: Any, text: str, at: tree_sitter.Node,
    reading: Reading,
) -> Iterator[Claim]:  # fmt: skip
    """The claim that what a call gave is a value, where that is one of its type."""
    target = reading.asking.target
    kind = kind_of(asked, reading.asking)
    if not kind:
        return
    try:
        expected = reading.asking.speech.shaped(value, kind)
    except (NotLiteral, TypeError):
        return
    it = "_"
    if isinstance(asked, ChangedArgument):
        it = f"_{asked.position}"
        if target.in_place and target.returns == "None" and not asked.position:
            it = "_"
    elif asked.place >= 0:
        it = f"_[{asked.place}]"
    yield made(min(target.names), asked, expected, text, reading.place(at), it)


def made(
    name: str, asked: CallResult | ChangedArgument, expected: Any, text: str, place: str, it: str
) -> Claim:
    """The claim that ``it`` is a value; of an error only whether there is one."""
    check = checked(expected, it)
    if it == "_" and check == f"_ == {expected!r}":
        return Claim(name, asked.call, asked.text, place, expected=expected, expected_text=text,
                     kind="assert")  # fmt: skip
    return Claim(name, asked.call, asked.text, place, check=check, expected_text=text,
                 kind="assert")  # fmt: skip


def checked(expected: Any, it: str) -> str:
    """The claim in the checks' own language."""
    if isinstance(expected, AnyError):
        return f"{it} is not None"
    items = cast("tuple[Any, ...]", expected)
    if isinstance(expected, tuple) and any(isinstance(one, AnyError) for one in items):
        said = ((n, one) for n, one in enumerate(items) if not isinstance(one, Unsaid))
        return " and ".join(checked(one, f"{it}[{n}]") for n, one in said)
    return f"{it} == {expected!r}"


def testified(
    name: str, given: list[tree_sitter.Node], at: tree_sitter.Node, reading: Reading
) -> Iterator[Claim]:
    """What ``assert.Equal(t, want, got)`` and its like of testify say."""
    if name in ("Equal", "ElementsMatch") and len(given) >= 2 and name == "Equal":
        yield from equal(given[1], given[0], reading)
        return
    wanted: dict[str, Any] = {"True": True, "False": False, "Nil": None, "NoError": None,
                              "Error": AnyError()}  # fmt: skip
    asked = given_by(given[0], reading.asking, reading.known)
    if name in wanted and isinstance(asked, CallResult):
        yield from claimed(asked, wanted[name], name.lower(), at, reading)
