"""What of a program's text goes into the cage: its code, and modules it may import.

Docstrings and comments stay outside, since they hold the examples it is judged by. The text is
untrusted and may be in newer syntax than ours, so it is read with tree-sitter, which never fails.
"""

from __future__ import annotations

import functools
import os
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

import tree_sitter
import tree_sitter_python

from algosmith.batch import once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_SOURCE_BYTES = 1 << 20
_MAX_MODULES, _MAX_MODULE_BYTES = 200, 4 << 20


@functools.cache
def _parser() -> tree_sitter.Parser:
    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))


@functools.lru_cache(maxsize=8)
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
    for node in _matching(
        "(comment) @it (expression_statement . [(string)(concatenated_string)] @it)", root
    ):
        if node.type == "comment" or _is_docstring(node):
            yield node


@functools.cache
def _query(text: str) -> tree_sitter.Query:
    return tree_sitter.Query(tree_sitter.Language(tree_sitter_python.language()), text)


def _matching(query: str, root: tree_sitter.Node) -> list[tree_sitter.Node]:
    """The nodes that a query calls ``it``, in the order of the text."""
    found = tree_sitter.QueryCursor(_query(query)).captures(root).get("it", [])
    return sorted(found, key=lambda node: node.start_byte)


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


@functools.lru_cache(maxsize=32)
def imported_names(source: str) -> tuple[str, ...]:
    """Dotted names that the source imports, relative ones with their dots."""
    tree = _parser().parse(source.encode("utf-8", "surrogatepass"))
    names: list[str] = []
    for node in _matching("(import_statement) @it (import_from_statement) @it", tree.root_node):
        if node.type == "import_statement":
            names += _dotted(node.named_children)
            continue
        base = node.child_by_field_name("module_name")
        start = _text(base) if base is not None else ""
        dot = "" if start.endswith(".") or not start else "."
        names.append(start)
        names += [f"{start}{dot}{name}" for name in _dotted(node.children_by_field_name("name"))]
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
    texts: Iterable[str], search_path: tuple[Path, ...], own: str = ""
) -> dict[str, tuple[str, bool]]:
    """Sources of the pure-Python modules that the texts of a program import from ``search_path``.

    Module name -> (source, whether it is a package); imports of imports included, until a limit.
    ``own`` is the program's own name, which is given already.
    """
    names = tuple(name for text in texts for name in imported_names(text))
    return once(("modules", names, search_path, own), lambda: _modules(names, search_path, own))


def _modules(
    imported: tuple[str, ...], search_path: tuple[Path, ...], own: str
) -> dict[str, tuple[str, bool]]:
    found: dict[str, tuple[str, bool]] = {}
    package = package_of(own, search_path)
    names = [_absolute(name, package) for name in imported]
    # What the program itself imports comes first: it is what a limit must not cut off.
    waiting: deque[str] = deque()
    if search_path:
        waiting.extend([*names, *([own] if own else [])])
    size = 0
    while waiting and len(found) < _MAX_MODULES and size < _MAX_MODULE_BYTES:
        name = waiting.popleft().lstrip(".")
        for part in _prefixes(name):
            if part in found or part == own:
                continue
            module = _read(part, search_path)
            if module is None:
                break
            found[part] = module.text, module.is_package
            size += len(module.text)
            package = part if module.is_package else part.rpartition(".")[0]
            waiting += [_absolute(other, package) for other in module.imports]
    return found


def package_of(own: str, search_path: tuple[Path, ...]) -> str:
    """What relative imports start from in a program called ``own``: an ``__init__.py`` is the
    package itself.
    """
    itself = _read(own, search_path) if own else None
    return own if itself and itself.is_package else own.rpartition(".")[0]


def uses_package(source: str, package: str) -> bool:
    """Whether a program imports something of the package that it stands in."""
    top = package.partition(".")[0]
    names = imported_names(source) if package else ()
    return any(_absolute(name, package).partition(".")[0] == top for name in names)


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


@dataclass(frozen=True, slots=True)
class _Module:
    """A module as it goes into the cage."""

    text: str
    imports: tuple[str, ...]
    is_package: bool


def _read(name: str, search_path: tuple[Path, ...]) -> _Module | None:
    return once(("module", name, search_path), lambda: _found(name, search_path))


def _found(name: str, search_path: tuple[Path, ...]) -> _Module | None:
    parts = name.split(".")
    if not all(part.isidentifier() for part in parts):
        return None
    for folder in search_path:
        base = "/".join((str(folder), *parts))
        for file, package in ((f"{base}/__init__.py", True), (f"{base}.py", False)):
            try:
                now = os.stat(file)  # noqa: PTH116  asked for each module at each run
                if not S_ISREG(now.st_mode) or now.st_size > MAX_SOURCE_BYTES:
                    continue
                state = now.st_mtime_ns, now.st_size, now.st_ino, now.st_dev
                parsed = _parsed(file, str(folder), state)
            except (OSError, UnicodeDecodeError):
                continue
            if parsed is not None:
                return _Module(*parsed, package)
    # A folder without ``__init__.py`` is a package, too, where no module anywhere has its name.
    if parts[0] in sys.stdlib_module_names:
        return None
    spaces = (Path(folder, *parts) for folder in search_path)
    return _Module("", (), is_package=True) if any(map(Path.is_dir, spaces)) else None


@functools.lru_cache(maxsize=2 * _MAX_MODULES)
def _parsed(name: str, folder: str, state: tuple[int, ...]) -> tuple[str, tuple[str, ...]] | None:
    """A module's text without its words, and what it imports; read again once it has changed.

    None for one that lies outside of its folder.
    """
    file = Path(name)
    if not file.resolve().is_relative_to(Path(folder).resolve()):
        return None
    text = file.read_text("utf-8")
    return without_words(text), imported_names(text)
