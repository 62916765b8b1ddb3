"""Tests and examples of Go files: calls, and what has to come of them. Nothing is run.

Statements are followed one by one: ``got := f(2)``, ``if got != 4 { t.Errorf(…) }``, tables of
rows with a loop over them, ``Example`` functions with what they print. What else touches a
variable makes it unknown.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from algosmith.languages.go.calls import (
    TargetFunction,
    asked_in,
    bare,
    literal,
)
from algosmith.languages.go.claims import refuted, testified
from algosmith.languages.go.held import Reading, bind, bind_all, forget_changed, note_call
from algosmith.languages.go.kinds import scope_of
from algosmith.languages.go.literals import AnyError, Unknown
from algosmith.languages.go.printing import note_printed, prints, read_example
from algosmith.languages.go.tree import (
    FUNCTIONS,
    arguments_of,
    called_name,
    name_of,
    names_in,
    parameters_of,
    statements_of,
)
from algosmith.languages.known import Fresh, Known, LiteralValue
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.shapes import NotLiteral
from algosmith.syntax.goimports import bound_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.languages.types import Claim


_MOST_ROWS = 60
_FAILS = re.compile(r"^(?:\w+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow|Fatalln)|panic)\(")


def asserted(
    root: tree_sitter.Node, asking: TargetFunction, name: str, unread: list[str]
) -> Iterator[Claim]:
    """What the tests and examples of a file say; ``unread`` is told which say nothing here."""
    scope = scope_of(root)
    asking = replace(asking, scope=replace(scope, types={**asking.scope.types, **scope.types}))
    shared: Known = {}
    for node in root.named_children:
        if node.type == "var_declaration":
            bind_all(node, Reading(asking, name, shared))
    # An object that all tests share may have had other calls before.
    shared = {one: held for one, held in shared.items() if not isinstance(held, Fresh)}
    for node in root.named_children:
        body = node.child_by_field_name("body") if node.type in FUNCTIONS else None
        if body is None or name_of(node) in asking.target.names:
            continue
        if not asking.owner and asking.target.names & bound_in(node):
            continue  # a variable of the same name: it is that which is called
        reading = Reading(asking, name, dict(shared), own=frozenset(bound_in(node)))
        for given, _ in parameters_of(node):
            reading.known.pop(given, None)
        if name_of(node).startswith("Example"):
            reading.printed = []
            _block(body, reading)
            read_example(body, reading)
        else:
            _block(body, reading)
        if "recover" in names_in(body):  # that a call panics may be what is wanted
            reading.claims[:] = [replace(one, sure=False) for one in reading.claims]
        yield from reading.claims
        unread += reading.notes
        if not reading.claims and _asks(node, body, asking):
            place = f"{name} line {node.start_point[0] + 1}"
            unread.append(f"{place}: left out: {name_of(node)}: what it wants can't be read here")


def _asks(function: tree_sitter.Node, body: tree_sitter.Node, asking: TargetFunction) -> bool:
    """Whether a test or an example calls the function."""
    name = name_of(function)
    if not re.match(r"(?:Test|Example)", name) or not _names_owner(name + text_of(body), asking):
        return False
    if name.startswith("Example") and not re.search(
        r"(?i)//\s*(?:unordered )?output:", text_of(body)
    ):
        return False
    calls = (called_name(one) for one in walk(body) if one.type == "call_expression")
    owners = ("", asking.package)
    return any(one in asking.target.names and (asking.owner or owner in owners)
               for owner, one in calls)  # fmt: skip


def _names_owner(text: str, asking: TargetFunction) -> bool:
    """Whether a test is one of the type whose method is asked for; of a function all are."""
    return not asking.owner or any(one in text for one in (asking.owner, *asking.makers))


# How a statement ends: what is behind it is not reached, or may not be.
_GOES_ON = ""
_NEXT, _STOPS = "next", "stops"
_MAY_NEXT, _MAY_STOP = "may next", "may stop"


def _block(block: tree_sitter.Node, reading: Reading) -> str:
    """Reads statements one by one; how they end."""
    may = _GOES_ON
    for statement in statements_of(block):
        before = len(reading.claims)
        text = text_of(statement)
        if statement.type == "continue_statement":
            return _NEXT
        if _ENDS.match(text):
            if statement.type == "return_statement" or re.match(r"\w+\.Skip", text):
                reading.printed = None
            return _STOPS
        fresh = {one: held for one, held in reading.known.items() if isinstance(held, Fresh)}
        if any(_calls_on(one, statement, reading.asking) > 1 for one in fresh):
            forget_changed(statement, reading)
            how = _may_leave(statement)
        else:
            how = _statement(statement, reading)
        if reading.changed or may:
            late = (replace(one, sure=False) for one in reading.claims[before:])
            reading.claims[before:] = list(late)
        if how in (_NEXT, _STOPS):
            return how
        may = _MAY_STOP if _MAY_STOP in (may, how) else may or how
        reading.note_change(statement)
        for used, held in fresh.items():  # it was called, changed or given another name
            if reading.known.get(used) is held and re.search(rf"\b{used}\b", text):
                reading.known.pop(used)
    return may


def _calls_on(name: str, statement: tree_sitter.Node, asking: TargetFunction) -> int:
    """How often a statement calls the method on an object, blocks in it left out."""
    code = text_of(statement)
    for one in walk(statement):
        if one.type == "block":
            code = code.replace(text_of(one), "")
    return len(re.findall(rf"\b{name}\.(?:{'|'.join(asking.target.names)})\(", code))


_ENDS = re.compile(
    r"(?:return|break|goto)\b|\w+\.(?:Skip(?:f|Now)?|Fatal(?:f|ln)?|FailNow|Exit|Goexit)\(|panic\("
)


def _may_leave(node: tree_sitter.Node, *, loop: bool = False) -> str:
    """Whether code may leave what stands around it, so that what is behind it is not reached.

    Of a ``loop`` the function around it, not only the loop.
    """
    how = _GOES_ON
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type == "func_literal":
            continue
        waiting += one.named_children
        if loop and one.type in ("break_statement", "continue_statement"):
            continue
        if one.type in ("return_statement", "break_statement", "goto_statement") or (
            one.type == "call_expression"
            and re.match(r"\w+\.(?:Skip(?:f|Now)?|Exit|Goexit)\(", text_of(one))
        ):
            return _MAY_STOP
        if one.type == "continue_statement":
            how = _MAY_NEXT
    return how


def _statement(node: tree_sitter.Node, reading: Reading) -> str:
    how = _GOES_ON
    match node.type:
        case "short_var_declaration" | "assignment_statement":
            bind(node, reading)
        case "var_declaration":
            bind_all(node, reading)
        case "if_statement":
            return _if(node, reading)
        case "for_statement":
            return _rows(node, reading)
        case "block":
            inner = reading.inner()
            how = _block(node, inner)
            reading.printed = inner.printed
            forget_changed(node, reading)
        case "expression_statement":
            _expression(node.named_children[0], reading)
        case "type_declaration" | "const_declaration":
            return how
        case _:
            forget_changed(node, reading)
            reading.printed = None if prints(node) else reading.printed
            return _may_leave(node)
    return how


# Checks and tables.


def _if(node: tree_sitter.Node, reading: Reading) -> str:
    inner = reading.inner()
    before, test = (node.child_by_field_name(n) for n in ("initializer", "condition"))
    then = node.child_by_field_name("consequence")
    other = node.child_by_field_name("alternative")
    if before is not None:
        _statement(before, inner)
    known = _comes_to(test, inner) if test is not None else None
    how = _GOES_ON
    if known is not None and then is not None:  # `if tt.wantErr { … }`
        taken = then if known else other
        how = _statement(taken, inner) if taken is not None else _GOES_ON
        reading.printed = inner.printed
        forget_changed(node, reading)
        return how
    fails = then is not None and _only_fails(then, inner)
    if test is not None and fails:
        inner.claims += refuted(test, inner)
    else:
        forget_changed(node, reading)
        reading.printed = None if prints(node) else reading.printed
        is_short = test is not None and text_of(test) == "testing.Short()"
        how = _GOES_ON if is_short or then is None else _may_leave(then)
    if other is not None and fails:
        branch = inner.inner()
        _statement(other, branch)
        forget_changed(other, reading)
    if other is not None:
        left = _may_leave(other)
        how = _MAY_STOP if _MAY_STOP in (how, left) else how or left
    if before is not None:
        forget_changed(before, reading)
    return how


def _comes_to(test: tree_sitter.Node, reading: Reading) -> bool | None:
    """What a condition over literals and fields of a row comes to; None where that is not known."""
    test = bare(test)
    operator = test.child_by_field_name("operator")
    sides = [test.child_by_field_name(name) for name in ("left", "right")]
    try:
        if test.type == "binary_expression" and operator is not None:
            left, right = (
                literal(one, reading.known, reading.asking.scope)
                for one in sides
                if one is not None
            )
            plain = all(one is None or type(one) in (bool, int, str) for one in (left, right))
            errors = None in (left, right) and AnyError in (type(left), type(right))
            if text_of(operator) in ("==", "!=") and (plain or errors):
                return (left == right) is (text_of(operator) == "==")
            return None
        value = literal(test, reading.known, reading.asking.scope)
    except NotLiteral:
        return None
    return value if isinstance(value, bool) else None


def _only_fails(block: tree_sitter.Node, reading: Reading) -> bool:
    """Whether a block makes the test fail; what it prints and that it ends does not count."""
    texts = [text_of(one) for one in _reached(block, reading)]
    return any(_FAILS.match(one) for one in texts) and all(
        _FAILS.match(one) or re.match(r"return\b|\w+\.Logf?\(|fmt\.Print|continue\b", one)
        for one in texts
    )


def _reached(block: tree_sitter.Node, reading: Reading) -> Iterator[tree_sitter.Node]:
    """The statements of a block, with those of an inner ``if`` where its condition is known."""
    for one in statements_of(block):
        test = one.child_by_field_name("condition") if one.type == "if_statement" else None
        known = None
        if test is not None and one.child_by_field_name("initializer") is None:
            known = _comes_to(test, reading)
        if known is None:
            yield one
            continue
        taken = one.child_by_field_name("consequence" if known else "alternative")
        if taken is not None:
            yield from _reached(taken, reading) if taken.type == "block" else [taken]


def _rows(node: tree_sitter.Node, reading: Reading) -> str:
    """``for _, tt := range tests { … }``, ``for in, want := range map[int]int{1: 2} { … }``."""
    clause = next((one for one in node.named_children if one.type == "range_clause"), None)
    body = node.child_by_field_name("body")
    left = clause.child_by_field_name("left") if clause is not None else None
    right = clause.child_by_field_name("right") if clause is not None else None
    reading.printed = None if prints(node) else reading.printed
    if left is None or right is None or body is None:
        forget_changed(node, reading)
        return _may_leave(node, loop=True)
    names = [text_of(one) for one in left.named_children]
    try:
        rows = literal(right, reading.known, reading.asking.scope)
    except NotLiteral:
        rows = []
    pairs: list[tuple[Any, Any]] = []
    if isinstance(rows, list):
        pairs = list(enumerate(cast("list[Any]", rows)))
    elif isinstance(rows, dict):
        pairs = list(cast("dict[Any, Any]", rows).items())
    held = dict(reading.known)
    may = left_by = _GOES_ON
    for pair in pairs[:_MOST_ROWS]:
        before = len(reading.claims)
        inner = replace(reading, known=dict(held), printed=None)
        for name, value in zip(names, pair, strict=False):
            inner.known.pop(name, None)
            if not isinstance(value, Unknown):
                inner.known[name] = LiteralValue(value)
        how = _block(body, inner)
        held = {one: kept for one, kept in held.items() if not isinstance(kept, Fresh)}
        if may:
            late = (replace(one, sure=False) for one in reading.claims[before:])
            reading.claims[before:] = list(late)
        may = may or (_MAY_STOP if how == _MAY_STOP else _GOES_ON)
        left_by = _may_leave(body, loop=True) if how == _STOPS or may else _GOES_ON
        if how == _STOPS:
            break
    forget_changed(node, reading)
    return left_by if pairs else _may_leave(body, loop=True)


def _expression(node: tree_sitter.Node, reading: Reading) -> None:
    """A call that stands alone."""
    owner, name = called_name(node)
    given = arguments_of(node) if node.type == "call_expression" else []
    if name == "Run" and len(given) == 2 and given[1].type == "func_literal":
        body = given[1].child_by_field_name("body")
        if body is not None:
            inner = reading.inner()
            _block(body, inner)
            forget_changed(body, reading)
        return
    if owner == "fmt" and name in ("Print", "Println", "Printf"):
        note_printed(name, given, reading)
        return
    if owner in ("assert", "require") and len(given) >= 2:
        reading.claims += testified(name, given[1:], node, reading)
        return
    asked = asked_in(node, reading.asking, reading.known)
    note_call(node, asked, reading)
