"""What a piece of C or C++ defines, by its syntax tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

NAMES = frozenset({"identifier", "type_identifier", "namespace_identifier", "field_identifier"})
CLASSES = ("class_specifier", "struct_specifier", "union_specifier", "enum_specifier")


def declared_name(declarator: tree_sitter.Node | None) -> tree_sitter.Node | None:
    """The name inside a declarator: of ``*f(int)`` it is ``f``."""
    while declarator is not None and declarator.type not in NAMES:
        if declarator.type in ("qualified_identifier", "destructor_name", "operator_name"):
            return declarator
        inner = declarator.child_by_field_name("declarator")
        if inner is None:
            inner = next((c for c in declarator.named_children if c.type.endswith("declarator")
                          or c.type in NAMES), None)  # fmt: skip
        declarator = inner
    return declarator


def defined_names(node: tree_sitter.Node) -> Iterator[str]:
    """The names that a declaration makes known."""
    if node.type == "template_declaration" and node.named_children:
        yield from defined_names(node.named_children[-1])
        return
    label = node.child_by_field_name("name")
    if label is not None:
        yield _text_of(label)
    kind = node.child_by_field_name("type")
    if kind is not None and kind.type in CLASSES:
        yield from defined_names(kind)
    for declarator in node.children_by_field_name("declarator"):
        name = declared_name(declarator)
        if name is not None:
            yield from _text_of(name).split("::")
    if node.type == "enum_specifier":
        yield from (_text_of(one) for one in _enumerators(node))


def _enumerators(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    body = node.child_by_field_name("body")
    for one in body.named_children if body is not None else ():
        label = one.child_by_field_name("name")
        if one.type == "enumerator" and label is not None:
            yield label


def _text_of(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode("utf-8", "replace")
