"""A file's own line endings and indentation unit, and the indentation a new statement must have."""

import re
from collections import Counter
from functools import lru_cache
from math import gcd

from algosmith.syntax.document import Document, column
from algosmith.syntax.functions import Definition
from algosmith.syntax.parse import COMMENTS

_INDENTED = re.compile(rb"^([ \t]+)(?=[^\s#*/])", re.MULTILINE)
_CLAUSES = re.compile(rb"(?:else|elif|except|finally|case)\b")
_SAMPLE = 1 << 15
_BLOCKS = {"block", "module"}


@lru_cache(maxsize=8)
def line_ending(data: bytes) -> str:
    """The line ending most lines of the file's beginning have."""
    data = data[:_SAMPLE]
    crlf = data.count(b"\r\n")
    lone_cr, lone_lf = data.count(b"\r") - crlf, data.count(b"\n") - crlf
    if crlf > lone_lf and crlf >= lone_cr:
        return "\r\n"
    return "\r" if lone_cr > lone_lf else "\n"


@lru_cache(maxsize=8)
def unit_of(data: bytes, default: str) -> str:
    """The file's indentation unit: a tab, or the step by which its lines are indented."""
    indents = [match.group(1) for match in _INDENTED.finditer(data, 0, _SAMPLE)]
    if not indents:
        return default
    if sum(indent.startswith(b"\t") for indent in indents) * 2 > len(indents):
        return "\t"
    widths = Counter(len(indent) for indent in indents if b"\t" not in indent)
    steps = [width for width, count in widths.items() if count * 50 >= len(indents)]
    step = gcd(*steps) if steps else 0
    return " " * step if 1 < step <= 8 else default


def body_indent(document: Document, one: Definition) -> str:
    """The indentation of statements in a function's or class's body."""
    outer = document.indent(_header_line(document, one))
    for child in one.body.named_children[:50]:
        own_line = document.starts_line(child.start_byte) and child.end_byte > child.start_byte
        if own_line and (child.type not in COMMENTS or document.language.blocks == "braces"):
            return document.indent(child.start_byte)
    line = document.next_line(one.header_end)
    while line < one.body_end:
        text = document.data[line : document.line_end(line)].strip()
        indent = document.indent(line)
        if text and column(indent) > column(outer):
            return indent
        line = document.next_line(line)
    return outer + unit_of(document.data, document.language.unit)


def outer_indent(document: Document, one: Definition) -> str:
    """The indentation of the line that closes a braced body."""
    return document.indent(_header_line(document, one))


def _header_line(document: Document, one: Definition) -> int:
    if document.language.blocks == "indent":
        return one.node.start_byte
    return one.header_end - 1


def statement_indent(document: Document, offset: int, function: Definition | None) -> str:
    """The indentation a Python statement must have to stand on the comment line at ``offset``."""
    wanted = document.indent(offset)
    before = code_above(document, offset)
    after = code_below(document, offset)
    below = document.indent(after) if after < len(document.data) else ""
    blocks = _open_blocks(document, before, function)
    if document.data[before - 1 : before] == b":" and blocks:
        header = blocks[-1]
        if column(below) > column(header) and after < len(document.data):
            return below
        if column(wanted) > column(header):
            return wanted
        return header + unit_of(document.data, document.language.unit)
    least = column(below) + bool(_CLAUSES.match(document.data, after))
    fitting = [indent for indent in blocks if column(indent) >= least] or blocks[-1:]
    not_deeper = [indent for indent in fitting if column(indent) <= column(wanted)]
    return (not_deeper[-1] if not_deeper else fitting[0]) if fitting else wanted


def code_above(document: Document, offset: int) -> int:
    """Offset behind the last code before ``offset``, comment lines skipped."""
    marker = document.language.line_comment.encode()
    before = document.code_before(offset)
    while before > 0:
        start = document.line_start(before)
        if not document.data[start:before].lstrip().startswith(marker):
            break
        before = document.code_before(start)
    path = document.path(before - 1) if before else []
    if path and path[-1].type in COMMENTS:
        return document.code_before(path[-1].start_byte)
    return before


def code_below(document: Document, offset: int) -> int:
    """Offset of the first code from ``offset`` on, comment lines skipped."""
    marker = document.language.line_comment.encode()
    after = document.code_after(offset)
    while document.data.startswith(marker, after):
        after = document.code_after(document.line_end(after))
    return after


def _open_blocks(document: Document, before: int, function: Definition | None) -> list[str]:
    """Indentations of the blocks that the code before leaves open, outermost first."""
    if before == 0:
        return []
    path = document.path(before - 1)
    found: list[str] = []
    for parent, node in zip([document.tree.root_node, *path], path, strict=False):
        if parent.type not in _BLOCKS:
            continue
        if function is not None and node.start_byte < function.header_end:
            if node.end_byte >= function.header_end and before <= function.header_end:
                found = [document.indent(function.node.start_byte)]
            continue
        found.append(document.indent(node.start_byte))
    return found
