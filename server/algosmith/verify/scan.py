"""What a candidate newly uses: files, processes, network, dynamic code, hidden characters, …

A label for people, not a barrier: the cage is the barrier. A capability that the rest of the file
already uses is not named.
"""

from __future__ import annotations

import ast
import sys
import unicodedata
from typing import TYPE_CHECKING

from algosmith.syntax import pythontree
from algosmith.verify import vocabulary as words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def added(before: ast.Module | None, after: ast.Module, inserted: str) -> tuple[str, ...]:
    """Capabilities that the file has with the candidate and had not before."""
    old = capabilities(before) if before is not None else frozenset[str]()
    return tuple(sorted((capabilities(after) - old) | text_findings(inserted)))


def added_elsewhere(before: str, after: str, inserted: str) -> tuple[str, ...]:
    """The same for a language other than Python, by patterns."""
    new = {label for label, pattern in words.FOREIGN if pattern.search(after)}
    old = {label for label, pattern in words.FOREIGN if pattern.search(before)}
    return tuple(sorted((new - old) | text_findings(inserted)))


def text_findings(text: str) -> frozenset[str]:
    """What the characters themselves hide."""
    found: set[str] = set()
    kinds = {unicodedata.category(c) for c in text if c not in "\t\n\r\f"}
    if kinds & {"Cf", "Co", "Cc"} or any(c in words.HIDDEN for c in text):
        found.add("hidden characters")
    if words.COOKIE.search(text):
        found.add("coding cookie")
    return frozenset(found)


def capabilities(tree: ast.Module) -> frozenset[str]:
    """What a module uses, by its syntax tree."""
    nodes = [node for node in pythontree.nodes(tree) if not _says_nothing(node)]
    modules = dict(_imported(nodes))
    found: set[str] = set()
    for node in nodes:
        found.update(_of_import(node))
        found.update(_of_name(node, modules))
        found.update(_of_attribute(node, modules))
        found.update(_of_spelling(node))
    return frozenset(found)


def _says_nothing(node: ast.AST) -> bool:
    """Most of a large module: plain names and values, and what has no name at all."""
    if isinstance(node, ast.Name):
        name = node.id
        return name.isascii() and not name.startswith("__") and name not in words.ALIASED
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str) or "__" not in node.value
    return isinstance(node, ast.expr_context | ast.operator | ast.cmpop | ast.boolop)


def _imported(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Local names of imported modules and members with what they stand for."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.split(".")[0]
                yield name, alias.name if alias.asname else name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module or ''}.{alias.name}"


def _of_import(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        tops = [alias.name.split(".")[0] for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        tops = [(node.module or "").split(".")[0]]
        for alias in node.names:
            yield from _member(tops[0], alias.name)
    else:
        return
    yield from (words.MODULES[top] for top in tops if top in words.MODULES)


def _of_name(node: ast.AST, modules: dict[str, str]) -> Iterator[str]:
    """What names, definitions and texts give away."""
    match node:
        case ast.Call(func=ast.Name(id=name), args=args):
            if name in words.CALLS:
                yield words.CALLS[name]
            if name in ("getattr", "setattr") and not _plain_attribute(args):
                yield "introspection"
            if name == "setattr" and args and _is_library(args[0], modules):
                yield "introspection"
        case ast.Name(id=name):
            if name.startswith("__") and words.DUNDERS.fullmatch(name):
                yield "introspection"
            if name in words.ALIASED and name not in modules:
                yield words.CALLS[name]
        case ast.FunctionDef(name=name) if name in words.HOOKS:
            yield words.HOOKS[name]
        case ast.Constant(value=str() as text) if words.DUNDERS.search(text[:200]):
            yield "introspection"
        case _:
            pass


def _of_spelling(node: ast.AST) -> Iterator[str]:
    spelled = getattr(node, "id", getattr(node, "arg", getattr(node, "name", None)))
    if isinstance(spelled, str) and not spelled.isascii():
        yield "non-ASCII names"


def _plain_attribute(args: list[ast.expr]) -> bool:
    if len(args) < 2 or not isinstance(args[1], ast.Constant):
        return False
    return isinstance(args[1].value, str) and not args[1].value.startswith("_")


def _of_attribute(node: ast.AST, modules: dict[str, str]) -> Iterator[str]:
    if not isinstance(node, ast.Attribute):
        return
    if words.DUNDERS.fullmatch(node.attr) and node.attr != "__class__":
        yield "introspection"
    if node.attr in words.ATTRIBUTES:
        yield words.ATTRIBUTES[node.attr]
    if not isinstance(node.ctx, ast.Load) and _is_library(node.value, modules):
        yield "introspection"  # it changes what others use: how results are shown, say
    if isinstance(node.value, ast.Name):
        yield from _member(modules.get(node.value.id, ""), node.attr)


def _is_library(node: ast.expr, modules: dict[str, str]) -> bool:
    """Whether a name stands for a module of the standard library."""
    return isinstance(node, ast.Name) and modules.get(node.id) in sys.stdlib_module_names


def _member(module: str, name: str) -> Iterator[str]:
    """What a member of ``os``, ``sys`` and the like gives."""
    if module not in ("os", "posix", "nt"):
        if (module, name) in words.MEMBERS:
            yield words.MEMBERS[module, name]
    elif words.OS_PROCESSES.fullmatch(name):
        yield "processes"
    elif name in words.OS_ENVIRONMENT:
        yield "environment"
    elif name not in words.OS_HARMLESS:
        yield "files"
