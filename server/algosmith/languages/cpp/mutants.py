"""Small changes to a function's code: what its examples should notice.

All changed versions of a function stand in one program, beside each other under names of their
own, so that the compiler is asked once; a program's first line says which one is meant.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from algosmith.languages.cpp.building import changed_name, head_of, with_head
from algosmith.languages.cpp.tree import declared_name, function_in
from algosmith.languages.nodes import text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

_BINARY: dict[str, tuple[str, ...]] = {
    "<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="), "==": ("!=",),
    "!=": ("==",), "+": ("-",), "-": ("+",), "*": ("+",), "/": ("*",), "%": ("/",), "&": ("|",),
    "|": ("&",), "^": ("|",), "<<": (">>",), ">>": ("<<",), "&&": ("||",), "||": ("&&",),
}  # fmt: skip
_ASSIGNED: dict[str, tuple[str, ...]] = {
    "+=": ("-=",), "-=": ("+=",), "*=": ("+=",), "/=": ("*=",), "%=": ("/=",), "&=": ("|=",),
    "|=": ("&=",), "^=": ("|=",), "<<=": (">>=",), ">>=": ("<<=",),
}  # fmt: skip
_NAMES = {"min": "max", "max": "min", "begin": "end", "push_back": "pop_back", "front": "back",
          "back": "front", "lower_bound": "upper_bound", "upper_bound": "lower_bound",
          "first": "second", "second": "first", "floor": "ceil", "ceil": "floor",
          "tolower": "toupper", "toupper": "tolower", "min_element": "max_element",
          "max_element": "min_element"}  # fmt: skip
_UNSAFE = frozenset({"push_back", "begin"})
_SENTINEL = 1_000_000
_FIXED = frozenset({"array_declarator", "template_argument_list", "case_statement",
                    "static_assert_declaration", "enumerator", "type_descriptor"})  # fmt: skip
"""Where only a constant, or a type, may stand."""

Edit = tuple[int, int, str]


def mutants(text: str, entry: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change in the entry, in a fixed order."""
    _, source = head_of(text)
    function = function_in(source, entry)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        return []
    places = [(node, edit) for node in walk(body) for edit in _edits(node)]
    random.Random(0).shuffle(places)  # noqa: S311 - a sample, no secret
    places.sort(key=lambda place: place[0].type != "return_statement")
    edits = list(dict.fromkeys(edit for _, edit in places))[:most]
    if not edits:
        return []
    data = source.encode("utf-8", "surrogatepass")
    name = entry.rpartition(".")[2]
    copies = [_copy(data, function, edit, name, n) for n, edit in enumerate(edits, 1)]
    together = _placed(data, function, copies)
    kept = {k: v for k, v in head_of(text)[0].items() if k in ("namespace", "c")}
    base = with_head(together, **kept, entry=entry, copies=len(copies))
    return [with_head(base, switch=n) for n in range(1, len(copies) + 1)]


def _copy(data: bytes, function: tree_sitter.Node, edit: Edit, name: str, number: int) -> str:
    """A changed version of the function, which calls itself by its own name."""
    start = function.start_byte
    spots = [(n.start_byte, n.end_byte) for n in walk(function)
             if n.type in ("identifier", "field_identifier") and text_of(n) == name]  # fmt: skip
    at, end, new = edit
    edits = [
        (at, end, new),
        *((a, b, changed_name(name, number)) for a, b in spots if b <= at or a >= end),
    ]
    made = data[start : function.end_byte]
    for one, until, text in sorted(edits, reverse=True):
        made = made[: one - start] + text.encode() + made[until - start :]
    text = made.decode("utf-8", "replace")
    return f'\n/*<{number}*/\n#line 1 "change{number}.cpp"\n{text}\n/*{number}>*/\n'


def _placed(data: bytes, function: tree_sitter.Node, copies: list[str]) -> str:
    """The program with the copies behind the function; of a free one the heads stand first."""
    end = function.end_byte
    line = data[:end].count(b"\n") + 1
    behind = "".join(copies) + f'#line {line} "candidate.cpp"\n'
    return data[:end].decode("utf-8", "replace") + behind + data[end:].decode("utf-8", "replace")


def _edits(node: tree_sitter.Node) -> Iterator[Edit]:  # noqa: C901  one case for each node
    """Everything that can be changed at one node."""
    if _is_fixed(node):
        return
    match node.type:
        case "binary_expression":
            if not _is_stream(node):
                yield from _operator(node, _BINARY)
        case "assignment_expression":
            yield from _operator(node, _ASSIGNED)
        case "update_expression":
            swapped = text_of(node).translate(str.maketrans("+-", "-+"))
            yield node.start_byte, node.end_byte, swapped
        case "unary_expression":
            operand = node.child_by_field_name("argument")
            if operand is not None and text_of(node)[:1] in "!-~":
                yield node.start_byte, node.end_byte, f" {text_of(operand)}"
        case "number_literal":
            yield from _number(node)
        case "true" | "false":
            yield node.start_byte, node.end_byte, "false" if node.type == "true" else "true"
        case "identifier" | "field_identifier" if text_of(node) in _NAMES:
            yield from _renamed(node)
        case "if_statement" | "conditional_expression":
            yield from _condition(node)
        case "break_statement" | "continue_statement":
            yield node.start_byte, node.end_byte, ";"
        case "expression_statement" if _does_something(node):
            yield node.start_byte, node.end_byte, ";"
        case _:
            return


def _is_fixed(node: tree_sitter.Node) -> bool:
    parent: tree_sitter.Node | None = node
    while parent is not None and parent.type != "compound_statement":
        if parent.type in _FIXED and parent != node:
            return parent.type != "case_statement" or node == parent.child_by_field_name("value")
        parent = parent.parent
    return False


def _is_stream(node: tree_sitter.Node) -> bool:
    operator = node.child_by_field_name("operator")
    return operator is not None and text_of(operator) in ("<<", ">>") and re.match(
        r"\s*(?:std::)?c(?:out|in|err)\b", text_of(node)) is not None  # fmt: skip


def _condition(node: tree_sitter.Node) -> Iterator[Edit]:
    test = node.child_by_field_name("condition")
    if test is None or (test.named_child_count != 1 and test.type == "condition_clause"):
        return
    inner = test.named_children[0] if test.type == "condition_clause" else test
    if inner.type not in ("declaration", "init_statement"):
        yield inner.start_byte, inner.end_byte, f"!({text_of(inner)})"


def _operator(node: tree_sitter.Node, table: dict[str, tuple[str, ...]]) -> Iterator[Edit]:
    operator = node.child_by_field_name("operator")
    for new in table.get(text_of(operator) if operator is not None else "", ()):
        if operator is not None:
            yield operator.start_byte, operator.end_byte, f" {new} "


def _renamed(node: tree_sitter.Node) -> Iterator[Edit]:
    if text_of(node) not in _UNSAFE and declared_name(node) is not None:
        yield node.start_byte, node.end_byte, _NAMES[text_of(node)]


def _does_something(node: tree_sitter.Node) -> bool:
    inner = node.named_children[0] if node.named_children else None
    return inner is not None and inner.type in ("call_expression", "update_expression",
                                                "assignment_expression")  # fmt: skip


def _number(node: tree_sitter.Node) -> Iterator[Edit]:
    text = text_of(node)
    match = re.fullmatch(r"(\d+)([uUlL]*)", text)
    if not match or int(match[1]) >= _SENTINEL:
        if re.fullmatch(r"\d+\.\d*", text):
            yield node.start_byte, node.end_byte, f"({text} + 1)"
        return
    for step in (1, -1):
        value = int(match[1]) + step
        yield node.start_byte, node.end_byte, f"({value}{match[2]})"
