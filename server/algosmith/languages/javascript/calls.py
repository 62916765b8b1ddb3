"""Finds calls of one function in a line of text or in a tree, with their arguments' values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from algosmith.languages.javascript import literals
from algosmith.languages.javascript.literals import NotLiteral
from algosmith.languages.nodes import text_of
from algosmith.sandbox.types import Call, Node
from algosmith.syntax.brackets import closing
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import tree_sitter

    from algosmith.languages.javascript.heads import Head

_LEAD = re.compile(
    r"(?P<log>console\s*\.\s*(?:log|info)\s*\(\s*)?(?P<await>await\s+)?"
    r"(?P<owner>(?:\(?\s*new\s+[\w$]+\s*\(\s*\)\s*\)?|[\w$]+)\s*\.\s*)?\Z"
)


@dataclass(frozen=True, slots=True)
class Target:
    """The function whose calls are looked for."""

    names: frozenset[str]
    wraps: tuple[str, ...]
    """For each parameter the class of a linked list or tree, or an empty string."""
    nodes: Mapping[str, tuple[str, ...]]
    returns: str
    """The text of the declared return type."""
    head: Head | None


@dataclass(frozen=True, slots=True)
class SpottedCall:
    """A call in a line of text."""

    name: str
    call: Call
    text: str
    end: int
    """Behind the call itself."""
    outer_end: int
    """Behind what prints it."""
    logged: bool = False
    is_plain: bool = True


def call_in(line: str, target: Target, at: int) -> SpottedCall | None:
    """The next call of the target in a line from an offset on."""
    names = "|".join(re.escape(name) for name in sorted(target.names))
    for match in re.compile(rf"(?<![\w$])(?:{names})\s*\(").finditer(line, at):
        end = closing(line, match.end() - 1, "\"'`")
        if end is None or line[end:].lstrip().startswith(("{", "=> {")):
            continue
        before = re.search(r"\bfunction\s*\*?\s*\Z", line[: match.start()])
        if before:
            continue
        lead = _LEAD.search(line, 0, match.start())
        logged = lead is not None and lead["log"] is not None
        outer = end
        if logged:
            bracket = re.match(r"\s*\)", line[end:])
            outer = end + bracket.end() if bracket else end
            logged = bracket is not None
        elif lead is not None and (lead["owner"] or "").strip().startswith("("):
            outer = end
        name = re.split(r"\s*\(", match[0])[0]
        text = line[match.start() : end]
        made = made_of(text, target)
        return SpottedCall(name, made or Call(), text, end, outer, logged, made is not None)
    return None


def made_of(text: str, target: Target) -> Call | None:
    """The call that a text is, where its arguments are literals."""
    root = parse_text(f"{text};", "javascript").root_node
    statement = root.named_children[0] if root.named_child_count == 1 else None
    if root.has_error or statement is None or statement.type != "expression_statement":
        return None
    return matched(statement.named_children[0], target, {})


def matched(node: tree_sitter.Node, target: Target, names: Mapping[str, Any]) -> Call | None:
    """The call of the target that a node is, with literal arguments; None where it is none."""
    while node.type in ("await_expression", "parenthesized_expression", "non_null_expression"):
        node = node.named_children[0]
    if node.type != "call_expression" or name_of(node) not in target.names:
        return None
    given = node.child_by_field_name("arguments")
    if given is None or given.type != "arguments":
        return None
    arguments = [child for child in given.named_children if child.type != "comment"]
    try:
        return Call(tuple(
            wrapped(literals.value_of(one, names), target.wraps[i] if i < len(target.wraps) else "")
            for i, one in enumerate(arguments)
        ))  # fmt: skip
    except NotLiteral:
        return None


def name_of(call: tree_sitter.Node) -> str:
    """The bare name of what a call calls."""
    function = call.child_by_field_name("function")
    if function is None:
        return ""
    if function.type == "member_expression":
        label = function.child_by_field_name("property")
        return text_of(label) if label is not None else ""
    return text_of(function) if function.type == "identifier" else ""


def wrapped(value: Any, kind: str) -> Any:
    """A list as the linked list or tree that the parameter's type names."""
    if not kind or not isinstance(value, list):
        return value
    return Node(kind, tuple(value)) if value else None  # pyright: ignore[reportUnknownArgumentType]  # items of a literal
