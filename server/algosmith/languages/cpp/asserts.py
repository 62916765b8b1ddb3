"""Asserts of a file: one side calls the function, the other one is a literal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages.cpp import literals
from algosmith.languages.cpp.shaping import shaped
from algosmith.languages.cpp.speech import SPEECH
from algosmith.languages.lines import Target, call_of
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.shapes import NotLiteral
from algosmith.languages.types import Claim

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tree_sitter

    from algosmith.sandbox.types import Call

_ASSERTS = {"assert": 1, "REQUIRE": 1, "CHECK": 1, "EXPECT_TRUE": 1, "ASSERT_TRUE": 1,
            "EXPECT_EQ": 2,
            "ASSERT_EQ": 2, "EXPECT_FALSE": 1, "ASSERT_FALSE": 1, "EXPECT_STREQ": 2,
            "EXPECT_DOUBLE_EQ": 2, "EXPECT_FLOAT_EQ": 2}  # fmt: skip


def asserted(root: tree_sitter.Node, target: Target, name: str) -> Iterator[Claim]:
    """Asserts of the file: one side calls the function, the other one is a literal."""
    for node in walk(root):
        if node.type != "call_expression":
            continue
        function, given = (
            node.child_by_field_name("function"),
            node.child_by_field_name("arguments"),
        )
        label = text_of(function) if function is not None else ""
        if label not in _ASSERTS or given is None:
            continue
        place = f"{name} line {node.start_point[0] + 1}"
        sides = [c for c in given.named_children if c.type != "comment"][: _ASSERTS[label]]
        if len(sides) == 1:
            yield from _truth(sides[0], target, place, wanted="FALSE" not in label)
        elif len(sides) == 2:
            yield from _pair(sides[0], sides[1], target, place)


def _truth(node: tree_sitter.Node, target: Target, place: str, *, wanted: bool) -> Iterator[Claim]:
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    operator = node.child_by_field_name("operator")
    sign = text_of(operator) if operator is not None else ""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type == "binary_expression" and left is not None and right is not None:
        if sign == "&&" and wanted:
            yield from _truth(left, target, place, wanted=True)
            yield from _truth(right, target, place, wanted=True)
        elif sign == "==" and wanted:
            yield from _pair(left, right, target, place)
        return
    argument = node.child_by_field_name("argument")
    if node.type == "unary_expression" and sign == "!" and argument is not None:
        yield from _truth(argument, target, place, wanted=not wanted)
        return
    call = _called(node, target)
    if call is not None and target.returns == "bool":
        yield Claim(min(target.names), call, text_of(node), place, expected=wanted,
                    expected_text=str(wanted).lower(), kind="assert")  # fmt: skip


def _pair(
    left: tree_sitter.Node, right: tree_sitter.Node, target: Target, place: str
) -> Iterator[Claim]:
    for one, other in ((left, right), (right, left)):
        call = _called(one, target)
        if call is None:
            continue
        try:
            value = shaped(literals.value_of(other), target.returns)
        except (NotLiteral, TypeError):
            return
        yield Claim(min(target.names), call, text_of(one), place, expected=value,
                    expected_text=text_of(other), kind="assert")  # fmt: skip
        return


def _called(node: tree_sitter.Node, target: Target) -> Call | None:
    """The call that a node is, with literal arguments."""
    if node.type != "call_expression":
        return None
    function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    label = text_of(function) if function is not None else ""
    if re.split(r"\.|->|::", label)[-1] not in target.names or given is None:
        return None
    try:
        values = [literals.value_of(c) for c in given.named_children if c.type != "comment"]
    except NotLiteral:
        return None
    return call_of(values, target, SPEECH)
