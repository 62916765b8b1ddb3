"""Calls of a function in tests and asserts, and what variables around them are known to hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from algosmith.languages.known import CallResult, ChangedArgument, Fresh, Known, LiteralValue
from algosmith.languages.lines import call_of
from algosmith.languages.nodes import text_of
from algosmith.languages.rust import literals
from algosmith.languages.rust.speech import SPEECH
from algosmith.languages.rust.visible import Home, is_meant, leads_home
from algosmith.languages.shapes import NotLiteral
from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    import tree_sitter

    from algosmith.languages.lines import Target

_SAME = frozenset({"clone", "to_vec", "as_str", "to_string", "to_owned", "as_slice", "iter"})
_SURE = frozenset({"unwrap", "expect"})


@dataclass(frozen=True, slots=True)
class TargetFunction:
    """The function, as its asserts call it."""

    target: Target
    owner: str = ""
    """The type that it belongs to."""
    fails: bool = False
    """It gives a ``Result``."""
    remembers: bool = False
    """It is called on an object that may hold what earlier calls left."""
    home: Home = field(default_factory=Home)
    at: tree_sitter.Node | None = None
    """The block that is read."""
    bare: bool = True
    """In this block its bare name is this function, not another of the name."""

    def within(self, block: tree_sitter.Node) -> TargetFunction:
        """The same for a block."""
        bare = all(is_meant(block, name, self.home) for name in self.target.names)
        return replace(self, at=block, bare=bare)


def method_of(node: tree_sitter.Node) -> tuple[tree_sitter.Node | None, str]:
    """(what a method is called of, its name)."""
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    if function is None or function.type != "field_expression":
        return None, ""
    label = function.child_by_field_name("field")
    return function.child_by_field_name("value"), text_of(label) if label is not None else ""


def unwrapped(node: tree_sitter.Node) -> tuple[bool, tree_sitter.Node]:
    """Whether a value is taken out of an option or result, and that."""
    node = bare(node)
    owner, method = method_of(node)
    if owner is not None and method in _SURE:
        return True, bare(owner)
    if node.type == "try_expression" and node.named_children:
        return True, bare(node.named_children[0])
    return False, node


def bare(node: tree_sitter.Node) -> tree_sitter.Node:
    """A value without what only lends or copies it."""
    while True:
        owner, method = method_of(node)
        value = node.child_by_field_name("value")
        if owner is not None and method in _SAME:
            node = owner
        elif node.type == "reference_expression" and value is not None:
            node = value
        elif node.type == "parenthesized_expression" and node.named_child_count == 1:
            node = node.named_children[0]
        else:
            return node


def given_by(
    node: tree_sitter.Node, asking: TargetFunction, known: Known
) -> CallResult | ChangedArgument | None:
    """The call that a value comes of."""
    node = bare(node)
    if node.type == "identifier":
        found = known.get(text_of(node))
        return found if isinstance(found, CallResult | ChangedArgument) else None
    return asked_in(node, asking, known)


def asked_in(node: tree_sitter.Node, asking: TargetFunction, known: Known) -> CallResult | None:
    """The call of the function that a node is, with literal arguments."""
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    given = node.child_by_field_name("arguments")
    if function is None or given is None:
        return None
    if function.type == "generic_function":
        function = function.child_by_field_name("function") or function
    label = function.child_by_field_name("field") or function.child_by_field_name("name")
    name = text_of(label if label is not None else function)
    if name not in asking.target.names or not _fits(function, asking, known):
        return None
    try:
        values = [literal(c, known) for c in given.named_children if c.type not in COMMENTS]
    except NotLiteral:
        return None
    call = call_of(values, asking.target, SPEECH)
    return CallResult(call, text_of(node)) if call is not None else None


def _fits(function: tree_sitter.Node, asking: TargetFunction, known: Known) -> bool:
    """Whether it is the function that is called: of its type, on a new object."""
    if function.type == "field_expression":
        owner = function.child_by_field_name("value")
        if owner is None or not asking.owner:
            return False
        held = known.get(text_of(owner)) if owner.type == "identifier" else None
        return isinstance(held, Fresh) or is_fresh(owner, asking)
    path = function.child_by_field_name("path")
    if path is None:
        return asking.bare and not asking.owner
    last = text_of(path).rpartition("::")[2]
    if asking.owner or last[:1].isupper():
        return last in (asking.owner, "Self") and bool(asking.owner)
    return asking.at is None or leads_home(text_of(path), asking.at, asking.home)


def is_fresh(node: tree_sitter.Node, asking: TargetFunction) -> bool:
    """Whether an expression makes a new object of the function's type."""
    text = re.sub(r"\s+", "", text_of(node))
    owner = asking.owner
    return bool(owner) and text in (owner, f"{owner}::new()", f"{owner}::default()", f"{owner}{{}}")


def literal(node: tree_sitter.Node, known: Known) -> Any:
    """The value of a literal, or of a local that was set to one."""
    inner = bare(node)
    if inner.type == "identifier" and text_of(inner) in known:
        held = known[text_of(inner)]
        if isinstance(held, LiteralValue):
            return held.value
        raise NotLiteral(text_of(inner))
    return literals.value_of(node)
