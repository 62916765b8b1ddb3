"""A program whose conditions tell how they came out: what never ran was never checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages.java.tree import function_in
from algosmith.languages.marking import Conditions, Marker
from algosmith.languages.nodes import text_of, walk
from algosmith.languages.types import MarkedProgram
from algosmith.languages.versions import head_of, with_head

if TYPE_CHECKING:
    import tree_sitter

_CONSTANT = re.compile(r"[\s()]*(?:true|false)[\s()]*\Z")

SEEN = "all_"
"""An entry that begins so takes many calls at once and lists the outcomes that were seen."""


def marked(text: str, entry: str, code: str, mark: str) -> MarkedProgram | None:
    """The program that tells; None where there is no such method."""
    head, source = head_of(text)
    function = function_in(source, entry)
    body = function.child_by_field_name("body") if function is not None else None
    if body is None:
        return None
    name = f"Seen_{mark}"
    marker = marker_of(f"{name}.at")
    marker.look(body)
    teller = (
        f"\nclass {name} {{ public static final java.util.TreeSet<Integer> all = "
        f"new java.util.TreeSet<>(); static boolean at(int number, boolean came) {{ "
        f"all.add(2 * number + (came ? 1 : 0)); return came; }} }}\n"
    )
    made = marker.inserted(source) + teller
    kept = head | {"entry": entry, "marks": name, "fresh": False}
    return MarkedProgram(with_head(made, **kept), f"{SEEN}{mark}", frozenset(marker.wanted))


def marker_of(mark: str) -> Marker:
    """What marks conditions by calls of ``mark``."""
    return Marker(mark, _CONDITIONS)


def _binds(test: tree_sitter.Node) -> bool:
    """Whether a condition makes names known or sets them: those would be lost inside a call."""
    return any(one.type in ("instanceof_expression", "assignment_expression") for one in walk(test))


def _is_left_alone(test: tree_sitter.Node) -> bool:
    return bool(_CONSTANT.match(text_of(test))) or _binds(test)


_CONDITIONS = Conditions("ternary_expression", frozenset({"block"}), _is_left_alone)
