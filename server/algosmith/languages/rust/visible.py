"""Which function an unqualified name is where a test stands, as far as the file tells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.tree import FUNCTION, name_of, names_in

if TYPE_CHECKING:
    import tree_sitter

_SCOPES = frozenset({"block", "declaration_list", "source_file"})
_STANDARD = frozenset({"std", "core", "alloc"})
_MOST_NAMES = 4
_RELATIVE = frozenset({"super", "self", "crate"})


@dataclass(frozen=True, slots=True)
class Home:
    """Where a function stands, and the modules with another function of its name."""

    module: tuple[str, ...] = ()
    others: frozenset[tuple[str, ...]] = field(default_factory=frozenset[tuple[str, ...]])

    def is_at(self, module: tuple[str, ...]) -> bool:
        """Whether the function that a module has is this one."""
        return module == self.module or module not in self.others


def home_of(function: tree_sitter.Node, root: tree_sitter.Node) -> Home:
    """The home of a function of the file ``root``."""
    own, name = modules_of(function), name_of(function)
    found = (n for n in walk(root) if n.type == FUNCTION and name_of(n) == name)
    others = frozenset(modules_of(n) for n in found if _is_free(n))
    return Home(own, others - {own})


def modules_of(node: tree_sitter.Node) -> tuple[str, ...]:
    """The modules around a node, the outermost first."""
    found: list[str] = []
    parent = node.parent
    while parent is not None:
        if parent.type == "mod_item":
            found.insert(0, name_of(parent))
        parent = parent.parent
    return tuple(found)


def _is_free(function: tree_sitter.Node) -> bool:
    parent = function.parent
    around = parent.parent if parent is not None else None
    return parent is not None and (
        parent.type == "source_file" or (around is not None and around.type == "mod_item")
    )


def is_meant(node: tree_sitter.Node, name: str, home: Home) -> bool:
    """Whether a bare ``name`` at a node is the function of this home."""
    at: tree_sitter.Node | None = node
    while at is not None:
        if at.type in _SCOPES:
            found = _here(at, name, home)
            if found is not None:
                return found
        at = at.parent
    return True


def leads_home(path: str, node: tree_sitter.Node, home: Home) -> bool:
    """Whether ``path::name`` at a node is the function of this home."""
    parts = re.sub(r"\s|::<.*", "", path).split("::")
    for _ in range(_MOST_NAMES):
        brought = _brought(parts[0], node)
        if brought in ("", parts[0]):
            break
        parts = [*brought.split("::"), *parts[1:]]
    if parts[0] in _STANDARD:
        return False
    if parts[0] in _RELATIVE:
        module = () if parts[0] == "crate" else modules_of(node)
        for part in parts:
            module = module[:-1] if part == "super" else module
        return home.is_at((*module, *(one for one in parts if one not in _RELATIVE)))
    if home.module[-1:] == (parts[-1],):
        return True
    # Of another crate, or below a module that is in sight: the last of it tells.
    return all(other[-1:] != (parts[-1],) for other in home.others)


def _brought(name: str, node: tree_sitter.Node) -> str:
    """The path that a module is brought in by, where it may have got another name."""
    at: tree_sitter.Node | None = node
    while at is not None:
        for one in at.named_children if at.type in _SCOPES else ():
            if one.type == "use_declaration":
                for path, used in _used(one):
                    if used == name:
                        return path
        at = at.parent
    return ""


def _here(scope: tree_sitter.Node, name: str, home: Home) -> bool | None:
    """What a scope itself says; None where it says nothing."""
    globs: list[bool] = []
    for one in scope.named_children:
        if one.type == FUNCTION and name_of(one) == name:
            return scope.type != "block" and home.is_at(modules_of(one))
        if one.type == "let_declaration":
            pattern = one.child_by_field_name("pattern")
            if pattern is not None and name in names_in(pattern):
                return False
        if one.type == "use_declaration":
            for path, used in _used(one):
                if used == name:
                    return leads_home(path.rpartition("::")[0], one, home) and (
                        path.rpartition("::")[2] == name
                    )
                if used == "*":
                    globs.append(leads_home(path.rpartition("::")[0], one, home))
    # Of two globs only one can have the name: where it is used it would not compile otherwise.
    return False if globs and not any(globs) else None


def _used(node: tree_sitter.Node) -> list[tuple[str, str]]:
    """(path, the name that it gets) of everything that a ``use`` brings."""
    return _paths(re.sub(r"^\s*(?:pub\s*(?:\([^)]*\))?\s*)?use\s+|;\s*$", "", text_of(node)), "")


def _paths(text: str, before: str) -> list[tuple[str, str]]:
    text = text.strip()
    head, brace, rest = text.partition("{")
    if brace:
        inner, depth, found = "", 0, list[tuple[str, str]]()
        for char in rest.rpartition("}")[0] + ",":
            depth += (char == "{") - (char == "}")
            if char == "," and not depth:
                found += _paths(inner, before + head.strip()) if inner.strip() else []
                inner = ""
            else:
                inner += char
        return found
    path, _, other = text.partition(" as ")
    path = before + re.sub(r"\s", "", path)
    return [(path.removeprefix("::"), other.strip() or path.rpartition("::")[2])]
