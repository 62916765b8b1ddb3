"""A program whose conditions tell how they came out: what never ran was never checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.languages.go.building import SEEN
from algosmith.languages.go.tree import FUNCTIONS, entry_of, function_in, is_panic, statements_of
from algosmith.languages.marking import Conditions, Marker
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import MarkedProgram
from algosmith.languages.versions import head_of, with_head
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

_CASES = ("expression_case", "type_case", "default_case", "communication_case")


def gives_up(node: tree_sitter.Node | None) -> bool:
    """Whether code does nothing but panic."""
    if node is None:
        return False
    if node.type == "block":
        kept = statements_of(node)
        return bool(kept) and all(map(is_panic, kept))
    return is_panic(node)


def _begins(node: tree_sitter.Node) -> int | None:
    """Behind the colon of a case that does more than panic."""
    if node.type not in _CASES:
        return None
    body = [c for c in node.named_children if c.type == "statement_list"]
    if not body or all(map(is_panic, body[0].named_children)):
        return None
    return next((child.end_byte for child in node.children if child.type == ":"), None)


_CONDITIONS = Conditions(
    ternary="none",
    block=frozenset({"block"}),
    is_left_alone=lambda test: text_of(test) in ("true", "false"),
    gives_up=gives_up,
    begins=_begins,
)


def marker_of(mark: str) -> Marker:
    """What marks conditions under a name that no candidate can know."""
    return Marker(f"mark_{mark}", _CONDITIONS)


def marked(text: str, entry: str, code: str, mark: str) -> MarkedProgram | None:
    """The program that tells; None where there is no such function."""
    _, source = head_of(text)
    function = function_in(source, entry)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        return None
    marker = marker_of(mark)
    for one in (body, *_helpers(source, function, code)):
        marker.look(one)
    made = inserted(source, marker, f"{SEEN}{mark}")
    return MarkedProgram(with_head(made, entry=entry), f"{SEEN}{mark}", frozenset(marker.wanted))


def _helpers(source: str, function: tree_sitter.Node, code: str) -> Iterator[tree_sitter.Node]:
    """The bodies of the functions that the candidate brought along, beside the function."""
    own = {entry_of(n) for n in walk(parse_text(code, "go").root_node) if n.type in FUNCTIONS}
    for node in parse_text(source, "go").root_node.named_children:
        body = node.child_by_field_name("body") if node.type in FUNCTIONS else None
        here = node.start_byte == function.start_byte
        if body is not None and not here and entry_of(node) in own:
            yield body


def inserted(source: str, marker: Marker, seen: str) -> str:
    """The source with the marks in it, and behind it what notes and lists them."""
    size = 2 * marker.count + 2
    mark = marker.mark
    behind = (
        f"var all_{mark} [{size}]bool\n"
        f"func {mark}[T ~bool](number int, value T) T {{\n"
        f"\tif value {{\n\t\tall_{mark}[2*number+1] = true\n\t}} else {{\n"
        f"\t\tall_{mark}[2*number] = true\n\t}}\n\treturn value\n}}\n"
        f'func {seen}() string {{\n\ttext := ""\n\tfor number, came := range all_{mark} {{\n'
        f'\t\tif came {{\n\t\t\ttext += number_{mark}(number) + " "\n\t\t}}\n\t}}\n'
        f"\treturn text\n}}\n"
        f"func number_{mark}(number int) string {{\n\tif number < 10 {{\n"
        f"\t\treturn string(rune('0' + number))\n\t}}\n"
        f"\treturn number_{mark}(number/10) + string(rune('0'+number%10))\n}}\n"
    )
    return f"{marker.inserted(source)}\n{behind}"
