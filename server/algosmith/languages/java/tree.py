"""Small questions about Java syntax trees, asked by all that reads code of this language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages.nodes import Look, look_of, text_of, walk
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    import tree_sitter

NAMES = frozenset({"identifier", "type_identifier"})
TYPES = frozenset({"class_declaration", "interface_declaration", "enum_declaration",
                   "record_declaration", "annotation_type_declaration"})  # fmt: skip
_LITERALS = frozenset(
    {f"{kind}_literal" for kind in (
        "binary_integer", "character", "class", "decimal_floating_point", "decimal_integer",
        "hex_floating_point", "hex_integer", "null", "octal_integer", "string",
    )}
)  # fmt: skip
_GIVEN = frozenset({"formal_parameter", "spread_parameter"})


def names_in(node: tree_sitter.Node) -> frozenset[str]:
    """All names that stand in a node, annotations left out."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type in NAMES:
            found.add(text_of(one))
        if one.type not in ("marker_annotation", "annotation"):
            waiting += one.children
    return frozenset(found)


def name_of(node: tree_sitter.Node) -> str:
    """The name that a declaration gives."""
    label = node.child_by_field_name("name")
    return text_of(label) if label is not None else ""


def is_main(node: tree_sitter.Node) -> bool:
    """Whether a node is the method that a program begins with."""
    return node.type == "method_declaration" and name_of(node) == "main"


def modifiers_of(node: tree_sitter.Node) -> frozenset[str]:
    """``static``, ``public`` and the like; annotations with their ``@``."""
    for child in node.children:
        if child.type == "modifiers":
            return frozenset(text_of(one) for one in child.children)
    return frozenset()


def parameters_of(function: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The parameters' declarations."""
    given = function.child_by_field_name("parameters")
    return [c for c in given.named_children if c.type in _GIVEN] if given is not None else []


def parameter_name(parameter: tree_sitter.Node) -> str:
    """A parameter's name."""
    if parameter.type == "spread_parameter":
        for child in parameter.named_children:
            if child.type == "variable_declarator":
                return name_of(child)
    return name_of(parameter)


def type_text(parameter: tree_sitter.Node) -> str:
    """A parameter's type: ``List<Integer>``, ``int[]``; of ``int... x`` it is ``int[]``."""
    if parameter.type == "spread_parameter":
        kinds = [c for c in parameter.named_children
                 if c.type not in ("modifiers", "variable_declarator", *COMMENTS)]  # fmt: skip
        return f"{text_of(kinds[0])}[]" if kinds else ""
    kind = parameter.child_by_field_name("type")
    behind = parameter.child_by_field_name("dimensions")
    text = text_of(kind) if kind is not None else ""
    return f"{text}{text_of(behind)}" if behind is not None else text


def erased(text: str) -> str:
    """A type without its parameters: ``List`` of ``java.util.List<int[]>``."""
    while "<" in text:
        text, before = re.sub(r"<[^<>]*>", "", text), text
        if text == before:
            break
    return re.sub(r"\s|[\w.]+\.(?=\w)", "", text)


def bounds_of(function: tree_sitter.Node) -> dict[str, str]:
    """The type variables in force at a function, with what they must be; ``Object`` if anything."""
    found: dict[str, str] = {}
    node: tree_sitter.Node | None = function
    while node is not None:
        given = node.child_by_field_name("type_parameters")
        for one in given.named_children if given is not None else ():
            if one.type == "type_parameter" and one.named_children:
                bound = text_of(one.named_children[-1]) if one.named_child_count > 1 else ""
                found.setdefault(text_of(one.named_children[0]), bound)
        node = node.parent
    return found


def parts_of_entry(entry: str) -> tuple[list[str], str, list[str] | None]:
    """(owners, name, erased types where the name is overloaded) of ``Solution/int,List.f``."""
    path, _, name = entry.rpartition(".")
    path, sign, types = path.partition("/")
    owners = list(filter(None, path.split(".")))
    return owners, name, (list(filter(None, types.split(","))) if sign else None)


def function_in(text: str, entry: str) -> tree_sitter.Node | None:
    """The definition of a function in a program's text: the last one of its name."""
    owners, name, types = parts_of_entry(entry)
    found: tree_sitter.Node | None = None
    loose: tree_sitter.Node | None = None
    for node in walk(parse_text(text, "java").root_node):
        if node.type != "method_declaration" or name_of(node) != name:
            continue
        given = [erased(type_text(p)) for p in parameters_of(node)]
        if types is not None and given != types:
            continue
        if owners and owners_of(node)[-len(owners) :] != owners:
            loose = node
            continue
        found = node
    return found if found is not None else loose


def owners_of(node: tree_sitter.Node) -> list[str]:
    """The names of the types around a node, outermost first."""
    found: list[str] = []
    parent = node.parent
    while parent is not None:
        if parent.type in TYPES:
            found.insert(0, name_of(parent))
        parent = parent.parent
    return found


def look(function: tree_sitter.Node) -> Look:
    """The shape, size and parts of a function; its own name and its locals are left out."""
    return look_of(function, _locals(function), NAMES, _LITERALS, COMMENTS | {"modifiers"})


def _locals(function: tree_sitter.Node) -> frozenset[str]:
    """The names that the function declares, its own among them."""
    found = {name_of(function)}
    for one in walk(function):
        if one.type in ("formal_parameter", "variable_declarator", "enhanced_for_statement",
                        "catch_formal_parameter", "resource"):  # fmt: skip
            found.add(name_of(one))
        elif one.type in ("lambda_expression", "inferred_parameters"):
            found |= {text_of(c) for c in one.named_children if c.type == "identifier"}
    return frozenset(found - {""})
