"""Rust's types as Python annotations, so that all that is known of kinds serves this language."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.tree import name_of
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import tree_sitter

    from algosmith.inputs.kinds import Kind

NODES = {"ListNode": ("val", "next"), "TreeNode": ("val", "left", "right")}
_BITS = {"8": 8, "16": 16, "32": 32, "64": 64, "128": 128, "size": 64}
_WHOLE = re.compile(r"([iu])(8|16|32|64|128|size)\Z")
_LISTS = ("Vec", "VecDeque", "LinkedList", "BinaryHeap")
_SETS = ("HashSet", "BTreeSet")
_MAPS = ("HashMap", "BTreeMap")
_HOLDERS = ("Option", "Box", "Rc", "Arc", "RefCell", "Cell", "Cow", "Reverse", "Wrapping")
_TEXTS = frozenset({"String", "str", "char"})
_DEEPEST = 8
_TOLD = re.compile(r"^/\*algosmith-types (\{.*\})\*/$", re.MULTILINE)
_LIFETIME = re.compile(r"'[A-Za-z_]\w*(?!')\s*,?\s*")


@dataclass(frozen=True, slots=True)
class Scope:
    """What the types of a file's functions may name."""

    aliases: dict[str, str] = field(default_factory=dict[str, str])
    """``type`` aliases, and type parameters with what they are run with."""
    structs: dict[str, tuple[tuple[str, str], ...]] = field(
        default_factory=dict[str, tuple[tuple[str, str], ...]]
    )
    """(field, type) of each struct; the fields of a tuple struct are ``0``, ``1``, …"""
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """The names of enums whose values hold nothing."""

    def with_parameters(self, more: Mapping[str, str]) -> Scope:
        """The same, with type parameters."""
        return replace(self, aliases={**self.aliases, **more})


def scope_of(root: tree_sitter.Node) -> Scope:
    """What a file defines."""
    scope = Scope()
    for node in walk(root):
        name, kind = name_of(node), node.child_by_field_name("type")
        body = node.child_by_field_name("body")
        generic = node.child_by_field_name("type_parameters") is not None
        if not name or generic or name in NODES:
            continue
        if node.type == "type_item" and kind is not None:
            scope.aliases[name] = text_of(kind)
        elif node.type == "struct_item":
            scope.structs[name] = tuple(_fields(body)) if body is not None else ()
        elif node.type == "enum_item" and body is not None:
            variants = [one for one in body.named_children if one.type == "enum_variant"]
            if variants and all(one.child_by_field_name("body") is None for one in variants):
                scope.enums[name] = tuple(map(name_of, variants))
    return scope


def _fields(body: tree_sitter.Node) -> Iterable[tuple[str, str]]:
    if body.type == "ordered_field_declaration_list":
        for number, kind in enumerate(body.children_by_field_name("type")):
            yield str(number), text_of(kind)
        return
    for one in body.named_children:
        kind = one.child_by_field_name("type")
        if one.type == "field_declaration" and kind is not None:
            yield name_of(one), text_of(kind)


def parameters_in(function: tree_sitter.Node, text: str) -> dict[str, str]:
    """Type parameters of a function with the types to run it with, as its calls in ``text`` look.

    Whole numbers where nothing tells. The part of a file that runs has no examples; it has what
    ``with_types`` told.
    """
    told = _TOLD.search(text)
    if told is not None:
        return dict(json.loads(told[1]))
    given = function.child_by_field_name("type_parameters")
    called = rf"\b{re.escape(name_of(function))}\s*(?:::<[^>]*>)?\s*\((?:[\s&\[(]|vec!|mut\b)*"
    kind = "i32"
    if re.search(rf"{called}\"", text):
        kind = "&'static str"
    elif re.search(rf"{called}'(?:\\.|[^'])'", text):
        kind = "char"
    elif re.search(rf"{called}-?\d+\.\d", text):
        kind = "f64"
    found: dict[str, str] = {}
    for one in given.named_children if given is not None else ():
        if one.type != "type_parameter":
            continue
        bounds = text_of(one)
        where = function_where(function, name_of(one))
        found[name_of(one)] = _of_bounds(f"{bounds} {where}") or kind
    return found


def with_types(part: str, function: tree_sitter.Node, text: str) -> str:
    """The part of the file ``text`` that runs, with the types that its function is run with."""
    found = parameters_in(function, text)
    return f"{part}/*algosmith-types {json.dumps(found)}*/\n" if found else part


def function_where(function: tree_sitter.Node, name: str) -> str:
    """What a ``where`` clause says of a type parameter."""
    for child in function.named_children:
        if child.type == "where_clause":
            for one in child.named_children:
                left = one.child_by_field_name("left")
                if left is not None and text_of(left) == name:
                    return text_of(one)
    return ""


def _of_bounds(text: str) -> str:
    """The type that bounds ask for; empty where many are possible."""
    if re.search(r"AsRef<\s*str|Into<\s*String|Borrow<\s*str|ToString", text):
        return "String"
    items = re.search(r"\b(?:Into)?Iterator<\s*Item\s*=\s*(.+?)>\s*(?:[+,{]|$)", text)
    if items is not None and "IntoIterator" in text:
        return f"Vec<{items[1]}>"
    slices = re.search(r"(?:AsRef|Into|Borrow)<\s*(?:\[(.+?)\]|Vec<(.+?)>)\s*>", text)
    return f"Vec<{slices[1] or slices[2]}>" if slices is not None else ""


def bare(text: str) -> str:
    """A type without references and lifetimes."""
    text = _LIFETIME.sub("", re.sub(r"\s+", " ", text)).strip()
    while True:
        shorter = re.sub(r"^(?:&|mut\b|dyn\b|::|std::|core::)\s*", "", text).strip()
        if shorter == text:
            return text
        text = shorter


def split(text: str) -> list[str]:
    """The parts between commas, those inside brackets left whole."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "<([") - (char in ">)]")
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]


def python_of(text: str, scope: Scope, depth: int = 0) -> str:
    """The Python annotation that says what a type says; empty where none does.

    A struct is ``Point[int, int]`` and an enum ``Color['Red']``, what ``shapes.shaped`` knows.
    """
    text = bare(text)
    if depth > _DEEPEST:
        return ""
    if text in scope.aliases:
        return python_of(scope.aliases[text], scope, depth + 1)
    if text.startswith("[") and text.endswith("]"):
        inner = python_of(text[1:-1].rpartition(";")[0] or text[1:-1], scope, depth + 1)
        return f"list[{inner}]" if inner else "list"
    if text.startswith("(") and text.endswith(")"):
        return _tuple([python_of(part, scope, depth + 1) for part in split(text[1:-1])])
    if _WHOLE.match(text):
        return "int"
    name, _, rest = text.partition("<")
    name = name.strip().rpartition("::")[2]
    if name in ("f64", "f32", "bool") or name in _TEXTS:
        return "str" if name in _TEXTS else "bool" if name == "bool" else "float"
    if name in NODES:
        return name
    if name in scope.enums:
        return f"{name}[{', '.join(map(repr, scope.enums[name]))}]"
    if name in scope.structs:
        kinds = [python_of(kind, scope, depth + 1) for _, kind in scope.structs[name]]
        return f"{name}[{', '.join(kinds)}]" if kinds and all(kinds) else ""
    parts = [python_of(part, scope, depth + 1) for part in split(rest.rstrip()[:-1])]
    return _generic(name, parts)


def claimed(text: str, scope: Scope) -> str:
    """The same for what examples tell, where an option may be none and a result an error."""
    kind = python_of(text, scope)
    whole = scope.aliases.get(bare(text), bare(text))
    name = whole.partition("<")[0].rpartition("::")[2]
    if name == "Result":
        parts = [*split(whole.partition("<")[2].rstrip()[:-1]), "", ""][:2]
        return f"Result[{', '.join(claimed(one, scope) if one else '' for one in parts)}]"
    return f"Option[{kind}]" if name == "Option" and kind and kind not in NODES else kind


def hides_none(text: str, scope: Scope, depth: int = 0) -> bool:
    """Whether a type has an option whose value may itself be none: ``Option<Option<i32>>``."""
    text = bare(text)
    if depth > _DEEPEST:
        return False
    if text in scope.aliases:
        return hides_none(scope.aliases[text], scope, depth + 1)
    name, _, rest = text.partition("<")
    name = name.strip().rpartition("::")[2]
    inner = [*split(rest.rstrip()[:-1])] if rest else _parts(text, scope)
    if name in scope.structs:
        inner = [kind for _, kind in scope.structs[name]]
    if name == "Option" and inner and _may_be_none(inner[0], scope):
        return True
    return any(hides_none(one, scope, depth + 1) for one in inner)


def _may_be_none(text: str, scope: Scope, depth: int = 0) -> bool:
    text = bare(text)
    if text in scope.aliases and depth <= _DEEPEST:
        return _may_be_none(scope.aliases[text], scope, depth + 1)
    name, _, rest = text.partition("<")
    name = name.strip().rpartition("::")[2]
    if name in _HOLDERS and name != "Option" and depth <= _DEEPEST:
        return _may_be_none(rest.rstrip()[:-1], scope, depth + 1)
    return name == "Option" or text == "()"


def _tuple(parts: list[str]) -> str:
    return f"tuple[{', '.join(parts)}]" if parts and all(parts) else "None" if not parts else ""


def _generic(name: str, parts: list[str]) -> str:
    one = (parts or [""])[0]
    if name in _LISTS:
        return f"list[{one}]" if one else "list"
    if name in _SETS:
        return f"set[{one}]" if one else "set"
    if name in _MAPS:
        return f"dict[{parts[0]}, {parts[1]}]" if len(parts) >= 2 and all(parts[:2]) else "dict"
    return one if name in _HOLDERS else ""


def bounded(kind: Kind, text: str, scope: Scope, depth: int = 0) -> Kind:
    """The kind within what its type can hold: no sign for ``u32``, a byte for ``u8``."""
    text = bare(text)
    if depth > _DEEPEST:
        return kind
    if text in scope.aliases:
        return bounded(kind, scope.aliases[text], scope, depth + 1)
    whole = _WHOLE.match(text)
    if whole is not None and kind.base == "int":
        low, high = _range(whole[1] == "i", _BITS[whole[2]])
        return replace(kind, low=_larger(kind.low, low), high=_smaller(kind.high, high))
    parts = _parts(text, scope)
    if not parts or not kind.parts:
        name = text.partition("<")[0].rpartition("::")[2]
        inner = split(text.partition("<")[2].rstrip()[:-1])
        return bounded(kind, inner[0], scope, depth + 1) if name in _HOLDERS and inner else kind
    made = [bounded(k, t, scope, depth + 1) for k, t in zip(kind.parts, parts, strict=False)]
    return replace(kind, parts=(*made, *kind.parts[len(made) :]))


def _parts(text: str, scope: Scope) -> list[str]:
    """The types of a type's parts, where it is a list, set, map, tuple or struct."""
    if text.startswith("["):
        return [text[1:-1].rpartition(";")[0] or text[1:-1]]
    if text.startswith("("):
        return split(text[1:-1])
    name, _, rest = text.partition("<")
    name = name.strip().rpartition("::")[2]
    if name in scope.structs:
        return [kind for _, kind in scope.structs[name]]
    return split(rest.rstrip()[:-1]) if name in (*_LISTS, *_SETS, *_MAPS) else []


def _range(signed: bool, bits: int) -> tuple[int | None, int | None]:
    """What a type holds; None where inputs never come near it."""
    if signed:
        return (-(1 << bits - 1), (1 << bits - 1) - 1) if bits < 32 else (None, None)
    return 0, (1 << bits) - 1 if bits < 32 else None


def _larger(one: int | None, other: int | None) -> int | None:
    return (
        max(one, other) if one is not None and other is not None else other if one is None else one
    )


def _smaller(one: int | None, other: int | None) -> int | None:
    return (
        min(one, other) if one is not None and other is not None else other if one is None else one
    )


def type_node(text: str) -> tree_sitter.Node | None:
    """The tree of a type's text."""
    root = parse_text(f"type X = {text};", "rust").root_node
    if root.has_error or not root.named_children:
        return None
    return root.named_children[0].child_by_field_name("type")
