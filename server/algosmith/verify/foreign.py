"""Languages without a runner yet: parse, placeholder and return checks by syntax tree.

Everything that passes is shown as ``unchecked``. A runner for one of them would add ``text`` and
``entry`` to the Standing; nothing else knows about languages.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.model import Check
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.parse import parse
from algosmith.syntax.placeholders import is_unwritten
from algosmith.verify import scan

if TYPE_CHECKING:
    import tree_sitter

    from algosmith.model import Snapshot, Task
    from algosmith.syntax.functions import Definition
    from algosmith.verify.placing import Standing
    from algosmith.verify.types import Case

_NOTHING = re.compile(
    r":?\s*(?:asserts\b.*|void|undefined|never|null|Promise<\s*(?:void|undefined|never)\s*>)"
)
_FUNCTIONS = frozenset(
    {"arrow_function", "function_declaration", "function_expression", "method_definition",
     "function", "generator_function", "generator_function_declaration", "class_declaration",
     "class"}
)  # fmt: skip


def stand(placed: Standing, case: Case, after: Snapshot) -> Standing:
    """The checks that a syntax tree carries."""
    checks = [*placed.checks, _parse(case.snapshot, after)]
    if checks[-1].status == "passed":
        found = _definition(after, case.task)
        checks.append(_signature(found, case.task, placed.candidate.code))
        if found is not None:
            checks.append(_placeholder(found, after, case.task))
    adds = scan.added_elsewhere(case.snapshot.text, placed.after, placed.code)
    checks.append(Check("scan", "passed", f"adds: {', '.join(adds)}" if adds else "nothing new"))
    reason = f"{case.snapshot.language} is not run yet"
    return replace(placed, checks=tuple(checks), adds=adds, why_not_run=reason)


def _parse(before: Snapshot, after: Snapshot) -> Check:
    if _errors(parse(after).root_node) > _errors(parse(before).root_node):
        return Check("parse", "failed", "the file does not parse with it")
    return Check("parse", "passed")


def _errors(root: tree_sitter.Node) -> int:
    if not root.has_error:
        return 0
    waiting, count = [root], 0
    while waiting:
        node = waiting.pop()
        count += node.is_error or node.is_missing
        waiting += [child for child in node.children if child.has_error or child.is_missing]
    return count


def _definition(after: Snapshot, task: Task) -> Definition | None:
    found = [one for one in definitions(open_document(after)) if not one.is_class]
    if task.function is None or task.kind == "function":
        return next((one for one in found if one.outer.end > task.target.start), None)
    wanted = task.function
    named = [one for one in found if one.name == wanted.name]
    return min(named, key=lambda one: abs(one.outer.start - wanted.span.start), default=None)


def _signature(found: Definition | None, task: Task, code: str) -> Check:
    if found is None:
        name = task.function.name if task.function else "a function"
        return Check("signature", "failed", f"{name} is not defined any more")
    return Check("signature", "passed")


def _placeholder(found: Definition, after: Snapshot, task: Task) -> Check:
    document = open_document(after)
    if is_unwritten(document, found):
        return Check("placeholder", "failed", "the body does nothing")
    annotation = found.node.child_by_field_name("return_type")
    promised = document.node_text(annotation) if annotation else ""
    wanted = promised and task.kind != "statements" and not _NOTHING.fullmatch(promised.strip())
    if wanted and not _gives(found.body):
        detail = f"returns nothing, {promised.lstrip(': ')} is promised"
        return Check("placeholder", "failed", detail)
    return Check("placeholder", "passed")


def _gives(body: tree_sitter.Node) -> bool:
    """Whether some path returns a value, yields or throws; an arrow's expression does."""
    if body.type != "statement_block":
        return True
    waiting = list(body.named_children)
    while waiting:
        node = waiting.pop()
        if node.type == "return_statement" and node.named_child_count:
            return True
        if node.type in ("throw_statement", "yield_expression"):
            return True
        if node.type not in _FUNCTIONS:
            waiting += node.named_children
    return False
