"""Code in the form its place wants: as a class member, or between JSX tags."""

import re

from algosmith.syntax.document import Document
from algosmith.syntax.functions import Definition

_FUNCTION = re.compile(
    r"^(\s*)(?:export\s+)?(?:default\s+)?(async\s+)?function\s*(\*?)\s*(?=[\w$])"
)
_CONSTANT = re.compile(r"^(\s*)(?:export\s+)?(?:const|let|var)\s+(?=[\w$]+\s*(?::[^=]+)?=)")


def as_member(document: Document, owner: Definition, lines: list[str]) -> list[str]:
    """The lines with ``function f()`` as ``f()``; Python's need no change."""
    if document.language.blocks == "indent" or owner.node.type == "internal_module":
        return lines
    outermost = min(len(line) - len(line.lstrip()) for line in lines if line.strip())
    return [
        _member(line) if len(line) - len(line.lstrip()) == outermost else line for line in lines
    ]


def _member(line: str) -> str:
    line = _FUNCTION.sub(lambda m: m.group(1) + (m.group(2) or "") + m.group(3), line)
    return _CONSTANT.sub(r"\1", line)


def as_jsx(lines: list[str], indent: str) -> list[str]:
    """The lines as they may stand between JSX tags: an element, or an expression in braces."""
    text = "\n".join(lines).strip().removeprefix("return ").removesuffix(";")
    if not text.startswith(("<", "{")):
        text = "{" + text + "}"
    return (indent + text).split("\n")
