"""Marks on the conditions of C, C++, Java and Go: each tells how it came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from algosmith.languages.nodes import in_guard, only_throws, text_of, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    import tree_sitter

_CHOICES = frozenset({"&&", "||"})
_LOOPS = ("while_statement", "do_statement", "for_statement")


@dataclass(frozen=True, slots=True)
class Conditions:
    """Where a language has its conditions."""

    ternary: str
    """The node of ``a ? b : c``."""
    block: frozenset[str]
    """The node of a function's body."""
    is_left_alone: Callable[[tree_sitter.Node], bool]
    """Whether a condition can't be marked, or tells nothing."""
    is_if: Callable[[tree_sitter.Node], bool] = lambda _: True
    gives_up: Callable[[tree_sitter.Node | None], bool] = only_throws
    """Whether code does nothing but throw."""
    begins: Callable[[tree_sitter.Node], int | None] = lambda _: None
    """Where a statement may be put that tells that an arm of a choice was come to."""


@dataclass(slots=True)
class Marker:
    """Collects what is to be written where."""

    mark: str
    """What is called with a condition's number and its value."""
    conditions: Conditions
    insertions: list[tuple[int, int, str]] = field(default_factory=list[tuple[int, int, str]])
    wanted: set[int] = field(default_factory=set[int])
    """All outcomes there are: twice the number, and one more where it came out true."""
    count: int = 0

    def look(self, body: tree_sitter.Node) -> None:
        """Marks every condition."""
        for node in walk(body):
            if node.type == "if_statement":
                if self.conditions.is_if(node):
                    self._if(node)
            elif (place := self.conditions.begins(node)) is not None:
                self.count += 1
                self.wanted.add(2 * self.count + 1)
                self.insertions.append((place, 0, f" {self.mark}({self.count}, true); "))
            elif node.type in _LOOPS:
                self._seen(_condition(node), (True,))
            elif node.type == self.conditions.ternary:
                self._seen(node.child_by_field_name("condition"))
            elif _sign(node) in _CHOICES and not in_guard(
                node, self.conditions.block, self.conditions.gives_up
            ):
                for side in (node.child_by_field_name("left"), node.child_by_field_name("right")):
                    inner = bare(side)
                    if inner is not None and _sign(inner) not in _CHOICES:
                        self._seen(side)

    def inserted(self, source: str) -> str:
        """The source with the marks written in."""
        data = source.encode("utf-8", "surrogatepass")
        for at, _, new in sorted(self.insertions, reverse=True):
            data = data[:at] + new.encode() + data[at:]
        return data.decode("utf-8", "surrogatepass")

    def _if(self, node: tree_sitter.Node) -> None:
        other = node.child_by_field_name("alternative")
        refuses = self.conditions.gives_up(node.child_by_field_name("consequence"))
        if refuses and other is None:
            return  # a guard: what it turns away gets no value in any case
        other_refuses = other is not None and self.conditions.gives_up(other)
        outcomes = (True,) if other_refuses else (True, False)
        self._seen(_condition(node), (False,) if refuses else outcomes)

    def _seen(
        self, test: tree_sitter.Node | None, outcomes: tuple[bool, ...] = (True, False)
    ) -> None:
        if test is None or self.conditions.is_left_alone(test):
            return
        self.count += 1
        self.wanted |= {2 * self.count + outcome for outcome in outcomes}
        # Of several that begin or end at one place the outer is around; it was met first.
        self.insertions.append((test.start_byte, self.count, f"{self.mark}({self.count}, "))
        self.insertions.append((test.end_byte, -self.count - 1_000_000, ")"))


def bare(node: tree_sitter.Node | None) -> tree_sitter.Node | None:
    """The expression without the brackets around it."""
    while node is not None and node.type == "parenthesized_expression" and node.named_children:
        node = node.named_children[0]
    return node


def _condition(statement: tree_sitter.Node) -> tree_sitter.Node | None:
    """What is tested; None where more than an expression stands in the brackets."""
    found = statement.child_by_field_name("condition")
    if found is None and statement.type == "for_statement":  # Go: in a clause, or alone
        inner = statement.named_children[0] if statement.named_children else None
        if inner is not None and inner.type == "for_clause":
            return inner.child_by_field_name("condition")
        if inner is not None and inner.type.endswith(("_expression", "identifier")):
            return inner
    if found is not None and found.type in ("condition_clause", "parenthesized_expression"):
        return found.named_children[0] if found.named_child_count == 1 else None
    return found


def _sign(node: tree_sitter.Node) -> str:
    operator = node.child_by_field_name("operator")
    return text_of(operator) if operator is not None and node.type == "binary_expression" else ""
