"""Go's types as Python annotations, so that all that is known of kinds serves this language."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from algosmith.languages.go.tree import is_variadic, name_of, parameters_of
from algosmith.languages.nodes import text_of, walk
from algosmith.syntax.goimports import receiver_of
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tree_sitter

    from algosmith.inputs.kinds import Kind

NODES = {"ListNode": ("val", "next"), "TreeNode": ("val", "left", "right")}
_BITS = {"int": 64, "int8": 8, "int16": 16, "int32": 32, "int64": 64, "uint": 64, "uint8": 8,
         "uint16": 16, "uint32": 32, "uint64": 64, "uintptr": 64, "byte": 8,
         "rune": 32}  # fmt: skip
LETTERS = ("byte", "rune")
"""Whole numbers that people write as letters."""
_VALUES = (*_BITS, "float64", "float32", "string", "bool")
_DEEPEST = 8
_TOLD = re.compile(r"^/\*algosmith-types (\{.*\})\*/$", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the types of a file's functions may name."""

    types: dict[str, tree_sitter.Node] = field(default_factory=dict[str, "tree_sitter.Node"])
    """What each named type is."""
    generic: frozenset[str] = frozenset()

    def with_parameters(self, known: Mapping[str, str]) -> Scope:
        """The same, with type parameters."""
        more = {name: made for name, text in known.items() if (made := type_node(text))}
        return replace(self, types={**self.types, **more})


def scope_of(root: tree_sitter.Node) -> Scope:
    """What a file defines."""
    types: dict[str, tree_sitter.Node] = {}
    generic: set[str] = set()
    for node in walk(root):
        kind = node.child_by_field_name("type")
        if node.type in ("type_spec", "type_alias") and kind is not None:
            types[name_of(node)] = kind
            if node.child_by_field_name("type_parameters") is not None:
                generic.add(name_of(node))
    return Scope(types, frozenset(generic))


def type_node(text: str) -> tree_sitter.Node | None:
    """The tree of a type's text."""
    root = parse_text(f"package p\n\ntype X = {text}\n", "go").root_node
    found = next((n for n in walk(root) if n.type in ("type_alias", "type_spec")), None)
    return found.child_by_field_name("type") if found is not None and not root.has_error else None


def fields_of(kind: tree_sitter.Node) -> list[tuple[str, tree_sitter.Node]]:
    """(name, type) of a struct's fields; an embedded one has its type's name."""
    found: list[tuple[str, tree_sitter.Node]] = []
    for one in walk(kind):
        if one.type != "field_declaration" or (inner := one.child_by_field_name("type")) is None:
            continue
        parent = one.parent.parent if one.parent is not None else None
        if parent is not None and parent.start_byte == kind.start_byte:
            names = [text_of(label) for label in one.children_by_field_name("name")]
            found += [(name, inner) for name in names or [text_of(inner).lstrip("*")]]
    return found


def python_of(kind: tree_sitter.Node, scope: Scope, depth: int = 0, *, told: bool = False) -> str:
    """The Python annotation that says what a type says; empty where none does.

    A struct is ``Point[int, int]``, what ``shapes.shaped`` knows. ``told``: as examples tell it,
    with ``byte`` and ``rune`` for numbers that may be written as letters, ``error`` for errors.
    """
    if depth > _DEEPEST:
        return ""
    inner = kind.child_by_field_name("element") or kind.child_by_field_name("type")
    match kind.type:
        case "type_identifier":
            return _named(text_of(kind), scope, depth, told=told)
        case "pointer_type" | "parenthesized_type" if kind.named_child_count == 1:
            return python_of(kind.named_children[0], scope, depth + 1, told=told)
        case "slice_type" | "array_type" | "implicit_length_array_type" if inner is not None:
            item = python_of(inner, scope, depth + 1, told=told)
            return f"list[{item}]" if item else "list"
        case "map_type":
            sides = [kind.child_by_field_name(name) for name in ("key", "value")]
            parts = [python_of(one, scope, depth + 1, told=told) for one in sides if one]
            return f"dict[{', '.join(parts)}]" if len(parts) == 2 and all(parts) else "dict"
        case _:
            return ""


def _named(name: str, scope: Scope, depth: int, *, told: bool) -> str:
    if name in NODES:
        return name
    if name in scope.types and name not in scope.generic:
        made = scope.types[name]
        if made.type != "struct_type":
            return python_of(made, scope, depth + 1, told=told)
        kinds = [python_of(one, scope, depth + 1, told=told) for _, one in fields_of(made)]
        return f"{name}[{', '.join(kinds)}]" if kinds and all(kinds) else ""
    if told and name in (*LETTERS, "error"):
        return name
    if name in _BITS:
        return "int"
    plain = {"float32": "float", "float64": "float", "bool": "bool", "string": "str"}
    return plain.get(name, "")


def taken_by(function: tree_sitter.Node, scope: Scope, *, told: bool = False) -> list[str]:
    """What each parameter takes; one of any number of values takes a list."""
    found = [python_of(kind, scope, told=told) for _, kind in parameters_of(function)]
    if found and is_variadic(function):
        found[-1] = f"list[{found[-1]}]" if found[-1] else "list"
    return found


def results_as(kinds: list[tree_sitter.Node], scope: Scope, *, told: bool = False) -> str:
    """The annotation of all that a function gives; ``None`` for nothing."""
    parts = [python_of(one, scope, told=told) for one in kinds]
    if not parts:
        return "None"
    if len(parts) == 1:
        return parts[0]
    return f"tuple[{', '.join(parts)}]" if all(parts) else ""


def not_carried(kind: tree_sitter.Node, scope: Scope, depth: int = 0) -> str:
    """What in a type does not cross the border, for people; empty where all does."""
    if depth > _DEEPEST:
        return ""
    match kind.type:
        case "function_type":
            return "a function"
        case "channel_type":
            return "a channel"
        case "interface_type" if kind.named_child_count:
            return "a value of an interface"
        case "qualified_type":
            return f"`{text_of(kind)}`"
        case "type_identifier":
            name = text_of(kind)
            if name in NODES or name not in scope.types:
                return "a complex number" if name.startswith("complex") else ""
            return not_carried(scope.types[name], scope, depth + 1)
        case _:
            inner = kind.named_children if kind.type != "struct_type" else ()
            held = [one for _, one in fields_of(kind)] if kind.type == "struct_type" else inner
            return next(filter(None, (not_carried(one, scope, depth + 1) for one in held)), "")


# Type parameters.


def parameters_in(function: tree_sitter.Node, text: str) -> dict[str, str]:
    """Type parameters of a function, and of its receiver's type, with the types to run it with.

    As its calls in ``text`` look; whole numbers where nothing tells. The part of a file that runs
    has no examples; it has what ``with_types`` told.
    """
    told = _TOLD.search(text)
    if told is not None:
        return dict(json.loads(told[1]))
    owner = receiver_of(function)[1]
    root = parse_text(text, "go").root_node
    found: dict[str, str] = {}
    for name, constraint in _declared(function):
        found[name] = _of_constraint(constraint, root) or _as_called(name_of(function), text)
    if owner:
        names = re.findall(r"\w+", _receiver_arguments(function))
        spec = next((n for n in walk(root) if n.type == "type_spec" and name_of(n) == owner), None)
        given = re.search(rf"\b{owner}\[([\w, \[\]*]+)\](?:\{{|\()", text)
        made = re.search(r"\bNew\w*\[([\w, \[\]*]+)\]\(", text)
        match = given or made
        parts = [one.strip() for one in match[1].split(",")] if match is not None else []
        for number, (_, constraint) in enumerate(_declared(spec) if spec is not None else ()):
            if number < len(names):
                seen = parts[number] if number < len(parts) and parts[number] not in names else ""
                kind = seen if seen not in ("T", "K", "V", "E", "any") else ""
                found[names[number]] = kind or _of_constraint(constraint, root) or "int"
    return _resolved(found)


def _receiver_arguments(function: tree_sitter.Node) -> str:
    given = function.child_by_field_name("receiver")
    match = re.search(r"\[(.*)\]", text_of(given)) if given is not None else None
    return match[1] if match else ""


def _declared(node: tree_sitter.Node) -> list[tuple[str, str]]:
    """(name, constraint) of each type parameter."""
    given = node.child_by_field_name("type_parameters")
    found: list[tuple[str, str]] = []
    for one in given.named_children if given is not None else ():
        constraint = one.child_by_field_name("type")
        text = text_of(constraint) if constraint is not None else "any"
        found += [(text_of(label), text) for label in one.children_by_field_name("name")]
    return found


def _as_called(name: str, text: str) -> str:
    """The type of what the function's calls begin with: ``f([]string{"a"})``, ``f(2.5)``."""
    called = rf"\b{re.escape(name)}(?:\[[^\]]*\])?\s*\("
    told = re.search(rf"\b{re.escape(name)}\[(\w+)\]\s*\(", text)
    if told and told[1] in _VALUES:
        return told[1]
    row = re.search(rf"{called}\w+\.(\w+)\b", text)  # a field of a table's rows
    kinds = re.findall(rf"\b{row[1]}\s+(?:\[\])*([a-z]\w*)\b", text) if row else []
    if found := next((kind for kind in kinds if kind in _VALUES), ""):
        return found
    listed = re.search(rf"{called}(?:\[\])+([a-z]\w*)\s*\{{", text)
    if listed:
        return listed[1]
    if re.search(rf"{called}[\[\s]*\"", text):
        return "string"
    return "float64" if re.search(rf"{called}[\[\s]*-?\d+\.\d", text) else "int"


def _of_constraint(text: str, root: tree_sitter.Node) -> str:
    """The type that a constraint asks for; empty where many are possible."""
    text = text.strip()
    if text.startswith("~"):
        return text[1:].partition("|")[0].strip()
    if "|" in text:
        parts = [one.strip().lstrip("~") for one in text.split("|")]
        return "" if "int" in parts else parts[0]
    for node in walk(root):
        if node.type == "type_spec" and name_of(node) == text:
            kind = node.child_by_field_name("type")
            inner = text_of(kind) if kind is not None else ""
            union = re.search(r"\{([^{}]*)\}", inner, re.DOTALL)
            if union and union[1].strip() and "(" not in union[1]:
                line = re.sub(r"\s*\|\s*", "|", union[1].strip())
                return _of_constraint(line.splitlines()[0], root)
    return ""


def _resolved(found: dict[str, str]) -> dict[str, str]:
    """``[]E`` with the type that E is."""
    return {
        name: _WORD.sub(lambda m: found.get(m[0], m[0]) if m[0] != name else m[0], text)  # noqa: B023
        for name, text in found.items()
    }


def with_types(part: str, function: tree_sitter.Node, text: str) -> str:
    """The part of the file ``text`` that runs, with the types that its function is run with."""
    found = parameters_in(function, text)
    return f"{part}/*algosmith-types {json.dumps(found)}*/\n" if found else part


def bounded(kind: Kind, node: tree_sitter.Node, scope: Scope, depth: int = 0) -> Kind:
    """The kind within what its type can hold: no sign for ``uint``, a byte for ``byte``."""
    if depth > _DEEPEST:
        return kind
    name = text_of(node)
    if node.type == "type_identifier" and name in scope.types:
        return bounded(kind, scope.types[name], scope, depth + 1)
    if node.type == "type_identifier" and name in _BITS and kind.base == "int":
        low, high = _range(name)
        return replace(kind, low=_tighter(kind.low, low, max), high=_tighter(kind.high, high, min))
    if node.type in ("pointer_type", "parenthesized_type") and node.named_child_count == 1:
        return bounded(kind, node.named_children[0], scope, depth + 1)
    parts = _parts(node)
    if not parts or not kind.parts:
        return kind
    made = [bounded(k, t, scope, depth + 1) for k, t in zip(kind.parts, parts, strict=False)]
    return replace(kind, parts=(*made, *kind.parts[len(made) :]))


def _parts(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    if node.type == "struct_type":
        return [kind for _, kind in fields_of(node)]
    found = (node.child_by_field_name(name) for name in ("element", "key", "value"))
    return [one for one in found if one is not None]


def _range(name: str) -> tuple[int | None, int | None]:
    """What a type holds; None where inputs never come near it."""
    bits = _BITS[name]
    if name == "rune":
        return 0, 0x10FFFF
    if name.startswith("int"):
        return (-(1 << bits - 1), (1 << bits - 1) - 1) if bits < 32 else (None, None)
    return 0, (1 << bits) - 1 if bits < 32 else None


def _tighter(one: int | None, other: int | None, of: type | object) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return of(known) if known else None  # type: ignore[operator]
