"""Short forms of definitions for a prompt: a signature with its first docstring line, a header."""

from textwrap import dedent

from algosmith.syntax.docstrings import docstring_node
from algosmith.syntax.document import Document
from algosmith.syntax.functions import Definition

_LONGEST = 2000
_FIELDS = {
    "expression_statement",
    "field_definition",
    "public_field_definition",
    "property_signature",
    "abstract_method_signature",
}
_MOST_FIELDS = 40


def first_lines(text: str, count: int) -> str:
    """The first lines of a text, the rest as an ellipsis."""
    lines = text[:_LONGEST].split("\n")
    if len(lines) <= count and len(text) <= _LONGEST:
        return text
    return "\n".join([*lines[:count], "..."])


def signature_line(document: Document, one: Definition, docstring: str | None) -> str:
    """``def f(a, b):  # First docstring line``."""
    braces = document.language.blocks == "braces"
    end = one.body.start_byte if braces else one.header_end
    start = one.outer.start
    text = _dedented(document, start, end).rstrip()
    first = (docstring or "").strip().partition("\n")[0].strip()
    return f"{text}  {document.language.line_comment} {first}" if first else text


def class_header(document: Document, one: Definition) -> str:
    """A class's header, first docstring line, fields, and its constructor's signature."""
    braces = document.language.blocks == "braces"
    parts = [_dedented(document, one.outer.start, one.header_end).rstrip()]
    unit = document.language.unit
    if not braces:
        docstring = docstring_node(one.body)
        if docstring is not None:
            text = document.node_text(docstring).strip("\"'rRuU \n").partition("\n")[0].strip()
            parts.append(f'{unit}"""{text}"""')
    fields = 0
    for child in one.body.named_children:
        text = document.node_text(child)
        if child.type in _FIELDS and "\n" not in text and fields < _MOST_FIELDS:
            parts.append(unit + text)
            fields += 1
        elif _is_constructor(text):
            parts.append(unit + _constructor(text, braces))
    return "\n".join([*parts, "}"] if braces else parts)


def _is_constructor(text: str) -> bool:
    return text.startswith(("def __init__(", "constructor("))


def _constructor(text: str, braces: bool) -> str:
    """A constructor's header and, in Python, the fields it sets."""
    if braces:
        return text.partition("{")[0].rstrip() + " { ... }"
    lines = text.split("\n")
    header = text.partition("):\n")[0] + "):" if "):\n" in text else lines[0]
    fields = [line.rstrip() for line in lines if line.strip().startswith("self.")][:_MOST_FIELDS]
    return "\n".join([header, *fields])


def _dedented(document: Document, start: int, end: int) -> str:
    line = document.line_start(start)
    lead = document.text(line, start)
    return dedent((lead if not lead.strip() else "") + document.text(start, end))
