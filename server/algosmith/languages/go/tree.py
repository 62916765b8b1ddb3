"""Small questions about Go syntax trees, asked by all that reads code of this language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.languages.nodes import Look, look_of, text_of, walk
from algosmith.syntax.goimports import bound_in, receiver_of
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

NAMES = frozenset({"identifier", "type_identifier", "field_identifier", "package_identifier"})
FUNCTIONS = ("function_declaration", "method_declaration")
_LITERALS = frozenset({"int_literal", "float_literal", "interpreted_string_literal",
                       "raw_string_literal", "rune_literal", "imaginary_literal"})  # fmt: skip


def names_in(node: tree_sitter.Node) -> frozenset[str]:
    """All names that stand in a node."""
    return frozenset(text_of(one) for one in walk(node) if one.type in NAMES)


def name_of(node: tree_sitter.Node) -> str:
    """The name that a declaration gives."""
    label = node.child_by_field_name("name")
    return text_of(label) if label is not None else ""


def entry_of(function: tree_sitter.Node) -> str:
    """``f``, or ``Stack.Push``."""
    owner = receiver_of(function)[1]
    return f"{owner}.{name_of(function)}" if owner else name_of(function)


def parameters_of(function: tree_sitter.Node) -> list[tuple[str, tree_sitter.Node]]:
    """(name, type) of each parameter but the receiver; ``_`` and none are empty names."""
    return _named(function.child_by_field_name("parameters"))


def results_of(function: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The types of what a function gives, one for each value."""
    made = function.child_by_field_name("result")
    if made is None:
        return []
    return [kind for _, kind in _named(made)] if made.type == "parameter_list" else [made]


def _named(given: tree_sitter.Node | None) -> list[tuple[str, tree_sitter.Node]]:
    found: list[tuple[str, tree_sitter.Node]] = []
    for one in given.named_children if given is not None else ():
        kind = one.child_by_field_name("type")
        if kind is None or one.type in COMMENTS:
            continue
        names = [text_of(label) for label in one.children_by_field_name("name")]
        found += [("" if name == "_" else name, kind) for name in names or [""]]
    return found


def is_variadic(function: tree_sitter.Node) -> bool:
    """Whether the last parameter takes any number of values."""
    given = function.child_by_field_name("parameters")
    return given is not None and any(
        one.type == "variadic_parameter_declaration" for one in given.named_children
    )


def functions_in(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The functions and methods with a body."""
    for node in root.named_children:
        if node.type in FUNCTIONS and node.child_by_field_name("body") is not None:
            yield node


def function_in(text: str, entry: str) -> tree_sitter.Node | None:
    """The definition of a function in a program's text: the last one of its name."""
    found: tree_sitter.Node | None = None
    for node in functions_in(parse_text(text, "go").root_node):
        if entry_of(node) == entry:
            found = node
    return found


def look(function: tree_sitter.Node) -> Look:
    """The shape, size and parts of a function; its own name and its locals are left out."""
    local = frozenset(bound_in(function)) | {name_of(function)}
    return look_of(function, local, NAMES, _LITERALS, COMMENTS, _spelled)


def _spelled(node: tree_sitter.Node) -> str:
    """The ends of lines are tokens of the grammar, and semicolons may be left out."""
    return "" if text_of(node).strip() in ("", ";") else text_of(node)


def statements_of(block: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The statements of a block, comments left out."""
    return [
        one
        for child in block.named_children
        for one in (child.named_children if child.type == "statement_list" else [child])
        if one.type not in COMMENTS
    ]


def called_name(node: tree_sitter.Node) -> tuple[str, str]:
    """(what stands before the dot, the name) of what a call calls; empty texts for others."""
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    if function is None:
        return "", ""
    if function.type == "selector_expression":
        operand, field = (function.child_by_field_name(n) for n in ("operand", "field"))
        if operand is not None and field is not None:
            return text_of(operand), text_of(field)
    return ("", text_of(function)) if function.type == "identifier" else ("", "")


def arguments_of(call: tree_sitter.Node) -> list[tree_sitter.Node]:
    """What a call is given."""
    given = call.child_by_field_name("arguments")
    return [one for one in given.named_children if one.type not in COMMENTS] if given else []


def is_panic(node: tree_sitter.Node) -> bool:
    """Whether a statement does nothing but panic."""
    inner = node.named_children[0] if node.type == "expression_statement" else node
    return called_name(inner) == ("", "panic")
