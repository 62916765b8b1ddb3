"""Calls of a function in tests and examples, and what variables around them are known to hold."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from algosmith.languages.go import literals
from algosmith.languages.go.kinds import Scope, fields_of
from algosmith.languages.go.literals import NamedFields, Unknown
from algosmith.languages.go.shown import Printed
from algosmith.languages.go.speech import SPEECH, SPELLING
from algosmith.languages.go.tree import arguments_of, called_name
from algosmith.languages.known import CallResult, ChangedArgument, Fresh, Known, LiteralValue
from algosmith.languages.lines import Speech, Target, call_of
from algosmith.languages.nodes import text_of
from algosmith.languages.shapes import NotLiteral, OwnObject
from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    import tree_sitter


_PRINTED = re.compile(
    r"(?:\[[^,\"'`]*\]|map\[[^,\"'`]*\]|(?:[-+]?[\d.]+(?:e[-+]\d+)?|true|false|<nil>)"
    r"(?: +(?:[-+]?[\d.]+(?:e[-+]\d+)?|true|false|<nil>))+)\Z"
)
"""What `fmt` prints: ``[1 2]``, ``map[1:2]``, ``3 true``."""


@dataclass(frozen=True, slots=True)
class TargetFunction:
    """The function, as tests and examples call it."""

    target: Target
    owner: str = ""
    """The type whose method it is."""
    results: tuple[str, ...] = ()
    """What each of its results is, as examples tell it."""
    package: str = ""
    """What tests of another package write before its name."""
    makers: frozenset[str] = frozenset()
    """Functions that make an object of its type out of nothing."""
    scope: Scope = field(default_factory=Scope)
    stateful: bool = False
    """Its package has variables, which calls may hang on."""
    shows_itself: bool = False
    """What it gives is or holds a type with a method that says how it is printed."""

    @property
    def speech(self) -> Speech:
        """How values are written in this file, the fields of its structs known."""

        def parse(text: str) -> Any:
            try:
                return resolved(literals.parse(text), self.scope)
            except NotLiteral:
                if _PRINTED.match(text.strip()):
                    return Printed(text.strip())
                raise

        return replace(SPEECH, parse=parse)


def resolved(value: Any, scope: Scope, depth: int = 0) -> Any:
    """The value with structs that name their fields as those that list all of them."""
    if depth > 30:
        raise NotLiteral("nested too deeply")
    if isinstance(value, NamedFields):
        kind = scope.types.get(value.name)
        if kind is None or kind.type != "struct_type":
            return value
        fields = fields_of(kind)
        if value.keys() - {name for name, _ in fields}:
            raise NotLiteral(f"another {value.name}")
        made = [value[name] if name in value else literals.zero(one) for name, one in fields]
        return OwnObject.of(value.name, [resolved(one, scope, depth + 1) for one in made])
    if isinstance(value, OwnObject):
        return OwnObject.of(value.name, [resolved(one, scope, depth + 1) for one in value])
    if isinstance(value, list):
        return [resolved(one, scope, depth + 1) for one in value]  # pyright: ignore[reportUnknownVariableType]
    if type(value) is dict:
        return {k: resolved(v, scope, depth + 1) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value


def bare(node: tree_sitter.Node) -> tree_sitter.Node:
    """A value without brackets around it."""
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    return node


def literal(node: tree_sitter.Node, known: Known, scope: Scope) -> Any:
    """The value of a literal, of a local that was set to one, or of a field of such a one."""
    node = bare(node)
    if node.type == "identifier" and text_of(node) in known:
        held = known[text_of(node)]
        if isinstance(held, LiteralValue) and not isinstance(held.value, Unknown):
            return held.value
        raise NotLiteral(text_of(node))
    if node.type == "selector_expression":
        operand, label = (node.child_by_field_name(name) for name in ("operand", "field"))
        if text_of(node) in known:
            raise NotLiteral(text_of(node))  # a call was given it, and may have changed it
        if operand is not None and label is not None and _is_held(operand, known):
            return _field(literal(operand, known, scope), text_of(label), scope)
    if node.type == "unary_expression" and text_of(node).startswith(("-", "!")):
        inner = node.child_by_field_name("operand")
        value: Any = literal(inner, known, scope) if inner is not None else None
        if text_of(node)[0] == "-" and type(value) in (int, float):
            return -value
        if text_of(node)[0] == "!" and isinstance(value, bool):
            return not value
    return resolved(literals.value_of(node), scope)


def _is_held(node: tree_sitter.Node, known: Known) -> bool:
    while node.type == "selector_expression":
        inner = node.child_by_field_name("operand")
        if inner is None:
            return False
        node = inner
    return node.type == "identifier" and text_of(node) in known


def _field(value: Any, name: str, scope: Scope) -> Any:
    """A field of a row, or of a struct in it."""
    if isinstance(value, OwnObject):
        kind = scope.types.get(value.name)
        names = [one for one, _ in fields_of(kind)] if kind is not None else []
        if name in names and len(names) == len(value):
            return _sure(value[names.index(name)], name)
    elif isinstance(value, dict) and name in value:
        return _sure(value[name], name)
    raise NotLiteral(name)


def _sure(value: Any, name: str) -> Any:
    if isinstance(value, Unknown):
        raise NotLiteral(name)
    return value


def given_by(
    node: tree_sitter.Node, asking: TargetFunction, known: Known
) -> CallResult | ChangedArgument | None:
    """The call that a value comes of."""
    node = bare(node)
    if node.type in ("identifier", "selector_expression"):
        found = known.get(text_of(node))
        return found if isinstance(found, CallResult | ChangedArgument) else None
    return asked_in(node, asking, known)


def asked_in(node: tree_sitter.Node, asking: TargetFunction, known: Known) -> CallResult | None:
    """The call of the function that a node is, with literal arguments."""
    node = bare(node)
    function = node.child_by_field_name("function") if node.type == "call_expression" else None
    if function is None:
        return None
    owner, name = called_name(node)
    if not name:  # `f[int](1)`
        name = re.sub(r"\[.*", "", text_of(function), flags=re.DOTALL)
        owner, _, name = name.rpartition(".")
    if name not in asking.target.names or not _fits(owner, function, asking, known):
        return None
    given = node.child_by_field_name("arguments")
    try:
        values = [
            literal(_spread(one), known, asking.scope)
            for one in (given.named_children if given is not None else ())
            if one.type not in COMMENTS
        ]
    except NotLiteral:
        return None
    call = call_of(values, asking.target, asking.speech)
    if call is None:
        return None
    text = text_of(node)
    if any(one.type in ("identifier", "selector_expression") for one in arguments_of(node)):
        text = f"{name}({', '.join(map(SPELLING.spelled, call.args))})"  # what `tt.in` is
    return CallResult(call, text)


def _spread(node: tree_sitter.Node) -> tree_sitter.Node:
    """``list`` of ``list...``."""
    is_spread = node.type == "variadic_argument" and node.named_children
    return node.named_children[0] if is_spread else node


def _fits(owner: str, function: tree_sitter.Node, asking: TargetFunction, known: Known) -> bool:
    """Whether it is the function that is called: of its package, or on a new object of its type."""
    if not asking.owner:
        return not owner or (owner == asking.package and owner not in known)
    operand = function.child_by_field_name("operand")
    if operand is None:
        return False
    held = known.get(text_of(operand)) if operand.type == "identifier" else None
    return isinstance(held, Fresh) or is_fresh(operand, asking)


def is_fresh(node: tree_sitter.Node, asking: TargetFunction) -> bool:
    """Whether an expression makes a new object of the function's type, as it is run with here."""
    text = re.sub(r"\s|\[[^\]]*\]", "", text_of(bare(node)))
    owner = asking.owner
    if not owner:
        return False
    text = text.removeprefix(f"{asking.package}.") if asking.package else text
    if asking.makers:
        return text.removesuffix("()") in asking.makers and text.endswith("()")
    return text in (f"{owner}{{}}", f"&{owner}{{}}", f"new({owner})")
