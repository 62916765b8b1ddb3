"""Whether what a Rust expression names may be asked for twice: a counted program does so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk

if TYPE_CHECKING:
    import tree_sitter

_PURE = frozenset({"len", "min", "max", "abs", "pow", "is_empty", "abs_diff", "saturating_sub",
                   "saturating_add", "wrapping_add", "wrapping_sub", "rem_euclid"})  # fmt: skip
_GUARDS = frozenset({"borrow", "borrow_mut", "lock", "as_ref", "as_mut", "as_deref",
                     "as_deref_mut", "last_mut", "first_mut", "as_bytes", "as_str"})  # fmt: skip
"""Methods that only lead to what is held: they may be called once more."""
_EFFECTS = frozenset({"call_expression", "macro_invocation", "closure_expression", "block",
                      "assignment_expression", "compound_assignment_expr", "try_expression",
                      "await_expression", "if_expression", "match_expression"})  # fmt: skip
LITERALS = frozenset({"integer_literal", "float_literal", "char_literal", "boolean_literal",
                       "negative_literal", "unit_expression"})  # fmt: skip
TEXTS = frozenset({"string_literal", "raw_string_literal"})
UNWEIGHED = LITERALS | TEXTS | frozenset({
    "range_expression", "array_expression", "macro_invocation", "closure_expression",
    "struct_expression",
})  # fmt: skip
"""What is never long, or costs what its own parts tell."""
UNTOLD = re.compile(r"\.(?:into|parse|sum|product|collect)\(|\bdefault\(")
"""What has no type of its own: asking for it would choose one."""


def is_place(node: tree_sitter.Node) -> bool:
    """Whether it names something that stays where it is."""
    if node.type in ("identifier", "self", "field_expression", "index_expression"):
        return True
    if node.type == "parenthesized_expression":
        return is_place(node.named_children[0])
    return node.type == "unary_expression" and text_of(node).startswith("*")


def is_steady(node: tree_sitter.Node) -> bool:
    """Whether it is the same, and does nothing, when it is written twice."""
    match node.type:
        case "identifier" | "self" | "scoped_identifier":
            return True
        case "field_expression":
            return is_steady(node.named_children[0])
        case "index_expression":
            return all(map(is_steady, node.named_children[:1])) and all(
                map(is_pure, node.named_children[1:])
            )
        case "parenthesized_expression":
            return is_steady(node.named_children[0])
        case "unary_expression":
            return text_of(node).startswith("*") and is_steady(node.named_children[0])
        case "call_expression":
            return _is_guard(node)
        case _:
            return False


def open_start(range_: tree_sitter.Node) -> tree_sitter.Node | None:
    """Where a range without an end begins, if that may be worked out twice."""
    if range_.type != "range_expression" or not text_of(range_).endswith(".."):
        return None
    start = range_.named_children[0] if range_.named_children else None
    return start if start is not None and is_pure(start) else None


def _is_guard(call: tree_sitter.Node) -> bool:
    """``cell.borrow_mut()``, ``option.as_mut().unwrap()``."""
    called, given = (call.child_by_field_name(f) for f in ("function", "arguments"))
    if called is None or called.type != "field_expression" or given is None:
        return False
    receiver, label = (called.child_by_field_name(f) for f in ("value", "field"))
    if receiver is None or label is None or given.named_children:
        return False
    if text_of(label) == "unwrap":
        return receiver.type == "call_expression" and _is_guard(receiver)
    return text_of(label) in _GUARDS and is_steady(receiver)


def is_pure(node: tree_sitter.Node) -> bool:
    """Whether working it out again changes nothing and takes nothing away."""
    if node.type == "reference_expression":
        return "mut" not in (c.type for c in node.children) and "&mut" not in text_of(node) and (
            all(map(is_pure, node.named_children))
        )  # fmt: skip
    for one in walk(node):
        if one.type not in _EFFECTS:
            continue
        called = one.child_by_field_name("function")
        label = called.child_by_field_name("field") if called is not None else None
        if label is None or text_of(label) not in _PURE:
            return False
    return True


def is_compared(node: tree_sitter.Node) -> bool:
    """Whether a side of ``==`` may be long."""
    if node.type in UNWEIGHED or node.type in ("binary_expression", "type_cast_expression"):
        return False
    text = text_of(node)
    if UNTOLD.search(text):
        return False
    if node.type == "reference_expression":
        value = node.child_by_field_name("value")
        return value is not None and is_compared(value)
    if node.type in ("identifier", "scoped_identifier", "call_expression"):
        return not re.match(r"(?:\w+::)*[A-Z]", text) and not text.endswith(".len()")
    return node.type != "unary_expression" or text.startswith("*")
