"""What variables around calls of a function hold, as the statements of a test are followed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from algosmith.languages.go.calls import (
    TargetFunction,
    asked_in,
    bare,
    is_fresh,
    literal,
)
from algosmith.languages.go.tree import (
    arguments_of,
    called_name,
)
from algosmith.languages.known import CallResult, ChangedArgument, Fresh, Known, LiteralValue
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.shapes import NotLiteral
from algosmith.languages.types import Claim

if TYPE_CHECKING:
    import tree_sitter


@dataclass(slots=True)
class Reading:
    """One function of a test, as it is read."""

    asking: TargetFunction
    name: str
    known: Known = field(default_factory=dict[str, Any])
    claims: list[Claim] = field(default_factory=list[Claim])
    printed: list[tuple[list[tree_sitter.Node], Known, str]] | None = None
    """What an example prints: values, what was known then, and how (``q`` quoted)."""
    own: frozenset[str] = frozenset()
    """The variables of the function that is read; the others are the package's."""
    changed: bool = False
    """A variable of the package may be another than at the start: what is claimed is not sure."""
    notes: list[str] = field(default_factory=list[str])
    """What is to be known of what was read, for people."""

    def inner(self) -> Reading:
        """The same for a block in it, whose changes to what is known end with it."""
        return replace(self, known=dict(self.known))

    def note_change(self, node: tree_sitter.Node) -> None:
        """Remembers that a statement may have changed a variable of the package."""
        if not self.asking.stateful:
            return
        for one in walk(node):
            left = one.child_by_field_name("left") if one.type == "assignment_statement" else None
            left = one if one.type in ("inc_statement", "dec_statement") else left
            named = next((n for n in walk(left) if n.type == "identifier"), None) if left else None
            if named is not None and text_of(named) not in {*self.own, "_"}:
                self.changed = True
            owner, name = called_name(one)
            known = name in self.asking.target.names or name in self.own or name in _BUILTIN
            if name and owner in ("", self.asking.package) and not known:
                self.changed = True

    def place(self, node: tree_sitter.Node) -> str:
        """Where a node stands, for people."""
        return f"{self.name} line {node.start_point[0] + 1}"


_BUILTIN = frozenset({"append", "len", "cap", "make", "new", "panic", "print", "println", "copy",
                      "min", "max", "clear", "delete", "close", "string", "int", "float64", "byte",
                      "rune", "int64", "error", "any"})  # fmt: skip


def bind_all(node: tree_sitter.Node, reading: Reading) -> None:
    """``var x = 1``, ``var (a = 1)``."""
    for spec in walk(node):
        if spec.type == "var_spec":
            names = [text_of(label) for label in spec.children_by_field_name("name")]
            made = spec.child_by_field_name("value")
            values = made.named_children if made is not None else []
            _set(names, values, reading)


def bind(node: tree_sitter.Node, reading: Reading) -> None:
    """What ``a, b := f(1)`` and assignments make known."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or (operator is not None and text_of(operator) != "="):
        _forget(node, reading.known)
        return
    if any(one.type != "identifier" for one in left.named_children):
        _forget(left, reading.known)
        return
    _set([text_of(one) for one in left.named_children], right.named_children, reading)


def _set(names: list[str], values: list[tree_sitter.Node], reading: Reading) -> None:
    known = reading.known
    if len(values) == 1 and len(names) > 1:
        asked = asked_in(values[0], reading.asking, known)
        note_call(values[0], asked, reading)
        for place, name in enumerate(names):
            known.pop(name, None)
            if asked is not None and len(names) == len(reading.asking.results):
                known[name] = replace(asked, place=place)
        return
    same = len(names) == len(values)
    made = [
        None if same and text_of(one) == name else _held(one, reading)
        for name, one in zip(names, values, strict=False)
    ]
    for name in names[len(values) :]:
        known.pop(name, None)
    texts = [text_of(one) for one in values]
    for name, held, text in zip(names, made, texts, strict=False):
        if name == text:
            continue  # `tt := tt`
        known.pop(name, None)
        if held is not None:
            known[name] = held


def _held(node: tree_sitter.Node, reading: Reading) -> CallResult | LiteralValue | Fresh | None:
    """What a variable holds that is set to an expression."""
    asked = asked_in(node, reading.asking, reading.known)
    if asked is not None:
        note_call(node, asked, reading)
        return asked
    if is_fresh(node, reading.asking):
        return Fresh()
    try:
        value = literal(node, reading.known, reading.asking.scope)
    except NotLiteral:
        forget_changed(node, reading)
        return None
    if isinstance(value, list | dict) and bare(node).type in ("identifier", "selector_expression"):
        _forget(node, reading.known)  # two names for one list: a change of it is not followed
        return None
    return LiteralValue(value)


def note_call(call: tree_sitter.Node, asked: CallResult | None, reading: Reading) -> None:
    """A list that a call was given is known as what the call left of it."""
    if asked is None:
        forget_changed(call, reading)
        return
    for position, one in enumerate(arguments_of(bare(call))):
        if one.type not in ("identifier", "selector_expression"):
            continue
        try:
            value = literal(one, reading.known, reading.asking.scope)
        except NotLiteral:
            continue
        if isinstance(value, list | dict):
            reading.known[text_of(one)] = ChangedArgument(asked.call, asked.text, position)


def _forget(node: tree_sitter.Node, known: Known) -> None:
    for one in walk(node):
        if one.type == "identifier":
            name = text_of(one)
            for held in [k for k in known if k == name or k.startswith(f"{name}.")]:
                known.pop(held)


_LOOKS = frozenset({"Print", "Println", "Printf", "Sprintf", "Sprint", "Log", "Logf", "Error",
                    "Errorf", "Fatal", "Fatalf", "len", "DeepEqual", "Equal",
                    "Helper"})  # fmt: skip
"""Functions that only look at what they are given."""


def forget_changed(node: tree_sitter.Node, reading: Reading) -> None:
    """Forgets the variables that a node sets, or gives to what may change them."""
    for one in walk(node):
        if one.type in ("assignment_statement", "short_var_declaration", "range_clause"):
            left = one.child_by_field_name("left")
            if left is not None:
                _forget(left, reading.known)
        elif one.type in ("inc_statement", "dec_statement"):
            _forget(one, reading.known)
        elif one.type == "call_expression" and called_name(one)[1] not in _LOOKS:
            for given in arguments_of(one):
                _forget(given, reading.known)
            function = one.child_by_field_name("function")
            if function is not None and function.type == "selector_expression":
                _forget(function, reading.known)  # `got.Sort()`
        elif one.type == "unary_expression" and text_of(one).startswith("&"):
            _forget(one, reading.known)
