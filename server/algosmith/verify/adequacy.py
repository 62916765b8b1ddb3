"""Would the user's examples notice a mistake? Measured by making small ones.

A candidate that passes one example of one bit may be right by luck; one whose every small change
either fails an example or changes nothing is pinned down by them. (Mutation analysis turned round:
it is the examples that are under test.)
"""

from __future__ import annotations

import ast
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from algosmith.verify import behaviour, checking, source, tried
from algosmith.verify.mutants import mutants
from algosmith.verify.running import gather, split
from algosmith.verify.types import Pinned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.types import Call
    from algosmith.verify.running import Runner
    from algosmith.verify.statements import Example
    from algosmith.verify.types import Behaviour, Observed, Trial

CHANGES = 16
_SECONDS = 0.25


async def pinned(runner: Runner, trial: Trial, one: Observed) -> Pinned:
    """Whether the examples notice small changes; where no change matters, they do."""
    if await tried.untried(runner, one, trial.probes.calls):
        return Pinned(0.0, 1.0, untried=True)
    shown, examples = trial.probes.shown, trial.examples
    asked = (*range(shown), *trial.inputs)
    calls = [trial.probes.calls[i] for i in asked]
    noticed, missed, unknown = 0, list[float](), 0
    for seen in await _changed(runner, one, examples, calls):
        if _is_cut_off(seen, examples):
            unknown += 1
        elif not _passes(seen, examples):
            noticed += 1
        else:
            keys = [
                behaviour.key(a, trial.view, c) for a, c in zip(seen.answers, calls, strict=True)
            ]
            unlike = [key != one.keys[i] for key, i in zip(keys, asked, strict=True)][shown:]
            missed += [sum(unlike) / len(unlike)] if any(unlike) else []
    if unknown > noticed + len(missed):
        return Pinned(0.0, 1.0)
    share = noticed / (noticed + len(missed)) if missed else 1.0
    return Pinned(share, max(missed, default=0.0))


async def _changed(
    runner: Runner, one: Observed, examples: Sequence[Example], calls: Sequence[Call]
) -> list[Behaviour]:
    """What the changed programs do."""
    quick = replace(runner, seconds=min(_SECONDS, runner.seconds))
    jobs = [*(example.job for example in examples), *calls]

    async def run(text: str) -> Behaviour:
        seen = await quick.behave(text, one.placed.entry, jobs, len(jobs))
        return split(seen, len(examples))

    return await gather([partial(run, text) for text in _changed_programs(one)])


def _changed_programs(one: Observed) -> list[str]:
    tree = source.tree_of(one.placed.text)
    node = source.definition(tree, one.placed.entry) if tree else None
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
    cut = [a is None or a.status == "timeout" for a in seen.told]
    reached = cut.index(True) if True in cut else len(cut)
    return reached < len(cut) and _passes(seen, examples[:reached])


def _passes(seen: Behaviour, examples: Sequence[Example]) -> bool:
    return all(
        checking.satisfies(example, answer, unordered=False, in_place=False)
        for example, answer in zip(examples, seen.told, strict=False)
    )
