"""Whose method an example calls: ``c.total() == 7`` says nothing where ``c`` had calls before.

Methods are run on a new object each time. Where objects of the class remember something, only a
call on an object made right there is an example; one without any object is a hint.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from algosmith.languages.nodes import text_of, walk

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    import tree_sitter

_MADE = re.compile(r"\(?\s*(?:new\s+)?([A-Za-z_$][\w$]*)\s*(?:\(\s*\)|\{\s*\})\s*\)?\s*\Z")
_NAMED = re.compile(r"([A-Za-z_$][\w$]*)\s*\Z")
_LINK = re.compile(r"(?:\.|->|::)\s*\Z")
_ONLY_HOLDS = ("Solution", "Main")
"""Classes that are there because a judge or the language wants one."""

Receiver = Literal["known", "none", "another"]


def receiver(before: str, keeps: str) -> Receiver:
    """What the text before a method's name calls it on; ``keeps`` as ``keeper`` gives it."""
    if not keeps:
        return "known"
    link = _LINK.search(before)
    if link is None:
        return "none"
    owner = before[: link.start()]
    made, named = _MADE.search(owner), _NAMED.search(owner)
    is_class = (made is not None and made[1] == keeps) or (named is not None and named[1] == keeps)
    return "known" if is_class else "another"


def keeper(
    method: tree_sitter.Node,
    classes: Collection[str],
    remembers: Callable[[tree_sitter.Node], bool],
) -> str:
    """The name of the class around a method whose objects remember something; empty for none."""
    node = method.parent
    while node is not None and node.type not in classes:
        node = node.parent
    if node is None or not any(map(remembers, walk(node))):
        return ""
    label = node.child_by_field_name("name")
    name = text_of(label) if label is not None else "it"
    return "" if name in _ONLY_HOLDS else name
