"""Small changes to a function's code: what its examples should notice.

All changed versions of a function stand in one program, beside each other under names of their
own, so that the compiler is asked once; a program's first line says which one is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages import copies
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.tree import (
    FUNCTION,
    function_in,
    macro_of,
    name_of,
    names_in,
    owners_of,
)
from algosmith.languages.versions import head_of, with_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.languages.copies import Edit

_PAIRS = (
    ("min", "max"), ("front", "back"), ("push_front", "push_back"), ("pop_front", "pop_back"),
    ("first", "last"), ("any", "all"), ("floor", "ceil"), ("is_some", "is_none"),
    ("min_by_key", "max_by_key"), ("to_lowercase", "to_uppercase"), ("sum", "product"),
    ("to_ascii_lowercase", "to_ascii_uppercase"), ("is_alphabetic", "is_numeric"),
    ("is_ascii_alphabetic", "is_ascii_digit"), ("take_while", "skip_while"), ("take", "skip"),
    ("wrapping_add", "wrapping_sub"), ("saturating_add", "saturating_sub"), ("Less", "Greater"),
    ("starts_with", "ends_with"), ("find", "rfind"), ("is_ok", "is_err"),
)  # fmt: skip
_NAMES = {**dict(_PAIRS), **{b: a for a, b in _PAIRS}}
_DROPPED = frozenset({"rev", "abs", "sort", "sort_unstable", "dedup", "reverse", "trim"})
"""Methods whose call is left out."""
_FIXED = frozenset({"type_arguments", "array_type", "const_item", "static_item", "attribute_item",
                    "match_pattern", "generic_type", "token_tree_pattern"})  # fmt: skip
"""Where only a constant, a type or a pattern may stand."""
_SENTINEL = 1_000_000


def mutants(text: str, entry: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change in the entry or in a function that it calls,
    in a fixed order.
    """
    _, source = head_of(text)
    function = function_in(source, entry)
    if function is None:
        return []
    own = _called(function)
    edits = chosen([body for one in own if (body := one.child_by_field_name("body"))], most)
    if not edits:
        return []
    made = copies.with_copies(source, own, edits, _is_name, name_of)
    base = with_head(made, entry=entry, copies=len(edits))
    return [with_head(base, switch=n) for n in range(1, len(edits) + 1)]


def chosen(bodies: list[tree_sitter.Node], most: int) -> list[Edit]:
    """Up to ``most`` changes in function bodies, in a fixed order."""
    return copies.chosen(bodies, _edits, ("return_expression", "if_expression"), most)


def _called(function: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The function and those of the program that it comes to by names.

    Functions inside others are parts of these.
    """
    root = function
    while root.parent is not None:
        root = root.parent
    known: dict[str, list[tree_sitter.Node]] = {}
    for node in walk(root):
        if node.type == FUNCTION and node.child_by_field_name("body") is not None:
            known.setdefault(name_of(node), []).append(node)
    return copies.reached(function, known, names_in, _is_plain)


def _is_name(node: tree_sitter.Node) -> bool:
    return node.type in ("identifier", "field_identifier")


def _is_plain(function: tree_sitter.Node) -> bool:
    """Whether a copy can stand beside it: at the top, or among the functions of a type."""
    parent = function.parent
    if parent is None or parent.type == "source_file":
        return True
    owner = parent.parent
    return (
        parent.type == "declaration_list"
        and owner is not None
        and owner.type == "impl_item"
        and owner.child_by_field_name("trait") is None
        and len(owners_of(function)) == 1
    )


def _edits(node: tree_sitter.Node) -> Iterator[Edit]:  # noqa: C901  one case for each node
    """Everything that can be changed at one node."""
    if _is_fixed(node):
        return
    match node.type:
        case "binary_expression":
            yield from copies.operator_of(node, copies.BINARY)
        case "compound_assignment_expr":
            yield from copies.operator_of(node, copies.ASSIGNED)
        case "unary_expression" if text_of(node)[:1] in "!-":
            yield node.start_byte, node.end_byte, f"({text_of(node.named_children[-1])})"
        case "integer_literal" | "float_literal":
            yield from _number(node)
        case "boolean_literal":
            yield node.start_byte, node.end_byte, "false" if text_of(node) == "true" else "true"
        case "field_identifier" | "identifier" if text_of(node) in _NAMES and _is_called(node):
            yield node.start_byte, node.end_byte, _NAMES[text_of(node)]
        case "if_expression" | "while_expression":
            yield from _condition(node)
        case "break_expression" | "continue_expression" if node.named_child_count == 0:
            yield node.start_byte, node.end_byte, "()"
        case "range_expression":
            yield from _range(node)
        case "call_expression":
            yield from _dropped(node)
        case "expression_statement" if _does_something(node):
            yield node.start_byte, node.end_byte, ";"
        case "macro_invocation":
            yield from _in_macro(node)
        case "match_arm":
            yield from _guard(node)
        case _:
            return


def _is_fixed(node: tree_sitter.Node) -> bool:
    parent: tree_sitter.Node | None = node
    while parent is not None and parent.type != "block":
        if parent.type in _FIXED and parent != node:
            return True
        parent = parent.parent
    return False


def _is_called(node: tree_sitter.Node) -> bool:
    """Whether a name is that of a method or function, or of an ordering."""
    parent = node.parent
    if parent is None or parent.type not in ("field_expression", "scoped_identifier"):
        return False
    if text_of(node) in ("Less", "Greater"):
        return True
    above = parent.parent
    return above is not None and above.type in ("call_expression", "generic_function")


def _condition(node: tree_sitter.Node) -> Iterator[Edit]:
    test = node.child_by_field_name("condition")
    if test is not None and test.type not in ("let_condition", "let_chain"):
        yield test.start_byte, test.end_byte, f"!({text_of(test)})"


def _guard(node: tree_sitter.Node) -> Iterator[Edit]:
    pattern = node.child_by_field_name("pattern")
    test = pattern.child_by_field_name("condition") if pattern is not None else None
    if test is not None and test.type != "let_condition":
        yield test.start_byte, test.end_byte, f"!({text_of(test)})"


def _range(node: tree_sitter.Node) -> Iterator[Edit]:
    """``0..n`` with one more at its end, ``0..=n`` with one fewer."""
    for child in node.children:
        if child.type == ".." and child.next_sibling is not None:
            yield child.start_byte, child.end_byte, "..="
        elif child.type == "..=":
            yield child.start_byte, child.end_byte, ".."


def _dropped(node: tree_sitter.Node) -> Iterator[Edit]:
    function = node.child_by_field_name("function")
    owner = function.child_by_field_name("value") if function is not None else None
    label = function.child_by_field_name("field") if function is not None else None
    if owner is not None and label is not None and text_of(label) in _DROPPED:
        yield owner.end_byte, node.end_byte, ""


def _does_something(node: tree_sitter.Node) -> bool:
    inner = node.named_children[0] if node.named_children else None
    if inner is None or macro_of(inner) in ("println", "print", "eprintln", "assert"):
        return False
    return inner.type in (
        "call_expression",
        "compound_assignment_expr",
        "assignment_expression",
        "macro_invocation",
    )


def _in_macro(node: tree_sitter.Node) -> Iterator[Edit]:
    """Numbers in ``vec![0; n + 1]``: a macro's arguments are no expressions in the tree."""
    if macro_of(node) not in ("vec", "format", "println", "print", "write", "writeln", "matches"):
        return
    for one in walk(node.named_children[-1]):
        if one.type == "integer_literal":
            yield from _number(one)
        elif one.type in ("+", "-") or (not one.child_count and text_of(one) in ("+", "-")):
            yield one.start_byte, one.end_byte, "-" if text_of(one) == "+" else "+"


def _number(node: tree_sitter.Node) -> Iterator[Edit]:
    text = text_of(node)
    match = re.fullmatch(r"(\d[\d_]*?)_?((?:[iu](?:8|16|32|64|128|size))?)", text)
    if not match or int(match[1].replace("_", "")) >= _SENTINEL:
        if re.fullmatch(r"[\d_]+\.[\d_]*(?:_?f(?:32|64))?", text):
            yield node.start_byte, node.end_byte, f"({text} + 1.0)"
        return
    value = int(match[1].replace("_", ""))
    parent = node.parent
    signed = parent is not None and parent.type == "unary_expression"
    for step in (1, -1):
        new = value + step
        if new >= 0:
            yield node.start_byte, node.end_byte, f"{new}{match[2]}"
        elif not signed:
            yield node.start_byte, node.end_byte, f"(-1{match[2]})"
