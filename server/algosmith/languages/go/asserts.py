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
    literal,
)
from algosmith.languages.go.claims import refuted, testified
from algosmith.languages.go.held import Reading, bind, bind_all, forget_changed, note_call
from algosmith.languages.go.kinds import scope_of
from algosmith.languages.go.literals import Unknown
from algosmith.languages.go.printing import note_printed, prints, read_example
from algosmith.languages.go.tree import (
    FUNCTIONS,
    arguments_of,
    called_name,
    name_of,
    parameters_of,
    statements_of,
)
from algosmith.languages.known import Fresh, Known, LiteralValue
from algosmith.languages.nodes import text_of
from algosmith.languages.shapes import NotLiteral
from algosmith.syntax.goimports import bound_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.languages.types import Claim


_MOST_ROWS = 60
_FAILS = re.compile(r"^(?:\w+\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow|Fatalln)|panic)\(")


def asserted(root: tree_sitter.Node, asking: TargetFunction, name: str) -> Iterator[Claim]:
    """What the tests and examples of a file say."""
    scope = scope_of(root)
    asking = replace(asking, scope=replace(scope, types={**asking.scope.types, **scope.types}))
    shared: Known = {}
    for node in root.named_children:
        if node.type == "var_declaration":
            bind_all(node, Reading(asking, name, shared))
    for node in root.named_children:
        body = node.child_by_field_name("body") if node.type in FUNCTIONS else None
        if body is None or name_of(node) in asking.target.names:
            continue
        reading = Reading(asking, name, dict(shared), own=frozenset(bound_in(node)))
        for given, _ in parameters_of(node):
            reading.known.pop(given, None)
        if name_of(node).startswith("Example"):
            reading.printed = []
            _block(body, reading)
            read_example(body, reading)
        else:
            _block(body, reading)
        yield from reading.claims


def _block(block: tree_sitter.Node, reading: Reading) -> None:
    for statement in statements_of(block):
        before = len(reading.claims)
        if statement.type == "return_statement" or re.match(
            r"\w+\.Skip(?:f|Now)?\(", text_of(statement)
        ):
            reading.printed = None
            return
        _statement(statement, reading)
        if reading.changed:
            late = (replace(one, sure=False) for one in reading.claims[before:])
            reading.claims[before:] = list(late)
        reading.note_change(statement)
        if reading.asking.owner:
            for used in re.findall(r"\b(\w+)\s*\.", text_of(statement)):
                if isinstance(reading.known.get(used), Fresh):
                    reading.known.pop(used)


def _statement(node: tree_sitter.Node, reading: Reading) -> None:
    match node.type:
        case "short_var_declaration" | "assignment_statement":
            bind(node, reading)
        case "var_declaration":
            bind_all(node, reading)
        case "if_statement":
            _if(node, reading)
        case "for_statement":
            _rows(node, reading)
        case "block":
            inner = reading.inner()
            _block(node, inner)
            forget_changed(node, reading)
        case "expression_statement":
            _expression(node.named_children[0], reading)
        case "type_declaration" | "const_declaration":
            return
        case _:
            forget_changed(node, reading)
            reading.printed = None if prints(node) else reading.printed


# Checks and tables.


def _if(node: tree_sitter.Node, reading: Reading) -> None:
    inner = reading.inner()
    before, test = (node.child_by_field_name(n) for n in ("initializer", "condition"))
    then = node.child_by_field_name("consequence")
    if before is not None:
        _statement(before, inner)
    if test is not None and then is not None and _only_fails(then):
        inner.claims += refuted(test, inner)
    else:
        forget_changed(node, reading)
        reading.printed = None if prints(node) else reading.printed
    other = node.child_by_field_name("alternative")
    if other is not None and then is not None and _only_fails(then):
        branch = inner.inner()
        _statement(other, branch)
        forget_changed(other, reading)
    if before is not None:
        forget_changed(before, reading)


def _only_fails(block: tree_sitter.Node) -> bool:
    """Whether a block makes the test fail; what it prints and that it ends does not count."""
    texts = [text_of(one) for one in statements_of(block)]
    return any(_FAILS.match(one) for one in texts) and all(
        _FAILS.match(one) or re.match(r"return\b|\w+\.Logf?\(|fmt\.Print|continue\b", one)
        for one in texts
    )


def _rows(node: tree_sitter.Node, reading: Reading) -> None:
    """``for _, tt := range tests { … }``, ``for in, want := range map[int]int{1: 2} { … }``."""
    clause = next((one for one in node.named_children if one.type == "range_clause"), None)
    body = node.child_by_field_name("body")
    left = clause.child_by_field_name("left") if clause is not None else None
    right = clause.child_by_field_name("right") if clause is not None else None
    reading.printed = None if prints(node) else reading.printed
    if left is None or right is None or body is None:
        forget_changed(node, reading)
        return
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
    for pair in pairs[:_MOST_ROWS]:
        inner = replace(reading, known=dict(held), printed=None)
        for name, value in zip(names, pair, strict=False):
            inner.known.pop(name, None)
            if not isinstance(value, Unknown):
                inner.known[name] = LiteralValue(value)
        _block(body, inner)
    forget_changed(node, reading)


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
