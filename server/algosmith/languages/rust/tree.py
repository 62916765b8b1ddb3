"""Small questions about Rust syntax trees, asked by all that reads code of this language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.languages.nodes import Look, look_of, text_of, walk
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

NAMES = frozenset({"identifier", "type_identifier", "field_identifier",
                   "shorthand_field_identifier"})  # fmt: skip
FUNCTION = "function_item"
OWNERS = ("impl_item", "trait_item", "mod_item")
_LITERALS = frozenset({"integer_literal", "float_literal", "string_literal", "char_literal",
                       "raw_string_literal", "boolean_literal"})  # fmt: skip
_BINDS = frozenset({"parameter", "let_declaration", "for_expression", "closure_parameters",
                    "match_pattern", "let_condition"})  # fmt: skip
_SKIPPED = COMMENTS | {"attribute_item"}


def names_in(node: tree_sitter.Node) -> frozenset[str]:
    """All names that stand in a node, macros' arguments included."""
    return frozenset(text_of(one) for one in walk(node) if one.type in NAMES)


def name_of(node: tree_sitter.Node) -> str:
    """The name that an item, or a parameter, gives; empty for a pattern of several."""
    label = node.child_by_field_name("name") or node.child_by_field_name("pattern")
    if label is None:
        return ""
    if label.type in ("mut_pattern", "ref_pattern") and label.named_children:
        label = label.named_children[-1]
    return text_of(label) if label.type in NAMES else ""


def owner_of(node: tree_sitter.Node) -> str:
    """What an ``impl``, trait or module is called: the type's bare name."""
    label = node.child_by_field_name("name") or node.child_by_field_name("type")
    if label is not None and label.type == "generic_type":
        label = label.child_by_field_name("type")
    return text_of(label) if label is not None else ""


def parameters_of(function: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The parameters but ``self``."""
    given = function.child_by_field_name("parameters")
    return [c for c in given.named_children if c.type == "parameter"] if given is not None else []


def self_of(function: tree_sitter.Node) -> tree_sitter.Node | None:
    """The ``self`` that a method takes; also one with a type of its own."""
    given = function.child_by_field_name("parameters")
    for one in given.named_children if given is not None else []:
        pattern = one.child_by_field_name("pattern")
        if one.type == "self_parameter" or (pattern is not None and pattern.type == "self"):
            return one
    return None


def type_text(parameter: tree_sitter.Node) -> str:
    """The text of a parameter's type."""
    kind = parameter.child_by_field_name("type")
    return text_of(kind) if kind is not None else ""


def returned_type(function: tree_sitter.Node) -> str:
    """The text of what a function gives; ``()`` for nothing."""
    kind = function.child_by_field_name("return_type")
    return text_of(kind) if kind is not None else "()"


def functions_in(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """All functions with a body."""
    for node in walk(root):
        if node.type == FUNCTION and node.child_by_field_name("body") is not None:
            yield node


def function_in(text: str, entry: str) -> tree_sitter.Node | None:
    """The definition of a function in a program's text: the last one of its name."""
    *owner, name = entry.split(".")
    found: tree_sitter.Node | None = None
    for node in functions_in(parse_text(text, "rust").root_node):
        if name_of(node) == name and owners_of(node)[-1:] == owner[-1:]:
            found = node
    return found


def owners_of(function: tree_sitter.Node) -> list[str]:
    """The types, traits and modules around a function, the outermost first."""
    found: list[str] = []
    parent = function.parent
    while parent is not None:
        if parent.type in OWNERS:
            found.insert(0, owner_of(parent))
        parent = parent.parent
    return found


def look(function: tree_sitter.Node) -> Look:
    """The shape, size and parts of a function; its own name and its locals are left out."""
    return look_of(function, _locals(function), NAMES, _LITERALS, _SKIPPED)


def _locals(function: tree_sitter.Node) -> frozenset[str]:
    """The names that the function declares, its own among them."""
    found = {name_of(function)}
    for one in walk(function):
        if one.type in _BINDS:
            pattern = one.child_by_field_name("pattern") or one
            found |= {
                text_of(n) for n in walk(pattern)
                if n.type == "identifier" and text_of(n)[:1].islower()
            }  # fmt: skip
    return frozenset(found)


def macro_of(node: tree_sitter.Node) -> str:
    """The name of the macro that is called; empty for other nodes."""
    label = node.child_by_field_name("macro") if node.type == "macro_invocation" else None
    return text_of(label).rpartition("::")[2] if label is not None else ""


def attributes_above(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The attributes right before an item, comments between them skipped, in their order."""
    found: list[tree_sitter.Node] = []
    before = node.prev_named_sibling
    while before is not None and (before.type == "attribute_item" or before.type in COMMENTS):
        if before.type == "attribute_item":
            found.insert(0, before)
        before = before.prev_named_sibling
    return found


def is_test(node: tree_sitter.Node) -> bool:
    """Whether an item is only there when tests are built."""
    marks = [text_of(one).replace(" ", "") for one in attributes_above(node)]
    return any(
        mark.startswith(("#[cfg(test", "#[test", "#[bench", "#[cfg(all(test")) for mark in marks
    )
