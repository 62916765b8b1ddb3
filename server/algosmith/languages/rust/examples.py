"""What a file says about a function: examples in comments, doc tests and tests. Nothing is run."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.languages import comments
from algosmith.languages.lines import Target
from algosmith.languages.rust.asserts import asserted
from algosmith.languages.rust.calls import TargetFunction
from algosmith.languages.rust.kinds import claimed, parameters_in, scope_of
from algosmith.languages.rust.speech import SPEECH
from algosmith.languages.rust.tree import (
    name_of,
    owners_of,
    parameters_of,
    returned_type,
    self_of,
    type_text,
)
from algosmith.languages.rust.visible import home_of
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import tree_sitter

    from algosmith.languages.types import Claim, FileFacts
    from algosmith.model import Snapshot, Task
    from algosmith.syntax.document import Document


def said(snapshot: Snapshot, task: Task, tests: Sequence[str]) -> FileFacts:
    """Everything that the file says, and the tests beside it."""
    cut = [test.partition("\n") for test in tests]
    trees = [(parse_text(text, "rust").root_node, place) for place, _, text in cut]
    document = open_document(snapshot)
    asking = _asking(document, task)

    def read(root: tree_sitter.Node, target: Target, name: str) -> Iterable[Claim]:
        own = replace(asking, target=target)
        return asserted(root, own, name) if target.names else ()

    found = comments.said(snapshot, task, asking.target, SPEECH, read, trees)
    if not asking.remembers:
        return found
    # Words do not tell which other calls the object had before.
    claims = (replace(one, sure=one.sure and one.kind == "assert") for one in found.claims)
    return replace(found, claims=tuple(claims))


def _asking(document: Document, task: Task) -> TargetFunction:
    found = [d for d in definitions(document) if not d.is_class]
    wanted = task.function
    if wanted is None or task.kind == "function":
        return TargetFunction(Target(frozenset(re.findall(r"\b([A-Za-z_]\w*)\s*\(", task.text))))
    named = [d for d in found if d.name == wanted.name]
    one = min(named, key=lambda d: abs(d.outer.start - wanted.span.start), default=None)
    if one is None:
        return TargetFunction(Target(frozenset({wanted.name})))
    text = document.data.decode("utf-8", "replace")
    scope = scope_of(document.tree.root_node).with_parameters(parameters_in(one.node, text))
    given = parameters_of(one.node)
    gives = returned_type(one.node)
    target = Target(
        frozenset({wanted.name}),
        tuple(name_of(p).lstrip("_") for p in given),
        tuple(claimed(type_text(p), scope) for p in given),
        "None" if gives == "()" else claimed(gives, scope),
    )
    owners = [o for o in owners_of(one.node) if o[:1].isupper()]
    owner = (owners or [""])[-1]
    fails = re.match(r"(?:\w+::)*Result\b", gives) is not None
    holds = bool(scope.structs.get(owner, owner != "Solution"))
    remembers = self_of(one.node) is not None and holds
    return TargetFunction(
        target, owner, fails, remembers, home_of(one.node, document.tree.root_node)
    )
