"""The part of a JavaScript or TypeScript file that one function needs, as a plain script.

Comments, tests and imports are left out: what a file expects of the function never goes where the
function runs. A name that comes from another module can't be had there, so code that uses one is
not run.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from algosmith.languages.javascript import shapes
from algosmith.languages.javascript.tree import (
    FUNCTIONS,
    bound_in,
    is_promised,
    is_required,
    names_in,
    parameters_of,
    string_of,
)
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import Part
from algosmith.syntax.document import open_document
from algosmith.syntax.erasing import CannotErase, erased
from algosmith.syntax.functions import definitions, enclosing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import tree_sitter

    from algosmith.model import Snapshot, Task
    from algosmith.syntax.functions import Definition

DEFAULT = "default_"
HEAD = re.compile(r"/\*algosmith (\{.*?\})\*/\n")
NODES: Mapping[str, tuple[str, ...]] = {
    "ListNode": ("val", "next"), "TreeNode": ("val", "left", "right")
}  # fmt: skip
"""Linked lists and trees that problems speak of without defining them."""
_FIELDS = ("val", "value", "data", "key", "item", "v")
_LOOSE = frozenset({"expression_statement", "for_statement", "for_in_statement", "while_statement",
                    "if_statement"})  # fmt: skip
_OUTSIDE = frozenset({"console", "assert", "test", "describe", "it", "expect", "module", "exports",
                      "require", "process"})  # fmt: skip
CHANCES = re.compile(
    r"\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bcrypto\b|\bperformance\.now\b|\bhrtime\b"
)


@dataclass(slots=True)
class Top:
    """One statement of a file's top level."""

    node: tree_sitter.Node
    """Without ``export``."""
    names: frozenset[str] = frozenset()
    """What it declares."""
    module: str = ""
    """Where the names come from, for an import."""
    lead: str = ""
    """What the text begins with, where the statement is an expression."""
    uses: frozenset[str] = field(default_factory=frozenset[str])

    @property
    def is_loose(self) -> bool:
        """A statement that declares nothing: it may fill a table that others need."""
        return not self.names and not self.module


def part_of(
    before: Snapshot, after: Snapshot, task: Task, one: Definition, named: frozenset[str]
) -> Part:
    """The program for one placed candidate."""
    document = open_document(after)
    around = enclosing(definitions(document), one)
    tops = list(top_level(document.tree.root_node))
    home = next((t for t in tops if _holds(t.node, one.node)), None)
    entry, why = _entry(one, [o.name for o in around], all(o.is_class for o in around), home)
    found = shapes.look(one.node)
    known = Part(
        entry=entry,
        why_not_run=why or _needs_arguments(one, around[-1] if around else None),
        shape=found.shape,
        size=found.size,
        parts=found.parts,
        unread=_unread(one.node),
        returns=returned_type(one.node),
        chances=CHANCES.search(text_of(one.node)) is not None,
    )
    if known.why_not_run or home is None:
        return known
    needed = _needed(tops, home)
    imported = [t for t in needed if t.module]
    if imported:
        names = ", ".join(sorted({t.module for t in imported}))
        return _with(known, why=f"imports {names}, which is not run here")
    try:
        text = _text(document.data, [t for t in needed if not t.module])
    except CannotErase as error:
        return _with(known, why=f"uses {error}, which needs a compiler")
    nodes = nodes_in(tops)
    head = {
        "nodes": {name: list(fields) for name, fields in nodes.items()},
        "returns": _node_returned(one.node, task, nodes),
        "promises": is_promised(one.node, one.name, _words(one.node, task), document.data),
        "family": hashlib.sha256(text.encode()).hexdigest()[:16],
    }
    return _with(known, text=f"/*algosmith {json.dumps(head)}*/\n{text}")


def _with(part: Part, *, why: str = "", text: str = "") -> Part:
    return Part(text, part.entry, why, part.shape, part.size, part.parts, part.unread,
                part.returns, part.chances)  # fmt: skip


def _holds(outer: tree_sitter.Node, inner: tree_sitter.Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def top_level(root: tree_sitter.Node) -> Iterator[Top]:
    """The statements of a file, ``export`` taken off."""
    for child in root.named_children:
        node = child
        if node.type == "export_statement":
            inner = node.child_by_field_name("declaration")
            value = node.child_by_field_name("value")
            if inner is not None:
                node = inner
            elif value is not None:
                node, lead = value, f"const {DEFAULT} = "
                yield Top(node, frozenset({DEFAULT}), "", lead, names_in(node))
                continue
            else:
                yield from _imports(node)
                continue
        if node.type == "import_statement":
            yield from _imports(node)
        elif node.type not in ("comment", "hash_bang_line", "empty_statement"):
            yield _top(node)


def _imports(node: tree_sitter.Node) -> Iterator[Top]:
    source = node.child_by_field_name("source")
    if source is None or any(child.type == "type" for child in node.children):
        return
    names: set[str] = set()
    for one in walk(node):
        if one.type == "import_specifier":
            if any(child.type == "type" for child in one.children):
                continue
            label = one.child_by_field_name("alias") or one.child_by_field_name("name")
            names |= {text_of(label)} if label is not None else set()
        elif one.type in ("import_clause", "namespace_import"):
            names |= {text_of(c) for c in one.named_children if c.type == "identifier"}
    yield Top(node, frozenset(names), string_of(source) or "another module")


def _top(node: tree_sitter.Node) -> Top:
    """A declaration with its names, or a loose statement."""
    names: set[str] = set()
    if node.type in ("lexical_declaration", "variable_declaration"):
        for declarator in node.named_children:
            label = declarator.child_by_field_name("name")
            names |= bound_in(label) if label is not None else set()
            module = _required(declarator.child_by_field_name("value"))
            if module:
                return Top(node, frozenset(names), module)
    elif node.type.endswith("_declaration"):
        label = node.child_by_field_name("name")
        names |= {text_of(label)} if label is not None else set()
    elif exported := _exported(node):
        name, value = exported
        return Top(value, frozenset({name}), "", f"const {name} = ", names_in(value))
    return Top(node, frozenset(names), "", "", names_in(node))


def _required(value: tree_sitter.Node | None) -> str:
    """The module that ``require("…")`` names."""
    one = value
    while one is not None and one.type in ("member_expression", "await_expression"):
        one = one.named_children[0]
    if one is None or one.type != "call_expression":
        return ""
    called, given = one.child_by_field_name("function"), one.child_by_field_name("arguments")
    if called is None or text_of(called) != "require" or given is None or not given.named_children:
        return ""
    return string_of(given.named_children[0]) or "another module"


def _exported(node: tree_sitter.Node) -> tuple[str, tree_sitter.Node] | None:
    """Name and function of ``module.exports = function f() {}`` and ``exports.f = () => …``."""
    inner = node.named_children[0] if node.type == "expression_statement" else None
    if inner is None or inner.type != "assignment_expression":
        return None
    left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if left is None or right is None or right.type not in FUNCTIONS | {"class"}:
        return None
    target = text_of(left)
    own = right.child_by_field_name("name")
    if target in ("module.exports", "exports"):
        return (text_of(own) if own is not None else "exports"), right
    if left.type == "member_expression" and target.startswith(("exports.", "module.exports.")):
        return target.rpartition(".")[2], right
    return (target, right) if left.type == "identifier" else None


def _entry(
    one: Definition, outer: list[str], in_classes: bool, home: Top | None
) -> tuple[str, str]:
    """How the function is reached, or why it can't be."""
    if not in_classes:
        return one.name, "the function is inside another function"
    if home is None:
        return one.name, "the function does not stand at the top of the file"
    holder = _object_around(one.node, home.node)
    if holder:
        outer = [*outer, holder]
    if len(outer) > 1:
        return one.name, "the function is nested too deep to be called alone"
    name = DEFAULT if home.lead.startswith(f"const {DEFAULT}") and not outer else one.name
    if not outer and home.names and name not in home.names:
        return one.name, "the function is inside another expression"
    kinds = {child.type for child in one.node.children}
    if one.node.type == "method_definition" and kinds & {"get", "set"}:
        return one.name, f"{one.name} is a property, not a method to call"
    if name.startswith("#") or (outer and name == "constructor"):
        return one.name, f"{one.name} can't be called from outside"
    if outer and home.lead.startswith(f"const {DEFAULT}"):
        outer = [DEFAULT]
    return ".".join([*outer, name]), ""


def _object_around(node: tree_sitter.Node, top: tree_sitter.Node) -> str:
    """The variable that holds the object which the function is a property of."""
    seen = False
    one = node.parent
    while one is not None and one != top:
        seen = seen or one.type == "object"
        if seen and one.type == "variable_declarator":
            label = one.child_by_field_name("name")
            return text_of(label) if label is not None else "?"
        one = one.parent
    return "?.?" if seen else ""


def _needs_arguments(one: Definition, owner: Definition | None) -> str:
    """Why a method has no object to be called on."""
    if owner is None or any(child.type == "static" for child in one.node.children):
        return ""
    if any(child.type == "abstract" for child in owner.node.children):
        return f"{owner.name} is abstract: there is no instance of it"
    for member in owner.body.named_children:
        label = member.child_by_field_name("name")
        if member.type != "method_definition" or label is None:
            continue
        if text_of(label) == "constructor" and any(map(is_required, parameters_of(member))):
            return f"needs an instance of {owner.name}, whose constructor takes arguments"
    return ""


def _needed(tops: list[Top], home: Top) -> list[Top]:
    """The statements that the function needs, in their order."""
    kept = {id(home)}
    names = set(home.uses) | set(home.names)
    while True:
        new = [t for t in tops if id(t) not in kept and _is_needed(t, names, home)]
        if not new:
            return [t for t in tops if id(t) in kept]
        for top in new:
            kept.add(id(top))
            names |= top.uses


def _is_needed(top: Top, names: set[str], home: Top) -> bool:
    if not top.is_loose:
        return bool(top.names & names)
    if top.node.type not in _LOOSE or top.uses & (_OUTSIDE | home.names):
        return False
    return bool(_changed_by(top.node) & names)


def _changed_by(statement: tree_sitter.Node) -> frozenset[str]:
    """Variables whose contents a statement changes: ``table[i] = …``, ``cache.set(…)``."""
    found: set[str] = set()
    for one in walk(statement):
        target = None
        if one.type in ("assignment_expression", "augmented_assignment_expression"):
            target = one.child_by_field_name("left")
        elif one.type == "update_expression":
            target = one.child_by_field_name("argument")
        elif one.type == "call_expression":
            called = one.child_by_field_name("function")
            target = called if called is not None and called.type == "member_expression" else None
        while target is not None and target.type in ("member_expression", "subscript_expression"):
            target = target.child_by_field_name("object")
        if target is not None and target.type == "identifier":
            found.add(text_of(target))
    return frozenset(found)


def _text(data: bytes, tops: list[Top]) -> str:
    pieces: list[str] = []
    for top in tops:
        text = erased(data, top.node).decode("utf-8", "replace")
        pieces.append(f"{top.lead}{text}{';' if top.lead else ''}")
    return "\n".join(pieces) + "\n"


def nodes_in(tops: list[Top]) -> dict[str, tuple[str, ...]]:
    """Classes of linked lists and trees, with the names of the value and the links."""
    found = dict(NODES)
    for top in tops:
        if top.node.type not in ("class_declaration", "interface_declaration",
                                 "function_declaration", "type_alias_declaration"):  # fmt: skip
            continue
        label = top.node.child_by_field_name("name")
        fields = _fields(top.node)
        value = next((name for name in _FIELDS if name in fields), "")
        if label is None or not value or len(fields) > 4:
            continue
        if {"left", "right"} <= fields:
            found[text_of(label)] = (value, "left", "right")
        elif "next" in fields and "prev" not in fields and "random" not in fields:
            found[text_of(label)] = (value, "next")
    return found


def _fields(node: tree_sitter.Node) -> frozenset[str]:
    found: set[str] = set()
    for one in walk(node):
        if one.type in ("public_field_definition", "property_signature", "field_definition"):
            label = one.child_by_field_name("name") or one.child_by_field_name("property")
            found |= {text_of(label)} if label is not None else set()
        elif one.type in ("required_parameter", "optional_parameter"):
            if any(child.type == "accessibility_modifier" for child in one.children):
                found |= bound_in(one)
        elif one.type == "member_expression" and text_of(one).startswith("this."):
            found.add(text_of(one).removeprefix("this."))
    return frozenset(found)


def return_text(function: tree_sitter.Node) -> str:
    """The text of the declared return type; empty where there is none."""
    annotation = function.child_by_field_name("return_type")
    return text_of(annotation).lstrip(": \n\t") if annotation is not None else ""


def _node_returned(
    function: tree_sitter.Node, task: Task, nodes: Mapping[str, tuple[str, ...]]
) -> str:
    """The linked list's or tree's class that the function returns, else empty."""
    docstring = task.function.docstring if task.function else ""
    match = re.search(r"@returns?\s*\{([^}]*)\}", docstring or "")
    words = f"{return_text(function)} {match[1] if match else ''}"
    if "[" in words or "<" in words:
        return ""
    return next((name for name in nodes if re.search(rf"\b{re.escape(name)}\b", words)), "")


def _words(function: tree_sitter.Node, task: Task) -> str:
    docstring = (task.function.docstring if task.function else "") or ""
    return f"{return_text(function)} {docstring} {task.text}"


def returned_type(function: tree_sitter.Node) -> str:
    """The builtin type that the signature promises, as Python calls it."""
    text = return_text(function).strip()
    if text in ("string", "boolean"):
        return {"string": "str", "boolean": "bool"}[text]
    if re.fullmatch(
        r"(?:readonly\s+)?[\w<>\[\]{}:;,\s]+\[\]|(?:Readonly)?Array<.*>", text, re.DOTALL
    ):
        return "list" if "|" not in text else ""
    return "set" if re.fullmatch(r"Set<.*>", text) else ""


def _unread(function: tree_sitter.Node) -> tuple[str, ...]:
    body = function.child_by_field_name("body")
    if body is None:
        return ()
    read = names_in(body)
    asked = parameters_of(function)
    for parameter in asked:
        default = parameter.child_by_field_name("value") or parameter.child_by_field_name("right")
        read |= names_in(default) if default is not None else frozenset()
    if "arguments" in read:
        return ()
    bound = {name for parameter in asked for name in bound_in(parameter)}
    return tuple(sorted(name for name in bound - read if not name.startswith("_")))
