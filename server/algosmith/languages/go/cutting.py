"""The part of a Go file that one function needs, as a program without ``main``.

Comments, tests and what comes of other packages are left out: what a file expects of the function
never goes where the function runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from algosmith.languages.go import packages
from algosmith.languages.go.building import makers_of, object_of
from algosmith.languages.go.compiling import LIBRARY
from algosmith.languages.go.kinds import (
    not_carried,
    parameters_in,
    results_as,
    scope_of,
    with_types,
)
from algosmith.languages.go.tree import (
    FUNCTIONS,
    entry_of,
    look,
    name_of,
    names_in,
    parameters_of,
    results_of,
)
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import Part
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions, enclosing
from algosmith.syntax.goimports import GoImport, import_lines, imports_in, packages_in, receiver_of
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.languages.go.kinds import Scope
    from algosmith.model import Snapshot, Task
    from algosmith.syntax.functions import Definition

_CHANCES = re.compile(
    r"\b(?:rand|maphash|unsafe|time\s*\.\s*(?:Now|Since|Until|After|AfterFunc|Tick|NewT\w+|Sleep)"
    r"|runtime\s*\.\s*\w+|os\s*\.\s*(?:Getpid|Getenv|LookupEnv|Environ|Args)|\w+\s*\.\s*Go\s*\()"
)
"""Names of what gives other results at other times, or whose behaviour may be undefined unseen."""
_GIVEN = {
    "ListNode": "type ListNode struct {\n\tVal int\n\tNext *ListNode\n}\n",
    "TreeNode": "type TreeNode struct {\n\tVal int\n\tLeft *TreeNode\n\tRight *TreeNode\n}\n",
}
"""What problems speak of without defining it."""
_TEST = re.compile(r"(?:Test|Benchmark|Fuzz)(?:[^a-z].*)?\Z")
_EXAMPLE = re.compile(r"Example(?:[^a-z].*)?\Z")


@dataclass(frozen=True, slots=True)
class Item:
    """One declaration of a file, or one line of a list of them."""

    node: tree_sitter.Node
    names: frozenset[str]
    """What it makes known: it is needed where one of them is named."""
    needs: frozenset[str]
    owner: str = ""
    """The type whose method it is."""
    always: bool = False


def part_of(
    before: Snapshot, after: Snapshot, task: Task, one: Definition, named: frozenset[str]
) -> Part:
    """The program for one placed candidate."""
    document = open_document(after)
    root = document.tree.root_node
    found = look(one.node)
    scope = scope_of(root)
    known = Part(
        entry=entry_of(one.node),
        shape=found.shape,
        size=found.size,
        parts=found.parts,
        unread=_unread(one.node),
        returns=_builtin(results_as(results_of(one.node), scope)),
        chances=has_chances(one.node),
    )
    around = enclosing(definitions(document), one)
    beside = packages.beside(after)
    items = [*_items(root)]
    own = frozenset[str]().union(*(one.names for one in items if not one.owner))
    for other in beside:  # several programs of one folder may each have a helper of a name
        more = [i for i in _items(other) if i.owner or not i.names & own or i.always]
        own = own.union(*(one.names for one in more if not one.owner))
        items += more
    makers = frozenset(map(name_of, makers_of(root, receiver_of(one.node)[1])))
    kept = _needed(items, one.node, makers)
    foreign = [*imports_in(root), *(o for other in beside for o in imports_in(other))]
    known = replace(known, chances=any(has_chances(item.node) for item in kept))
    text = "".join(_text(item.node) for item in kept)
    text = given(text) + text
    why = _why_not(one, around, root, scope) or _lacks(text, foreign)
    if why:
        return replace(known, why_not_run=why)
    told = [one.text for one in foreign]
    head = "".join(f"import {line}\n" for line in dict.fromkeys(told))
    lines = import_lines(f"package main\n{head}{text}")
    whole = document.data.decode("utf-8", "replace")
    made = "package main\n" + "".join(f"import {line}\n" for line in lines) + text
    return replace(known, text=with_types(made, one.node, whole))


def given(text: str) -> str:
    """The usual types that a program names and does not define."""
    return "".join(
        definition
        for name, definition in _GIVEN.items()
        if re.search(rf"\b{name}\b", text) and not re.search(rf"\btype\s+{name}\b", text)
    )


def _builtin(kind: str) -> str:
    name = kind.partition("[")[0]
    return name if name in ("int", "float", "bool", "str", "list", "dict", "tuple") else ""


def _why_not(
    one: Definition, around: list[Definition], root: tree_sitter.Node, scope: Scope
) -> str:
    if around:
        return "the function is inside another function"
    if entry_of(one.node) in ("main", "init"):
        return "it is called with nothing and gives nothing; programs that read input are run"
    whole = text_of(root)
    types = scope.with_parameters(parameters_in(one.node, whole))
    for name, kind in [*parameters_of(one.node), *(("", k) for k in results_of(one.node))]:
        held = not_carried(kind, types)
        if held and text_of(kind) != "error":
            what = f"`{name}` is or holds" if name else "it gives"
            return f"{what} {held}: that does not cross into the cage"
    owner = receiver_of(one.node)[1]
    if owner and not object_of(root, owner, owner, pointed=True):
        return f"`{owner}` is made with values that are not known here"
    return ""


def _lacks(text: str, foreign: list[GoImport]) -> str:
    """What the function needs and nothing here has."""
    root = parse_text(text, "go").root_node
    named = packages_in(root)
    for one in foreign:
        if one.path == "C" and "C" in named:
            return "it uses C, which is not there where it runs"
        used = one.name in named or one.alias == "."
        if used and one.path not in LIBRARY:
            return f"it uses the package `{one.path}`, which is not there where it runs"
    return ""


def has_chances(node: tree_sitter.Node) -> bool:
    """Whether code may give another result another time: chance, time, what runs side by side."""
    beside = any(one.type in ("go_statement", "select_statement") for one in walk(node))
    return beside or _CHANCES.search(code_of(node)) is not None


def code_of(node: tree_sitter.Node) -> str:
    """A node's tokens without comments, a blank between them."""
    return " ".join(text_of(n) for n in walk(node) if not n.child_count and n.type not in COMMENTS)


# Items.


def _items(root: tree_sitter.Node) -> Iterator[Item]:
    """The declarations that a function may need, in the order of the file."""
    for node in root.named_children:
        if node.type in FUNCTIONS:
            name, owner = name_of(node), receiver_of(node)[1]
            if owner or not (name == "main" or _is_test(node) or node.has_error):
                yield Item(node, frozenset({name}), names_in(node), owner, always=name == "init")
        elif node.type in ("type_declaration", "const_declaration", "var_declaration"):
            specs = [n for n in walk(node) if n.type in ("type_spec", "type_alias", "var_spec",
                                                         "const_spec")]  # fmt: skip
            names = {text_of(label) for n in specs for label in n.children_by_field_name("name")}
            yield Item(node, frozenset(names), names_in(node))


def _is_test(function: tree_sitter.Node) -> bool:
    """Whether the function is one that tests are run by; others may be called so, too."""
    given = [text_of(kind) for _, kind in parameters_of(function)]
    if _TEST.match(name_of(function)):
        return any("testing." in one for one in given)
    is_example = _EXAMPLE.match(name_of(function)) is not None
    return is_example and not given and not results_of(function)


def _needed(items: list[Item], home: tree_sitter.Node, makers: frozenset[str]) -> list[Item]:
    """The items that the function comes to by names, itself among them, in their order.

    Methods come with their type: an interface may ask for any of them, but for those that do not
    compile by themselves. ``init`` comes where it names a variable that is needed: it may fill it.
    """
    kept = [
        one
        for one in items
        if one.node.start_byte == home.start_byte and name_of(home) in one.names
    ]
    used = frozenset[str]().union(*(one.needs for one in kept))
    used |= {receiver_of(home)[1]} - {""}
    used |= makers
    while True:
        held = frozenset[str]().union(
            *(one.names for one in kept if one.node.type == "var_declaration")
        )
        more = [one for one in items if one not in kept and _is_needed(one, used, held)]
        if not more:
            return [one for one in items if one in kept]
        kept += more
        used = used.union(*(one.needs for one in more))


def _is_needed(one: Item, used: frozenset[str], held: frozenset[str]) -> bool:
    if one.always:
        return bool(one.needs & held)
    if one.owner:
        called = one.names & (used | _ASKED)
        return one.owner in used and bool(called) and not one.node.has_error
    return bool(one.names & used)


_ASKED = frozenset({"Len", "Less", "Swap", "Push", "Pop", "String", "Error", "Compare"})
"""Methods that the standard library asks for by interfaces."""


# Text.


def _text(node: tree_sitter.Node) -> str:
    """A node's text without comments: they may hold what is wanted."""
    return without_comments(node) + "\n"


def without_comments(node: tree_sitter.Node) -> str:
    """A node's text with a blank for each comment, and the ends of lines that were in it."""
    data, start = node.text or b"", node.start_byte
    for one in sorted(walk(node), key=lambda n: -n.start_byte):
        if one.type in COMMENTS:
            lines = b"\n" * text_of(one).count("\n") or b" "
            data = data[: one.start_byte - start] + lines + data[one.end_byte - start :]
    return data.decode("utf-8", "replace")


def _unread(function: tree_sitter.Node) -> tuple[str, ...]:
    body = function.child_by_field_name("body")
    read = names_in(body) if body is not None else frozenset[str]()
    asked = {name for name, _ in parameters_of(function)} - {""}
    return tuple(sorted(asked - read))
