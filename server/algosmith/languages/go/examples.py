"""What a file says about a function: examples in comments, tests and examples. Nothing is run."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.languages import comments
from algosmith.languages.go.asserts import asserted
from algosmith.languages.go.building import makers_of
from algosmith.languages.go.calls import TargetFunction
from algosmith.languages.go.claims import checked
from algosmith.languages.go.kinds import (
    parameters_in,
    python_of,
    results_as,
    scope_of,
    taken_by,
)
from algosmith.languages.go.literals import AnyError
from algosmith.languages.go.packages import package_of
from algosmith.languages.go.tree import (
    FUNCTIONS,
    is_variadic,
    name_of,
    parameters_of,
    results_of,
)
from algosmith.languages.lines import Target
from algosmith.languages.nodes import text_of, walk
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.goimports import bound_in, receiver_of
from algosmith.syntax.parse import parse_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import tree_sitter

    from algosmith.languages.go.kinds import Scope
    from algosmith.languages.types import Claim, FileFacts
    from algosmith.model import Snapshot, Task
    from algosmith.syntax.document import Document


def said(snapshot: Snapshot, task: Task, tests: Sequence[str]) -> FileFacts:
    """Everything that the file says, and the tests beside it."""
    cut = [test.partition("\n") for test in tests]
    trees = [(parse_text(text, "go").root_node, place) for place, _, text in cut]
    document = open_document(snapshot)
    asking = _asking(document, task)

    unread: list[str] = []

    def read(root: tree_sitter.Node, target: Target, name: str) -> Iterable[Claim]:
        own = replace(asking, target=target)
        return asserted(root, own, name, unread) if target.names else ()

    def aside(node: tree_sitter.Node) -> bool:
        return bool(asking.target.names & _bound_around(node)) and not asking.owner

    own = asking.target
    if not asking.owner:
        own = replace(own, owners=frozenset({asking.package} - {""}))
    found = comments.said(snapshot, task, own, asking.speech, read, trees, aside)
    claims = map(_plainly, found.claims)
    if asking.owner:
        # Words do not tell which other calls the object had before.
        claims = (replace(one, sure=one.sure and one.kind == "assert") for one in claims)
    notes = dict.fromkeys((*found.notes, *unread))
    return replace(found, claims=tuple(claims), notes=tuple(notes))


def _bound_around(node: tree_sitter.Node) -> set[str]:
    """The names that the function around a node gives a meaning of its own."""
    around: tree_sitter.Node | None = node
    while around is not None and around.type not in FUNCTIONS:
        around = around.parent
    return bound_in(around) - {name_of(around)} if around is not None else set()


def _plainly(claim: Claim) -> Claim:
    """Of an error only whether there is one: its words are the answer's own."""
    if claim.check or claim.raises:
        return claim
    check = checked(claim.expected, "_")
    names_error = isinstance(claim.expected, AnyError) or "is not None" in check
    return replace(claim, check=check, expected=None) if names_error else claim


def _shows_itself(kinds: list[tree_sitter.Node], root: tree_sitter.Node, scope: Scope) -> bool:
    """Whether a type among these, or in them, has a method that ``fmt`` asks how it is printed."""
    telling = {
        receiver_of(node)[1]
        for node in root.named_children
        if node.type == "method_declaration"
        and name_of(node) in ("String", "Error", "Format", "GoString")
    }
    waiting, seen = [*kinds], set[str]()
    while waiting:
        new = {text_of(n) for n in walk(waiting.pop()) if n.type == "type_identifier"} - seen
        seen |= new
        waiting += [scope.types[name] for name in new if name in scope.types]
    return bool(telling & seen)


def _asking(document: Document, task: Task) -> TargetFunction:
    found = [d for d in definitions(document) if not d.is_class]
    wanted = task.function
    root = document.tree.root_node
    package = package_of(root)
    if wanted is None or task.kind == "function":
        names = re.findall(r"\b([A-Za-z_]\w*)\s*\(", task.text)
        return TargetFunction(Target(frozenset(names)), package=package, scope=scope_of(root))
    named = [d for d in found if d.name == wanted.name]
    one = min(named, key=lambda d: abs(d.outer.start - wanted.span.start), default=None)
    if one is None:
        return TargetFunction(Target(frozenset({wanted.name})), package=package)
    text = document.data.decode("utf-8", "replace")
    scope = scope_of(root).with_parameters(parameters_in(one.node, text))
    results = results_of(one.node)
    target = Target(
        frozenset({wanted.name}),
        tuple(name for name, _ in parameters_of(one.node)),
        tuple(taken_by(one.node, scope, told=True)),
        results_as(results, scope, told=True),
        many=is_variadic(one.node),
    )
    owner = receiver_of(one.node)[1]
    makers = {name_of(one) for one in makers_of(root, owner)}
    return TargetFunction(
        target,
        owner,
        tuple(python_of(kind, scope, told=True) for kind in results),
        package,
        frozenset(makers),
        scope,
        any(node.type == "var_declaration" for node in root.named_children),
        _shows_itself([*results, *(kind for _, kind in parameters_of(one.node))], root, scope),
    )
