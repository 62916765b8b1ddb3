"""Asserts of a file or a test, JUnit's among them: a call on one side, a literal on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from algosmith.languages.java import literals
from algosmith.languages.java.speech import SPEECH
from algosmith.languages.java.tree import name_of
from algosmith.languages.lines import Target, call_of
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.shapes import NotLiteral, shaped
from algosmith.languages.types import Claim
from algosmith.syntax.parse import COMMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.sandbox.types import Call

_EQUAL = frozenset({"assertEquals", "assertArrayEquals", "assertIterableEquals", "assertSame",
                    "assertListEquals"})  # fmt: skip
_TRUTHS = {"assertTrue": True, "assertFalse": False, "assertNull": None}
_LEFT_OUT = frozenset({"Disabled", "Ignore"})
_EQUALS = frozenset({"equals", "Objects.equals", "Arrays.equals", "Arrays.deepEquals"})

Known = dict[str, "tree_sitter.Node"]
"""Local names with what they were set to, once."""


def asserted(root: tree_sitter.Node, target: Target, name: str) -> Iterator[Claim]:
    """What asserts of a tree say."""
    for node in walk(root):
        place = f"{name} line {node.start_point[0] + 1}"
        if node.type == "assert_statement" and node.named_children:
            yield from _truth(node.named_children[0], target, place, _known(node), wanted=True)
        elif node.type == "method_invocation" and not _is_left_out(node):
            yield from _called(node, target, place)


def _called(node: tree_sitter.Node, target: Target, place: str) -> Iterator[Claim]:
    """One call of JUnit or AssertJ."""
    label, given = name_of(node), node.child_by_field_name("arguments")
    sides = [c for c in given.named_children if c.type not in COMMENTS] if given else []
    known = _known(node)
    if label in _EQUAL and len(sides) >= 2:
        # JUnit 4 has its message in front, JUnit 5 behind; a tolerance stands behind.
        if len(sides) > 2 and sides[0].type == "string_literal" and _is_call(sides[2], target):
            sides = sides[1:]
        yield from _pair(sides[0], sides[1], target, place, known)
    elif label in _TRUTHS and sides:
        one = sides[-1] if sides[0].type == "string_literal" else sides[0]
        if label == "assertNull":
            yield from _value(one, None, "null", target, place, known)
        else:
            yield from _truth(one, target, place, known, wanted=bool(_TRUTHS[label]))
    elif label == "assertThrows" and len(sides) >= 2:
        yield from _thrown(sides, target, place, known)
    elif label in ("isEqualTo", "containsExactly", "isTrue", "isFalse", "isNull"):
        yield from _fluent(node, label, sides, target, place)


def _fluent(
    node: tree_sitter.Node, label: str, sides: list[tree_sitter.Node], target: Target, place: str
) -> Iterator[Claim]:
    """``assertThat(f(2)).isEqualTo(4)``."""
    owner = node.child_by_field_name("object")
    given = owner.child_by_field_name("arguments") if owner is not None else None
    if owner is None or name_of(owner) != "assertThat" or given is None:
        return
    inner = [c for c in given.named_children if c.type not in COMMENTS]
    if len(inner) != 1:
        return
    known = _known(node)
    if label == "isEqualTo" and len(sides) == 1:
        yield from _pair(sides[0], inner[0], target, place, known)
    elif label in ("isTrue", "isFalse"):
        yield from _truth(inner[0], target, place, known, wanted=label == "isTrue")
    elif label == "isNull":
        yield from _value(inner[0], None, "null", target, place, known)
    elif label == "containsExactly":
        try:
            values = [_literal(side, known) for side in sides]
        except NotLiteral:
            return
        text = ", ".join(map(text_of, sides))
        yield from _value(inner[0], values, f"[{text}]", target, place, known)


def _thrown(
    sides: list[tree_sitter.Node], target: Target, place: str, known: Known
) -> Iterator[Claim]:
    """``assertThrows(IllegalArgumentException.class, () -> f(-1))``."""
    body = sides[1].child_by_field_name("body") if sides[1].type == "lambda_expression" else None
    calls = [n for n in walk(body) if _is_call(n, target)] if body is not None else []
    call = _call(calls[0], target, known) if len(calls) == 1 else None
    if call is not None:
        error = text_of(sides[0]).removesuffix(".class").rpartition(".")[2]
        yield Claim(min(target.names), call, text_of(calls[0]), place, raises=True, error=error,
                    kind="assert")  # fmt: skip


def _truth(
    node: tree_sitter.Node, target: Target, place: str, known: Known, *, wanted: bool
) -> Iterator[Claim]:
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    operator = node.child_by_field_name("operator")
    sign = text_of(operator) if operator is not None else ""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type == "binary_expression" and left is not None and right is not None:
        if sign == "&&" and wanted:
            yield from _truth(left, target, place, known, wanted=True)
            yield from _truth(right, target, place, known, wanted=True)
        elif sign == "==" and wanted:
            yield from _pair(left, right, target, place, known)
        return
    operand = node.child_by_field_name("operand")
    if node.type == "unary_expression" and sign == "!" and operand is not None:
        yield from _truth(operand, target, place, known, wanted=not wanted)
        return
    if node.type == "method_invocation" and wanted and not _is_call(node, target):
        yield from _equals(node, target, place, known)
        return
    if target.returns in ("bool", ""):
        yield from _value(node, wanted, str(wanted).lower(), target, place, known)


def _equals(node: tree_sitter.Node, target: Target, place: str, known: Known) -> Iterator[Claim]:
    """``f(2).equals("a")``, ``Arrays.equals(f(2), new int[]{1})``."""
    owner, given = node.child_by_field_name("object"), node.child_by_field_name("arguments")
    sides = [c for c in given.named_children if c.type not in COMMENTS] if given else []
    label = name_of(node)
    if owner is not None and f"{text_of(owner)}.{label}" in _EQUALS and len(sides) == 2:
        yield from _pair(sides[0], sides[1], target, place, known)
    elif owner is not None and label == "equals" and len(sides) == 1:
        yield from _pair(owner, sides[0], target, place, known)


def _pair(
    left: tree_sitter.Node, right: tree_sitter.Node, target: Target, place: str, known: Known
) -> Iterator[Claim]:
    for one, other in ((left, right), (right, left)):
        if _is_call(_bare(one, known, target), target):
            try:
                value = _literal(other, known)
            except NotLiteral:
                return
            yield from _value(one, value, text_of(other), target, place, known)
            return


def _value(
    node: tree_sitter.Node, value: Any, text: str, target: Target, place: str, known: Known
) -> Iterator[Claim]:
    """That a call gives a value."""
    node = _bare(node, known, target)
    call = _call(node, target, known)
    if call is None or target.returns == "None":
        return
    try:
        expected = shaped(value, target.returns)
    except (NotLiteral, TypeError):
        return
    yield Claim(min(target.names), call, text_of(node), place, expected=expected,
                expected_text=text, kind="assert")  # fmt: skip


def _bare(node: tree_sitter.Node, known: Known, target: Target) -> tree_sitter.Node:
    """The call that a node is, or that a local was set to."""
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    if node.type == "identifier" and text_of(node) in known:
        other = known[text_of(node)]
        return other if _is_call(other, target) else node
    return node


def _is_call(node: tree_sitter.Node, target: Target) -> bool:
    return node.type == "method_invocation" and name_of(node) in target.names


def _call(node: tree_sitter.Node, target: Target, known: Known) -> Call | None:
    """The call that a node is, with literal arguments."""
    given = node.child_by_field_name("arguments")
    if not _is_call(node, target) or given is None:
        return None
    try:
        values = [_literal(c, known) for c in given.named_children if c.type not in COMMENTS]
    except NotLiteral:
        return None
    return call_of(values, target, SPEECH)


def _literal(node: tree_sitter.Node, known: Known) -> Any:
    """The value of a literal, or of a local that was set to one."""
    if node.type == "identifier" and text_of(node) in known:
        node = known[text_of(node)]
    return literals.value_of(node)


def _known(node: tree_sitter.Node) -> Known:
    """The locals of the method around that are set where they are declared and never again."""
    body = node.parent
    while body is not None and body.type != "method_declaration":
        body = body.parent
    found: Known = {}
    twice: set[str] = set()
    for one in walk(body) if body is not None else ():
        if one.type == "variable_declarator" and name_of(one):
            value = one.child_by_field_name("value")
            if name_of(one) in found or value is None:
                twice.add(name_of(one))
            else:
                found[name_of(one)] = value
        elif one.type == "assignment_expression":
            left = one.child_by_field_name("left")
            twice |= {text_of(n) for n in walk(left) if n.type == "identifier"} if left else set()
        elif one.type in ("update_expression", "method_invocation"):
            owner = one.child_by_field_name("object") or (
                one if one.type == "update_expression" else None
            )
            twice |= {text_of(n) for n in walk(owner) if n.type == "identifier"} if owner else set()
    return {name: value for name, value in found.items() if name not in twice}


def _is_left_out(node: tree_sitter.Node) -> bool:
    """Whether the test around is switched off."""
    parent = node.parent
    while parent is not None:
        if parent.type in ("method_declaration", "class_declaration"):
            for child in parent.children:
                if child.type == "modifiers":
                    marks = {name_of(m) for m in child.children if "annotation" in m.type}
                    if marks & _LEFT_OUT:
                        return True
        parent = parent.parent
    return False
