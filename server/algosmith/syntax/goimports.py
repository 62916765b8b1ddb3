"""Which packages Go code names, what its imports make known, and where well-known names are.

By the syntax tree only. Go refuses an import that is missing and one that is not used, so both
are looked after wherever code is placed or cut out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

_PLACES = (
    "bufio", "bytes", "cmp", "container/heap", "container/list", "container/ring", "context",
    "encoding/binary", "encoding/hex", "encoding/json", "errors", "fmt", "hash/crc32", "hash/fnv",
    "hash/maphash", "io", "iter", "maps", "math", "math/big", "math/bits", "math/cmplx",
    "math/rand", "os", "reflect", "regexp", "runtime", "slices", "sort", "strconv", "strings",
    "sync", "sync/atomic", "text/tabwriter", "time", "unicode", "unicode/utf16", "unicode/utf8",
)  # fmt: skip
PLACES = {path.rpartition("/")[2]: path for path in _PLACES}
"""Name -> path of packages that people write without saying where they are."""
_VERSION = re.compile(r"v\d+\Z")


@dataclass(frozen=True, slots=True)
class GoImport:
    """One line of a file's imports."""

    path: str
    alias: str
    """The name that the file gives it; empty where it has its own, ``.`` and ``_`` as written."""
    node: tree_sitter.Node

    @property
    def name(self) -> str:
        """What code calls it; empty where none of its names tells, as with ``.`` and ``_``."""
        return "" if self.alias in (".", "_") else self.alias or own_name(self.path)

    @property
    def text(self) -> str:
        """The line, without ``import``."""
        return f'{self.alias} "{self.path}"'.strip()


def own_name(path: str) -> str:
    """What a package is called by itself, as far as its path tells: ``rand`` of math/rand/v2."""
    *before, last = path.split("/")
    return before[-1] if before and _VERSION.match(last) else last


def _text(node: tree_sitter.Node | None) -> str:
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def _walk(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.children)


def imports_in(root: tree_sitter.Node) -> list[GoImport]:
    """All imports of a file."""
    found: list[GoImport] = []
    for top in root.named_children:
        for node in _walk(top) if top.type == "import_declaration" else ():
            if node.type == "import_spec":
                path = _text(node.child_by_field_name("path"))[1:-1]
                found.append(GoImport(path, _text(node.child_by_field_name("name")), node))
    return found


def packages_in(node: tree_sitter.Node) -> set[str]:
    """The names before a dot that may be a package's: ``sort`` of ``sort.Ints(a)``."""
    found: set[str] = set()
    for one in _walk(node):
        if one.type == "selector_expression":
            operand = one.child_by_field_name("operand")
            if operand is not None and operand.type == "identifier":
                found.add(_text(operand))
        elif one.type == "qualified_type":
            found.add(_text(one.child_by_field_name("package")))
    return found


_BINDS = {
    "short_var_declaration": "left", "range_clause": "left", "var_spec": "name",
    "const_spec": "name", "parameter_declaration": "name", "type_spec": "name",
    "variadic_parameter_declaration": "name", "function_declaration": "name",
    "receive_statement": "left", "type_switch_statement": "alias",
}  # fmt: skip
"""Nodes that give names a meaning, and the field in which these stand."""


def bound_in(node: tree_sitter.Node) -> set[str]:
    """The names that variables, parameters, types and functions below a node have."""
    found: set[str] = set()
    for one in _walk(node):
        for label in one.children_by_field_name(_BINDS.get(one.type, "-")):
            found |= {_text(n) for n in _walk(label) if n.type.endswith("identifier")}
    return found


def missing_imports(code: tree_sitter.Node, file: tree_sitter.Node | None = None) -> list[str]:
    """The lines (without ``import``) that code needs and that neither it nor the file has."""
    known = {one.name for root in (code, file) if root is not None for one in imports_in(root)}
    named = packages_in(code) & PLACES.keys()
    bound = bound_in(code)
    for top in file.named_children if file is not None else ():
        declared = top.type.endswith("_declaration") and top.type != "method_declaration"
        bound |= _top_names(top) if declared else set()
    return [f'"{PLACES[name]}"' for name in sorted(named - known - bound)]


def _top_names(top: tree_sitter.Node) -> set[str]:
    """What a declaration at a file's top makes known."""
    label = top.child_by_field_name("name")
    if label is not None:
        return {_text(label)}
    specs = (one for one in _walk(top) if one.type in ("var_spec", "const_spec", "type_spec"))
    return {_text(n) for one in specs for n in one.children_by_field_name("name")}


def receiver_of(function: tree_sitter.Node) -> tuple[str, str]:
    """(name, bare type) of what a method is called on; empty texts for a function."""
    given = function.child_by_field_name("receiver")
    one = next(iter(given.named_children), None) if given is not None else None
    if one is None:
        return "", ""
    kind = re.sub(r"\[.*|[*()\s]", "", _text(one.child_by_field_name("type")))
    return _text(one.child_by_field_name("name")), kind


def import_lines(text: str) -> list[str]:
    """The lines of a file's imports that its code uses, and those that it lacks."""
    root = parse_text(text, "go").root_node
    named = packages_in(root)
    kept = [one.text for one in imports_in(root) if not one.name or one.name in named]
    return [*dict.fromkeys(kept), *missing_imports(root)]
