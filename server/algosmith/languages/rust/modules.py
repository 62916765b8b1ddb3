"""Modules of one file, laid flat: a program for one function has it at the top.

The function's own module and those around it become one. What they bring in of each other needs no
path then; other modules stay as they are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.languages.nodes import text_of, walk
from algosmith.languages.rust.tree import is_test, name_of
from algosmith.syntax import rustuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import tree_sitter

_VISIBLE = re.compile(r"\bpub\s*\(\s*(?:super|in\b[^)]*)\)")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_MOST_LEVELS = 20


@dataclass(frozen=True, slots=True)
class Level:
    """A module that is laid flat."""

    path: tuple[str, ...]
    body: tree_sitter.Node


@dataclass(frozen=True, slots=True)
class LocalUse:
    """What a ``use`` brings in of another module, or of an enum, of the file."""

    node: tree_sitter.Node
    names: frozenset[str]
    """The names that become known."""
    module: str
    """The module, or enum, that has to be there; empty where it was laid flat."""
    source: str
    """What it is called there; empty for all of it."""
    text: str


def levels_of(root: tree_sitter.Node, modules: Sequence[tree_sitter.Node]) -> list[Level]:
    """The file's top and the modules around a function, the innermost first."""
    found = [Level((), root)]
    for one in modules:
        body = one.child_by_field_name("body")
        if body is not None:
            found.insert(0, Level((*found[0].path, name_of(one)), body))
    return found


def hidden(node: tree_sitter.Node, levels: Sequence[Level], defined: Sequence[set[str]]) -> str:
    """A name of an outer module that is asked for by its path, while an inner one has it, too.

    ``defined`` are the names of each of ``levels``.
    """
    for one in walk(node):
        if one.type not in ("scoped_identifier", "scoped_type_identifier"):
            continue
        first, *rest = re.sub(r"\s", "", text_of(one)).split("::")
        if first not in ("super", "crate") or not rest:
            continue
        home = _absolute([first, *rest[:-1]], levels[_place(one, levels)].path)
        for number, level in enumerate(levels):
            if level.path == home and any(rest[-1] in names for names in defined[:number]):
                return rest[-1]
    return ""


def _place(node: tree_sitter.Node, levels: Sequence[Level]) -> int:
    """Which of the levels a node stands in."""
    inside = (
        number for number, level in enumerate(levels)
        if level.body.start_byte <= node.start_byte and node.end_byte <= level.body.end_byte
    )  # fmt: skip
    return next(inside, len(levels) - 1)


def _absolute(parts: Sequence[str], here: tuple[str, ...]) -> tuple[str, ...]:
    """A path from the file's top on; ``here`` is the module that it is written in."""
    at = list(parts[:_MOST_LEVELS])
    base = here
    if at[:1] == ["crate"]:
        base, at = (), at[1:]
    while at[:1] in (["self"], ["super"]):
        base = base[:-1] if at[0] == "super" else base
        at = at[1:]
    return (*base, *at)


def local_uses(level: Level, levels: Sequence[Level], root: tree_sitter.Node) -> list[LocalUse]:
    """What the ``use`` of a level bring in of the file's own modules."""
    flat = [one.path for one in levels]
    found: list[LocalUse] = []
    for node in level.body.named_children:
        if node.type != "use_declaration" or is_test(node):
            continue
        for path, taken in rustuse.taken(text_of(node)):
            parts = path.split("::") if path else []
            home = _absolute(parts, level.path)
            name, _, other = (one.strip() for one in taken.partition(" as "))
            if name == "self" and home:
                home, name, other = home[:-1], home[-1], other or home[-1]
            if not _names(root, home):
                continue
            if home in flat:
                if other and other != name:
                    text = f"use self::{name} as {other};"
                    found.append(LocalUse(node, frozenset({other}), "", name, text))
                continue
            rest = home[max(len(one) for one in flat if home[: len(one)] == one) :]
            seen = _names(root, home) if name == "*" else {other or name}
            named = f"{name} as {other}" if other and other != name else name
            text = f"use self::{'::'.join(rest)}::{named};"
            source = "" if name == "*" else name
            found.append(LocalUse(node, frozenset(seen), rest[0], source, text))
    return found


def _module(root: tree_sitter.Node, path: tuple[str, ...]) -> tree_sitter.Node | None:
    """The body of a module of the file; None where it has none."""
    at: tree_sitter.Node | None = root
    for name in path:
        inner = (n for n in at.named_children if n.type == "mod_item" and name_of(n) == name)
        one = next(inner, None)
        at = one.child_by_field_name("body") if one is not None else None
        if at is None:
            return None
    return at


def _names(root: tree_sitter.Node, path: tuple[str, ...]) -> set[str]:
    """What a module of the file, or an enum, defines."""
    body = _module(root, path)
    if body is None and path and (around := _module(root, path[:-1])) is not None:
        enums = (n for n in around.named_children if n.type == "enum_item")
        one = next((n for n in enums if name_of(n) == path[-1]), None)
        body = one.child_by_field_name("body") if one is not None else None
    return {name_of(one) for one in body.named_children} - {""} if body is not None else set()


def foreign_uses(
    levels: Sequence[Level], root: tree_sitter.Node, standard: frozenset[str]
) -> dict[str, str]:
    """Names that inner modules bring in of other crates, with where from."""
    found: dict[str, str] = {}
    for level in levels[:-1]:
        here = _names(root, level.path)
        for node in level.body.named_children:
            if node.type != "use_declaration" or is_test(node):
                continue
            for first in rustuse.roots(text_of(node)) - standard - here - {"crate", "self"}:
                if first != "super":
                    names = rustuse.names_of(text_of(node))
                    found.update(dict.fromkeys(names, f"the crate `{first}`"))
    return found


def standard_uses(levels: Sequence[Level], standard: frozenset[str]) -> Iterator[str]:
    """The declarations of what the standard library has: each name once, the innermost first."""
    known: set[str] = set()
    for level in levels:
        for node in level.body.named_children:
            text = _COMMENT.sub(" ", text_of(node))
            if node.type != "use_declaration" or is_test(node):
                continue
            if not rustuse.roots(text) <= standard:
                continue
            names = rustuse.names_of(text) - {"*", "_"}
            if not names & known:
                yield text
            else:
                for path, name in rustuse.taken(text):
                    last = name.split(" as ")[-1].strip()
                    last = path.rpartition("::")[2] if last == "self" else last
                    if last not in known:
                        yield f"use {path}::{{{name}}};"
            known |= names


def flat(text: str, levels: Sequence[Level], *, module: bool) -> str:
    """An item's text with paths to what was laid flat made shorter.

    ``module`` says that it is a module that stays one: what stands above it still does.
    """
    for level in levels:
        if level.path:
            text = re.sub(rf"\bcrate::{'::'.join(level.path)}::", "crate::", text)
    if module:
        return text
    if len(levels) > 1:
        text = _VISIBLE.sub("pub", re.sub(r"\bsuper::", "", text))
    return re.sub(r"\bcrate::", "", text)
