"""The other files of a file's package: what stands beside it in its folder.

Tests, files for some machines only and those of another package are left out. Nothing of it is run
but in the cage.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from algosmith.languages.nodes import text_of
from algosmith.syntax.document import open_document
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    import tree_sitter

    from algosmith.model import Snapshot

_MOST_FILES = 24
_LARGEST = 200_000
_CONDITION = re.compile(r"^//\s*(?:go:build|\+build)\b", re.MULTILINE)
_MACHINE = re.compile(r"_(?:windows|darwin|linux|js|wasm|arm64|amd64|386|unix|plan9|\w*bsd)\Z")


def beside(snapshot: Snapshot) -> list[tree_sitter.Node]:
    """The trees of the other files of the package."""
    parts = urlsplit(snapshot.uri)
    file = Path(unquote(parts.path)) if parts.scheme in ("", "file") and parts.path else None
    name = package_of(open_document(snapshot).tree.root_node)
    if file is None or not name:
        return []
    found: list[tree_sitter.Node] = []
    try:
        others = sorted(one for one in file.parent.glob("*.go") if one.name != file.name)
    except OSError:
        return []
    for one in others[:_MOST_FILES]:
        if one.stem.endswith("_test") or _MACHINE.search(one.stem):
            continue
        text = _read(one)
        root = parse_text(text, "go").root_node if text else None
        if root is not None and package_of(root) == name and not _CONDITION.search(text):
            found.append(root)
    return found


def package_of(root: tree_sitter.Node) -> str:
    """The package that a file says it is of; empty where it says nothing."""
    clause = next((one for one in root.named_children if one.type == "package_clause"), None)
    return text_of(clause.named_children[0]) if clause is not None and clause.named_children else ""


def _read(file: Path) -> str:
    try:
        if file.stat().st_size > _LARGEST:
            return ""
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""
