"""Small changes to a function's code: what its examples should notice."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING

from algosmith.languages.javascript.spots import function_in
from algosmith.languages.nodes import text_of, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

_BINARY: dict[str, tuple[str, ...]] = {
    "<": ("<=", ">"), "<=": ("<", ">="), ">": (">=", "<"), ">=": (">", "<="),
    "===": ("!==",), "!==": ("===",), "==": ("!=",), "!=": ("==",),
    "+": ("-",), "-": ("+",), "*": ("+",), "/": ("*",), "%": ("/",), "**": ("*",),
    "&": ("|",), "|": ("&",), "^": ("|",), "<<": (">>",), ">>": ("<<",), ">>>": ("<<",),
    "&&": ("||",), "||": ("&&",), "??": ("&&",),
}  # fmt: skip
_AUGMENTED: dict[str, tuple[str, ...]] = {
    "+=": ("-=",), "-=": ("+=",), "*=": ("+=",), "/=": ("*=",), "%=": ("/=",), "&=": ("|=",),
    "|=": ("&=",), "^=": ("|=",), "<<=": (">>=",), ">>=": ("<<=",), "**=": ("*=",),
}  # fmt: skip
_NAMES = {
    "min": "max", "max": "min", "floor": "ceil", "ceil": "floor", "push": "unshift",
    "pop": "shift", "shift": "pop", "some": "every", "every": "some", "startsWith": "endsWith",
    "endsWith": "startsWith", "toLowerCase": "toUpperCase", "toUpperCase": "toLowerCase",
    "indexOf": "lastIndexOf", "trunc": "round", "round": "trunc", "filter": "slice",
}  # fmt: skip
_SENTINEL = 1_000_000
_TABLE = 12
_NUMERIC = "((a, b) => (typeof a === 'number' ? a - b : a < b ? -1 : a > b ? 1 : 0))"
_NOT_A_TEST = ("for_statement", "while_statement", "do_statement")

Edit = tuple[int, int, str]


def mutants(text: str, entry: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change in the entry, in a fixed order."""
    function = function_in(text, entry)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        return []
    data = text.encode("utf-8", "surrogatepass")
    places = [(node, edit) for node in walk(function) if not _is_name_of(node, function)
              for edit in edits_of(node, function)]  # fmt: skip
    random.Random(0).shuffle(places)  # noqa: S311 - a sample, no secret
    buried = _in_tables(function)
    places.sort(key=lambda place: (place[0].id in buried, _rank(place[0], place[1])))
    found: dict[str, None] = {}
    for _, (start, end, new) in places:
        if len(found) >= most:
            break
        changed = data[:start] + new.encode("utf-8", "surrogatepass") + data[end:]
        found.setdefault(changed.decode("utf-8", "surrogatepass"))
    found.pop(text, None)
    return list(found)


def _rank(node: tree_sitter.Node, edit: Edit) -> int:
    """What is tried first: the mistakes that examples rarely show, then results."""
    hidden = node.type == "new_expression" or edit[2].startswith("((")
    return 0 if edit[2] == _NUMERIC or hidden else 1 if node.type == "return_statement" else 2


def _is_name_of(node: tree_sitter.Node, function: tree_sitter.Node) -> bool:
    return node == function.child_by_field_name("name")


def _in_tables(function: tree_sitter.Node) -> set[int]:
    """Parts of long displays: one of a hundred numbers of a table says little."""
    return {
        part.id
        for display in walk(function)
        if display.type in ("array", "object") and display.descendant_count > 2 * _TABLE
        for part in walk(display)
    }


def edits_of(node: tree_sitter.Node, function: tree_sitter.Node) -> Iterator[Edit]:
    """Everything that can be changed at one node."""
    match node.type:
        case "binary_expression":
            yield from _operator(node, _BINARY)
            if _operator_of(node) in ("&&", "||"):
                left = node.child_by_field_name("left")
                if left is not None:
                    yield node.start_byte, node.end_byte, text_of(left)
        case "augmented_assignment_expression":
            yield from _operator(node, _AUGMENTED)
            yield from _squared(node)
        case "new_expression":
            yield from _with_repeats(node)
        case "update_expression":
            swapped = text_of(node).translate(str.maketrans("+-", "-+"))
            yield node.start_byte, node.end_byte, swapped
        case "unary_expression":
            operand = node.child_by_field_name("argument")
            if operand is not None and text_of(node)[:1] in "!-~":
                yield node.start_byte, node.end_byte, f" {text_of(operand)}"
        case "property_identifier" if text_of(node) in _NAMES and _is_called(node):
            yield node.start_byte, node.end_byte, _NAMES[text_of(node)]
        case _:
            yield from _constant(node)
            yield from _structural(node, function)


def _squared(node: tree_sitter.Node) -> Iterator[Edit]:
    """``sum += f(x)`` with squares: sums that are meant to tell things apart hide a clash."""
    right = node.child_by_field_name("right")
    if right is not None and _operator_of(node) == "+=" and right.type == "call_expression":
        text = text_of(right)
        yield right.start_byte, right.end_byte, f"(({text}) * ({text}))"


def _with_repeats(node: tree_sitter.Node) -> Iterator[Edit]:
    """``[...new Set(xs)]`` with what is there twice left in."""
    made, given = node.child_by_field_name("constructor"), node.child_by_field_name("arguments")
    around = node.parent.type if node.parent is not None else ""
    if made is None or text_of(made) != "Set" or given is None or len(given.named_children) != 1:
        return
    if around in ("spread_element", "arguments"):
        yield node.start_byte, node.end_byte, f"({text_of(given.named_children[0])})"


def _constant(node: tree_sitter.Node) -> Iterator[Edit]:
    if node.type == "number":
        yield from _number(node)
    elif node.type in ("true", "false"):
        yield node.start_byte, node.end_byte, "false" if node.type == "true" else "true"
    elif node.type in ("string", "template_string") and node.named_child_count == 1:
        yield node.start_byte, node.end_byte, '""'


def _structural(node: tree_sitter.Node, function: tree_sitter.Node) -> Iterator[Edit]:
    match node.type:
        case "return_statement" if node.named_child_count:
            yield node.start_byte, node.end_byte, "return;"
        case "if_statement" | "ternary_expression":
            test = node.child_by_field_name("condition")
            if test is not None:
                text = text_of(test)
                inner = text[1:-1] if text.startswith("(") and node.type == "if_statement" else text
                yield test.start_byte, test.end_byte, f"(!({inner}))"
        case "break_statement" | "continue_statement":
            yield node.start_byte, node.end_byte, ";"
        case "expression_statement" if _does_something(node):
            yield node.start_byte, node.end_byte, ";"
        case "call_expression":
            yield from _call(node)
        case _:
            if node == function.child_by_field_name("body") and node.type != "statement_block":
                yield node.start_byte, node.end_byte, "(undefined)"


def _call(node: tree_sitter.Node) -> Iterator[Edit]:
    """A call without its last argument; ``slice(a)`` from the next place on."""
    function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if function is None or given is None or given.type != "arguments":
        return
    arguments = given.named_children
    if len(arguments) >= 2:
        yield arguments[-2].end_byte, arguments[-1].end_byte, ""
    name = text_of(function).rpartition(".")[2]
    if name in ("slice", "substring", "substr") and arguments:
        first = arguments[0]
        yield first.start_byte, first.end_byte, f"{text_of(first)} + 1"
    if name in ("sort", "toSorted") and not arguments:
        # Without it numbers are sorted as texts: 100 before 9.
        yield given.start_byte, given.end_byte, _NUMERIC
    if name == "sort" and len(arguments) == 1:
        yield arguments[0].start_byte, arguments[0].end_byte, ""


def _does_something(node: tree_sitter.Node) -> bool:
    inner = node.named_children[0] if node.named_children else None
    return inner is not None and inner.type in ("call_expression", "update_expression",
                                                "augmented_assignment_expression")  # fmt: skip


def _is_called(node: tree_sitter.Node) -> bool:
    parent = node.parent
    above = parent.parent if parent is not None else None
    return above is not None and above.type == "call_expression"


def _operator_of(node: tree_sitter.Node) -> str:
    operator = node.child_by_field_name("operator")
    return text_of(operator) if operator is not None else ""


def _operator(node: tree_sitter.Node, table: dict[str, tuple[str, ...]]) -> Iterator[Edit]:
    operator = node.child_by_field_name("operator")
    for new in table.get(_operator_of(node), ()):
        if operator is not None:
            yield operator.start_byte, operator.end_byte, f" {new} "


def _number(node: tree_sitter.Node) -> Iterator[Edit]:
    text = text_of(node)
    if not re.fullmatch(r"\d+(?:\.\d+)?", text):
        yield node.start_byte, node.end_byte, "0"
        return
    value = float(text)
    if value >= _SENTINEL:
        yield node.start_byte, node.end_byte, "0"
        return
    for step in (1, -1):
        changed = value + step
        shown = str(int(changed)) if changed == int(changed) else str(changed)
        yield node.start_byte, node.end_byte, f"({shown})" if changed < 0 else shown
