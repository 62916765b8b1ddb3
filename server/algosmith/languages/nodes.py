"""What every reader of a syntax tree asks, whatever its language."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import tree_sitter

_BLOCKS = frozenset({"block", "compound_statement", "statement_block", "else_clause"})


def text_of(node: tree_sitter.Node) -> str:
    """A node's text."""
    return (node.text or b"").decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Look:
    """What a function looks like."""

    shape: str
    """Equal for sources that only look different."""
    size: int
    """Nodes of the syntax tree."""
    parts: Counter[str]


def look_of(
    function: tree_sitter.Node,
    local: frozenset[str],
    names: frozenset[str],
    literals: frozenset[str],
    skipped: frozenset[str] = COMMENTS,
    spelled: Callable[[tree_sitter.Node], str] = text_of,
) -> Look:
    """The shape, size and parts of a function.

    Args:
        function: Its definition.
        local: What it declares, its own name among it: other names for these are the same shape.
        names: The types of nodes that are names.
        literals: Those of literals, which are taken as a whole.
        skipped: Those that do not count.
        spelled: What a literal or a word of the language is written as in a shape.
    """
    shorter: dict[str, str] = {}
    tokens: list[str] = []
    parts: Counter[str] = Counter()
    size = 0
    waiting = [function]
    while waiting:
        one = waiting.pop()
        if one.type in skipped:
            continue
        size += 1
        if one.type in names:
            name = text_of(one)
            tokens.append(shorter.setdefault(name, f"v{len(shorter)}") if name in local else name)
            parts[f"name {'' if name in local else name}"] += 1
        elif one.type in literals:
            tokens.append(spelled(one))
            parts[f"{one.type} {spelled(one)}"] += 1
            continue
        elif not one.child_count:
            text = spelled(one)
            tokens += [text] if text else []  # a semicolon that was left out
            parts[f"token {text}"] += 0 if text in "(){}[];," else 1
        else:
            parts[one.type] += 1
        waiting += reversed(one.children)
    return Look(" ".join(tokens), size, +parts)


def walk(node: tree_sitter.Node) -> Iterator[tree_sitter.Node]:
    """The node and all below it, in the order they stand."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.children)


def in_guard(
    node: tree_sitter.Node,
    outer: frozenset[str],
    gives_up: Callable[[tree_sitter.Node | None], bool] | None = None,
) -> bool:
    """Whether a node stands in the condition of an ``if`` that only throws, or ``gives_up``.

    ``outer`` are the kinds of nodes beyond which nothing is looked for.
    """
    parent = node.parent
    while parent is not None and parent.type not in outer:
        if parent.type == "if_statement":
            test = parent.child_by_field_name("condition")
            inside = test is not None and test.start_byte <= node.start_byte < test.end_byte
            alone = parent.child_by_field_name("alternative") is None
            refuses = (gives_up or only_throws)(parent.child_by_field_name("consequence"))
            return inside and alone and refuses
        parent = parent.parent
    return False


def only_throws(node: tree_sitter.Node | None) -> bool:
    """Whether a statement, or each of a block, throws; comments do not count."""
    if node is None:
        return False
    if node.type in _BLOCKS:
        kept = [child for child in node.named_children if child.type not in COMMENTS]
        return bool(kept) and all(map(only_throws, kept))
    return node.type == "throw_statement"
