"""A program whose conditions tell how they came out: what never ran was never checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.languages.cpp.tree import function_in, is_macro
from algosmith.languages.marking import Conditions, Marker
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import MarkedProgram
from algosmith.languages.versions import head_of, with_head
from algosmith.syntax.cnames import declared_name
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

_FUNCTION = "function_definition"
_CONDITIONS = Conditions(
    ternary="conditional_expression",
    block=frozenset({"compound_statement"}),
    is_left_alone=lambda test: test.type in ("true", "false", "number_literal", "declaration"),
    is_if=lambda node: not is_macro(node),
)


def marked(text: str, entry: str, code: str, mark: str) -> MarkedProgram | None:
    """The program that tells; None where there is no such function."""
    _, source = head_of(text)
    function = function_in(source, entry)
    body = function.child_by_field_name("body") if function is not None else None
    if body is None:
        return None
    marker = marker_of(mark)
    for one in (body, *_helpers(source, function, code)):
        marker.look(one)
    made = inserted(source, marker)
    kept = {k: v for k, v in head_of(text)[0].items() if k in ("namespace", "c", "types")}
    return MarkedProgram(
        with_head(made, **kept, entry=entry), f"all_{mark}", frozenset(marker.wanted)
    )


def _helpers(
    source: str, function: tree_sitter.Node | None, code: str
) -> Iterator[tree_sitter.Node]:
    """The bodies of the functions that the candidate brought along."""
    own = {_name_of(n) for n in walk(parse_text(code, "cpp").root_node) if n.type == _FUNCTION}
    for node in walk(parse_text(source, "cpp").root_node):
        body = node.child_by_field_name("body") if node.type == _FUNCTION else None
        here = function is not None and node.start_byte == function.start_byte
        if body is not None and not here and _name_of(node) in own:
            yield body


def _name_of(function: tree_sitter.Node) -> str:
    name = declared_name(function.child_by_field_name("declarator"))
    return text_of(name).rpartition("::")[2] if name is not None else ""


def marker_of(mark: str) -> Marker:
    """What marks conditions under a name that no candidate can know."""
    return Marker(mark, _CONDITIONS)


def inserted(source: str, marker: Marker, more: str = "") -> str:
    """The source with the marks in it, and what notes them above it."""
    mark = marker.mark
    header = (
        f"static std::set<int> {mark}_all;\n"
        f"template <class T> inline bool {mark}(int number, T&& value) {{\n"
        f"  bool came = static_cast<bool>(value);\n"
        f"  {mark}_all.insert(2 * number + came);\n  return came; }}\n"
        f"static std::string all_{mark}() {{ std::string out;\n"
        f"  for (int n : {mark}_all) out += std::to_string(n) + ' '; return out; }}\n"
    )
    return header + more + marker.inserted(source)
