"""Classes of other files that a Java file uses: of its own package, or imported from the project.

Each is taken whole, without comments and annotations. Nothing of it is run but in the cage.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from algosmith.languages.java.tree import NAMES, TYPES, is_main, modifiers_of, name_of, names_in
from algosmith.languages.nodes import text_of, walk
from algosmith.syntax.document import open_document
from algosmith.syntax.javaclasses import JDK, PLACES, imports_in, is_known
from algosmith.syntax.parse import COMMENTS, parse_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import tree_sitter

    from algosmith.model import Snapshot

_BODIES = ("class_body", "enum_body_declarations")
_MEMBERS = ("field_declaration", "method_declaration", "constructor_declaration", *TYPES)
_ACCESS = frozenset({"public", "protected", "private"})
_MOST_FILES = 12
_LARGEST = 100_000
_PACKAGE = re.compile(r"^\s*package\s+([\w.]+)\s*;", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Beside:
    """What was found of other files."""

    names: frozenset[str] = frozenset()
    roots: tuple[tree_sitter.Node, ...] = ()
    elsewhere: tuple[tree_sitter.Node, ...] = ()
    """Those of other packages."""
    reason: str = ""
    """Why they can't be run here."""

    @property
    def text(self) -> str:
        """Their classes, one behind the other."""
        return "\n".join(
            _closed(one) if root in self.elsewhere else one
            for root in self.roots
            for one in [_qualified(root, blanked(root.text or b"", gone_of(root)).strip())]
        )


def used_beside(
    snapshot: Snapshot, used: Iterable[str] = (), declared: frozenset[str] = frozenset()
) -> Beside:
    """The classes that a file uses and other files of its project define."""
    parts = urlsplit(snapshot.uri)
    if parts.scheme != "file":
        return Beside()
    file = Path(unquote(parts.path))
    root = open_document(snapshot).tree.root_node
    waiting = [(file, snapshot.text, names_in(root) | {*used})]
    names: set[str] = set()
    roots: list[tree_sitter.Node] = []
    elsewhere: list[tree_sitter.Node] = []
    declared |= {name_of(node) for node in walk(root) if node.type in TYPES}
    while waiting:
        where, text, wanted = waiting.pop()
        for name in sorted(wanted - declared - names):
            found = _file_of(name, where, text)
            if found is None or found == file:
                continue
            if len(roots) >= _MOST_FILES:
                return Beside(reason=f"it uses more than {_MOST_FILES} other files")
            source = _read(found)
            tree = parse_text(source, "java").root_node
            if not any(c.type in TYPES and name_of(c) == name for c in tree.named_children):
                continue
            outer = _elsewhere(tree, source, found)
            if outer:
                return Beside(reason=f"it needs `{name}`, which uses {outer}")
            names |= {name_of(c) for c in tree.named_children if c.type in TYPES}
            roots.append(tree)
            elsewhere += [tree] if found.parent != file.parent else []
            waiting.append((found, source, names_in(tree)))
    return Beside(frozenset(names), tuple(roots), tuple(elsewhere))


def _qualified(root: tree_sitter.Node, text: str) -> str:
    """A file's classes with their imports written out: these are none of the user's file."""
    given = [one for one in imports_in(text_of(root)) if not one[0] and JDK.match(f"{one[1]}.")]
    whole = {package for _, package, name in given if name == "*"}
    places = {name: package for name, package in PLACES.items() if package in whole}
    places |= {name: package for _, package, name in given if name != "*"}
    data = text.encode("utf-8", "surrogatepass")
    tree = parse_text(text, "java").root_node
    declared = {name_of(node) for node in walk(tree) if node.type in TYPES}
    for node in sorted(walk(tree), key=lambda n: -n.start_byte):
        name, at = text_of(node), node.start_byte
        if node.type not in NAMES or name not in places or name in declared:
            continue
        if data[:at].rstrip()[-1:] != b".":
            data = data[:at] + f"{places[name]}.".encode() + data[at:]
    return data.decode("utf-8", "surrogatepass")


def _closed(text: str) -> str:
    """A file of another package: what only that package may use is private where all is one."""
    data = text.encode("utf-8", "surrogatepass")
    for node in sorted(walk(parse_text(text, "java").root_node), key=lambda n: -n.start_byte):
        inside = node.parent is not None and node.parent.type in _BODIES
        if inside and node.type in _MEMBERS and not modifiers_of(node) & _ACCESS:
            at = node.start_byte
            data = data[:at] + b"private " + data[at:]
    return data.decode("utf-8", "surrogatepass")


def _file_of(name: str, where: Path, text: str) -> Path | None:
    """The file that defines a class, as one file of the project sees it."""
    if not name[:1].isupper() or is_known(name):
        return None
    given = [one for one in imports_in(text) if not one[0]]
    exact = [package for _, package, last in given if last == name]
    folders: list[Path] = []
    if not exact:
        folders.append(where.parent)
    base = _source_root(where, text)
    packages = exact or [package for _, package, last in given if last == "*"]
    folders += [base.joinpath(*p.split(".")) for p in packages if base and not JDK.match(f"{p}.")]
    return next((file for one in folders if (file := one / f"{name}.java").is_file()), None)


def _source_root(where: Path, text: str) -> Path | None:
    """The folder that packages are counted from."""
    match = _PACKAGE.search(text)
    parts = match[1].split(".") if match else []
    if not parts:
        return where.parent
    folder = where.parent
    if [*folder.parts[-len(parts) :]] != parts:
        return None
    return folder.parents[len(parts) - 1]


def _read(file: Path) -> str:
    try:
        return file.read_bytes()[:_LARGEST].decode("utf-8", "replace")
    except OSError:
        return ""


def _elsewhere(root: tree_sitter.Node, text: str, where: Path) -> str:
    """What a file uses that is neither the JDK's nor the project's."""
    used = {n for child in root.named_children if child.type in TYPES for n in names_in(child)}
    for static, package, name in imports_in(text):
        if JDK.match(f"{package}.") or name not in used:
            continue
        if static or _file_of(name, where, text) is None:
            return f"`{name}` of `{package}`, which is not part of the JDK"
    return ""


def is_jdk(node: tree_sitter.Node) -> bool:
    """Whether an import is one of the JDK's."""
    return JDK.match(re.sub(r"^import\s+(?:static\s+)?", "", text_of(node))) is not None


def gone_of(root: tree_sitter.Node) -> list[tuple[int, int]]:
    """Comments, annotations, package, imports, ``main``, and ``public`` at the top of a file."""
    gone: list[tuple[int, int]] = []
    for node in walk(root):
        mark = node.type in COMMENTS or node.type in ("marker_annotation", "annotation")
        if mark or is_main(node) or node.type in ("package_declaration", "import_declaration"):
            gone.append((node.start_byte, node.end_byte))
    return [*gone, *publics_of(root)]


def publics_of(root: tree_sitter.Node) -> list[tuple[int, int]]:
    """``public`` before the types at the top: a file may hold one of these."""
    tops = [c.children[0] for c in root.named_children if c.type in TYPES and c.children]
    return [(m.start_byte, m.end_byte) for words in tops if words.type == "modifiers"
            for m in words.children if m.type == "public"]  # fmt: skip


def blanked(data: bytes, gone: list[tuple[int, int]]) -> str:
    """The text without some stretches, its lines kept."""
    made: list[bytes] = []
    done = 0
    for start, end in sorted(gone):
        if start < done:
            continue
        made += [data[done:start], b" " + b"\n" * data[start:end].count(b"\n")]
        done = end
    made.append(data[done:])
    return b"".join(made).decode("utf-8", "replace").removeprefix("\ufeff")
