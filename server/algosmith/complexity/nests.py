"""Growth by reading a function of a language with braces: its loops, one inside another.

Far from sure: it speaks only where the code is plain, as a second opinion beside the counts.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from algosmith.complexity.notation import Rate
from algosmith.languages.nodes import text_of, walk

if TYPE_CHECKING:
    import tree_sitter

_LOOPS = frozenset({
    "for_statement", "for_in_statement", "for_range_loop", "enhanced_for_statement",
    "while_statement", "do_statement", "for_expression", "while_expression", "loop_expression",
})  # fmt: skip
_LINE = Rate(0, Fraction(1))
_LOG = Rate(0, Fraction(0), Fraction(1))
_SORT = Rate(0, Fraction(1), Fraction(1))
_HALVES = re.compile(
    r"(?:\*=|/=|>>=|>>>=|<<=)|=\s*(?:Math\.(?:floor|trunc)\()?\s*\w+\s*(?:/\s*\d|>>)|\bmid\w*\s*[-+;)]"
)
_FIXED_RANGE = re.compile(r"\(?\d+\s*\.\.=?\s*(?:\d+|[A-Z][A-Z0-9_]+)\)?(?:\.rev\(\))?$")
_FIXED = re.compile(r"(?:<=?\s*\d+|>=?\s*(?:[2-9]|\d\d+)|[<>]=?\s*[A-Z][A-Z0-9_]+)\s*$")
"""Counting down to nothing is no fixed number of turns."""
_ROOT = re.compile(r"\b(\w+)(?: as \w+)?\s*\*\s*\1(?: as \w+)?\s*<=?|<=?\s*(?:Math\.|std::)?sqrt\(")
_DEFINED = r"\b{0}\s*(?:=\s*)?(?:async\s*)?(?:\([^;{{}}]*\)[\w\s:<>]*(?:=>|\{{)|\w+\s*=>)"
_DEFINED_IN_RUST = r"\bfn\s+{0}\b"
_DEEPER = re.compile(r"\b(?:BTree|BinaryHeap)")
"""What each call of goes down a tree."""
_SORTS = frozenset({"sort", "stable_sort", "toSorted"})
_LINEAR = frozenset({
    "indexOf", "lastIndexOf", "includes", "slice", "splice", "concat", "shift", "unshift",
    "reverse",
    "join", "fill", "map", "filter", "forEach", "reduce", "some", "every", "find", "findIndex",
    "split", "substring", "substr", "repeat", "replace", "keys", "values", "entries", "from",
    "flat", "accumulate", "count", "erase", "insert", "assign", "max_element", "min_element",
})  # fmt: skip

_ENDS = frozenset({
    "sum", "product", "collect", "count", "max", "min", "max_by", "max_by_key", "min_by",
    "min_by_key", "fold", "any", "all", "position", "find_map", "for_each", "unzip", "partition",
    "last", "to_vec", "reverse", "concat", "join", "repeat", "retain", "rotate_left", "fill",
    "rotate_right", "dedup",
})  # fmt: skip
"""Methods that go through an iterator, or a row, in Rust; those in front of them only pass on."""


def rate_of(function: tree_sitter.Node, name: str, text: str) -> Rate | None:
    """The growth that a function's loops show; None where it calls itself or others of its file."""
    body = function.child_by_field_name("body")
    if body is None:
        return None
    called = {_called(one) for one in walk(body) if one.type == "call_expression"} - {""}
    rust = function.type == "function_item"
    defined = _DEFINED_IN_RUST if rust else _DEFINED
    if name in called or any(re.search(defined.format(re.escape(one)), text) for one in called):
        return None
    if rust and _DEEPER.search(text_of(function)):
        return None
    return _growth(body)


def _growth(node: tree_sitter.Node) -> Rate:
    if node.type == "call_expression" and node.child_by_field_name("arguments") is not None:
        name = _called(node)
        if _is_rust(node) and (name in _ENDS or name.startswith("sort")):
            return _ended(node, name)
        given = text_of(node).rpartition(name)[2]
        if _is_rust(node) and name in ("insert", "remove") and re.match(r"\(0\s*[,)]", given):
            return max(_LINE, *map(_growth, node.named_children))
    inside = max((_growth(child) for child in node.named_children), default=Rate())
    if node.type in _LOOPS:
        turns = _turns(node)
        return Rate(0, turns.power + inside.power, turns.logs + inside.logs)
    if node.type == "spread_element":
        return max(_LINE, inside)
    if node.type == "call_expression" and not _is_rust(node):
        name = _called(node)
        if name in _SORTS:
            return max(_SORT, inside)
        if name in _LINEAR:
            acts = any(one.type in ("arrow_function", "function_expression") for one in walk(node))
            return Rate(0, 1 + inside.power, inside.logs) if acts else max(_LINE, inside)
    return inside


def _is_rust(call: tree_sitter.Node) -> bool:
    """Whether a call is one of a language whose iterators only pass on: the others have no items
    for functions.
    """
    parent = call.parent
    while parent is not None and not parent.type.startswith(("function_", "method_")):
        parent = parent.parent
    return parent is not None and parent.type == "function_item"


def _ended(call: tree_sitter.Node, name: str) -> Rate:
    """A chain that ends: the closures on its way once for each element."""
    acts, one = Rate(), call
    while True:
        function, given = (one.child_by_field_name(f) for f in ("function", "arguments"))
        acts = max(acts, _growth(given)) if given is not None else acts
        inner = function
        if inner is not None and inner.type == "generic_function":
            inner = inner.child_by_field_name("function")
        receiver = inner.child_by_field_name("value") if inner is not None else None
        if receiver is None or receiver.type != "call_expression" or _called(receiver) in _ENDS:
            break
        one = receiver
    before = _growth(receiver) if receiver is not None else Rate()
    if name in ("max", "min") and _has_arguments(call):
        return max(acts, before)  # of two values
    turns = _SORT if name.startswith("sort") else _LINE
    return max(Rate(0, turns.power + acts.power, turns.logs + acts.logs), before)


def _has_arguments(call: tree_sitter.Node) -> bool:
    """Whether a call has arguments."""
    given = call.child_by_field_name("arguments")
    return given is not None and bool(given.named_children)


def _turns(loop: tree_sitter.Node) -> Rate:
    condition = loop.child_by_field_name("condition")
    tested = text_of(condition).strip("();\n ") if condition is not None else ""
    if _FIXED.search(tested):
        return Rate()
    update = loop.child_by_field_name("increment") or loop.child_by_field_name("update")
    body = loop.child_by_field_name("body")
    moves = text_of(update) if update is not None else text_of(body) if body is not None else ""
    if (tested or loop.type == "loop_expression") and _HALVES.search(moves):
        return _LOG
    over = loop.child_by_field_name("value") if loop.type == "for_expression" else None
    if over is not None and _FIXED_RANGE.match(text_of(over)):
        return Rate()
    if _ROOT.search(tested or (text_of(over) if over is not None else "")):
        return Rate(0, Fraction(1, 2))
    return _LINE


def _called(call: tree_sitter.Node) -> str:
    function = call.child_by_field_name("function")
    if function is not None and function.type == "generic_function":
        function = function.child_by_field_name("function")
    return re.split(r"[.>:]", text_of(function))[-1] if function is not None else ""
