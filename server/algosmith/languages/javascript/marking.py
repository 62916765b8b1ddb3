"""A program whose conditions tell how they came out: which of its parts the inputs tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.languages.javascript.spots import function_in, name_of
from algosmith.languages.javascript.tree import FUNCTIONS
from algosmith.languages.nodes import in_guard, only_throws, text_of, walk
from algosmith.languages.types import MarkedProgram
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    import tree_sitter

_COMPARED = frozenset({"<", "<=", ">", ">=", "==", "===", "!=", "!==", "in", "instanceof"})
_CHOICES = frozenset({"&&", "||"})
_REPORT = """
var SEEN_{mark} = new Set();
function {mark}(number, value) {{ SEEN_{mark}.add(2 * number + (value ? 1 : 0)); return value; }}
async function all_{mark}(calls) {{
  for (let i = 0; i < calls.length; i++) {{
    try {{
      const result = await {call}(...calls[i]);
      if (result && typeof result.next === "function")
        for (let n = 0; n < 10000 && !result.next().done; n++);
    }} catch {{}}
  }}
  return Array.from(SEEN_{mark});
}}
"""


def marked(text: str, entry: str, code: str, mark: str) -> MarkedProgram | None:
    """The program with each condition of the entry, and of what it alone uses, telling."""
    function = function_in(text, entry)
    if function is None:
        return None
    marker = _Marker(mark)
    own = {
        name_of(n) for n in walk(parse_text(code, "javascript").root_node) if n.type in FUNCTIONS
    }
    for one in (function, *(function_in(text, name) for name in sorted(own - {""}))):
        if one is not None:
            marker.look(one)
    whole = inserted(text, marker)
    *owner, last = entry.split(".")
    call = last if not owner else bound(owner[0], last)
    return MarkedProgram(f"{whole}{_REPORT.format(mark=mark, call=call)}", f"all_{mark}",
                frozenset(marker.wanted))  # fmt: skip


def marker_of(mark: str) -> _Marker:
    """What marks conditions under a name that no candidate can know."""
    return _Marker(mark)


def inserted(text: str, marker: _Marker) -> str:
    """The text with the marks in it."""
    data = text.encode("utf-8", "surrogatepass")
    pieces: list[bytes] = []
    at = 0
    for place, _, insertion in sorted(marker.insertions):
        pieces += [data[at:place], insertion.encode()]
        at = place
    return b"".join([*pieces, data[at:]]).decode("utf-8", "surrogatepass")


def bound(owner: str, name: str) -> str:
    """A method on a new object, or on the class or object itself where it is found there."""
    return (
        f"((...args) => {{ const o = typeof {owner} === 'function' && typeof {owner}.{name} !== "
        f"'function' ? new {owner}() : {owner}; return o.{name}(...args); }})"
    )


class _Marker:
    """Collects what is to be put in: (where, order there, text)."""

    def __init__(self, mark: str) -> None:
        self._mark = mark
        self._count = 0
        self._done: set[int] = set()
        self.insertions: list[tuple[int, int, str]] = []
        self.wanted: set[int] = set()

    def look(self, function: tree_sitter.Node) -> None:
        """Marks every condition in a function, once."""
        for node in walk(function):
            if node.id in self._done:
                continue
            self._done.add(node.id)
            match node.type:
                case "if_statement":
                    self._if(node)
                case "while_statement" | "do_statement" | "for_statement":
                    self._seen(_inside(node.child_by_field_name("condition")), (True,))
                case "ternary_expression":
                    self._seen(node.child_by_field_name("condition"))
                case "binary_expression":
                    self._binary(node)
                case "catch_clause" | "switch_case" | "switch_default":
                    self._reached(node)
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
        last = other is not None and only_throws(other)
        outcomes = (True,) if last else (False,) if refuses else (True, False)
        self._seen(_inside(node.child_by_field_name("condition")), outcomes)

    def _binary(self, node: tree_sitter.Node) -> None:
        operator = node.child_by_field_name("operator")
        sign = text_of(operator) if operator is not None else ""
        if sign in _COMPARED and not _is_test(node) and not in_guard(node, FUNCTIONS):
            self._seen(node)
        elif sign in _CHOICES and not in_guard(node, FUNCTIONS):
            left = node.child_by_field_name("left")
            if left is not None and left.type != "binary_expression":
                self._seen(left)

    def _seen(
        self, test: tree_sitter.Node | None, outcomes: tuple[bool, ...] = (True, False)
    ) -> None:
        if test is None or test.type in ("true", "false", "number", "empty_statement"):
            return
        self._count += 1
        self.wanted |= {2 * self._count + outcome for outcome in outcomes}
        # Of several that begin at one place the outer comes first; it was met first.
        self.insertions.append((test.start_byte, self._count, f"{self._mark}({self._count}, "))
        self.insertions.append((test.end_byte, -1_000_000 - self._count, ")"))

    def _reached(self, node: tree_sitter.Node) -> None:
        body = node.child_by_field_name("body")
        at = body.start_byte + 1 if node.type == "catch_clause" and body is not None else None
        statements = body.named_children if at and body is not None else []
        if node.type != "catch_clause":
            colon = next((child for child in node.children if child.type == ":"), None)
            at = colon.end_byte if colon is not None else None
            statements = node.children_by_field_name("body")
        if at is None or (statements and all(map(only_throws, statements))):
            return
        self._count += 1
        self.wanted.add(2 * self._count + 1)
        self.insertions.append((at, self._count, f" {self._mark}({self._count}, true);"))


def _inside(condition: tree_sitter.Node | None) -> tree_sitter.Node | None:
    """The expression of ``(…)``, of a ``for``'s ``…;``."""
    while condition is not None and condition.type in (
        "parenthesized_expression", "expression_statement"
    ):  # fmt: skip
        condition = condition.named_children[0] if condition.named_children else None
    return condition


def _is_test(node: tree_sitter.Node) -> bool:
    """Whether it is the whole condition of a statement, which is marked as such."""
    parent = node.parent
    while parent is not None and parent.type in (
        "parenthesized_expression",
        "expression_statement",
    ):
        node, parent = parent, parent.parent
    if parent is None:
        return False
    condition = parent.child_by_field_name("condition")
    if condition is not None and condition == node:
        return True
    left = parent.child_by_field_name("left")
    operator = parent.child_by_field_name("operator")
    sign = text_of(operator) if operator is not None else ""
    return sign in _CHOICES and left is not None and left == node
