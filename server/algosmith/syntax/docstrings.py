"""Docstrings and doc comments: where they stand, and their words without quotes and markers."""

import re
from inspect import cleandoc

import tree_sitter

from algosmith.syntax.document import Document
from algosmith.syntax.markers import string_marker
from algosmith.syntax.parse import COMMENTS

_QUOTED = re.compile(r"""^[rRuUbBfF]*("{3}|'{3}|"|')(.*)\1$""", re.DOTALL)
_LONGEST_MARKER = 200
_SLASHES = re.compile(r"^(?://[/!<]*|/\*+!?|\*(?!/)) ?")
_OPEN = re.compile(r"\b(?:TODO|FIXME)\b")
_MOST_LINES = 100
_STAR = re.compile(r"^\s*\* ?", re.MULTILINE)


def docstring_of(document: Document, body: tree_sitter.Node, outer_start: int) -> str | None:
    """The words of a definition's docstring or of the doc comment above it."""
    if document.language.blocks == "indent":
        node = docstring_node(body)
        match = None if node is None else _QUOTED.match(document.node_text(node))
        return None if match is None else cleandoc(match.group(2))
    comment = doc_comment(document, outer_start)
    if comment is None and document.language.id in ("cpp", "c", "java", "rust", "go"):
        return _lines_above(document, outer_start)
    if comment is None:
        return None
    text = document.node_text(comment).removeprefix("/**").removesuffix("*/")
    return cleandoc(_STAR.sub("", text)).strip() or None


def _lines_above(document: Document, outer_start: int) -> str | None:
    """The words of the ``//`` lines, or of the ``/* … */``, right above a definition."""
    end = document.line_start(outer_start)
    lines: list[str] = []
    while end > 0 and len(lines) < _MOST_LINES:
        start = document.line_start(end - 1)
        line = document.data[start:end].decode("utf-8", "replace").strip()
        inside = bool(lines) and lines[-1].endswith("*/") and not line.endswith("*/")
        if not (line.startswith(("//", "/*", "*")) or line.endswith("*/") or inside):
            break
        lines.append(line)
        end = start
        if line.startswith("/*"):
            break
    words = "\n".join(_SLASHES.sub("", line) for line in reversed(lines)).removesuffix("*/")
    return None if _OPEN.search(words) else cleandoc(words).strip() or None


def docstring_node(body: tree_sitter.Node) -> tree_sitter.Node | None:
    """The statement that is a Python body's docstring."""
    for child in body.named_children[:50]:
        if child.type in COMMENTS:
            continue
        inner = child.named_child(0) if child.named_child_count == 1 else None
        is_string = inner is not None and inner.type in ("string", "concatenated_string")
        text = (inner.text or b"").decode("utf-8", "replace") if inner is not None else ""
        if is_string and len(text) < _LONGEST_MARKER and string_marker(text) is not None:
            return None
        return child if child.type == "expression_statement" and is_string else None
    return None


def doc_comment(document: Document, outer_start: int) -> tree_sitter.Node | None:
    """The ``/** … */`` that ends right above a definition."""
    end = document.code_before(outer_start)
    if end == 0 or document.data[end - 2 : end] != b"*/":
        return None
    path = document.path(end - 1)
    node = path[-1] if path else None
    if node is None or node.type not in COMMENTS or node.end_byte != end:
        return None
    return node if document.data.startswith(b"/**", node.start_byte) else None


_CHOICE = re.compile(
    r"\b(?:is|are) also (?:an? )?(?:valid|correct|accepted|acceptable|right|possible)\b"
    r"|\b(?:return|returns|returning|print|output) any (?:one )?(?:of (?:them|those|these)\b"
    r"|(?:valid|such|correct|possible)\b)"
    r"|\bany (?:valid|correct) (?:answer|solution|result|output|order(?:ing)?)s?\b"
    r"|\b(?:multiple|several|many) (?:valid |correct |possible |right )?(?:answers|solutions)\b"
    r"|也(?:是|算)?(?:正确|有效|可以|对的|合法)|任意一(?:个|种)(?:答案|解)?即可|返回(?:其中)?任意一",
    re.IGNORECASE,
)


def leaves_a_choice(text: str) -> bool:
    """Whether words allow other results than the one that an example shows."""
    return _CHOICE.search(text) is not None
