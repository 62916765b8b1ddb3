"""Puts candidates in their places and makes the checks that need no run."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.errors import EditError
from algosmith.model import Check
from algosmith.verify import examples, foreign, modules, program, scan, shapes, source, static
from algosmith.verify.types import Placement

if TYPE_CHECKING:
    from algosmith.model import Candidate, Edit, Task
    from algosmith.verify.types import Case


def place(
    case: Case,
    index: int,
    candidate: Candidate,
    edit: Edit | EditError | None,
    named: frozenset[str],
    used: frozenset[str] = frozenset(),
) -> Placement:
    """One candidate in its place.

    ``named`` are the functions that the user's examples call, ``used`` all names in them.
    """
    if edit is None or isinstance(edit, EditError):
        problem = str(edit) if edit else "it can't be placed in the file without harming it"
        return Placement(index, candidate, (Check("placed", "failed", problem),))
    after = replace(case.snapshot, data=edit.apply(case.snapshot.data), version=None)
    placed = Placement(
        index,
        candidate,
        (Check("placed", "passed"),),
        after=after.text,
        code=edit.new_text,
        size=len(edit.new_text),
        shape=" ".join(candidate.code.split()),
    )
    if case.snapshot.language != "python":
        return foreign.checked(placed, case, after, named)
    whole = edit.apply(case.whole.data).decode("utf-8", "replace") if case.whole else ""
    return _python(placed, case, named, used, whole)


def _python(
    placed: Placement, case: Case, named: frozenset[str], used: frozenset[str], whole: str
) -> Placement:
    before = source.module_of(case.snapshot, case.task)
    broken = source.tree_of(case.snapshot.text.replace(_open_text(case), "pass")) is None
    tree = source.tree_of(placed.after) or (source.salvaged(placed.after) if broken else None)
    why = source.too_much(placed.after) if tree is None else ""
    if why:
        skipped = Check("parse", "skipped", why)
        return replace(placed, checks=(*placed.checks, skipped), why_not_run=why)
    parse = static.parses(tree)
    checks = (*placed.checks, parse)
    if tree is None:
        return replace(placed, checks=checks)
    entry = entry_of(tree, before, case.task, named)
    signature = _signature(tree, case, placed, entry, named)
    checks = (*checks, signature)
    if broken:
        placed = replace(placed, after=ast.unparse(tree))
        tree = source.tree_of(placed.after) or tree
    if signature.status == "failed":
        return replace(placed, checks=checks)
    placeholder = static.placeholder(tree, case.task, entry)
    adds = scan.added(before, tree, placed.code)
    seen = Check("scan", "passed", f"adds: {', '.join(adds)}" if adds else "nothing new")
    node = source.definition(tree, entry)
    compared = node if node and not case.brief else None  # a check has one candidate only
    shape, size = shapes.shape_of(compared) if compared else ("", 0)
    parts = shapes.parts_of(compared) if compared else Counter[str]()
    package = modules.package_of(examples.path_of(case.snapshot))
    text, part = program.texts_for(tree, whole, entry, used, package)
    placed = replace(placed, shape=shape, parts=parts, size=size)
    return replace(
        placed,
        checks=(*checks, placeholder, seen),
        adds=adds,
        unread=static.unread(node) if node else (),
        returns=static.promised(node) if node else "",
        chances=static.chances(tree, placed.candidate.code),
        text=text,
        part=part,
        entry=entry,
        why_not_run=_why_not(entry, tree),
    )


def _signature(
    tree: ast.Module, case: Case, placed: Placement, entry: str, named: frozenset[str]
) -> Check:
    if case.task.kind == "function" and named and entry.rsplit(".", 1)[-1] not in named:
        wanted = " or ".join(sorted(named))
        return Check("signature", "failed", f"defines {entry or 'nothing'}, not {wanted}")
    return static.signature(tree, case.task, placed.candidate.code, entry)


def alone(one: Placement) -> Placement:
    """The candidate as a program of the parts that its function needs."""
    return replace(one, text=one.part or one.text, part="")


def _open_text(case: Case) -> str:
    """What the edit replaces: a body that is only a comment does not parse as it stands."""
    return case.snapshot.slice(case.task.target)


def _why_not(entry: str, tree: ast.Module) -> str:
    *outer, _ = entry.split(".")
    if len(outer) > 1:
        return "the function is nested too deep to be called alone"
    if outer and not any(
        isinstance(n, ast.ClassDef) and n.name == outer[0] for n in ast.walk(tree)
    ):
        return "the function is inside another function"
    return ""


def entry_of(tree: ast.Module, before: ast.Module | None, task: Task, named: frozenset[str]) -> str:
    """The callable that the task is about; empty where none can be told."""
    if task.function is not None and task.kind != "function":
        return task.function.qualified_name
    known = _defined(before) if before else frozenset[str]()
    new = [n for n in _definitions(tree.body, "") if n not in known]
    for name in new:
        if name.rsplit(".", 1)[-1] in named:
            return name
    public = [n for n in new if not n.rsplit(".", 1)[-1].startswith("_")]
    called = {
        n.func.id
        for d in ast.walk(tree)
        if isinstance(d, ast.FunctionDef)
        for n in ast.walk(d)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id != d.name
    }
    top = [n for n in public if n not in called]
    return (top or public or new or [""])[-1]


def _defined(tree: ast.Module) -> frozenset[str]:
    return frozenset(_definitions(tree.body, ""))


def _definitions(body: list[ast.stmt], prefix: str) -> list[str]:
    found: list[str] = []
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.append(f"{prefix}{node.name}")
        elif isinstance(node, ast.ClassDef) and not prefix:
            found += _definitions(node.body, f"{node.name}.")
    return found
