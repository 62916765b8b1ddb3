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
    "while_statement", "do_statement",
})  # fmt: skip
_LINE = Rate(0, Fraction(1))
_LOG = Rate(0, Fraction(0), Fraction(1))
_SORT = Rate(0, Fraction(1), Fraction(1))
_HALVES = re.compile(
    r"(?:\*=|/=|>>=|>>>=|<<=)|=\s*(?:Math\.(?:floor|trunc)\()?\s*\w+\s*(?:/\s*\d|>>)|\bmid\w*\s*[-+;)]"
)
_FIXED = re.compile(r"[<>]=?\s*(?:\d+|[A-Z][A-Z0-9_]+)\s*$")
_ROOT = re.compile(r"\b(\w+)\s*\*\s*\1\s*<=?|<=?\s*(?:Math\.|std::)?sqrt\(")
_DEFINED = r"\b{0}\s*(?:=\s*)?(?:async\s*)?(?:\([^;{{}}]*\)[\w\s:<>]*(?:=>|\{{)|\w+\s*=>)"
_SORTS = frozenset({"sort", "stable_sort", "toSorted"})
_LINEAR = frozenset({
    "indexOf", "lastIndexOf", "includes", "slice", "splice", "concat", "shift", "unshift",
    "reverse",
    "join", "fill", "map", "filter", "forEach", "reduce", "some", "every", "find", "findIndex",
    "split", "substring", "substr", "repeat", "replace", "keys", "values", "entries", "from",
    "flat", "accumulate", "count", "erase", "insert", "assign", "max_element", "min_element",
})  # fmt: skip


def rate_of(function: tree_sitter.Node, name: str, text: str) -> Rate | None:
    """The growth that a function's loops show; None where it calls itself or others of its file."""
    body = function.child_by_field_name("body")
    if body is None:
        return None
    called = {_called(one) for one in walk(body) if one.type == "call_expression"} - {""}
    if name in called or any(re.search(_DEFINED.format(re.escape(one)), text) for one in called):
        return None
    return _growth(body)


def _growth(node: tree_sitter.Node) -> Rate:
    inside = max((_growth(child) for child in node.named_children), default=Rate())
    if node.type in _LOOPS:
        turns = _turns(node)
        return Rate(0, turns.power + inside.power, turns.logs + inside.logs)
    if node.type == "spread_element":
        return max(_LINE, inside)
    if node.type == "call_expression":
        name = _called(node)
        if name in _SORTS:
            return max(_SORT, inside)
        if name in _LINEAR:
            acts = any(one.type in ("arrow_function", "function_expression") for one in walk(node))
            return Rate(0, 1 + inside.power, inside.logs) if acts else max(_LINE, inside)
    return inside


def _turns(loop: tree_sitter.Node) -> Rate:
    condition = loop.child_by_field_name("condition")
    tested = text_of(condition).strip("();\n ") if condition is not None else ""
    if _FIXED.search(tested):
        return Rate()
    update = loop.child_by_field_name("increment") or loop.child_by_field_name("update")
    body = loop.child_by_field_name("body")
    moves = text_of(update) if update is not None else text_of(body) if body is not None else ""
    if tested and _HALVES.search(moves):
        return _LOG
    if _ROOT.search(tested):
        return Rate(0, Fraction(1, 2))
    return _LINE


def _called(call: tree_sitter.Node) -> str:
    function = call.child_by_field_name("function")
    return re.split(r"[.>:]", text_of(function))[-1] if function is not None else ""
