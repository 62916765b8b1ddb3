"""``throws`` in the head of a Java method, where the code placed in it needs one.

The head is the user's: only ``main``, which nobody calls, gets what its code throws, and another
method what the user's own words name (``throws IOException where …``).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.model import Span
from algosmith.syntax.annotate import Piece
from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.model import Task
    from algosmith.syntax.site import Place
    from algosmith.syntax.written import ParsedCode

_ALL = ("Exception", "Throwable")
_CHECKED = frozenset(
    (
        *_ALL, "IOException", "FileNotFoundException", "EOFException", "InterruptedException",
        "CloneNotSupportedException", "TimeoutException", "ExecutionException", "ParseException",
        "ClassNotFoundException", "ReflectiveOperationException", "GeneralSecurityException",
        "NoSuchAlgorithmException", "URISyntaxException", "SQLException",
    )
)  # fmt: skip
_ABOVE = {"FileNotFoundException": "IOException", "EOFException": "IOException"}
_READERS = re.compile(r"\b(?:BufferedReader|InputStreamReader|InputStream|System\s*\.\s*in)\b")
_TOKENS = re.compile(r"\bStreamTokenizer\b")
_WRITERS = re.compile(r"\b(?:BufferedWriter|OutputStreamWriter|OutputStream)\b")
_CALLS = {
    _READERS: ("readLine", "read", "ready", "close", "skip", "readAllBytes"),
    _TOKENS: ("nextToken",),
    _WRITERS: ("write", "newLine", "flush", "append", "close"),
}
"""Methods that throw IOException, where a class that has such ones is there."""
_EDGES = ("lambda_expression", "class_body", "method_declaration")


def thrown(where: Place, written: ParsedCode, spans: tuple[Span, ...], task: Task) -> Piece | None:
    """What is added to the head of the place's method; None where nothing is."""
    function = where.function
    if where.document.language.id != "java" or function is None or function.parameters is None:
        return None
    if function.node.type != "method_declaration":
        return None
    texts = [where.document.text(0, len(where.document.data)), written.document.text(
        0, len(written.document.data))]  # fmt: skip
    roots = [where.document.tree.root_node, written.document.tree.root_node]
    wanted = {e for span in spans for e in _needed(roots, "\n".join(texts), span)}
    own = set(_heads(roots[1:]).get(function.name, ()))
    if function.name == "main":
        wanted |= {name for name in own if _is_checked(name, roots)}
    else:
        words = f"{task.text}\n{(task.function.docstring if task.function else '') or ''}"
        wanted = {name for name in wanted | own if re.search(rf"\b{name}\b", words)}
    clause = next((c for c in function.node.children if c.type == "throws"), None)
    has = _types(clause) if clause is not None else []
    wanted = {name for name in wanted if not _covers(has, name)}
    wanted = {name for name in wanted if not _covers([*(wanted - {name})], name)}
    if not wanted:
        return None
    at = clause.end_byte if clause is not None else function.parameters.end_byte
    listed = ", ".join(sorted(wanted))
    return Piece(Span(at, at), f", {listed}" if has else f" throws {listed}")


def _needed(roots: list[tree_sitter.Node], text: str, span: Span) -> Iterator[str]:
    """The checked exceptions that a stretch of the answer lets out, as far as can be seen."""
    heads = _heads(roots)
    called = {name for sign, names in _CALLS.items() if sign.search(text) for name in names}
    for node in _walk(roots[1]):
        if not span.start <= node.start_byte < span.end:
            continue
        found: set[str] = set()
        name = _field(node, "name")
        if node.type == "method_invocation":
            found |= set(heads.get(name, ()))
            if name in called and _field(node, "object"):
                found.add("IOException")
            if name == "sleep" and _field(node, "object") == "Thread":
                found.add("InterruptedException")
        elif node.type == "throw_statement" and node.named_children:
            made = node.named_children[0]
            if made.type == "object_creation_expression":
                found.add(_field(made, "type").rpartition(".")[2])
        yield from (e for e in found if _is_checked(e, roots) and not _is_caught(node, e, span))


def _is_checked(name: str, roots: list[tree_sitter.Node]) -> bool:
    """A checked exception of the JDK, or a class of the file's or the answer's that is one."""
    for _ in range(4):
        if name in _CHECKED:
            return True
        above = [n for root in roots for n in _walk(root)
                 if n.type == "class_declaration" and _field(n, "name") == name]  # fmt: skip
        name = _field(above[0], "superclass").removeprefix("extends").strip() if above else ""
    return False


def _is_caught(node: tree_sitter.Node, name: str, span: Span) -> bool:
    """Whether it ends inside: in a ``try`` that catches it, in a lambda or a class."""
    child, parent = node, node.parent
    while parent is not None and span.start <= parent.start_byte:
        if parent.type in _EDGES:
            return True
        inside = child in (parent.child_by_field_name("body"),
                           parent.child_by_field_name("resources"))  # fmt: skip
        if parent.type.startswith("try") and inside:
            for clause in parent.children:
                if clause.type == "catch_clause" and _covers(_types(clause), name):
                    return True
        child, parent = parent, parent.parent
    return False


def _covers(names: list[str], name: str) -> bool:
    return any(one in (*_ALL, name, _ABOVE.get(name)) for one in names)


def _heads(roots: list[tree_sitter.Node]) -> dict[str, list[str]]:
    """What the methods of trees say that they throw."""
    found: dict[str, list[str]] = {}
    for root in roots:
        for node in _walk(root):
            for child in node.children if node.type == "method_declaration" else ():
                if child.type == "throws":
                    found.setdefault(_field(node, "name"), []).extend(_types(child))
    return found


def _types(node: tree_sitter.Node) -> list[str]:
    """The bare names of the types in a ``throws`` or the head of a ``catch``."""
    if node.type == "catch_clause":
        heads = [c for c in _walk(node) if c.type == "catch_type"]
        return [name for head in heads[:1] for name in _types(head)]
    kinds = [c for c in node.named_children if c.type not in COMMENTS]
    return [(c.text or b"").decode("utf-8", "replace").rpartition(".")[2] for c in kinds]


def _field(node: tree_sitter.Node, name: str) -> str:
    one = node.child_by_field_name(name)
    return (one.text or b"").decode("utf-8", "replace") if one is not None else ""


def _walk(root: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += node.children
