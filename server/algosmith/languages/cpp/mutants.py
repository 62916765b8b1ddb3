"""Small changes to a function's code: what its examples should notice.

All changed versions of a function stand in one program, beside each other under names of their
own, so that the compiler is asked once; a program's first line says which one is meant.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages import copies
from algosmith.languages.copies import renamed_in
from algosmith.languages.cpp.tree import function_in, is_macro, names_in
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.versions import changed_name, head_of, with_head
from algosmith.syntax.cnames import CLASSES, declared_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.languages.copies import Edit

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


def mutants(text: str, entry: str, most: int) -> list[str]:
    """Up to ``most`` programs with one small change in the entry or in a function that it calls,
    in a fixed order.
    """
    _, source = head_of(text)
    function = function_in(source, entry)
    if function is None or function.child_by_field_name("body") is None:
        return []
    own = _called(function, source)
    edits = chosen([body for one in own if (body := one.child_by_field_name("body"))], most)
    if not edits:
        return []
    data = source.encode("utf-8", "surrogatepass")
    together = data.decode("utf-8", "surrogatepass")
    groups: dict[int, list[str]] = {}
    last = {_owner(one): one for one in own}
    for number, edit in enumerate(edits, 1):
        for owner, one in last.items():
            inside = [other for other in own if _owner(other) == owner]
            copy = _copies(data, inside, own, edit, number)
            groups.setdefault(one.end_byte, []).append(copy)
    for end in sorted(groups, reverse=True):
        line = data[:end].count(b"\n") + 1
        behind = "".join(groups[end]) + f'#line {line} "candidate.cpp"\n'
        data = data[:end] + behind.encode("utf-8", "surrogatepass") + data[end:]
    together = data.decode("utf-8", "replace")
    kept = {k: v for k, v in head_of(text)[0].items() if k in ("namespace", "c", "types")}
    base = with_head(together, **kept, entry=entry, copies=len(edits))
    return [with_head(base, switch=n) for n in range(1, len(edits) + 1)]


def chosen(bodies: list[tree_sitter.Node], most: int) -> list[Edit]:
    """Up to ``most`` changes in function bodies, in a fixed order."""
    return copies.chosen(bodies, _edits, ("return_statement",), most)


def _called(function: tree_sitter.Node, source: str) -> list[tree_sitter.Node]:
    """The function and those of the program that it comes to by names, in the text's order.

    Templates and overloads are left out: what is called instead of them can't be told by a name.
    """
    root = function
    while root.parent is not None:
        root = root.parent
    known: dict[str, list[tree_sitter.Node]] = {}
    for node in walk(root):
        name = declared_name(node.child_by_field_name("declarator"))
        whole = node.type == "function_definition" and node.child_by_field_name("body") is not None
        if whole and name is not None and name.type in ("identifier", "field_identifier"):
            known.setdefault(text_of(name), []).append(node)
    found, waiting = {function.start_byte: function}, [function]
    while waiting:
        for name in names_in(waiting.pop()):
            same = known.get(name, [])
            if len(same) != 1 or same[0].start_byte in found or not _is_plain(same[0], function):
                continue
            found[same[0].start_byte] = same[0]
            waiting.append(same[0])
    return [found[start] for start in sorted(found)]


def _is_plain(one: tree_sitter.Node, entry: tree_sitter.Node) -> bool:
    """Whether it is a function beside the entry or outside classes, and no template."""
    parent = one.parent
    if parent is None or parent.type == "template_declaration":
        return False
    return _owner(one) in ("", _owner(entry)) and _name_of(one) != _owner(one)


def _owner(function: tree_sitter.Node) -> str:
    """The class that a function is defined in; empty for one that is in none."""
    parent = function.parent
    while parent is not None:
        if parent.type in CLASSES:
            label = parent.child_by_field_name("name")
            return text_of(label) if label is not None else "?"
        parent = parent.parent
    return ""


def _copies(
    data: bytes,
    inside: list[tree_sitter.Node],
    own: list[tree_sitter.Node],
    edit: Edit,
    number: int,
) -> str:
    """Versions of some functions with a change in one of all, which call each other."""
    names = {n for one in own if (n := _name_of(one))}
    heads: list[str] = []
    texts: list[str] = []
    for one in inside:
        start = one.start_byte
        words = [n for n in walk(one) if n.type in ("identifier", "field_identifier")]
        spots = [(n.start_byte, n.end_byte, name) for n in words if (name := text_of(n)) in names]
        at, end, new = edit
        edits = [(a, b, changed_name(name, number)) for a, b, name in spots
                 if b <= at or a >= end]  # fmt: skip
        if start <= at and end <= one.end_byte:
            edits.append((at, end, renamed_in(new, names, number)))
        made = data[start : one.end_byte]
        for first, until, text in sorted(edits, reverse=True):
            made = made[: first - start] + text.encode() + made[until - start :]
        text = made.decode("utf-8", "replace")
        head = text.partition("{")[0]
        if len(own) > 1 and not _owner(one) and "=" not in head and "::" not in head:
            heads.append(f"{head.strip()};\n")
        texts.append(text)
    body = "\n".join(texts)
    return f'\n/*<{number}*/\n{"".join(heads)}#line 1 "change{number}.cpp"\n{body}\n/*{number}>*/\n'


def _name_of(function: tree_sitter.Node) -> str:
    name = declared_name(function.child_by_field_name("declarator"))
    return text_of(name).rpartition("::")[2] if name is not None else ""


def _edits(node: tree_sitter.Node) -> Iterator[Edit]:  # noqa: C901  one case for each node
    """Everything that can be changed at one node."""
    if _is_fixed(node):
        return
    match node.type:
        case "binary_expression":
            if not _is_stream(node):
                yield from copies.operator_of(node, copies.BINARY)
        case "assignment_expression":
            yield from copies.operator_of(node, copies.ASSIGNED)
            yield from _squared(node)
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
        case "if_statement" | "conditional_expression" if not is_macro(node):
            yield from _condition(node)
        case "break_statement" | "continue_statement":
            yield node.start_byte, node.end_byte, ";"
        case "expression_statement" if _does_something(node):
            yield node.start_byte, node.end_byte, ";"
        case _:
            return


def _squared(node: tree_sitter.Node) -> Iterator[Edit]:
    """``sum += x[i]`` with squares: sums that are meant to tell things apart hide a clash."""
    operator, right = node.child_by_field_name("operator"), node.child_by_field_name("right")
    if operator is None or text_of(operator) != "+=" or right is None:
        return
    if right.type in ("call_expression", "subscript_expression", "identifier"):
        text = text_of(right)
        yield right.start_byte, right.end_byte, f"(({text}) * ({text}))"


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
