"""TypeScript without its types, as a syntax tree gives them: positions and lines stay.

Node can do this itself from 22.6 on, but many have an older one, and it refuses enums and parameter
properties. What needs more than leaving out is turned into plain JavaScript here (enums, parameter
properties) or named as what can't be run (namespaces, decorators, JSX).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tree_sitter

_GONE = frozenset({
    "type_annotation", "type_parameters", "type_arguments", "interface_declaration",
    "type_alias_declaration", "ambient_declaration", "accessibility_modifier", "override_modifier",
    "readonly", "implements_clause", "function_signature", "abstract_method_signature",
    "method_signature", "index_signature", "asserts_annotation", "type_predicate_annotation",
    "abstract", "declare",
})  # fmt: skip
_STATEMENTS = frozenset({"interface_declaration", "type_alias_declaration", "ambient_declaration",
                         "function_signature"})  # fmt: skip
_CASTS = frozenset({"as_expression", "satisfies_expression"})
_OPTIONAL = frozenset({"optional_parameter", "public_field_definition", "method_definition"})
_UNFIT = {
    "internal_module": "a namespace", "module": "a namespace", "decorator": "a decorator",
    "jsx_element": "JSX", "jsx_self_closing_element": "JSX", "jsx_fragment": "JSX",
    "import_require_clause": "import = require", "export_assignment": "export =",
}  # fmt: skip

Change = tuple[int, int, bytes]
"""(start, end, what stands there instead)."""


class CannotErase(ValueError):
    """The code holds what is no JavaScript without a compiler; the text names it."""


def erased(data: bytes, node: tree_sitter.Node, *, tidy: bool = False) -> bytes:
    """The text of a node without types and comments. Raises CannotErase.

    ``tidy`` is for code that people read: comments stay and no blanks stand for what is gone.
    """
    changes: list[Change] = []
    waiting = [node]
    while waiting:
        one = waiting.pop()
        if one.type in _UNFIT:
            raise CannotErase(_UNFIT[one.type])
        made, inside = _changes(data, one)
        if tidy:
            made = [] if one.type == "comment" else [(a, b, t.strip(b" ;")) for a, b, t in made]
        changes += made
        waiting += inside
    return applied(data, node.start_byte, node.end_byte, changes)


def applied(data: bytes, start: int, end: int, changes: list[Change]) -> bytes:
    """The text between two offsets after changes; where several overlap the outer one counts."""
    pieces: list[bytes] = []
    at = start
    for first, last, text in sorted(changes, key=lambda change: (change[0], -change[1])):
        if first < at:
            continue
        pieces += [data[at:first], text]
        at = last
    return b"".join([*pieces, data[at:end]])


def _changes(data: bytes, node: tree_sitter.Node) -> tuple[list[Change], list[tree_sitter.Node]]:
    """What changes at a node, and the parts of it that are still to be looked at."""
    if node.type == "comment":
        return [(node.start_byte, node.end_byte, _blank(data, node))], []
    if (node.type in _GONE and node.is_named) or node.type in ("abstract", "declare"):
        blank = b";" if node.type in _STATEMENTS else _blank(data, node)
        return [(node.start_byte, node.end_byte, blank)], []
    if node.type in _CASTS:
        inner = node.children[0]
        # Without the brackets that follow, ``x as T`` before a line that begins with one would be
        # another expression.
        return [(inner.end_byte, node.end_byte, b"")], [inner]
    if node.type == "type_assertion":
        inner = node.children[-1]
        return [(node.start_byte, inner.start_byte, b"")], [inner]
    if node.type == "non_null_expression":
        inner = node.children[0]
        return [(inner.end_byte, node.end_byte, b"")], [inner]
    if node.type == "enum_declaration":
        return [(node.start_byte, node.end_byte, _enum(data, node))], []
    changes = [(c.start_byte, c.end_byte, b"") for c in node.children if _is_mark(node, c)]
    if node.type == "formal_parameters":
        changes += _without_this(node)
    if node.type == "method_definition":
        changes += _assigned(data, node)
    return changes, list(node.children)


def _is_mark(node: tree_sitter.Node, child: tree_sitter.Node) -> bool:
    """Whether a child is a ``?`` or ``!`` that only a type checker reads."""
    if child.type == "?":
        return node.type in _OPTIONAL
    return child.type == "!" and node.type in ("public_field_definition", "variable_declarator")


def _blank(data: bytes, node: tree_sitter.Node) -> bytes:
    """Spaces; a return type's lines are joined, since ``=>`` may not begin a line."""
    text = data[node.start_byte : node.end_byte]
    if node.type.endswith("_annotation") or b"\n" not in text:
        return b" "
    return b"\n" * text.count(b"\n")


def _without_this(node: tree_sitter.Node) -> list[Change]:
    first = next(iter(node.named_children), None)
    pattern = first.child_by_field_name("pattern") if first else None
    if first is None or pattern is None or pattern.type != "this":
        return []
    comma = first.next_sibling
    end = comma.end_byte if comma is not None and comma.type == "," else first.end_byte
    return [(first.start_byte, end, b"")]


def _assigned(data: bytes, node: tree_sitter.Node) -> list[Change]:
    """``constructor(private x: number) {}`` as one that assigns ``this.x``."""
    parameters, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
    if parameters is None or body is None:
        return []
    names: list[bytes] = []
    for parameter in parameters.named_children:
        pattern = parameter.child_by_field_name("pattern")
        kinds = {child.type for child in parameter.children}
        if pattern is not None and kinds & {"accessibility_modifier", "readonly"}:
            names.append(data[pattern.start_byte : pattern.end_byte])
    if not names:
        return []
    at = body.start_byte + 1
    for statement in body.named_children:
        if b"super(" in data[statement.start_byte : statement.end_byte]:
            at = statement.end_byte
            break
    return [(at, at, b"".join(b" this.%b = %b;" % (name, name) for name in names))]


def _enum(data: bytes, node: tree_sitter.Node) -> bytes:
    """An enum as the object that TypeScript makes of it."""
    name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
    if name is None or body is None:
        raise CannotErase("an enum")
    lines: list[bytes] = []
    last = b"-1"
    for member in body.named_children:
        value = member.child_by_field_name("value")
        label = member.child_by_field_name("name") if member.type == "enum_assignment" else member
        if label is None or label.type not in ("property_identifier", "string"):
            continue
        key = data[label.start_byte : label.end_byte].strip(b"'\"")
        if value is not None and value.type in ("string", "template_string"):
            text = data[value.start_byte : value.end_byte]
            lines.append(b'E["%b"] = %b;' % (key, text))
            last = b"NaN"
            continue
        given = erased(data, value) if value is not None else b"%b + 1" % last
        lines.append(b'E[E["%b"] = %b] = "%b";' % (key, given, key))
        last = b'E["%b"]' % key
    text = b" ".join(lines)
    return b"var %b = (() => { const E = {}; %b return E; })();" % (
        data[name.start_byte : name.end_byte], text)  # fmt: skip
