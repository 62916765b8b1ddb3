"""A program whose conditions tell how they came out: what never ran was never checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from algosmith.languages.cpp.building import head_of, with_head
from algosmith.languages.cpp.tree import function_in, is_macro
from algosmith.languages.nodes import in_guard, only_throws, text_of, walk
from algosmith.syntax.cnames import declared_name
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

_COMPARED = frozenset({"<", "<=", ">", ">=", "==", "!="})
_CHOICES = frozenset({"&&", "||"})
_FUNCTION = "function_definition"
_OUTER = frozenset({"compound_statement"})


@dataclass(frozen=True, slots=True)
class Marked:
    """See ``languages.types.Marked``."""

    text: str
    entry: str
    wanted: frozenset[int]


def marked(text: str, entry: str, code: str, mark: str) -> Marked | None:
    """The program that tells; None where there is no such function."""
    _, source = head_of(text)
    function = function_in(source, entry)
    body = function.child_by_field_name("body") if function is not None else None
    if body is None:
        return None
    marker = _Marker(mark)
    for one in (body, *_helpers(source, function, code)):
        marker.look(one)
    made = inserted(source, marker)
    kept = {k: v for k, v in head_of(text)[0].items() if k in ("namespace", "c", "types")}
    return Marked(with_head(made, **kept, entry=entry), f"all_{mark}", frozenset(marker.wanted))


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


def marker_of(mark: str) -> _Marker:
    """What marks conditions under a name that no candidate can know."""
    return _Marker(mark)


def inserted(source: str, marker: _Marker, more: str = "") -> str:
    """The source with the marks in it, and what notes them above it."""
    mark = marker.mark
    data = source.encode("utf-8", "surrogatepass")
    for at, _, new in sorted(marker.insertions, reverse=True):
        data = data[:at] + new.encode() + data[at:]
    header = (
        f"static std::set<int> {mark}_all;\n"
        f"template <class T> inline bool {mark}(int number, T&& value) {{\n"
        f"  bool came = static_cast<bool>(value);\n"
        f"  {mark}_all.insert(2 * number + came);\n  return came; }}\n"
        f"static std::string all_{mark}() {{ std::string out;\n"
        f"  for (int n : {mark}_all) out += std::to_string(n) + ' '; return out; }}\n"
    )
    return header + more + data.decode("utf-8", "surrogatepass")


@dataclass(slots=True)
class _Marker:
    """Collects what is to be written where."""

    mark: str
    insertions: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])
    wanted: set[int] = field(default_factory=set[int])
    count: int = 0

    def look(self, body: tree_sitter.Node) -> None:
        """Marks every condition."""
        for node in walk(body):
            match node.type:
                case "if_statement" if not is_macro(node):
                    self._if(node)
                case "while_statement" | "do_statement" | "for_statement":
                    self._seen(_inside(node.child_by_field_name("condition")), (True,))
                case "conditional_expression":
                    self._seen(node.child_by_field_name("condition"))
                case "binary_expression":
                    self._binary(node)
                case _:
                    pass

    def _if(self, node: tree_sitter.Node) -> None:
        then, other = (
            node.child_by_field_name("consequence"),
            node.child_by_field_name("alternative"),
        )
        refuses = only_throws(then)
        if refuses and other is None:
            return  # a guard: what it turns away gets no value in any case
        outcomes = (True,) if other is not None and only_throws(other) else (True, False)
        self._seen(
            _inside(node.child_by_field_name("condition")), (False,) if refuses else outcomes
        )

    def _binary(self, node: tree_sitter.Node) -> None:
        operator = node.child_by_field_name("operator")
        sign = text_of(operator) if operator is not None else ""
        if sign in _CHOICES:
            left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
            for side in (left, right):
                inner = _bare(side)
                if (
                    inner is not None
                    and _sign(inner) not in _CHOICES
                    and not in_guard(node, _OUTER)
                ):
                    self._seen(side)

    def _seen(
        self, test: tree_sitter.Node | None, outcomes: tuple[bool, ...] = (True, False)
    ) -> None:
        if test is None or test.type in ("true", "false", "number_literal", "declaration"):
            return
        self.count += 1
        self.wanted |= {2 * self.count + outcome for outcome in outcomes}
        # Of several that begin at one place the outer comes first; it was met first.
        self.insertions.append((test.start_byte, -self.count, f"{self.mark}({self.count}, "))
        self.insertions.append((test.end_byte, self.count - 1_000_000, ")"))


def _bare(node: tree_sitter.Node | None) -> tree_sitter.Node | None:
    while node is not None and node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    return node


def _sign(node: tree_sitter.Node) -> str:
    operator = node.child_by_field_name("operator")
    return text_of(operator) if operator is not None else ""


def _inside(condition: tree_sitter.Node | None) -> tree_sitter.Node | None:
    """The expression of ``(…)``; None where a variable is declared in it."""
    if condition is None or condition.type not in ("condition_clause", "parenthesized_expression"):
        return condition
    return condition.named_children[0] if condition.named_child_count == 1 else None
