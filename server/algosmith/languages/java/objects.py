"""Classes of the user's whose objects are told by their parts: records, small classes, enums.

An object crosses the border as a tuple of what its constructor takes. That tells all of it only
where the constructor does nothing but keep each of its values in a field, and there are no others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.languages.java.tree import (
    TYPES,
    modifiers_of,
    name_of,
    owners_of,
    parameter_name,
    parameters_of,
    type_text,
)
from algosmith.languages.nodes import text_of, walk
from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    import tree_sitter

Parts = tuple[tuple[str, str], ...]
"""Field and type, in the constructor's order."""


@dataclass(frozen=True, slots=True)
class Own:
    """One such class."""

    path: str
    """As the machine calls it: ``Outer$Point``."""
    parts: Parts = ()
    members: tuple[str, ...] = ()
    """An enum's values."""
    variables: tuple[str, ...] = ()
    """Its type's parameters."""


def owned(*roots: tree_sitter.Node) -> dict[str, Own]:
    """The classes of files whose objects are told by their parts, by their bare names."""
    found: dict[str, Own] = {}
    twice: set[str] = set()
    for node in (node for root in roots for node in walk(root)):
        if node.type not in TYPES:
            continue
        name = name_of(node)
        twice |= {name} & found.keys()
        one = _own(node)
        if one is not None:
            found[name] = one
    return {name: one for name, one in found.items() if name not in twice}


def _own(node: tree_sitter.Node) -> Own | None:
    body = node.child_by_field_name("body")
    path = "$".join([*owners_of(node), name_of(node)])
    if body is None:
        return None
    if node.type == "enum_declaration":
        members = tuple(name_of(c) for c in body.named_children if c.type == "enum_constant")
        return Own(path, members=members) if members else None
    if node.type == "record_declaration":
        made = {"compact_constructor_declaration", "constructor_declaration"}
        plain = not any(c.type in made for c in body.named_children)
        parts = tuple((parameter_name(p), type_text(p)) for p in parameters_of(node))
    else:
        plain = node.type == "class_declaration" and _stands_alone(node)
        parts = _parts(node, body) if plain else ()
    variables = _variables(node)
    nested = any(kind not in variables and set(variables) & _words(kind) for _, kind in parts)
    itself = any(name_of(node) in _words(kind) for _, kind in parts)
    return Own(path, parts, (), variables) if plain and parts and not nested | itself else None


def _words(text: str) -> set[str]:
    return set("".join(c if c.isalnum() or c == "_" else " " for c in text).split())


def _stands_alone(node: tree_sitter.Node) -> bool:
    """Whether an object needs no other one, and is all that its class says."""
    modifiers = modifiers_of(node)
    inner = bool(owners_of(node)) and "static" not in modifiers
    bound = node.child_by_field_name("superclass")
    return not inner and bound is None and "abstract" not in modifiers


def _variables(node: tree_sitter.Node) -> tuple[str, ...]:
    given = node.child_by_field_name("type_parameters")
    kinds = given.named_children if given is not None else []
    return tuple(text_of(k.named_children[0]) for k in kinds if k.type == "type_parameter")


def _parts(node: tree_sitter.Node, body: tree_sitter.Node) -> Parts:
    """What the one constructor that sets all fields takes; without any, the fields themselves."""
    fields: dict[str, str] = {}
    members = body.named_children
    if any(c.type == "block" for c in members):
        return ()
    for one in members:
        if one.type != "field_declaration" or "static" in modifiers_of(one):
            continue
        for label in one.children_by_field_name("declarator"):
            if label.child_by_field_name("value") is not None:
                return ()
            more = label.child_by_field_name("dimensions")
            kind = one.child_by_field_name("type")
            fields[name_of(label)] = (text_of(kind) if kind is not None else "") + (
                text_of(more) if more is not None else ""
            )
    made = [c for c in members if c.type == "constructor_declaration"]
    if not made:
        return tuple(fields.items())
    full = [parts for one in made if (parts := _kept(one, fields))]
    size = len(fields)
    return full[0] if len(full) == sum(len(parameters_of(c)) == size for c in made) == 1 else ()


def _kept(constructor: tree_sitter.Node, fields: dict[str, str]) -> Parts:
    """The fields in the order of the values that a constructor puts in them, if that is all."""
    given = {parameter_name(p): type_text(p) for p in parameters_of(constructor)}
    body = constructor.child_by_field_name("body")
    places: dict[str, str] = {}
    for one in body.named_children if body is not None else ():
        if one.type in COMMENTS:
            continue
        text = "".join(text_of(one).split()).removesuffix(";")
        left, sign, right = text.partition("=")
        name = left.removeprefix("this.")
        if not sign or right not in given or right in places or name not in fields:
            return ()
        if (name == left and name in given) or fields[name] != given[right]:
            return ()
        places[right] = name
    if len(places) != len(fields) or len(given) != len(fields):
        return ()
    if len(set(places.values())) != len(fields):
        return ()
    return tuple((places[name], given[name]) for name in given)
