"""The part of a Rust file that one function needs, as a program without ``main``.

Comments, tests and what comes of other crates are left out: what a file expects of the function
never goes where the function runs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.kinds import python_of, scope_of, with_types
from algosmith.languages.rust.modules import (
    flat,
    foreign_uses,
    hidden,
    levels_of,
    local_uses,
    standard_uses,
)
from algosmith.languages.rust.runnable import why_not
from algosmith.languages.rust.tree import (
    FUNCTION,
    attributes_above,
    is_test,
    look,
    macro_of,
    name_of,
    names_in,
    owner_of,
    parameters_of,
    returned_type,
    self_of,
)
from algosmith.languages.types import Part
from algosmith.syntax import rustuse
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions, enclosing
from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import tree_sitter

    from algosmith.languages.rust.modules import Level
    from algosmith.model import Snapshot, Task
    from algosmith.syntax.functions import Definition

_STANDARD = frozenset({"std", "core", "alloc"})
_HERE = frozenset({"crate", "self", "super"})
_DERIVED = frozenset({"Debug", "Clone", "Copy", "PartialEq", "Eq", "PartialOrd", "Ord", "Hash",
                      "Default"})  # fmt: skip
_KEPT_MARKS = ("repr", "default", "macro_use", "macro_export", "must_use")
CHANCES = re.compile(
    r"\b(?:rand|Rng|RandomState|SystemTime|Instant|thread_rng|thread|UNIX_EPOCH)\b|\bunsafe\b"
)
"""What gives other results at other times, or whose behaviour may be undefined unseen."""
_LIST = """#[derive(PartialEq, Eq, Clone, Debug)]
pub struct ListNode { pub val: i32, pub next: Option<Box<ListNode>> }
impl ListNode { pub fn new(val: i32) -> Self { ListNode { next: None, val } } }
"""
_TREE = """#[derive(Debug, PartialEq, Eq)]
pub struct TreeNode { pub val: i32,
  pub left: Option<::std::rc::Rc<::std::cell::RefCell<TreeNode>>>,
  pub right: Option<::std::rc::Rc<::std::cell::RefCell<TreeNode>>> }
impl TreeNode { pub fn new(val: i32) -> Self { TreeNode { val, left: None, right: None } } }
"""
_GIVEN = {"ListNode": _LIST, "TreeNode": _TREE, "Solution": "struct Solution;\n"}
"""What problems speak of without defining it."""


@dataclass(slots=True)
class Item:
    """One item of a file, or one function of a type."""

    node: tree_sitter.Node
    names: frozenset[str]
    """What it defines: it is needed where one of them is named."""
    needs: frozenset[str]
    """What it names."""
    owner: Item | None = None
    """The ``impl`` around it."""
    both: bool = False
    """It is needed only where its owner's type is named, too."""
    always: bool = False
    text: str = ""
    """What it is written as, where that is not its node's text."""
    inside: list[Item] = field(default_factory=list["Item"])


def part_of(
    before: Snapshot, after: Snapshot, task: Task, one: Definition, named: frozenset[str]
) -> Part:
    """The program for one placed candidate."""
    document = open_document(after)
    root = document.tree.root_node
    around = enclosing(definitions(document), one)
    found = look(one.node)
    owners = [o for o in around if o.node.type != "mod_item"]
    known = Part(
        entry=".".join([*(o.name for o in owners), one.name]),
        shape=found.shape,
        size=found.size,
        parts=found.parts,
        unread=_unread(one.node),
        returns=builtin_type(one.node, root),
        chances=CHANCES.search(_code(one.node)) is not None,
    )
    modules = [o.node for o in around if o.node.type == "mod_item"]
    levels = levels_of(root, modules)
    items = _items_of(levels, root)
    missing = {**_foreign(root), **foreign_uses(levels, root, _STANDARD)}
    kept = _needed(items, one.node)
    why = why_not(one, owners, root) or _lacks(kept, missing) or _hidden(kept, levels)
    if why:
        return replace(known, why_not_run=why)
    text = "".join(f"{use}\n" for use in standard_uses(levels, _STANDARD))
    text += "".join(
        flat(_text(document.data, item, kept), levels, module=item.node.type == "mod_item")
        for item in items
    )
    whole = document.data.decode("utf-8", "replace")
    return replace(known, text=with_types(given(text) + text, one.node, whole))


def _items_of(levels: list[Level], root: tree_sitter.Node) -> list[Item]:
    """The items of a function's module and of those around it; inner ones hide outer ones."""
    found: list[Item] = []
    around = [level.body for level in levels]
    for level in levels:
        hiding = frozenset[str]().union(
            *(item.names for item in found if item.node.type != "impl_item")
        )
        own = [
            item for item in _items(level.body)
            if not any(item.node.type == "mod_item" and _holds(item.node, body) for body in around)
            and (item.node.type == "impl_item" or not item.names & hiding)
        ]  # fmt: skip
        for use in local_uses(level, levels, root):
            if not use.names & hiding:
                needs = frozenset({use.module, use.source} - {""})
                own.append(Item(use.node, use.names, needs, text=use.text))
        found = [*own, *found]
    return found


def _hidden(kept: list[Item], levels: list[Level]) -> str:
    """Why what is needed can't be laid flat."""
    defined = [{name for item in _items(one.body) for name in item.names} for one in levels]
    for item in kept:
        if len(levels) > 1 and item.node.type != "mod_item":
            name = hidden(item.node, levels, defined)
            if name:
                return f"it uses `{name}` of a module around it, and its own has another `{name}`"
    return ""


def given(text: str) -> str:
    """The usual types that a program names and does not define."""
    return "".join(
        definition
        for name, definition in _GIVEN.items()
        if re.search(rf"\b{name}\b", text)
        and not re.search(rf"\b(?:struct|enum|type|mod|trait)\s+{name}\b", text)
    )


def _code(node: tree_sitter.Node) -> str:
    return " ".join(text_of(n) for n in walk(node) if not n.child_count and n.type not in COMMENTS)


# Items.


def _items(top: tree_sitter.Node) -> Iterator[Item]:
    """The items that a function may need, in the order of the file."""
    for node in top.named_children:
        is_main = node.type == FUNCTION and name_of(node) == "main"
        if node.type in _NO_ITEMS or is_test(node) or is_main:
            continue
        if node.type == "impl_item":
            yield _impl(node)
        elif names := _names(node):
            yield Item(node, names, names_in(node))


_NO_ITEMS = frozenset({*COMMENTS, "attribute_item", "inner_attribute_item", "use_declaration",
                       "extern_crate_declaration", "empty_statement"})  # fmt: skip


def _names(node: tree_sitter.Node) -> frozenset[str]:
    """What an item defines; a trait also the names of its methods."""
    if node.type in ("expression_statement", "macro_invocation"):
        call = node.named_children[0] if node.type == "expression_statement" else node
        if not macro_of(call):
            return frozenset()
        # `thread_local! { static … }`
        pattern = r"\b(?:static|const|struct|enum|fn)\s+(?:ref\s+|mut\s+)?(\w+)"
        return frozenset(re.findall(pattern, text_of(call)))
    if node.type == "trait_item":
        inner = [name_of(n) for n in walk(node) if n.type.startswith("function")]
        return frozenset([owner_of(node), *inner])
    if node.type == "mod_item" and node.child_by_field_name("body") is None:
        return frozenset()
    return frozenset({name_of(node)} - {""})


def _impl(node: tree_sitter.Node) -> Item:
    """``impl X`` with its functions each for itself; ``impl Trait for X`` as a whole."""
    owner, trait = owner_of(node), node.child_by_field_name("trait")
    body = node.child_by_field_name("body")
    if trait is not None or body is None:
        names = {owner}
        if owner in ("", *_PRIMITIVE) or owner in _LIBRARY:
            names = {text_of(trait).partition("<")[0]} if trait is not None else set[str]()
        return Item(node, frozenset(names), names_in(node))
    item = Item(node, frozenset({owner}), frozenset({owner}))
    for one in body.named_children:
        if one.type in (*COMMENTS, "attribute_item") or is_test(one):
            continue
        always = one.type != FUNCTION
        item.inside.append(
            Item(one, frozenset({name_of(one)}), names_in(one), item, both=True, always=always)
        )
    return item


_PRIMITIVE = ("i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64", "u128",
              "usize", "f32", "f64", "bool", "char", "str")  # fmt: skip
_LIBRARY = ("Vec", "String", "Option", "HashMap", "HashSet", "BTreeMap", "BTreeSet", "VecDeque")


def _needed(items: list[Item], home: tree_sitter.Node) -> list[Item]:
    """The items that the function comes to by names, itself among them."""
    all_items = [*items, *(one for item in items for one in item.inside)]
    kept = [one for one in all_items if _holds(one.node, home)]
    used = frozenset[str]().union(*(one.needs for one in kept))
    used |= {"new", "default"} if self_of(home) is not None else frozenset()
    while True:
        more = [one for one in all_items if one not in kept and _is_needed(one, used)]
        if not more:
            return kept
        kept += more
        used = used.union(*(one.needs for one in more))


def _is_needed(one: Item, used: frozenset[str]) -> bool:
    if one.both and one.owner is not None and not one.owner.names & used:
        return False
    return one.always or bool(one.names & used)


def _holds(outer: tree_sitter.Node, inner: tree_sitter.Node) -> bool:
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


# What is not here.


def _foreign(root: tree_sitter.Node) -> dict[str, str]:
    """Names that come of other crates or files, with where from."""
    found: dict[str, str] = {}
    here = {owner_of(n) for n in root.named_children if n.type in ("mod_item", "enum_item")}
    here |= {name_of(n) for n in root.named_children}
    for node in root.named_children:
        text = text_of(node)
        if node.type == "extern_crate_declaration" or (
            node.type == "mod_item" and node.child_by_field_name("body") is None
        ):
            name = name_of(node) or owner_of(node)
            found[name] = (
                f"the file of `{name}`" if node.type == "mod_item" else f"the crate `{name}`"
            )
        if node.type != "use_declaration" or is_test(node):
            continue
        for path, name in rustuse.taken(text):
            first, _, rest = f"{path}::{name}".removeprefix("::").partition("::")
            last = name.split(" as ")[-1].strip()
            last = path.rpartition("::")[2] if last == "self" else last
            if first in _STANDARD or last in here or first in here:
                continue
            if first in _HERE:
                if rest.partition("::")[0] not in here:
                    found[last] = "another file of the project"
            else:
                found[last] = f"the crate `{first}`"
    return found


def _lacks(kept: list[Item], missing: dict[str, str]) -> str:
    """What the function needs and nothing here has."""
    for item in kept:
        if item.inside:
            continue
        for name in sorted(item.needs & set(missing)):
            return f"it uses `{name}` of {missing[name]}, which is not there where it runs"
        for node in walk(item.node):
            if node.type == "scoped_identifier" and node.parent is not None:
                path = node.child_by_field_name("path")
                if path is not None and text_of(path) in ("rand", "regex", "itertools", "serde"):
                    return f"it uses the crate `{text_of(path)}`, which is not there where it runs"
    return ""


# Text.


def _text(data: bytes, item: Item | tree_sitter.Node, kept: Iterable[Item] | None) -> str:
    """An item's text with a blank for each comment; empty where it is not needed."""
    if not isinstance(item, Item):
        return without_comments(data, item) + "\n"
    chosen = list(kept or ())
    if item not in chosen:
        return ""
    if item.text:
        return f"{item.text}\n"
    marks = "".join(f"{_mark(one)}\n" for one in attributes_above(item.node) if _mark(one))
    if not item.inside:
        return f"{marks}{without_comments(data, item.node)}\n"
    body = item.node.child_by_field_name("body")
    start = body.start_byte if body is not None else item.node.end_byte
    head = data[item.node.start_byte : start].decode("utf-8", "replace")
    inner = "".join(_text(data, one, chosen) for one in item.inside)
    return f"{head}{{\n{inner}}}\n"


def without_comments(data: bytes, node: tree_sitter.Node) -> str:
    """A node's text with a blank for each comment: comments may hold what is wanted.

    Attributes that only other crates know are left out, too.
    """
    pieces: list[bytes] = []
    done = node.start_byte
    for one in walk(node):
        if one.start_byte < done or one.type not in (*COMMENTS, "attribute_item"):
            continue
        breaks = data[one.start_byte : one.end_byte].count(b"\n")
        instead = _mark(one) if one.type == "attribute_item" else ""
        pieces += [data[done : one.start_byte], f"{instead} ".encode() + b"\n" * breaks]
        done = one.end_byte
    pieces.append(data[done : node.end_byte])
    return b"".join(pieces).decode("utf-8", "replace")


def _mark(attribute: tree_sitter.Node) -> str:
    """An attribute as far as the standard library knows it."""
    text = text_of(attribute)
    derived = re.match(r"#\[\s*derive\s*\((.*)\)\s*\]\Z", text, re.DOTALL)
    if derived:
        names = [one.strip() for one in derived[1].split(",")]
        kept = [one for one in names if one.rpartition("::")[2] in _DERIVED]
        return f"#[derive({', '.join(kept)})]" if kept else ""
    return text if re.match(rf"#\[\s*(?:{'|'.join(_KEPT_MARKS)})\b", text) else ""


def builtin_type(function: tree_sitter.Node, root: tree_sitter.Node | None = None) -> str:
    """The builtin type that the signature promises, as Python calls it."""
    text = returned_type(function)
    if root is None or re.match(r"(?:Option|Result|impl)\b", text):
        return ""
    name = python_of(text, scope_of(root)).partition("[")[0]
    return name if name in ("int", "float", "bool", "str", "list", "dict", "set", "tuple") else ""


def _unread(function: tree_sitter.Node) -> tuple[str, ...]:
    body = function.child_by_field_name("body")
    read = names_in(body) if body is not None else frozenset[str]()
    shown = {name for one in _formatted(body) for name in re.findall(r"\{(\w+)", one)}
    asked = {name_of(one) for one in parameters_of(function)} - {""}
    return tuple(sorted(asked - read - shown))


def _formatted(body: tree_sitter.Node | None) -> list[str]:
    """Texts in which names may stand: ``format!("{n}")``."""
    if body is None:
        return []
    return [text_of(one) for one in walk(body) if one.type == "string_literal"]
