"""The part of a Java file that one method needs, as a program without ``main``.

Comments, annotations and tests are left out: what a file expects of the method never goes where it
runs. Lines stay where they are, so that the compiler's errors name those of the file.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from algosmith.languages.java.beside import blanked, is_jdk, used_beside
from algosmith.languages.java.objects import owned
from algosmith.languages.java.tree import (
    TYPES,
    bounds_of,
    erased,
    is_main,
    look,
    modifiers_of,
    name_of,
    names_in,
    parameter_name,
    parameters_of,
    type_text,
)
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import Part
from algosmith.languages.versions import with_head
from algosmith.syntax.document import open_document
from algosmith.syntax.javaclasses import JDK, PLACES, imports_in, is_known, missing_imports
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.languages.java.beside import Beside
    from algosmith.model import Snapshot, Task
    from algosmith.syntax.functions import Definition

HOME = "Written"
"""The class that methods stand in which the file has outside of any."""
_MEMBERS = ("method_declaration", "field_declaration", *TYPES)
_NODES = {
    "ListNode": "class ListNode { int val; ListNode next; ListNode() {} ListNode(int val) "
    "{ this.val = val; } ListNode(int val, ListNode next) { this.val = val; this.next = next; } } ",
    "TreeNode": "class TreeNode { int val; TreeNode left; TreeNode right; TreeNode() {} "
    "TreeNode(int val) { this.val = val; } TreeNode(int val, TreeNode left, TreeNode right) "
    "{ this.val = val; this.left = left; this.right = right; } } ",
}
"""Linked lists and trees that problems speak of without defining them."""
CHANCES = re.compile(
    r"\b(?:Math\.random|Random|ThreadLocalRandom|SecureRandom|UUID|nanoTime|currentTimeMillis|"
    r"identityHashCode|parallelStream|parallel|LocalDate|LocalDateTime|Instant|Thread|freeMemory)\b"
)
_SAFE_STATIC = re.compile(
    r"(?:int|long|double|float|boolean|char|byte|short|String|Integer|Long|Double)\Z"
)


@dataclass(frozen=True, slots=True)
class _Cut:
    """What of a file stays."""

    root: tree_sitter.Node
    function: tree_sitter.Node
    homes: tuple[tree_sitter.Node, ...]
    """The types around the function, outermost first."""


def part_of(
    before: Snapshot, after: Snapshot, task: Task, one: Definition, named: frozenset[str]
) -> Part:
    """The program for one placed candidate."""
    document = open_document(after)
    function = one.node
    found = look(function)
    homes = tuple(_around(function))
    owners = [name_of(home) for home in homes] or [HOME]
    entry = ".".join([*owners, one.name])
    overloaded = _overloads(function, homes, document.tree.root_node) > 1
    if overloaded:
        types = ",".join(erased(type_text(p)) for p in parameters_of(function))
        entry = f"{'.'.join(owners)}/{types}.{one.name}"
    known = Part(
        entry=entry,
        why_not_run=_why_not(function, homes),
        shape=found.shape,
        size=found.size,
        parts=found.parts,
        unread=_unread(function),
        returns=returned_type(function),
        chances=CHANCES.search(text_of(function)) is not None,
    )
    if known.why_not_run:
        return known
    cut = _Cut(document.tree.root_node, function, homes)
    kept = _kept(cut)
    used = frozenset(n for node in kept for n in names_in(node))
    declared = _declared(document.tree.root_node)
    others = used_beside(before, used, declared)
    reason = others.reason or _foreign(cut, used, others.names)
    if reason:
        return replace(known, why_not_run=reason)
    text = _text(cut, kept, document.data)
    declared |= others.names
    text = _first_line(text, used, declared, before, others)
    own = owned(parse_text(text, "java").root_node)
    raw = [erased(bound_type(type_text(p), function)) for p in parameters_of(function)]
    family = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    return replace(known, text=with_head(
        text, entry=entry, types=raw if overloaded else None, family=family,
        fresh=_keeps_state([*kept, *others.roots]), lacks=sorted(_lacking(before, declared)),
        shapes={one.path: [name for name, _ in one.parts] for one in own.values() if one.parts},
    ))  # fmt: skip


def bound_type(text: str, function: tree_sitter.Node) -> str:
    """A type as the machine has it: of a type variable its bound."""
    bare = text.partition("[")[0].strip()
    bounds = bounds_of(function)
    if bare not in bounds:
        return text
    bound = re.split(r"&", bounds[bare].removeprefix("extends "))[0].strip() or "Object"
    return text.replace(bare, bound, 1)


def _around(node: tree_sitter.Node) -> list[tree_sitter.Node]:
    found: list[tree_sitter.Node] = []
    parent = node.parent
    while parent is not None:
        if parent.type in TYPES:
            found.insert(0, parent)
        parent = parent.parent
    return found


def _overloads(
    function: tree_sitter.Node, homes: tuple[tree_sitter.Node, ...], root: tree_sitter.Node
) -> int:
    return sum(
        one.type == "method_declaration" and name_of(one) == name_of(function)
        for one in _members(homes[-1] if homes else root)
    )


def _members(owner: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """What stands directly in a type, or at the file's top level."""
    body = owner.child_by_field_name("body") or owner
    for child in body.named_children:
        if child.type == "enum_body_declarations":
            yield from child.named_children
        else:
            yield child


def _why_not(function: tree_sitter.Node, homes: tuple[tree_sitter.Node, ...]) -> str:
    if function.type == "constructor_declaration":
        return "constructors are not run alone"
    if not homes and function.parent is not None and function.parent.type != "program":
        return "the method is inside another one"
    body: tree_sitter.Node | None = function.parent
    while body is not None:
        if body.type in ("block", "lambda_expression", "object_creation_expression"):
            return "the method is inside another one, or in a class without a name"
        body = body.parent
    return "" if "static" in modifiers_of(function) else _why_no_object(homes)


def _why_no_object(homes: tuple[tree_sitter.Node, ...]) -> str:
    """Why there is no object to call a method on."""
    for home in homes[-1:]:
        if home.type == "interface_declaration" or "abstract" in modifiers_of(home):
            return f"`{name_of(home)}` is no class of which there are objects"
        if home.type == "enum_declaration":
            return f"`{name_of(home)}` is an enum: on which of its values it is called is not known"
    inner = [h for h in homes if "static" not in modifiers_of(h)] if len(homes) > 1 else homes
    for home in {h.id: h for h in (*homes[-1:], *inner)}.values():
        made = [m for m in _members(home) if m.type == "constructor_declaration"]
        plain = not made or any(not parameters_of(m) for m in made)
        if (home.type == "record_declaration" and parameters_of(home)) or not plain:
            return f"`{name_of(home)}` is made with values that are not known here"
    return ""


def _kept(cut: _Cut) -> list[tree_sitter.Node]:
    """The members and types that stay, found from the names that are used."""
    kept: dict[int, tree_sitter.Node] = {cut.function.id: cut.function}
    waiting: dict[int, tree_sitter.Node] = {}
    used = set(names_in(cut.function))
    for home in (*cut.homes, cut.root):
        bound = home.child_by_field_name("superclass") or home.child_by_field_name("interfaces")
        used |= _head_names(home) if home is not cut.root else set()
        for one in _members(home):
            if one in cut.homes or one == cut.function or one.type in COMMENTS or is_main(one):
                continue
            whole = home.type != "class_declaration" and home is not cut.root
            always = one.type in ("constructor_declaration", "enum_constant",
                                  "compact_constructor_declaration")  # fmt: skip
            promised = bound is not None and one.type == "method_declaration"
            if always or whole or promised:
                kept[one.id] = one
                used |= names_in(one)
            elif one.type in (*_MEMBERS, "static_initializer", "block"):
                waiting[one.id] = one
    while True:
        more = [one for one in waiting.values() if _given(one) & used]
        if not more:
            return list(kept.values())
        for one in more:
            kept[one.id] = waiting.pop(one.id)
            used |= names_in(one)


def _head_names(home: tree_sitter.Node) -> set[str]:
    """The names in a type's head: what it extends, its parameters, a record's parts."""
    body = home.child_by_field_name("body")
    return {n for child in home.named_children if child != body for n in names_in(child)}


def _given(one: tree_sitter.Node) -> frozenset[str]:
    """The names by which a member is used; of a block all it sets."""
    if one.type in ("static_initializer", "block"):
        return names_in(one)
    if one.type == "field_declaration":
        return frozenset(name_of(c) for c in one.named_children if c.type == "variable_declarator")
    inner = (name_of(c) for c in walk(one) if c.type == "enum_constant")
    return frozenset({name_of(one), *inner})


def _foreign(cut: _Cut, used: frozenset[str], found: frozenset[str]) -> str:
    """Why it can't be run here: it uses what is imported from elsewhere."""
    used |= {n for home in cut.homes for n in _head_names(home)}
    text = cut.root.text or b""
    for static, package, name in imports_in(text.decode("utf-8", "replace")):
        if name in found and not static:
            continue
        if not JDK.match(package + ".") and name in used:
            return f"it uses `{name}` of `{package}`, which is not part of the JDK"
    return ""


def _declared(root: tree_sitter.Node) -> frozenset[str]:
    """The types that a file defines, type variables among them."""
    found: set[str] = set()
    for node in walk(root):
        if node.type in TYPES:
            found.add(name_of(node))
        elif node.type == "type_parameter" and node.named_children:
            found.add(text_of(node.named_children[0]))
    return frozenset(found)


def _lacking(before: Snapshot, declared: frozenset[str]) -> set[str]:
    """The types that the user's own code names and that the file does not bring."""
    root = open_document(before).tree.root_node
    known = {name for static, _, name in imports_in(before.text) if not static}
    named = {text_of(n) for n in walk(root) if n.type == "type_identifier"}
    return {n for n in named - known - declared if not is_known(n) and n not in _NODES}


def _first_line(
    text: str, used: frozenset[str], declared: frozenset[str], before: Snapshot, others: Beside
) -> str:
    """The program with what its file takes for granted, as judges of problems give it."""
    named = _lacking(before, declared)
    granted = missing_imports(frozenset(named & set(PLACES)), before.text, declared)
    nodes = "".join(_NODES[n] for n in _NODES if n in used and n not in declared) + others.text
    made = f"{' '.join(granted)} {text}" if granted else text
    return f"{made.rstrip()}\n{nodes}\n" if nodes else made


def _text(cut: _Cut, kept: list[tree_sitter.Node], data: bytes) -> str:
    """The file with all that does not stay blanked out, its lines kept."""
    gone: list[tuple[int, int]] = []
    ids = {one.id for one in kept}
    _blank(cut.root, cut, ids, gone)
    text = blanked(data, gone)
    return text if cut.homes else _wrapped(text)


def _wrapped(text: str) -> str:
    """Methods outside of any class, with imports left in front, inside one."""
    at = 0
    for match in re.finditer(r"^[ \t]*import\s[^;]*;", text, re.MULTILINE):
        at = match.end()
    return f"{text[:at]} class {HOME} {{ {text[at:].rstrip()}\n}}\n"


def _blank(node: tree_sitter.Node, cut: _Cut, ids: set[int], gone: list[tuple[int, int]]) -> None:
    """Collects what goes from a home and all inside it."""
    home_ids = {home.id for home in cut.homes}
    inside = cut.root if node is cut.root else node.child_by_field_name("body") or node
    if node is not cut.root:
        for child in node.named_children:
            if child != inside:
                _comments(child, gone)
    for child in _inside(inside):
        if child.id in home_ids:
            _open_to_all(child, cut, gone)
            _blank(child, cut, ids, gone)
        elif child.id in ids or (child.type == "import_declaration" and is_jdk(child)):
            if node is cut.root and child.type in TYPES:
                _open_to_all(child, cut, gone)
            _comments(child, gone)
        else:
            gone.append((child.start_byte, child.end_byte))


def _inside(body: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    for child in body.named_children:
        if child.type == "enum_body_declarations":
            yield from child.named_children
        else:
            yield child


def _open_to_all(node: tree_sitter.Node, cut: _Cut, gone: list[tuple[int, int]]) -> None:
    """Takes ``public`` from a type at the top: a file may hold one of these."""
    if node.parent is None or node.parent.id != cut.root.id:
        return
    for child in node.children:
        if child.type == "modifiers":
            gone += [(m.start_byte, m.end_byte) for m in child.children if m.type == "public"]


def _comments(node: tree_sitter.Node, gone: list[tuple[int, int]]) -> None:
    """Comments and annotations of what stays, and a ``main`` inside of it."""
    for one in walk(node):
        is_mark = one.type in COMMENTS or one.type in ("marker_annotation", "annotation")
        if is_mark or (one is not node and is_main(one)):
            gone.append((one.start_byte, one.end_byte))


def _keeps_state(kept: list[tree_sitter.Node]) -> bool:
    """Whether static fields may hold something from one call to the next."""
    for node in kept:
        for one in walk(node):
            if one.type != "field_declaration" or "static" not in modifiers_of(one):
                continue
            kind = one.child_by_field_name("type")
            safe = kind is not None and _SAFE_STATIC.match(text_of(kind))
            if "final" not in modifiers_of(one) or not safe:
                return True
    return False


def returned_type(function: tree_sitter.Node) -> str:
    """The builtin type that the signature promises, as Python calls it."""
    kind = function.child_by_field_name("type")
    text = erased(text_of(kind)) if kind is not None else ""
    if text.endswith("]") or text in ("List", "ArrayList", "LinkedList"):
        return "list"
    plain = {"int": "int", "long": "int", "short": "int", "byte": "int", "Integer": "int",
             "Long": "int", "boolean": "bool", "Boolean": "bool", "String": "str",
             "char": "str", "Character": "str"}  # fmt: skip
    return plain.get(text, "")


def _unread(function: tree_sitter.Node) -> tuple[str, ...]:
    body = function.child_by_field_name("body")
    read = names_in(body) if body is not None else frozenset[str]()
    asked = {parameter_name(one) for one in parameters_of(function)} - {""}
    return tuple(sorted(asked - read))
