"""Would the user's examples notice a mistake? Measured by making small ones.

A candidate that passes one example of one bit may be right by luck; one whose every small change
either fails an example or changes nothing is pinned down by them. (Mutation analysis turned round:
it is the examples that are under test.)
"""

from __future__ import annotations

import ast
from functools import partial
from typing import TYPE_CHECKING

from algosmith.verify import behaviour, checking, source
from algosmith.verify.mutants import mutants

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.verify.behaviour import Behaviour, Runner
    from algosmith.verify.facts import Ran
    from algosmith.verify.select import Field
    from algosmith.verify.types import Example

CHANGES = 16
_SECONDS = 0.25


async def pinned(
    runner: Runner, field: Field, one: Ran, examples: Sequence[Example]
) -> float | None:
    """Share of the small changes that matter which the examples notice; None when none matter."""
    texts = _changed_programs(one)
    calls = [field.probes.calls[i] for i in (*range(field.probes.shown), *field.inputs)]
    keys = [one.keys[i] for i in (*range(field.probes.shown), *field.inputs)]
    quick = behaviour.Runner(runner.sandbox, min(_SECONDS, runner.seconds), runner.search_path)
    jobs = [partial(quick.behave, text, one.standing.entry, calls, len(calls)) for text in texts]
    noticed = missed = 0
    for seen in await behaviour.gather(jobs, None):
        if seen.failure is not None or not _passes(seen, examples):
            noticed += 1
        elif any(
            behaviour.key(answer, field.view, call) != key
            for answer, call, key in zip(seen.answers, calls, keys, strict=True)
        ):
            missed += 1
    return noticed / (noticed + missed) if noticed + missed else None


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


def _passes(seen: Behaviour, examples: Sequence[Example]) -> bool:
    return all(
        checking.satisfies(example, answer, unordered=False, in_place=False)
        for example, answer in zip(examples, seen.answers, strict=False)
    )
