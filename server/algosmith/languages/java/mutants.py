"""Small changes to a method's code: what its examples should notice.

All changed versions stand in one program, beside each other under names of their own, so that the
compiler is asked once; a program's first line says which one is meant.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from algosmith.languages.java.tree import function_in, name_of, parts_of_entry
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.versions import changed_name, head_of, with_head

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

_BINARY: dict[str, tuple[str, ...]] = {
    "<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="), "==": ("!=",),
    "!=": ("==",), "+": ("-",), "-": ("+",), "*": ("+",), "/": ("*",), "%": ("/",), "&": ("|",),
    "|": ("&",), "^": ("|",), "<<": (">>",), ">>": ("<<",), ">>>": ("<<",), "&&": ("||",),
    "||": ("&&",),
}  # fmt: skip
_ASSIGNED: dict[str, tuple[str, ...]] = {
    "+=": ("-=",), "-=": ("+=",), "*=": ("+=",), "/=": ("*=",), "%=": ("/=",), "&=": ("|=",),
    "|=": ("&=",), "^=": ("|=",), "<<=": (">>=",), ">>=": ("<<=",),
}  # fmt: skip
_NAMES = {"min": "max", "max": "min", "addFirst": "addLast", "addLast": "addFirst",
          "getFirst": "getLast", "getLast": "getFirst", "pollFirst": "pollLast",
          "pollLast": "pollFirst", "peekFirst": "peekLast", "peekLast": "peekFirst",
          "removeFirst": "removeLast", "removeLast": "removeFirst", "floor": "ceil",
          "ceil": "floor", "toLowerCase": "toUpperCase", "toUpperCase": "toLowerCase",
          "indexOf": "lastIndexOf", "lastIndexOf": "indexOf", "floorKey": "ceilingKey",
          "ceilingKey": "floorKey", "startsWith": "endsWith", "endsWith": "startsWith",
          "firstKey": "lastKey", "lastKey": "firstKey", "getKey": "getValue",
          "getValue": "getKey", "isLetter": "isDigit", "isDigit": "isLetter"}  # fmt: skip
_SENTINEL = 1_000_000
_FIXED = frozenset({"switch_label", "annotation", "marker_annotation", "dimensions_expr"})
"""Where only a constant, or no negative number, may stand."""

Edit = tuple[int, int, str]


def mutants(text: str, entry: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change in the entry, in a fixed order."""
    head, source = head_of(text)
    function = function_in(source, entry)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        return []
    places = [(node, edit) for node in walk(body) for edit in edits_of(node)]
    random.Random(0).shuffle(places)  # noqa: S311 - a sample, no secret
    places.sort(key=lambda place: place[0].type != "return_statement")
    edits = list(dict.fromkeys(edit for _, edit in places))[:most]
    if not edits:
        return []
    data = source.encode("utf-8", "surrogatepass")
    _, name, types = parts_of_entry(entry)
    copies = [
        _copy(data, function, edit, name, n, own=types is None) for n, edit in enumerate(edits, 1)
    ]
    end = function.end_byte
    front, rest = data[:end].decode("utf-8", "replace"), data[end:].decode("utf-8", "replace")
    together = f"{front}{''.join(copies)}{rest}"
    base = with_head(together, **{**head, "types": None, "entry": entry})
    return [with_head(base, switch=n) for n in range(1, len(copies) + 1)]


def _copy(
    data: bytes, function: tree_sitter.Node, edit: Edit, name: str, number: int, *, own: bool
) -> str:
    """A changed version of the method, which calls itself by its own name."""
    start = function.start_byte
    label = function.child_by_field_name("name")
    spots = [label] if label is not None else []
    if own:
        spots += [n for n in (m.child_by_field_name("name") for m in walk(function)
                              if m.type == "method_invocation" and name_of(m) == name)
                  if n is not None]  # fmt: skip
    at, end, _ = edit
    renamed = changed_name(name, number)
    edits = [edit, *((n.start_byte, n.end_byte, renamed) for n in spots
                     if n.end_byte <= at or n.start_byte >= end)]  # fmt: skip
    made = data[start : function.end_byte]
    for one, until, text in sorted(edits, reverse=True):
        made = made[: one - start] + text.encode() + made[until - start :]
    return f"\n/*<{number}*/\n{made.decode('utf-8', 'replace')}\n/*{number}>*/\n"


def edits_of(node: tree_sitter.Node) -> Iterator[Edit]:  # noqa: C901  one case for each node
    """Everything that can be changed at one node."""
    if node.parent is not None and node.parent.type in _FIXED:
        return
    match node.type:
        case "binary_expression":
            yield from _operator(node, _BINARY)
        case "assignment_expression":
            yield from _operator(node, _ASSIGNED)
        case "update_expression":
            swapped = text_of(node).translate(str.maketrans("+-", "-+"))
            yield node.start_byte, node.end_byte, swapped
        case "unary_expression":
            operand = node.child_by_field_name("operand")
            if operand is not None and text_of(node)[:1] in "!-~":
                yield node.start_byte, node.end_byte, f" {text_of(operand)}"
        case "decimal_integer_literal" | "decimal_floating_point_literal":
            yield from _number(node)
        case "true" | "false":
            yield node.start_byte, node.end_byte, "false" if node.type == "true" else "true"
        case "method_invocation":
            label = node.child_by_field_name("name")
            if label is not None and text_of(label) in _NAMES:
                yield label.start_byte, label.end_byte, _NAMES[text_of(label)]
        case "if_statement" | "ternary_expression":
            test = node.child_by_field_name("condition")
            if test is not None and "instanceof" not in text_of(test):
                yield test.start_byte, test.end_byte, f"(!({text_of(test)}))"
        case "break_statement" | "continue_statement":
            yield node.start_byte, node.end_byte, ";"
        case "expression_statement" if _does_something(node):
            yield node.start_byte, node.end_byte, ";"
        case _:
            return


def _operator(node: tree_sitter.Node, table: dict[str, tuple[str, ...]]) -> Iterator[Edit]:
    operator = node.child_by_field_name("operator")
    for new in table.get(text_of(operator) if operator is not None else "", ()):
        if operator is not None:
            yield operator.start_byte, operator.end_byte, f" {new} "


def _does_something(node: tree_sitter.Node) -> bool:
    inner = node.named_children[0] if node.named_children else None
    return inner is not None and inner.type in ("method_invocation", "update_expression",
                                                "assignment_expression")  # fmt: skip


def _number(node: tree_sitter.Node) -> Iterator[Edit]:
    text = text_of(node)
    match = re.fullmatch(r"(\d{1,18})([lL]?)", text.replace("_", ""))
    if not match or int(match[1]) >= _SENTINEL:
        if re.fullmatch(r"\d+\.\d*", text):
            yield node.start_byte, node.end_byte, f"({text} + 1)"
        return
    for step in (1, -1):
        yield node.start_byte, node.end_byte, f"({int(match[1]) + step}{match[2]})"
