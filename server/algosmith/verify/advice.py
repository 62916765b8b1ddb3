"""Tests that the model wrote: read as text, bounded, and kept apart from the user's examples.

They are untrusted and often wrong, so they only rank candidates that are level otherwise. Their
expected values stay out here; their calls are inputs like others, only that the model chose them.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from algosmith.sandbox import stdvalues
from algosmith.sandbox.types import Node
from algosmith.verify import examples, facts, select, source
from algosmith.verify.examples import tests
from algosmith.verify.probing import call_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from algosmith.model import Function
    from algosmith.sandbox.types import Call
    from algosmith.verify.examples.reading import Target
    from algosmith.verify.statements import Example
    from algosmith.verify.types import Need, Trial

MOST_TESTS = 16
_LONGEST = 16_000
"""Characters of one reply that are read."""
_LONGEST_LINE = 1_000
_MOST_PARTS = 1_000
_MOST_BITS = 4_096
_DEEPEST = 12
_CALLS = frozenset({"set", "frozenset", "sorted", "list", "tuple", "len", "abs", "round", "float",
                    "int", "str", "bool", "approx", "isclose", "Counter"})  # fmt: skip
"""What a line may call beside the function: nothing that makes much out of little text."""
_OPERATORS = (ast.Add, ast.Sub, ast.Div, ast.FloorDiv)


def read(replies: Iterable[str], function: Function) -> tuple[Example, ...]:
    """The asserts of replies that can be read, each once; every other line is passed over.

    One line at a time, without assignments or loops: a line can't build on another, so the text's
    length bounds the work.
    """
    target = examples.target_for(function)
    found: dict[tuple[object, str], Example] = {}
    for reply in replies:
        for line in reply[:_LONGEST].splitlines():
            for example in _line(line.strip(), target):
                key = (call_key(example.call), example.claim)
                if example.call and len(found) < MOST_TESTS and is_bounded(example.call):
                    found.setdefault(key, example)
    return tuple(found.values())


def _line(line: str, target: Target) -> tuple[Example, ...]:
    if not line.startswith("assert") or len(line) > _LONGEST_LINE:
        return ()
    tree = source.tree_of(line)
    if tree is None or len(tree.body) != 1 or not isinstance(tree.body[0], ast.Assert):
        return ()
    if not all(_is_small(part, target) for part in ast.walk(tree)):
        return ()
    read = tests.read(tree, target, "the model", "model").examples
    return tuple(replace(e, call=examples.positional(e.call, target)) for e in read if e.call)


def _is_small(part: ast.AST, target: Target) -> bool:
    """Whether a part of the line makes no more of its text than the text has."""
    if isinstance(part, ast.BinOp):
        return isinstance(part.op, _OPERATORS)
    if isinstance(part, ast.Call):
        name = getattr(part.func, "attr", getattr(part.func, "id", ""))
        return name in _CALLS or target.calls(str(name)) or name[:1].isupper()
    return True


def is_bounded(call: Call, *, linked: bool = True) -> bool:
    """Whether the arguments are plain values of a size that is cheap to keep, show and compare.

    ``linked`` says whether linked lists and trees are among them.
    """
    left = _MOST_PARTS
    waiting: list[tuple[Any, int]] = [(v, 0) for v in (*call.args, *call.kwargs.values())]
    while waiting:
        value, depth = waiting.pop()
        left -= 1 + (len(value) // 64 if isinstance(value, str | bytes) else 0)
        fits = _is_plain(value) and (linked or not isinstance(value, Node))
        if left < 0 or depth > _DEEPEST or not fits:
            return False
        waiting += [(part, depth + 1) for part in _parts(value)]
    return True


def _is_plain(value: Any) -> bool:
    if type(value) is int:
        return value.bit_length() <= _MOST_BITS
    plain = (bool, float, str, bytes, list, tuple, set, frozenset, dict, Node)
    return value is None or type(value) in plain or stdvalues.parts_of(value) is not None


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [part for pair in cast("dict[Any, Any]", value).items() for part in pair]
    if isinstance(value, list | tuple | set | frozenset):
        return list(cast("list[Any]", value))
    parts = stdvalues.parts_of(value)
    return list(value.items) if isinstance(value, Node) else parts[1] if parts else []


def settled(written: Sequence[Example], given: Sequence[Example]) -> tuple[Example, ...]:
    """The tests that rank: not those of a call that the user's examples or another test decide."""
    seen = {call_key(example.call) for example in given}
    claims: dict[object, int] = {}
    for test in written:
        claims[call_key(test.call)] = claims.get(call_key(test.call), 0) + 1
    return tuple(t for t in written if (key := call_key(t.call)) not in seen and claims[key] == 1)


def wanted(trial: Trial) -> frozenset[Need]:
    """What of the model's could change which candidate is best; empty where nothing could."""
    sound = (one for one in trial.observed if facts.bug_at(one, trial.probes) is None)
    passing = [one for one in sound if one.passes]
    if not trial.probes.plain or len({one.placed.text for one in passing}) < 2:
        return frozenset()
    if not trial.inputs:
        return frozenset({"tests", "inputs"})
    footings = [select.footing(trial, one) for one in passing]
    level = [one for one, f in zip(passing, footings, strict=True) if f == min(footings)]
    groups = {trial.group_of(one.index).members for one in level}
    return frozenset({"tests"}) if len(groups) > 1 else frozenset()
