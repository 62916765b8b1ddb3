"""A program whose conditions tell how they came out: what never ran was never checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from algosmith.languages.java.building import SEEN, head_of, with_head
from algosmith.languages.java.tree import function_in
from algosmith.languages.nodes import in_guard, only_throws, text_of, walk

if TYPE_CHECKING:
    import tree_sitter

_CHOICES = frozenset({"&&", "||"})
_OUTER = frozenset({"block"})
_CONSTANT = re.compile(r"[\s()]*(?:true|false)[\s()]*\Z")


@dataclass(frozen=True, slots=True)
class Marked:
    """See ``languages.types.Marked``."""

    text: str
    entry: str
    wanted: frozenset[int]


def marked(text: str, entry: str, code: str, mark: str) -> Marked | None:
    """The program that tells; None where there is no such method."""
    head, source = head_of(text)
    function = function_in(source, entry)
    body = function.child_by_field_name("body") if function is not None else None
    if body is None:
        return None
    name = f"Seen_{mark}"
    marker = Marker(f"{name}.at")
    marker.look(body)
    teller = (
        f"\nclass {name} {{ public static final java.util.TreeSet<Integer> all = "
        f"new java.util.TreeSet<>(); static boolean at(int number, boolean came) {{ "
        f"all.add(2 * number + (came ? 1 : 0)); return came; }} }}\n"
    )
    made = marker.inserted(source) + teller
    kept = head | {"entry": entry, "marks": name, "fresh": False}
    return Marked(with_head(made, **kept), f"{SEEN}{mark}", frozenset(marker.wanted))


@dataclass(slots=True)
class Marker:
    """Collects what is to be written where."""

    mark: str
    insertions: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])
    wanted: set[int] = field(default_factory=set[int])
    count: int = 0

    def look(self, body: tree_sitter.Node) -> None:
        """Marks every condition."""
        for node in walk(body):
            match node.type:
                case "if_statement":
                    self._if(node)
                case "while_statement" | "do_statement" | "for_statement":
                    self._seen(_inside(node.child_by_field_name("condition")), (True,))
                case "ternary_expression":
                    self._seen(node.child_by_field_name("condition"))
                case "binary_expression":
                    self._binary(node)
                case _:
                    pass

    def inserted(self, source: str) -> str:
        """The source with the marks written in."""
        data = source.encode("utf-8", "surrogatepass")
        for at, _, new in sorted(self.insertions, reverse=True):
            data = data[:at] + new.encode() + data[at:]
        return data.decode("utf-8", "surrogatepass")

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
        if _sign(node) not in _CHOICES:
            return
        for side in (node.child_by_field_name("left"), node.child_by_field_name("right")):
            inner = _inside(side)
            if inner is not None and _sign(inner) not in _CHOICES and not in_guard(node, _OUTER):
                self._seen(side)

    def _seen(
        self, test: tree_sitter.Node | None, outcomes: tuple[bool, ...] = (True, False)
    ) -> None:
        if test is None or _CONSTANT.match(text_of(test)) or _binds(test):
            return
        self.count += 1
        self.wanted |= {2 * self.count + outcome for outcome in outcomes}
        # Of several that begin at one place the outer comes first; it was met first.
        self.insertions.append((test.start_byte, -self.count, f"{self.mark}({self.count}, "))
        self.insertions.append((test.end_byte, self.count - 1_000_000, ")"))


def _binds(test: tree_sitter.Node) -> bool:
    """Whether a condition makes names known or sets them: those would be lost inside a call."""
    return any(one.type in ("instanceof_expression", "assignment_expression") for one in walk(test))


def _sign(node: tree_sitter.Node) -> str:
    operator = node.child_by_field_name("operator")
    return text_of(operator) if operator is not None and node.type == "binary_expression" else ""


def _inside(node: tree_sitter.Node | None) -> tree_sitter.Node | None:
    while node is not None and node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    return node
