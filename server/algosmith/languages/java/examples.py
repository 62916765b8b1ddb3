"""What a file says about a method: examples in comments, asserts and tests. Nothing is run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.languages import comments
from algosmith.languages.java.asserts import asserted
from algosmith.languages.java.beside import used_beside
from algosmith.languages.java.heads import python_of
from algosmith.languages.java.objects import owned
from algosmith.languages.java.speech import SPEECH
from algosmith.languages.java.tree import bounds_of, parameter_name, parameters_of, type_text
from algosmith.languages.lines import Target
from algosmith.languages.nodes import text_of
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import tree_sitter

    from algosmith.languages.java.objects import Own
    from algosmith.languages.types import FileFacts
    from algosmith.model import Snapshot, Task
    from algosmith.syntax.document import Document


def said(snapshot: Snapshot, task: Task, tests: Sequence[str]) -> FileFacts:
    """Everything that the file says, and the tests beside it."""
    cut = [test.partition("\n") for test in tests]
    trees = [(parse_text(text, "java").root_node, place) for place, _, text in cut]
    document = open_document(snapshot)
    own = owned(document.tree.root_node, *used_beside(snapshot).roots)
    target = _target(document, task, own)
    return comments.said(snapshot, task, target, SPEECH, asserted, trees)


def _target(document: Document, task: Task, own: Mapping[str, Own]) -> Target:
    found = [d for d in definitions(document) if not d.is_class]
    wanted = task.function
    if wanted is None or task.kind == "function":
        return Target(frozenset(re.findall(r"\b([A-Za-z_]\w*)\s*\(", task.text)))
    named = [d for d in found if d.name == wanted.name]
    one = min(named, key=lambda d: abs(d.outer.start - wanted.span.start), default=None)
    if one is None:
        return Target(frozenset({wanted.name}))
    bounds = bounds_of(one.node)
    given = parameters_of(one.node)
    return Target(
        frozenset({wanted.name}), tuple(map(parameter_name, given)),
        tuple(python_of(type_text(p), bounds, own) for p in given),
        _returned(one.node, bounds, own),
        many=bool(given) and given[-1].type == "spread_parameter",
    )  # fmt: skip


def _returned(function: tree_sitter.Node, bounds: dict[str, str], own: Mapping[str, Own]) -> str:
    kind = function.child_by_field_name("type")
    if kind is None:
        return ""
    return "None" if kind.type == "void_type" else python_of(text_of(kind), bounds, own)
