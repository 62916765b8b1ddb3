"""Asserts beside the task, outside functions: sessions like doctests, with what leads up to them.

What such an assert compares with is kept out of the candidate's cage as everywhere. Those inside
functions of the file (``main``, ``test_…``) are read by their syntax tree, see ``tests.py``.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith.verify.examples import testcases, tests
from algosmith.verify.examples.testcases import SessionBuilder, examples_of, follow, is_check
from algosmith.verify.examples.testfiles import UnfollowedTest, test_file, tests_of
from algosmith.verify.examples.tracker import Tracker, free_names
from algosmith.verify.statements import ExampleSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from algosmith.verify.examples.reading import Target
    from algosmith.verify.statements import Example

_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_IN_PROGRAM = (*_NAMED, ast.Import, ast.ImportFrom)


def read(tree: ast.Module, target: Target, place: str) -> ExampleSet:
    """Examples in the asserts of the task's own file; ``place`` is the file as people know it."""
    translated = tests.read(tree, target, place, "assert")
    statements = [*_top_level(tree.body, _started(tree))]
    own = {n for s in statements if _checks(s) for n in _lines(s)}
    of_tests = {n for test, owner in tests_of(tree) for n in _lines(owner or test)}
    inside = [e for e in translated.examples if _line(e) not in own | of_tests]
    calls = [e for e in translated.examples if _line(e) in own]
    found: list[Example] = []
    hints: list[Example] = []
    notes: list[str] = []
    for i, node in enumerate(statements):
        if _checks(node):
            try:
                one = _session(tree, statements[:i], node, target, place)
            except UnfollowedTest as error:
                notes.append(f"{place}:{node.lineno}: left out: {error}")
                continue
            found += _described(one.examples, calls)
            hints += one.hints
    tested = testcases.read(tree, target, place, own=True)
    return ExampleSet(
        (*found, *inside, *tested.examples), (*notes, *tested.notes),
        inputs=translated.inputs, hints=(*hints, *tested.hints),
    )  # fmt: skip


def _top_level(body: Sequence[ast.stmt], started: frozenset[str]) -> Iterator[ast.stmt]:
    """The statements outside functions, those of the main guard and of what it starts too."""
    for node in body:
        match node:
            case ast.If(test=test, body=inner) if "__name__" in ast.unparse(test):
                yield from _top_level(inner, started)
            case ast.FunctionDef(name=name, body=inner) if name in started:
                yield from _top_level(inner, started)
            case _:
                yield node


def _started(tree: ast.Module) -> frozenset[str]:
    """``main`` and other functions without parameters that the file calls when it is run, where
    all of their statements run, one after the other.
    """
    called = {
        part.func.id
        for node in tree.body
        if isinstance(node, ast.If | ast.Expr)
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and not part.args
    }
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and node.name in called | {"main"}
        and not (node.args.args or node.args.kwonlyargs or node.name.startswith("test"))
        and not any(isinstance(part, _LEAVES) for part in ast.walk(node))
    )


_LEAVES = (ast.Return, ast.Yield, ast.YieldFrom, ast.Global, ast.Nonlocal)


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _checks(node: ast.stmt) -> bool:
    if isinstance(node, ast.Assert):
        return True
    loop = isinstance(node, ast.For | ast.With)
    return loop and any(is_check(part) for part in ast.walk(node))


def _session(
    tree: ast.Module, before: Sequence[ast.stmt], node: ast.stmt, target: Target, place: str
) -> ExampleSet:
    leading = _leading(before, node)
    module = test_file(tree)
    module = replace(module, constants={**module.constants, **_assigned(leading)})
    builder = SessionBuilder(module, Tracker(target.names, module=target.module))
    for statement in leading:
        if isinstance(statement, ast.Assert):
            _lead(builder, statement)
            builder.tracker.names |= _receivers(statement, target.names)
        else:
            builder.add(statement)
    follow(builder, [node], 0)
    return examples_of(builder, place, target, "assert")


def _lead(builder: SessionBuilder, statement: ast.Assert) -> None:
    """An assert before the one that is looked at: what it does to values that both name counts.

    Where its wanted value can't be told apart, it is left out: the candidate must not see it.
    """
    lines, claims = len(builder.lines), len(builder.claims)
    follow(builder, [statement], 0)
    if any(only_ranks for *_, only_ranks in builder.claims[claims:]):
        del builder.lines[lines:]
    del builder.claims[claims:]


def _assigned(statements: Sequence[ast.stmt]) -> dict[str, ast.expr]:
    """What names stand for that are given a value once."""
    stores = Counter(
        part.id
        for statement in statements
        for part in ast.walk(statement)
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    )
    return {
        node.targets[0].id: node.value
        for node in statements
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and stores[node.targets[0].id] == 1
    }


def _receivers(node: ast.stmt, names: frozenset[str]) -> set[str]:
    """Names of the objects that the method is called on: what they are like afterwards is its
    doing.
    """
    return {
        part.func.value.id
        for part in ast.walk(node)
        if isinstance(part, ast.Call)
        and isinstance(part.func, ast.Attribute)
        and part.func.attr in names
        and isinstance(part.func.value, ast.Name)
    }


def _leading(before: Sequence[ast.stmt], node: ast.stmt) -> list[ast.stmt]:
    """The statements that give a check's names their values, or change these, in order."""
    defined = {s.name for s in before if isinstance(s, _NAMED)}
    needed = free_names(ast.Module([node], [])) - defined
    kept: list[ast.stmt] = []
    for statement in reversed(before):
        if isinstance(statement, _IN_PROGRAM):
            continue
        named = {part.id for part in ast.walk(statement) if isinstance(part, ast.Name)}
        if named & needed:
            needed |= free_names(ast.Module([statement], [])) - defined
            kept.append(statement)
    return kept[::-1]


def _described(examples: Sequence[Example], calls: Sequence[Example]) -> list[Example]:
    """The examples, with the plain call that each comes to, where that is sure."""
    lines = [example.source for example in examples]
    made: list[Example] = []
    for place, example in enumerate(examples):
        same = [e for e in calls if e.source == example.source]
        if len(same) != lines.count(example.source) or _has_state(example):
            made.append(example)
            continue
        one = same[lines[:place].count(example.source)]
        parts = (example.script, example.first, example.last)
        made.append(replace(one, script=parts[0], first=parts[1], last=parts[2]))
    return made


def _has_state(example: Example) -> bool:
    """Whether the call is made on an object that came from somewhere: not ``Solution().f(…)``."""
    return re.search(rf"(?<!\(\))\.{re.escape(example.name)}\(", example.call_text) is not None


def _line(example: Example) -> int:
    return int(example.source.rpartition(":")[2])
