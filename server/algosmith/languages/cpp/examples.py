"""What a file's text says about a function: examples in comments and asserts. Nothing is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from algosmith.languages import comments
from algosmith.languages.cpp import literals
from algosmith.languages.cpp.asserts import asserted
from algosmith.languages.cpp.heads import aliases_in, python_of
from algosmith.languages.cpp.speech import SPEECH
from algosmith.languages.cpp.tree import (
    declared_name,
    function_declarator,
    parameters_of,
    type_text,
)
from algosmith.languages.lines import Target
from algosmith.languages.nodes import text_of
from algosmith.languages.shapes import NotLiteral
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions

if TYPE_CHECKING:
    from collections.abc import Sequence

    import tree_sitter

    from algosmith.languages.types import FileFacts
    from algosmith.model import Snapshot, Task
    from algosmith.syntax.document import Document


def said(snapshot: Snapshot, task: Task, tests: Sequence[str]) -> FileFacts:
    """Everything that the file says."""
    del tests  # read statically only where they stand in the file
    target = _target(open_document(snapshot), task)
    return comments.said(snapshot, task, target, SPEECH, asserted)


def _target(document: Document, task: Task) -> Target:
    found = [d for d in definitions(document) if not d.is_class]
    wanted = task.function
    if wanted is None or task.kind == "function":
        names = re.findall(r"\b([A-Za-z_]\w*)\s*\(", task.text)
        return Target(frozenset(names))
    named = [d for d in found if d.name == wanted.name]
    one = min(named, key=lambda d: abs(d.outer.start - wanted.span.start), default=None)
    bare = wanted.name.rpartition("::")[2]
    if one is None:
        return Target(frozenset({bare}))
    aliases = aliases_in(document.data.decode("utf-8", "replace"))
    given = parameters_of(one.node)
    labels = [declared_name(p.child_by_field_name("declarator")) for p in given]
    kinds = tuple(python_of(type_text(p), aliases) for p in given)
    names = tuple(text_of(n) if n is not None else "" for n in labels)
    returns = _returned(one.node, aliases)
    return Target(frozenset({bare}), names, kinds, returns, defaults=_defaults(given))


def _defaults(parameters: Sequence[tree_sitter.Node]) -> tuple[Any, ...]:
    """The values of the last parameters that have one."""
    found: list[Any] = []
    for one in reversed(parameters):
        value = one.child_by_field_name("default_value")
        try:
            found.insert(0, literals.parse(text_of(value) if value is not None else ""))
        except NotLiteral:
            break
    return tuple(found)


def _returned(function: tree_sitter.Node, aliases: dict[str, str]) -> str:
    kind = function.child_by_field_name("type")
    declarator = function_declarator(function)
    if kind is None or declarator is None:
        return ""
    text = (function.text or b"")[: declarator.start_byte - function.start_byte].decode(
        "utf-8", "replace"
    )
    text = text[kind.start_byte - function.start_byte :] if text.isascii() else text_of(kind)
    return "None" if text.strip() == "void" else python_of(text, aliases)
