"""Which Rust functions can be run alone, and why others can't."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of
from algosmith.languages.rust.glue import object_of
from algosmith.languages.rust.kinds import hides_none, scope_of
from algosmith.languages.rust.tree import parameters_of, returned_type, self_of, type_text

if TYPE_CHECKING:
    import tree_sitter

    from algosmith.syntax.functions import Definition


def why_not(one: Definition, owners: list[Definition], root: tree_sitter.Node) -> str:
    """Why a function is not run; empty where it is."""
    if any(not other.is_class for other in owners):
        return "the function is inside another function"
    before = text_of(one.node).partition("{")[0].partition("fn")[0].split()
    if "async" in before:
        return "it is async: nothing here waits for it"
    scope = scope_of(root)
    signature = (*map(type_text, parameters_of(one.node)), returned_type(one.node))
    if any(hides_none(text, scope) for text in signature):
        return "it takes or gives an option of what may be none itself: these look the same here"
    types = one.node.child_by_field_name("type_parameters")
    if types is not None and any(c.type == "const_parameter" for c in types.named_children):
        return "it has a constant as a parameter: with which it is called is not known"
    return _why_not_of(one, owners[-1], root) if owners else ""


def _why_not_of(one: Definition, owner: Definition, root: tree_sitter.Node) -> str:
    """Why a function of a type is not run."""
    if owner.node.type == "trait_item":
        return "it belongs to a trait: for which type it is called is not known"
    generic = owner.node.child_by_field_name("type_parameters")
    if generic is not None and any(c.type != "lifetime_parameter" for c in generic.named_children):
        return f"`{owner.name}` is generic: with which types it is made is not known"
    taken = self_of(one.node)
    if taken is None:
        return ""
    if taken.type != "self_parameter":
        return "its `self` has a type of its own"
    if not object_of(root, owner.name) and owner.name != "Solution":
        return f"`{owner.name}` is made with values that are not known here"
    return ""
