"""Small changes to a function's code: what its examples should notice.

All changed versions of a function stand in one program, beside each other under names of their
own, so that the compiler is asked once; a program's first line says which one is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages import copies
from algosmith.languages.go.tree import (
    called_name,
    function_in,
    functions_in,
    is_panic,
    name_of,
    names_in,
)
from algosmith.languages.nodes import text_of
from algosmith.languages.versions import head_of, with_head
from algosmith.syntax.goimports import imports_in, receiver_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.languages.copies import Edit

_PAIRS = (
    ("min", "max"), ("Min", "Max"), ("HasPrefix", "HasSuffix"), ("ToLower", "ToUpper"),
    ("Floor", "Ceil"), ("IsLetter", "IsDigit"), ("Index", "LastIndex"), ("PushBack", "PushFront"),
    ("Front", "Back"), ("IndexByte", "LastIndexByte"), ("MinInt", "MaxInt"), ("Next", "Prev"),
    ("TrimLeft", "TrimRight"), ("MaxInt64", "MinInt64"), ("MaxInt32", "MinInt32"),
    ("Left", "Right"),
)  # fmt: skip
_NAMES = {**dict(_PAIRS), **{b: a for a, b in _PAIRS}}
_FIXED = frozenset({"array_type", "const_spec", "const_declaration", "type_arguments",
                    "expression_case", "type_case", "import_spec"})  # fmt: skip
"""Where only a constant, a type or a value that stands nowhere else may be."""
_SENTINEL = 1_000_000
_ASKED = frozenset({"Len", "Less", "Swap"})
"""A type with these is sorted, or a heap, by the standard library: by its names, not by ours."""
_SHOWS = (
    "Print",
    "Println",
    "Printf",
    "Fprint",
    "Fprintln",
    "Fprintf",
    "Flush",
    "println",
    "print",
)


def mutants(text: str, entry: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change in the entry or in a function that it calls,
    in a fixed order.
    """
    _, source = head_of(text)
    function = function_in(source, entry)
    if function is None:
        return []
    own = called(function)
    edits = chosen([body for one in own if (body := one.child_by_field_name("body"))], most)
    if not edits:
        return []
    functions = {name_of(one) for one in own if not receiver_of(one)[1]}
    methods = {name_of(one) for one in own if receiver_of(one)[1]}
    packages = {one.name for one in imports_in(_root_of(function))}

    def is_called(node: tree_sitter.Node) -> bool:
        if node.type == "identifier":
            return text_of(node) in functions
        return (
            node.type == "field_identifier"
            and text_of(node) in methods
            and not _is_of(node, packages)
        )

    made = copies.with_copies(source, own, edits, is_called, name_of)
    base = with_head(made, entry=entry, copies=len(edits))
    return [with_head(base, switch=n) for n in range(1, len(edits) + 1)]


def _is_of(node: tree_sitter.Node, packages: set[str]) -> bool:
    """Whether a name stands behind a package's: ``sort.Search``."""
    parent = node.parent
    operand = parent.child_by_field_name("operand") if parent is not None else None
    return operand is not None and text_of(operand) in packages


def chosen(bodies: list[tree_sitter.Node], most: int) -> list[Edit]:
    """Up to ``most`` changes in function bodies, in a fixed order."""
    return copies.chosen(bodies, _edits, ("return_statement", "if_statement"), most)


def _root_of(node: tree_sitter.Node) -> tree_sitter.Node:
    while node.parent is not None:
        node = node.parent
    return node


def called(function: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The function and those of the program that it comes to by names, in the text's order."""
    known: dict[str, list[tree_sitter.Node]] = {}
    owned: dict[str, set[str]] = {}
    for node in functions_in(_root_of(function)):
        known.setdefault(name_of(node), []).append(node)
        owned.setdefault(receiver_of(node)[1], set()).add(name_of(node))

    def is_plain(node: tree_sitter.Node) -> bool:
        owner = receiver_of(node)[1]
        return name_of(node) != "init" and not (owner and owned[owner] >= _ASKED)

    found = copies.reached(function, known, names_in, is_plain)
    # Of two with one name a changed version could not tell which one is called.
    names = [name_of(one) for one in found]
    return [one for one in found if names.count(name_of(one)) == 1 or one == function]


def _edits(node: tree_sitter.Node) -> Iterator[Edit]:  # noqa: C901  one case for each node
    """Everything that can be changed at one node."""
    if _is_fixed(node):
        return
    match node.type:
        case "binary_expression":
            yield from copies.operator_of(node, copies.BINARY)
        case "assignment_statement":
            yield from copies.operator_of(node, copies.ASSIGNED)
            if _is_plain_assignment(node):
                yield node.start_byte, node.end_byte, ""
        case "inc_statement" | "dec_statement":
            text = text_of(node)
            swapped = f"{text[:-2]}{'--' if text.endswith('++') else '++'}"
            yield node.start_byte, node.end_byte, swapped
        case "unary_expression" if text_of(node)[:1] in "!-^":
            operand = node.child_by_field_name("operand")
            if operand is not None:
                yield node.start_byte, node.end_byte, f"({text_of(operand)})"
        case "int_literal" | "float_literal":
            yield from _number(node)
        case "true" | "false":
            yield node.start_byte, node.end_byte, "false" if node.type == "true" else "true"
        case "field_identifier" | "identifier" if text_of(node) in _NAMES and _is_used(node):
            yield node.start_byte, node.end_byte, _NAMES[text_of(node)]
        case "if_statement":
            test = node.child_by_field_name("condition")
            if test is not None:
                yield test.start_byte, test.end_byte, f"!({text_of(test)})"
        case "break_statement" | "continue_statement" if node.named_child_count == 0:
            yield node.start_byte, node.end_byte, ""
        case "expression_statement" if _does_something(node):
            yield node.start_byte, node.end_byte, ""
        case _:
            return


def _is_fixed(node: tree_sitter.Node) -> bool:
    parent = node.parent
    while parent is not None and parent.type != "block":
        if parent.type in _FIXED:
            inner = parent.child_by_field_name("value") or parent.child_by_field_name("type")
            if not parent.type.endswith("_case"):
                return True
            # The statements of a case are as others are; its values and types are not.
            return inner is not None and inner.start_byte <= node.start_byte < inner.end_byte
        parent = parent.parent
    return False


def _is_plain_assignment(node: tree_sitter.Node) -> bool:
    operator = node.child_by_field_name("operator")
    return operator is not None and text_of(operator) == "="


def _is_used(node: tree_sitter.Node) -> bool:
    """Whether a name is that of what is called, or of a field or constant."""
    parent = node.parent
    if parent is None:
        return False
    if node.type == "field_identifier":
        return parent.type == "selector_expression"
    function = parent.child_by_field_name("function") if parent.type == "call_expression" else None
    return function == node


def _does_something(node: tree_sitter.Node) -> bool:
    inner = node.named_children[0] if node.named_children else None
    if inner is None or inner.type != "call_expression" or is_panic(node):
        return False
    return called_name(inner)[1] not in _SHOWS


def _number(node: tree_sitter.Node) -> Iterator[Edit]:
    text = text_of(node)
    if not re.fullmatch(r"(?:0|[1-9]\d*)", text) or int(text) >= _SENTINEL:
        if re.fullmatch(r"\d+\.\d*", text):
            yield node.start_byte, node.end_byte, f"({text} + 1)"
        return
    value = int(text)
    yield node.start_byte, node.end_byte, f"{value + 1}"
    yield node.start_byte, node.end_byte, f"{value - 1}" if value else "(-1)"
