"""Languages with a seam of their own: checks by syntax tree, and the program to run.

What is true of one language only is asked of its ``languages.Running``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.model import Check
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.syntax.parse import parse
from algosmith.syntax.placeholders import is_unwritten
from algosmith.verify import returns, scan

if TYPE_CHECKING:
    import tree_sitter

    from algosmith.model import Candidate, Snapshot, Task
    from algosmith.syntax.functions import Definition
    from algosmith.verify.types import Case, Placement


def checked(
    placed: Placement, case: Case, after: Snapshot, named: frozenset[str] = frozenset()
) -> Placement:
    """The checks that a syntax tree carries, and the program; examples call ``named``."""
    language = case.snapshot.language
    checks = [*placed.checks, parses(case.snapshot, after)]
    found = None
    if checks[-1].status == "passed":
        found = _definition(case.snapshot, after, case.task, named)
        checks.append(_signature(found, case.task, placed.candidate, after.language))
        if found is not None:
            checks.append(_placeholder(found, after, case.task))
    adds = scan.added_elsewhere(case.snapshot.text, placed.after, placed.code)
    checks.append(Check("scan", "passed", f"adds: {', '.join(adds)}" if adds else "nothing new"))
    placed = replace(placed, checks=tuple(checks), adds=adds, language=language)
    running = languages.running(language)
    if found is None or placed.failed:
        return placed
    if running is None:
        return replace(placed, why_not_run=f"{language} is not run yet")
    part = running.part(
        in_sight(case, case.snapshot), in_sight(case, after), case.task, found, named
    )
    return replace(
        placed,
        text=part.text,
        entry=part.entry,
        why_not_run=part.why_not_run,
        shape=part.shape,
        size=part.size,
        parts=part.parts,
        unread=part.unread,
        returns=part.returns,
        chances=part.chances,
    )


def in_sight(case: Case, snapshot: Snapshot) -> Snapshot:
    """The file as its language may look at it: without trust in no folder.

    What stands beside it is not even read then.
    """
    return snapshot if case.trusted else replace(snapshot, uri="untitled:" + _name(snapshot))


def _name(snapshot: Snapshot) -> str:
    return snapshot.uri.rpartition("/")[2]


def parses(before: Snapshot, after: Snapshot) -> Check:
    """Whether the file has no more errors than before."""
    if _errors(parse(after).root_node) > _errors(parse(before).root_node):
        return Check("parse", "failed", "this code has a syntax error")
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


def _definition(
    before: Snapshot, after: Snapshot, task: Task, named: frozenset[str]
) -> Definition | None:
    found = [one for one in definitions(open_document(after)) if not one.is_class]
    if task.function is None or task.kind == "function":
        known = {one.name for one in definitions(open_document(before))}
        new = [one for one in found if one.name not in known and one.name in named]
        behind = (one for one in found if one.outer.end > task.target.start)
        return next(iter(new), None) or next(behind, None)
    wanted = task.function
    same = [one for one in found if one.name == wanted.name]
    return min(same, key=lambda one: abs(one.outer.start - wanted.span.start), default=None)


def _signature(found: Definition | None, task: Task, candidate: Candidate, language: str) -> Check:
    if found is None:
        wanted = "no function with a body is defined"
        if task.function is not None and task.kind != "function":
            wanted = f"{task.function.name} is not defined any more"
        return Check("signature", "failed", wanted)
    if task.function is not None and task.kind != "function":
        problem = returns.other_type(candidate.code, task.function, language)
        if problem:
            return Check("signature", "failed", problem)
    return Check("signature", "passed")


def _placeholder(found: Definition, after: Snapshot, task: Task) -> Check:
    document = open_document(after)
    if is_unwritten(document, found) and not returns.throws_on_purpose(document, found):
        return Check("placeholder", "failed", "the body does nothing")
    problem = "" if task.kind == "statements" else returns.problem_of(document, found)
    return Check("placeholder", "failed" if problem else "passed", problem)
