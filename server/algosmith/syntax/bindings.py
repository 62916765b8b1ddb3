"""Names that statements bind, and what a file has already. By text and tree, no scope analysis."""

import re

import tree_sitter

from algosmith.model import Span
from algosmith.syntax import rustuse
from algosmith.syntax.document import Document
from algosmith.syntax.written import Part

_WORD = re.compile(r"[^\W\d]\w*|\$\w*")
_KEYWORDS = {"import", "from", "as", "type", "const", "let", "var", "require", "default"}
_IMPORTS = (
    re.compile(r"import (?:type )?(?P<names>[^']+?) from '(?P<module>[^']+)'"),
    re.compile(r"from (?P<module>[\w.]+) import (?P<names>[^#]+)"),
)


def bound_names(document: Document, span: Span) -> set[str]:
    """Names that the statement at the span makes known."""
    path = [node for node in document.path(span.start) if node.end_byte <= span.end]
    node = path[0] if path else None
    if node is None:
        return set()
    return _names(document, node)


def file_names(document: Document) -> set[str]:
    """Names of all functions and classes the file defines."""
    return {
        document.node_text(match[key])
        for match in document.matches("functions")
        for key in ("function.name", "class.name")
        if key in match
    }


def is_in_file(user: Document, document: Document, part: Part) -> bool:
    """Whether an import or constant of the answer stands at the file's top level already.

    Of an import it is enough that the file takes the same names from the same module.
    """
    if part.kind not in ("import", "statement"):
        return False
    text = document.text(part.span.start, part.span.end)
    wanted = _squeezed(text)
    captures = ("context.import", "context.constant")
    theirs = [user.node_text(node) for one in captures for node in user.nodes("context", one)]
    if any(_squeezed(other) == wanted for other in theirs):
        return True
    taken = _taken(wanted) if part.kind == "import" else set[tuple[str, str]]()
    known = {one for other in theirs for one in _taken(_squeezed(other))}
    return bool(taken) and taken <= known


def _taken(text: str) -> set[tuple[str, str]]:
    """(module, name) of everything an import names: ``("fs", "readFile")``, ``("fs", "* as fs")``.

    A type is taken by a plain import too.
    """
    if text.startswith(("use ", "pub use ")):
        return {(path, name) for path, name in rustuse.taken(text)}
    for pattern in _IMPORTS:
        if match := pattern.fullmatch(text):
            names = re.split(r"[,{}]", match["names"].strip("()"))
            return {(match["module"], n.strip().removeprefix("type ")) for n in names if n.strip()}
    return set()


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace('"', "'")).strip(" ;")


def _names(document: Document, node: tree_sitter.Node) -> set[str]:
    if "import" in node.type:
        return _imported(document.node_text(node))
    if node.type == "use_declaration":
        return rustuse.names_of(document.node_text(node))
    if node.type == "impl_item":
        kind = node.child_by_field_name("type")
        return set(_WORD.findall(document.node_text(kind))[:1]) if kind is not None else set()
    name = node.child_by_field_name("name")
    if name is not None:
        return {document.node_text(name)}
    found: set[str] = set()
    for child in node.named_children[:50]:
        left = child.child_by_field_name("left") or child.child_by_field_name("name")
        if left is not None:
            found |= set(_WORD.findall(document.node_text(left)))
        elif child.type in ("function_definition", "class_definition") or (
            child.type.endswith("_declaration")
        ):
            found |= _names(document, child)
    return found


def _imported(text: str) -> set[str]:
    text = re.sub(r"""(?:from\s+)?["'][^"']*["']""", " ", text)
    text = re.sub(r"^\s*from\s+[\w.]+\s+import", "import", text)
    text = re.sub(r"[\w$*]+\s+as\s+", " ", text)
    return {word for word in _WORD.findall(text) if word not in _KEYWORDS}
