"""Functions and classes of a snapshot, comments that only indentation assigns to them included."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import dedent

import tree_sitter

from algosmith.model import Function, Snapshot, Span
from algosmith.syntax.docstrings import docstring_of
from algosmith.syntax.document import MOST_COMMENT_LINES, Document, column, open_document
from algosmith.syntax.parse import COMMENTS

ANONYMOUS = "<anonymous>"
LEADING = {"function_signature", "method_signature", "decorator", "attribute_item"}
"""Siblings right before a definition that are part of it: overloads and decorators."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A function or class as the tree has it; what ``Function`` is made from."""

    name: str
    outer: Span
    """Decorators, ``export``, overloads and, by indentation, trailing comments included."""
    node: tree_sitter.Node
    parameters: tree_sitter.Node | None
    """None for a class."""
    body: tree_sitter.Node
    header_end: int
    """Behind the colon or opening brace; before the expression of an arrow function."""
    body_end: int
    """Behind the last statement or comment; before the closing brace."""

    @property
    def is_class(self) -> bool:
        """Whether this is a class (or a namespace)."""
        return self.parameters is None

    def holds(self, offset: int) -> bool:
        """Whether the offset is in the body's region."""
        return self.header_end <= offset <= self.body_end


def functions(snapshot: Snapshot) -> tuple[Function, ...]:
    """All functions, in the order they stand."""
    document = open_document(snapshot)
    found = definitions(document)
    return tuple(
        function_of(document, one, around)
        for one, around in with_enclosing(found)
        if not one.is_class
    )


def function_at(snapshot: Snapshot, offset: int) -> Function | None:
    """The innermost function whose definition holds the offset."""
    document = open_document(snapshot)
    found = definitions_near(document, offset)
    around = [one for one in found if one.outer.start <= offset <= one.outer.end]
    inner = next((one for one in reversed(around) if not one.is_class), None)
    return None if inner is None else function_of(document, inner, enclosing(found, inner))


def definitions_near(document: Document, offset: int) -> list[Definition]:
    """The definitions around an offset, and those that end right before it."""
    marker = document.language.line_comment.encode()
    before = document.code_before(offset)
    for _ in range(MOST_COMMENT_LINES):
        start = document.line_start(before)
        if not document.data[start:before].lstrip().startswith(marker):
            break
        before = document.code_before(start)
    end = offset + 1
    for node in document.path(offset):
        if node.type in LEADING or node.type in document.language.wrappers:
            end = max(end, definition_start(document, node) + 1)
    return definitions(document, Span(max(0, before - 1), end))


def definition_start(document: Document, node: tree_sitter.Node) -> int:
    """Where the function begins that a node wraps or stands right before as a decorator."""
    following: tree_sitter.Node | None = node
    while following is not None:
        node = following
        if node.type in LEADING:
            following = node.next_named_sibling
        elif node.type in document.language.wrappers and node.named_child_count:
            inner = node.named_children[-1]
            leads = node.type == "export_statement" and inner.type in LEADING
            following = node.next_named_sibling if leads else inner
        else:
            break
    return node.start_byte


def definitions(document: Document, span: Span | None = None) -> list[Definition]:
    """Functions and classes that touch the span, outer before inner."""
    found: list[Definition] = []
    for match in document.matches("functions", span):
        kind = "function" if "function.around" in match else "class"
        node, body = match[f"{kind}.around"], match[f"{kind}.body"]
        name, outer = _name_and_outer(document, node, match.get(f"{kind}.name"))
        header_end, body_end, end = _region(document, node, body)
        if document.language.blocks == "indent":
            outer = Span(outer.start, max(outer.end, end))
        elif outer.end == node.end_byte:
            outer = Span(outer.start, end)
        found.append(
            Definition(
                name,
                outer,
                node,
                match.get("function.parameters"),
                body,
                header_end,
                body_end,
            )
        )
    return sorted(found, key=lambda one: (one.header_end, -one.body_end))


def with_enclosing(found: list[Definition]) -> Iterator[tuple[Definition, list[Definition]]]:
    """Each of all a file's definitions with those around it, in one pass over the file."""
    still_open: list[Definition] = []
    for one in found:
        still_open = [other for other in still_open if other.body_end > one.node.start_byte]
        yield one, enclosing(still_open, one)
        still_open.append(one)


def enclosing(found: Iterable[Definition], inner: Definition) -> list[Definition]:
    """The definitions around one, outermost first."""
    start = inner.node.start_byte
    return [
        one
        for one in found
        if one is not inner
        and one.header_end <= start < one.body_end
        and one.node.end_byte >= inner.node.end_byte
    ]


def function_of(document: Document, one: Definition, around: list[Definition]) -> Function:
    """The plain-data form of a function definition."""
    body = _body_span(document, one)
    start = document.line_start(one.outer.start)
    indent = document.data[start : one.outer.start]
    lead = indent.decode("ascii") if not indent.strip() else ""
    end = one.header_end if document.language.blocks == "indent" else one.body.start_byte
    return Function(
        name=one.name,
        qualified_name=".".join([*(other.name for other in around), one.name]),
        signature=dedent(lead + document.text(one.outer.start, end)).strip(),
        span=one.outer,
        body=body,
        docstring=docstring_of(document, one.body, one.outer.start),
        is_async=any(child.type == "async" for child in one.node.children[:4]),
        is_method=bool(around) and around[-1].is_class,
    )


def _body_span(document: Document, one: Definition) -> Span:
    start = min(document.code_after(one.header_end), one.body_end)
    end = max(start, len(document.data[: one.body_end].rstrip()))
    return Span(start, end) if start < end else Span(one.header_end, one.header_end)


def _name_and_outer(
    document: Document, node: tree_sitter.Node, name: tree_sitter.Node | None
) -> tuple[str, Span]:
    found = document.node_text(name) if name else ""
    outer = node
    while (parent := outer.parent) is not None and parent.type in document.language.wrappers:
        label = parent.child_by_field_name(document.language.wrappers[parent.type] or "-")
        if label is not None and label.start_byte == outer.start_byte:
            break
        if _is_one_of_several(parent):
            break
        if label is not None and not found:
            found = document.node_text(label).rpartition(".")[2].strip("'\"")
        outer = parent
    start = outer.start_byte
    before = outer.prev_named_sibling
    while before is not None and _belongs(document, before, found):
        start = before.start_byte
        before = before.prev_named_sibling
    if not found and outer.type == "export_statement":
        found = "default"
    return found or ANONYMOUS, Span(start, outer.end_byte)


def _is_one_of_several(declaration: tree_sitter.Node) -> bool:
    """Whether ``const a = …, b = …`` declares more than the function."""
    if not declaration.type.endswith("_declaration"):
        return False
    return sum(child.type not in COMMENTS for child in declaration.named_children) > 1


def _belongs(document: Document, before: tree_sitter.Node, name: str) -> bool:
    """Whether a node right before a definition is its decorator or its overload."""
    inner = before
    if before.type == "export_statement":
        inner = before.child_by_field_name("declaration") or before
    if inner.type in ("decorator", "attribute_item"):
        return True
    label = inner.child_by_field_name("name")
    return inner.type in LEADING and label is not None and document.node_text(label) == name


def _closing_brace(body: tree_sitter.Node) -> int | None:
    for index in range(body.child_count - 1, max(-1, body.child_count - 50), -1):
        child = body.child(index)
        if child.type == "}" and not child.is_missing:
            return child.start_byte
    return None


def _region(
    document: Document, node: tree_sitter.Node, body: tree_sitter.Node
) -> tuple[int, int, int]:
    """(end of the header, end of the body's inside, end of the definition)."""
    if document.language.blocks == "braces":
        if document.data[body.start_byte : body.start_byte + 1] != b"{":
            return body.start_byte, body.end_byte, node.end_byte
        closing = _closing_brace(body)
        if closing is None:
            return body.start_byte + 1, max(body.start_byte + 1, body.end_byte), node.end_byte
        # Comments behind the brace count as part of the block where a semicolon is left out.
        return body.start_byte + 1, closing, closing + 1
    colons = [child for child in node.children if child.type == ":"]
    header_end = colons[-1].end_byte if colons else body.start_byte
    inside = column(document.indent(node.start_byte))
    end = max(header_end, node.end_byte)
    if document.data[end : document.line_end(end)].lstrip().startswith(b"#"):
        end = document.line_end(end)
    line = document.next_line(end)
    while line < len(document.data):
        text = document.data[line : document.line_end(line)].strip()
        if text and (not text.startswith(b"#") or column(document.indent(line)) <= inside):
            break
        if text:
            end = document.line_end(line)
            end -= len(document.data[line:end]) - len(document.data[line:end].rstrip())
        line = document.next_line(line)
    return header_end, max(end, header_end), max(end, node.end_byte)
