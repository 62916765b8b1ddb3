"""Small questions about C++ syntax trees, asked by all that reads code of this language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.languages.nodes import Look, look_of, text_of, walk
from algosmith.syntax.cnames import NAMES, declared_name
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    import tree_sitter

_LITERALS = frozenset({"number_literal", "string_literal", "char_literal", "raw_string_literal"})


def names_in(node: tree_sitter.Node) -> frozenset[str]:
    """All names that stand in a node."""
    return frozenset(text_of(one) for one in walk(node) if one.type in NAMES)


def function_declarator(function: tree_sitter.Node) -> tree_sitter.Node | None:
    """The declarator that holds the parameters."""
    one = function.child_by_field_name("declarator")
    while one is not None and one.type != "function_declarator":
        one = one.child_by_field_name("declarator") or (
            one.named_children[-1] if one.type == "reference_declarator" else None
        )
    return one


def parameters_of(function: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The parameters' declarations."""
    declarator = function_declarator(function)
    given = declarator.child_by_field_name("parameters") if declarator is not None else None
    kinds = ("parameter_declaration", "optional_parameter_declaration")
    found = [c for c in given.named_children if c.type in kinds] if given is not None else []
    return [] if len(found) == 1 and text_of(found[0]) == "void" else found


def is_macro(statement: tree_sitter.Node) -> bool:
    """Whether a statement is a macro's, ``rep(i, 0, n) {``, which the tree has as an ``if``."""
    return not (statement.text or b"").startswith(b"if") and statement.type == "if_statement"


def type_text(declaration: tree_sitter.Node) -> str:
    """The text of a declaration's type, with what its declarator adds: ``const int*``."""
    end = declaration.child_by_field_name("declarator")
    start = declaration.start_byte
    data = declaration.text or b""
    name = declared_name(end)
    if end is None or name is None:
        return text_of(declaration)
    before = data[: name.start_byte - start].decode("utf-8", "replace")
    after = data[name.end_byte - start : end.end_byte - start].decode("utf-8", "replace")
    return f"{before}{'[]' if after.lstrip().startswith('[') else ''}"


def function_in(text: str, entry: str) -> tree_sitter.Node | None:
    """The definition of a function in a program's text: the last one of its name."""
    *owner, name = entry.split(".")
    found: tree_sitter.Node | None = None
    for node in walk(parse_text(text, "cpp").root_node):
        if node.type != "function_definition":
            continue
        label = declared_name(node.child_by_field_name("declarator"))
        if label is None or text_of(label).rpartition("::")[2] != name:
            continue
        if not owner or owner[-1] in _owners(node, text_of(label)):
            found = node
    return found


def _owners(node: tree_sitter.Node, label: str) -> list[str]:
    found = label.split("::")[:-1]
    parent = node.parent
    while parent is not None:
        name = parent.child_by_field_name("name")
        if name is not None:
            found.append(text_of(name))
        parent = parent.parent
    return found


def look(function: tree_sitter.Node) -> Look:
    """The shape, size and parts of a function; its own name and its locals are left out."""
    return look_of(function, _locals(function), NAMES, _LITERALS)


def _locals(function: tree_sitter.Node) -> frozenset[str]:
    """The names that the function declares, its own among them."""
    found: set[str] = set()
    for one in walk(function):
        if one.type in ("parameter_declaration", "optional_parameter_declaration", "declaration",
                        "init_declarator", "function_declarator", "for_range_loop"):  # fmt: skip
            for child in one.children_by_field_name("declarator"):
                name = declared_name(child)
                if name is not None and name.type in NAMES:
                    found.add(text_of(name))
    return frozenset(found)
