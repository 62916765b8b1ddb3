"""What the user has said about a function: examples, each with the place it came from."""

from __future__ import annotations

import ast
import builtins
import itertools
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from algosmith.sandbox.types import Call
from algosmith.syntax import pythontree
from algosmith.verify import equality, modules, option_flags, source, values
from algosmith.verify.constructors import CONSTRUCTORS, MADE
from algosmith.verify.examples import (
    around,
    asserts,
    doctests,
    foreign,
    prose,
    spelling,
    tables,
    workspace,
)
from algosmith.verify.examples.reading import Target
from algosmith.verify.examples.shared import left_behind
from algosmith.verify.statements import Example, ExampleSet
from algosmith.verify.values import NotPlain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from algosmith.model import Function, Snapshot, Task
    from algosmith.verify.statements import Line

_MOST = 64
_MOST_DRAWN = 24
_NAMED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_LINKED = re.compile(r"\b(ListNode|TreeNode)\b")


def find(snapshot: Snapshot, task: Task, roots: Sequence[Path] = ()) -> tuple[Example, ...]:
    """The task's examples; ``roots`` are folders whose tests may be read."""
    return study(snapshot, task, roots).examples


def study(snapshot: Snapshot, task: Task, roots: Sequence[Path] = ()) -> ExampleSet:
    """The task's examples, what was skipped, and what contradicts itself."""
    if snapshot.language != "python":
        return foreign.study(snapshot, task, roots)
    tree = source.module_of(snapshot, task)
    target = target_of(task, tree)
    if not target.names:
        return ExampleSet()
    file = path_of(snapshot)
    target = replace(target, fixed=_fixed_names(tree), module=modules.name_of(file))
    written = list(_written(snapshot, task, tree, target, option_flags.of_project(file, roots)))
    said: list[ExampleSet] = []
    if tree is not None:
        said.append(asserts.read(tree, target, file.name if file else "this file"))
    if file is not None and roots:
        said.append(workspace.read(file, target, _owner(task, target), roots))
    read = [*written, *said]
    notes = [note for one in read for note in one.notes]
    hints = [hint for one in read for hint in one.hints]
    calls = [call for one in said for call in one.inputs] if len(target.names) == 1 else []
    inputs = tuple(positional(call, target) for call in calls)
    found = _shared([example for one in read for example in one.examples], task, tree)
    examples = _with_few_drawn(_distinct(found, target))
    if len(examples) > _MOST:
        notes.append(f"{len(examples)} examples found, the first {_MOST} are used")
    examples = examples[:_MOST]
    pairs = _contradictions(examples)
    return ExampleSet(examples, tuple(notes), pairs, inputs, _distinct(hints, target))


def _written(
    snapshot: Snapshot,
    task: Task,
    tree: ast.Module | None,
    target: Target,
    settings: int,
) -> Iterator[ExampleSet]:
    """What the texts about the function say, and the sessions of those around it."""
    known, owners = _known_names(tree), _operated(task)
    for text, place in _texts(snapshot, task, tree):
        sure, text = spelling.renamed(text, target, tree)
        in_tables, words = tables.read(text, target, place)
        for one in (doctests.read(text, target, place, known, owners, settings), in_tables,
                    prose.read(words, target, place)):  # fmt: skip
            yield _without_own_classes(one, tree) if sure else _doubted(one)
    for text, place, doubt in around.sessions_of(snapshot, task, tree):
        read = doctests.read(text, target, place, known, owners, settings)
        if not doubt:
            yield _with_named(read, task)
        elif read.hints or read.examples:
            told = f"{place}: only hints: {doubt}"
            yield replace(_doubted(read), notes=(*read.notes, told))


def _shared(found: list[Example], task: Task, tree: ast.Module | None) -> list[Example]:
    """The same, told which of them may hang on another docstring's examples."""
    if tree is None or task.function is None:
        return found
    why = left_behind(tree, task.function.name, _docstring(task, tree))
    return [replace(e, shared=why) if e.kind == "doctest" else e for e in found] if why else found


def _with_named(found: ExampleSet, task: Task) -> ExampleSet:
    """The same, where lines that do not name the function only hint: others may be at fault."""
    name = re.compile(rf"\b{re.escape(task.function.name if task.function else '')}\b")
    sure = tuple(e for e in found.examples if name.search(e.call_text))
    doubtful = [e for e in found.examples if e not in sure]
    return replace(found, examples=sure, hints=(*found.hints, *doubtful))


def _doubted(found: ExampleSet) -> ExampleSet:
    """The same with nothing in it that refutes."""
    return replace(found, examples=(), hints=(*found.examples, *found.hints))


def _without_own_classes(found: ExampleSet, tree: ast.Module | None) -> ExampleSet:
    """The same, but prose that calls a class of the file only hints where it was read as one of
    the library's classes with the same name.
    """
    own = {node.name for node in (tree.body if tree else ()) if isinstance(node, _NAMED)}
    taken = own & CONSTRUCTORS.keys()
    if not taken:
        return found
    called = re.compile(rf"\b(?:{'|'.join(sorted(taken))}|{MADE})\(")
    doubtful = [
        e for e in found.examples if not e.script and called.search(f"{e.claim} {e.call_text}")
    ]
    kept = tuple(e for e in found.examples if e not in doubtful)
    return replace(found, examples=kept, hints=(*found.hints, *doubtful))


def _docstring(task: Task, tree: ast.Module | None) -> str:
    """The docstring as Python has it, its escapes worked out."""
    if task.function is None:
        return ""
    node = source.definition(tree, task.function.qualified_name) if tree else None
    return (ast.get_docstring(node) if node else None) or task.function.docstring or ""


def _texts(snapshot: Snapshot, task: Task, tree: ast.Module | None) -> Iterator[tuple[str, str]]:
    """What people wrote about the function, each with where it stands."""
    yield _docstring(task, tree), "docstring"
    yield task.text, task.keyword or "comment"
    above = _comment_above(snapshot, task, tree)
    if above and above not in task.text:
        yield above, "comment above"
    if tree is not None and spelling.is_alone(tree):
        yield ast.get_docstring(tree) or "", "docstring of the file"


def _comment_above(snapshot: Snapshot, task: Task, tree: ast.Module | None) -> str:
    """The comment lines that stand directly above the function."""
    function = task.function
    node = source.definition(tree, function.qualified_name) if tree and function else None
    if node is None or task.kind == "function":
        return ""
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
    lines = snapshot.text.split("\n")[:first]
    found = [*itertools.takewhile(lambda line: line.lstrip().startswith("#"), reversed(lines))]
    return "\n".join(line.strip().lstrip("#").removeprefix(" ") for line in reversed(found))


def names_in(found: ExampleSet) -> frozenset[str]:
    """All names that stand in sessions: what of the file they may need.

    What only leads up to a wanted value is none of the candidate's business.
    """
    used = _names(line.source for line in _session_lines(found) if not line.apart)
    return used - _set_up(found)


def names_apart(found: ExampleSet) -> frozenset[str]:
    """The same, and the names by which wanted values are worked out."""
    lines = _session_lines(found)
    used = _names(text for line in lines for text in (line.source, *line.asides))
    return used - _set_up(found)


def _set_up(found: ExampleSet) -> frozenset[str]:
    """Names of the file that the sessions of its asserts give their values themselves."""
    scripts = {e.script for e in (*found.examples, *found.hints) if e.script and e.kind == "assert"}
    trees = (source.tree_of(line.source) for script in scripts for line in script.lines)
    return frozenset(
        part.id
        for tree in trees
        for part in (ast.walk(tree) if tree else ())
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)
    )


def _session_lines(found: ExampleSet) -> list[Line]:
    scripts = {e.script for e in (*found.examples, *found.hints) if e.script}
    return [line for script in scripts for line in script.lines]


def _names(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(name for text in texts for name in re.findall(r"[^\W\d]\w*", text))


def _fixed_names(tree: ast.Module | None) -> frozenset[str]:
    """Functions, classes and imports at the file's top level."""
    found: set[str] = set()
    for node in tree.body if tree else ():
        if isinstance(node, _NAMED):
            found.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    return frozenset(found)


def _known_names(tree: ast.Module | None) -> frozenset[str] | None:
    """Names that a session may use; None where the file takes names in that can't be seen."""
    if tree is None:
        return None
    found: set[str] = set()
    for node in pythontree.nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.alias):
            found.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.add(node.id)
    return None if "*" in found else frozenset(found)


def _operated(task: Task) -> frozenset[str]:
    """The class of a method that is called by operators and builtins: ``__add__``."""
    function = task.function
    if function is None or not function.is_method or not function.name.startswith("__"):
        return frozenset()
    return frozenset(function.qualified_name.split(".")[:1])


def target_of(task: Task, tree: ast.Module | None) -> Target:
    """Which calls are calls of the task's function, and how its arguments are to be read."""
    function = task.function
    if function is None or task.kind == "function":
        return Target(_promised(task, tree))
    return target_for(function)


def target_for(function: Function) -> Target:
    """Calls of one function."""
    shape = source.parameters_of(function)
    linked = (_LINKED.search(a) for a in shape.annotations)
    wraps = tuple(m[1] if m else "" for m in linked)
    return Target(frozenset({function.name}), wraps, shape.names)


def path_of(snapshot: Snapshot) -> Path | None:
    """The file of a ``file:`` URI or of a plain path."""
    parts = urlsplit(snapshot.uri)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return Path(snapshot.uri) if snapshot.uri and not parts.scheme else None


def _owner(task: Task, target: Target) -> str:
    qualified = task.function.qualified_name if task.function else min(target.names)
    return qualified.split(".")[0]


def _promised(task: Task, tree: ast.Module | None) -> frozenset[str]:
    """Functions that are called but defined nowhere: those the TODO is to write."""
    named = {
        m[1]
        for m in re.finditer(
            r"(?:\b(?:function|def|method|called|named)\s+|函数\s*)`?([A-Za-z_]\w*)", task.text
        )
        if m[1].isascii()
    }
    called = set(re.findall(r"\b([A-Za-z_]\w*)\s*\(", task.text))
    defined: set[str] = set(dir(builtins))
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            defined.add(node.name)
        elif isinstance(node, ast.alias):
            defined.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            defined.add(node.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            called.add(node.func.id)
    common = {"that", "which", "to", "for", "with", "in", "and", "the", "a", "an", "is"}
    return frozenset((called | (named - common)) - defined)


def _distinct(found: Sequence[Example], target: Target) -> tuple[Example, ...]:
    """Each example once, its keyword arguments put in their places."""
    kept: dict[tuple[str, str, str], Example] = {}
    for example in found:
        if example.call is not None:
            example = replace(example, call=positional(example.call, target))
        key = (repr(example.call), example.claim, example.raises or "")
        if example.script:
            key = (repr(example.script), str(example.last), "")
        kept.setdefault(key, example)
    return tuple(kept.values())


def _with_few_drawn(examples: Sequence[Example]) -> tuple[Example, ...]:
    """What the user wrote first; of what was drawn for properties only so much."""
    written = [example for example in examples if not example.drawn]
    return (*written, *[example for example in examples if example.drawn][:_MOST_DRAWN])


def positional(call: Call, target: Target) -> Call:
    """The call with its keyword arguments put in their places."""
    args, kwargs = list(call.args), dict(call.kwargs)
    for name in target.parameters[len(args) :]:
        if name not in kwargs:
            break
        args.append(kwargs.pop(name))
    return Call(tuple(args), kwargs)


def _contradictions(examples: Sequence[Example]) -> tuple[tuple[Example, Example], ...]:
    """Pairs of the same call with results that cannot both be."""
    first: dict[str, Example] = {}
    pairs: list[tuple[Example, Example]] = []
    for example in examples:
        if example.call is None or not (example.raises or example.claim.startswith("_ == ")):
            continue
        other = first.setdefault(repr(example.call), example)
        if other is not example and _differ(other, example):
            pairs.append((other, example))
    return tuple(pairs)


def _differ(one: Example, other: Example) -> bool:
    if one.raises or other.raises:
        return not (one.raises and other.raises)
    try:
        return not equality.equal(values.parse(one.expected), values.parse(other.expected))
    except NotPlain:
        return False
