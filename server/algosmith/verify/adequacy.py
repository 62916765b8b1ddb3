"""Would the user's examples notice a mistake? Measured by making small ones.

A candidate that passes one example of one bit may be right by luck; one whose every small change
either fails an example or changes nothing is pinned down by them. (Mutation analysis turned round:
it is the examples that are under test.)
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from algosmith.verify import behaviour, checking, source, tried
from algosmith.verify.mutants import mutants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.verify.behaviour import Behaviour, Runner
    from algosmith.verify.facts import Ran
    from algosmith.verify.select import Field
    from algosmith.verify.types import Example

CHANGES = 16
_SECONDS = 0.25


@dataclass(frozen=True, slots=True)
class Pinned:
    """How well the examples pin a candidate down."""

    share: float
    """Of the small changes that matter, how many the examples notice."""
    widest: float
    """Share of the unseen inputs whose result the worst unnoticed change alters."""
    untried: bool = False
    """Some of the code ran on no input at all."""


async def pinned(runner: Runner, field: Field, one: Ran, examples: Sequence[Example]) -> Pinned:
    """Whether the examples notice small changes; where no change matters, they do."""
    if await tried.untried(runner, one, field.probes.calls):
        return Pinned(0.0, 1.0, untried=True)
    texts = _changed_programs(one)
    calls = [field.probes.calls[i] for i in (*range(field.probes.shown), *field.inputs)]
    keys = [one.keys[i] for i in (*range(field.probes.shown), *field.inputs)]
    quick = behaviour.Runner(runner.sandbox, min(_SECONDS, runner.seconds), runner.search_path)
    jobs = [partial(quick.behave, text, one.standing.entry, calls, len(calls)) for text in texts]
    noticed, missed, unknown = 0, list[float](), 0
    shown = field.probes.shown
    for seen in await behaviour.gather(jobs, None):
        if _is_cut_off(seen, examples):
            unknown += 1
            continue
        if not _passes(seen, examples):
            noticed += 1
            continue
        given = zip(seen.answers[shown:], calls[shown:], keys[shown:], strict=True)
        altered = [behaviour.key(answer, field.view, call) != key for answer, call, key in given]
        if any(altered):
            missed.append(sum(altered) / len(altered))
    if unknown > noticed + len(missed):
        return Pinned(0.0, 1.0)
    share = noticed / (noticed + len(missed)) if missed else 1.0
    return Pinned(share, max(missed, default=0.0))


def _changed_programs(one: Ran) -> list[str]:
    tree = source.tree_of(one.standing.text)
    node = source.definition(tree, one.standing.entry) if tree else None
    if tree is None or node is None:
        return []
    original = node.body
    texts: list[str] = []
    for mutant in mutants(node, CHANGES):
        node.body = mutant.body
        texts.append(ast.unparse(tree))
    node.body = original
    return texts


def _is_cut_off(seen: Behaviour, examples: Sequence[Example]) -> bool:
    """Whether time ran out before an example failed: on a busy machine that says nothing."""
    if seen.failure is not None:
        return True
    cut = [a is None or a.status == "timeout" for a in seen.answers[: len(examples)]]
    reached = cut.index(True) if True in cut else len(cut)
    return reached < len(cut) and _passes(seen, examples[:reached])


def _passes(seen: Behaviour, examples: Sequence[Example]) -> bool:
    return all(
        checking.satisfies(example, answer, unordered=False, in_place=False)
        for example, answer in zip(examples, seen.answers, strict=False)
    )
