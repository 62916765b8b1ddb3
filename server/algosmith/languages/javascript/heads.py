"""What a JavaScript function takes: from its types, its JSDoc, examples, use and names.

The head is written down as a Python one, so that everything that is known about kinds of inputs,
roles and sizes serves both languages.
"""

from __future__ import annotations

import keyword
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.inputs.infer import infer
from algosmith.inputs.kinds import Signature
from algosmith.languages.javascript.cutting import nodes_in, top_level
from algosmith.languages.javascript.tree import is_required, parameters_of, pattern_of, string_of
from algosmith.languages.nodes import text_of, walk
from algosmith.model import Snapshot
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions, enclosing
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import tree_sitter

    from algosmith.languages.javascript.cutting import Top
    from algosmith.sandbox.types import Call

_PLAIN = {"number": "int", "string": "str", "boolean": "bool", "bigint": "Fraction", "null": "None",
          "undefined": "None", "void": "None", "Number": "int", "String": "str", "Boolean": "bool",
          "integer": "int", "float": "float", "int": "int", "Function": "Callable",
          "Uint8Array": "bytearray"}  # fmt: skip
_LISTS = {"Array", "ReadonlyArray", "Iterable", "ArrayLike", "Iterator"}
_DICTS = {"Record": "dict", "Map": "OrderedDict", "ReadonlyMap": "OrderedDict"}
_OBJECT = "Options"
"""A class that nobody knows: no value of it can be made."""
_JSDOC = {"Array": "any[]", "array": "any[]", "object": _OBJECT, "Object": _OBJECT}
_DEEPEST = 8
_TEXTUAL = re.compile(
    r"\.(?:charCodeAt|charAt|toLowerCase|toUpperCase|split|trim|startsWith|endsWith|codePointAt"
    r"|substring|substr|padStart|padEnd|localeCompare|normalize|matchAll|match|replaceAll)\("
)
_LISTED = re.compile(
    r"\.(?:push|pop|shift|unshift|map|filter|reduce|forEach|sort|splice|some|every|flat|fill|find"
    r"|findIndex|entries)\("
)
_MAPPED = re.compile(r"\.(?:has|get)\(")
_PARAM = re.compile(
    r"@param\s*\{(?P<type>(?:[^{}]|\{[^{}]*\})*)\}\s*(?P<name>\[?[\w$.]+)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class One:
    """A parameter: its name and the Python annotation that says the same, or nothing."""

    name: str
    kind: str = ""
    required: bool = True
    rest: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """A function's parameters."""

    parameters: tuple[One, ...]
    nodes: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def python(self) -> str:
        """The head as Python has it, with the classes of linked lists and trees that it names."""
        lines: list[str] = []
        used = " ".join(one.kind for one in self.parameters)
        for name, fields in self.nodes:
            if re.search(rf"\b{re.escape(name)}\b", used) and name.isidentifier():
                lines += [f"class {name}:", "    def __init__(self, x=0):"]
                lines += [f"        self.{field} = x" for field in fields]
        shown: list[str] = []
        optional = False
        for one in self.parameters:
            kind = f": {one.kind}" if one.kind else ""
            optional = optional or not (one.required or one.rest)
            default = " = None" if optional and not one.rest else ""
            shown.append(f"{'*' if one.rest else ''}{one.name}{kind}{default}")
        return "\n".join([*lines, f"def called_({', '.join(shown)}):", "    pass", ""])


def signature(source: str, entry: str, words: str, examples: Sequence[Call]) -> Signature:
    """What to call a function with; ``source`` has its language in its first line."""
    language, _, text = source.partition("\n")
    document = open_document(Snapshot("", language, text.encode("utf-8", "surrogatepass")))
    found = definitions(document)
    *owner, name = entry.split(".")
    named = [d for d in found if not d.is_class and d.name == name]
    inside = [d for d in named if not owner or owner[0] in [o.name for o in enclosing(found, d)]]
    one = (inside or named or [None])[-1]
    if one is None:
        return Signature(entry, (), reason=f"there is no function {name!r} in the file")
    tops = list(top_level(document.tree.root_node))
    end = one.outer.start
    doc = _doc_above(document.data[:end].decode("utf-8", "replace"))
    head = head_of(one.node, f"{doc}\n{words}", nodes_in(tops), tops)
    made = infer(head.python, "called_", f"{doc}\n{words}", examples)
    return Signature(
        entry, made.parameters, made.sizes, made.reason, made.examples, made.all_examples_sorted,
        made.alternatives,
    )  # fmt: skip


def _doc_above(text: str) -> str:
    """The words of the comment that a text ends with."""
    stripped = text.rstrip()
    if not stripped.endswith("*/"):
        return ""
    return stripped[stripped.rfind("/*") :]


def head_of(
    function: tree_sitter.Node, doc: str, nodes: Mapping[str, tuple[str, ...]],
    tops: Sequence[Top] = (),
) -> Head:  # fmt: skip
    """The head of a function's node; ``doc`` holds its JSDoc."""
    aliases = {
        text_of(label): value
        for top in tops
        if top.node.type == "type_alias_declaration"
        and (label := top.node.child_by_field_name("name")) is not None
        and (value := top.node.child_by_field_name("value")) is not None
    }
    stated = {m["name"].lstrip("["): m["type"] for m in _PARAM.finditer(doc)}
    types = _Types(nodes, aliases)
    body = function.child_by_field_name("body")
    code = text_of(body) if body is not None else ""
    found: list[One] = []
    for number, parameter in enumerate(parameters_of(function)):
        pattern = pattern_of(parameter)
        rest = pattern.type == "rest_pattern"
        inner = pattern.named_children[0] if rest and pattern.named_children else pattern
        name = text_of(inner) if inner.type == "identifier" else f"options{number}"
        annotation = parameter.child_by_field_name("type")
        kind = ""
        if annotation is not None and annotation.named_children:
            kind = types.python(annotation.named_children[-1])
        elif name in stated:
            kind = types.of_text(stated[name])
        elif inner.type != "identifier":
            kind = _OBJECT
        kind = kind or _used(name, code)
        required = is_required(parameter) and not stated.get(name, "").rstrip().endswith("=")
        found.append(One(_safe(name, number), kind, required, rest))
    return Head(tuple(found), tuple(nodes.items()))


def _safe(name: str, number: int) -> str:
    name = name.replace("$", "_")
    if not name.isidentifier() or name == "called_":
        return f"value{number}"
    return f"{name}_" if keyword.iskeyword(name) else name


def _used(name: str, code: str) -> str:
    """What the use of a parameter tells of its type."""
    word = rf"(?<![\w$.]){re.escape(name)}"
    behind = " ".join(
        m[1]
        for m in re.finditer(rf"{word}\??(\.\w+\(|\.next\b|\.left\b|\.right\b|\[\w+\]\[)", code)
    )
    if _TEXTUAL.search(behind):
        return "str"
    if ".left" in behind or ".right" in behind:
        return "TreeNode"
    if ".next" in behind:
        return "ListNode"
    if "][" in behind:
        return "list[list[int]]"
    return "list" if _LISTED.search(behind) else ""


@dataclass(frozen=True, slots=True)
class _Types:
    """Turns types into Python annotations that say the same; empty where none does."""

    nodes: Mapping[str, tuple[str, ...]]
    aliases: Mapping[str, tree_sitter.Node]

    def of_text(self, text: str) -> str:
        """A JSDoc type."""
        text = re.sub(r"^[?!]|[=!?]$|^\.\.\.", "", text.strip()).replace(".<", "<")
        text = _JSDOC.get(text, text)
        root = parse_text(f"let x: {text};", "typescript").root_node
        if root.has_error or text in ("*", "any", ""):
            return ""
        found = (node for node in walk(root) if node.type == "type_annotation")
        return next((self.python(node.named_children[-1]) for node in found), "")

    def python(self, node: tree_sitter.Node, depth: int = 0) -> str:
        """A type's node."""
        if depth > _DEEPEST:
            return ""
        parts = node.named_children
        match node.type:
            case "predefined_type" | "literal_type" if text_of(node) in _PLAIN:
                return _PLAIN[text_of(node)]
            case "parenthesized_type" | "readonly_type" | "optional_type":
                return self.python(parts[-1], depth + 1)
            case "array_type":
                part = self.python(parts[0], depth + 1)
                return f"list[{part}]" if part else "list"
            case "literal_type":
                value = _literal(node)
                return f"Literal[{value!r}]" if value is not None else ""
            case "type_identifier" | "identifier":
                return self._named(text_of(node), depth)
            case "function_type":
                return "Callable"
            case _:
                return self._combined(node, depth)

    def _combined(self, node: tree_sitter.Node, depth: int) -> str:
        match node.type:
            case "tuple_type":
                parts = [self.python(one, depth + 1) or "int" for one in node.named_children]
                return f"tuple[{', '.join(parts)}]" if parts else "list"
            case "union_type":
                return self._union(node, depth)
            case "generic_type":
                return self._generic(node, depth)
            case "object_type":
                return self._keyed(node, depth)
            case _:
                return ""

    def _union(self, node: tree_sitter.Node, depth: int) -> str:
        options: list[tree_sitter.Node] = []
        waiting = [node]
        while waiting:
            one = waiting.pop(0)
            waiting = [*one.named_children, *waiting] if one.type == "union_type" else waiting
            options += [one] if one.type != "union_type" else []
        values = [_literal(one) for one in options if one.type == "literal_type"]
        known = [value for value in values if value is not None]
        if known and len(known) == len(options):
            return f"Literal[{', '.join(map(repr, known))}]"
        found = (self.python(one, depth + 1) for one in options)
        return next((kind for kind in found if kind and kind != "None"), "")

    def _named(self, name: str, depth: int) -> str:
        if name in _PLAIN:
            return _PLAIN[name]
        if name in self.nodes:
            return name
        if name in self.aliases:
            return self.python(self.aliases[name], depth + 1)
        if name in _LISTS:
            return "list"
        return _OBJECT if len(name) > 2 and name[0].isupper() else ""

    def _generic(self, node: tree_sitter.Node, depth: int) -> str:
        name = text_of(node.child_by_field_name("name") or node.named_children[0])
        given = next((c for c in node.named_children if c.type == "type_arguments"), None)
        inside = given.named_children if given is not None else []
        parts = [self.python(one, depth + 1) or "int" for one in inside]
        if name in _LISTS and parts:
            return f"list[{parts[0]}]"
        if name in ("Set", "ReadonlySet") and parts:
            return f"set[{parts[0]}]"
        if name in _DICTS and len(parts) == 2:
            return f"{_DICTS[name]}[{parts[0]}, {parts[1]}]"
        if name == "Promise" and parts:
            return parts[0]
        return name if name in self.nodes else _OBJECT

    def _keyed(self, node: tree_sitter.Node, depth: int) -> str:
        """``{ [key: string]: number }``; an object with fields of its own only examples make."""
        for one in node.named_children:
            if one.type == "index_signature":
                annotation = one.child_by_field_name("type")
                value = annotation.named_children[-1] if annotation is not None else None
                kind = self.python(value, depth + 1) if value is not None else ""
                return f"dict[str, {kind or 'int'}]"
        return _OBJECT


def _literal(node: tree_sitter.Node) -> str | int | None:
    value = node.named_children[0] if node.named_children else None
    if value is None:
        return None
    if value.type == "string":
        return string_of(value)
    return int(text_of(value)) if value.type == "number" and text_of(value).isdecimal() else None
