"""What of a program's text goes into the cage: its code, and modules it may import.

Docstrings and comments stay outside, since they hold the examples it is judged by. The text is
untrusted and may be in newer syntax than ours, so it is read with tree-sitter, which never fails.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import tree_sitter
import tree_sitter_python

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

MAX_SOURCE_BYTES = 1 << 20
_MAX_MODULES, _MAX_MODULE_BYTES = 200, 4 << 20


@functools.cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))


def without_words(source: str) -> str:
    """The source, docstrings emptied and comments removed, every line where it was."""
    data = source.encode("utf-8", "surrogatepass")
    tree = _parser().parse(data)
    pieces: list[bytes] = []
    done = 0
    for node in _words(tree.root_node):
        if node.start_byte < done:
            continue
        pieces.append(data[done : node.start_byte])
        if node.type != "comment":
            breaks = data[node.start_byte : node.end_byte].count(b"\n")
            pieces.append(b'"""' + b"\n" * breaks + b'"""')
        done = node.end_byte
    pieces.append(data[done:])
    return b"".join(pieces).decode("utf-8", "surrogatepass")


def _words(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """Comments and docstrings, in the order of the text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.type == "comment" or (node.type in _STRINGS and _is_docstring(node)):
            yield node
        else:
            waiting.extend(reversed(node.children))


_STRINGS = ("string", "concatenated_string")


def _is_docstring(node: tree_sitter.Node) -> bool:
    statement = node.parent
    if statement is None or statement.type != "expression_statement":
        return False
    block = statement.parent
    if block is None or block.type not in ("module", "block") or _is_computed(node):
        return False
    first = next((child for child in block.named_children if child.type != "comment"), None)
    if first != statement:
        return False
    owner = block.parent
    return owner is None or owner.type in ("function_definition", "class_definition")


def _is_computed(node: tree_sitter.Node) -> bool:
    """An f-string: running it may do something."""
    if node.type == "concatenated_string":
        return any(_is_computed(child) for child in node.named_children)
    return any(child.type == "interpolation" for child in node.named_children)


def imported_names(source: str) -> tuple[str, ...]:
    """Dotted names that the source imports, relative ones with their dots."""
    tree = _parser().parse(source.encode("utf-8", "surrogatepass"))
    names: list[str] = []
    waiting = [tree.root_node]
    while waiting:
        node = waiting.pop()
        if node.type == "import_statement":
            names += _dotted(node.named_children)
        elif node.type == "import_from_statement":
            base = node.child_by_field_name("module_name")
            start = _text(base) if base is not None else ""
            dot = "" if start.endswith(".") or not start else "."
            names.append(start)
            names += [
                f"{start}{dot}{name}" for name in _dotted(node.children_by_field_name("name"))
            ]
        else:
            waiting.extend(reversed(node.children))
    return tuple(names)


def _dotted(nodes: Iterable[tree_sitter.Node]) -> list[str]:
    found: list[str] = []
    for node in nodes:
        inner = node.child_by_field_name("name") if node.type == "aliased_import" else node
        if inner is not None:
            found.append(_text(inner))
    return found


def _text(node: tree_sitter.Node) -> str:
    return (node.text or b"").decode("utf-8", "replace").strip()


def modules(
    source: str, search_path: tuple[Path, ...], own: str = ""
) -> dict[str, tuple[str, bool]]:
    """Sources of the pure-Python modules that the program imports from ``search_path``.

    Module name -> (source, whether it is a package); imports of imports included, until a limit.
    ``own`` is the program's own name, for which nothing is read.
    """
    found: dict[str, tuple[str, bool]] = {}
    package = own.rpartition(".")[0]
    names = (_absolute(name, package) for name in imported_names(source))
    waiting = [*names, *([own] if own else [])] if search_path else []
    size = 0
    while waiting and len(found) < _MAX_MODULES and size < _MAX_MODULE_BYTES:
        name = waiting.pop().lstrip(".")
        for part in _prefixes(name):
            if part in found or part == own:
                continue
            module = _read(part, search_path)
            if module is None:
                break
            found[part] = module
            size += len(module[0])
            package = part if module[1] else part.rpartition(".")[0]
            waiting += [_absolute(other, package) for other in imported_names(module[0])]
    return {name: (without_words(text), package) for name, (text, package) in found.items()}


def _prefixes(name: str) -> list[str]:
    parts = name.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def _absolute(name: str, package: str) -> str:
    if not name.startswith("."):
        return name
    rest = name.lstrip(".")
    parents = package.split(".") if package else []
    up = len(name) - len(rest) - 1
    return ".".join([*parents[: len(parents) - up], *([rest] if rest else [])])


def _read(name: str, search_path: tuple[Path, ...]) -> tuple[str, bool] | None:
    if not all(part.isidentifier() for part in name.split(".")):
        return None
    for folder in search_path:
        base = folder.joinpath(*name.split("."))
        for file, package in ((base / "__init__.py", True), (base.with_suffix(".py"), False)):
            try:
                if not file.resolve().is_relative_to(folder.resolve()):
                    continue
                if file.is_file() and file.stat().st_size <= MAX_SOURCE_BYTES:
                    return file.read_text("utf-8"), package
            except (OSError, UnicodeDecodeError):
                continue
    return None
