"""Would the user's examples notice a mistake? Measured by making small ones.

A candidate that passes one example of one bit may be right by luck; one whose every small change
either fails an example or changes nothing is pinned down by them. (Mutation analysis turned round:
it is the examples that are under test.)
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.languages.types import NO_PROGRAM
from algosmith.sandbox.types import NOTHING
from algosmith.verify import behaviour, checking, facts, tried
from algosmith.verify.mutants import changed_programs
from algosmith.verify.running import gather, split
from algosmith.verify.types import Adequacy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.types import Call
    from algosmith.verify.running import Runner
    from algosmith.verify.statements import Example
    from algosmith.verify.types import Behaviour, Leeway, Observation, Trial

CHANGES = 16
_SECONDS = 0.25


async def pinned(runner: Runner, trial: Trial, one: Observation) -> Adequacy:
    """Whether the examples notice small changes; where no change matters, they do."""
    if await tried.untried(runner, one, trial.probes.calls):
        return Adequacy(0.0, 1.0, untried=True)
    shown, examples = trial.probes.shown, trial.examples
    asked = (*range(shown), *trial.inputs)
    calls = [trial.probes.calls[i] for i in asked]
    noticed, unknown = 0, 0
    missed, quiet = list[float](), list[float]()
    quick = sum(a.seconds for a in one.behaviour.told if a) <= _SECONDS / 4
    changed = await _changed(runner, one, examples, calls, trial.leeway)
    fit = [seen for seen in changed if seen.failure != NO_PROGRAM]
    if changed and not fit:
        return Adequacy(0.0, 1.0)  # none of the changes could be tried
    for seen in fit:
        if _is_cut_off(seen, trial):
            if quick and _hangs(seen):
                noticed += 1
            else:
                unknown += 1
        elif not _passes(seen, examples, trial.leeway):
            noticed += 1
        elif share := _altered(trial, one, seen, asked):
            missed.append(share)
            quiet += [] if _shows_itself(seen, one, asked) else [share]
    if unknown > noticed + len(missed):
        return Adequacy(0.0, 1.0)
    caught = noticed + len(missed) - len(quiet)
    share = caught / (caught + len(quiet)) if quiet else 1.0
    return Adequacy(share, max(quiet, default=0.0), every=not missed)


def _altered(trial: Trial, one: Observation, seen: Behaviour, asked: Sequence[int]) -> float:
    """On what share of the unseen inputs a changed program gives something else."""
    unseen = range(trial.probes.shown, len(asked))
    differs = [
        behaviour.key(seen.answers[n], trial.view, trial.probes.calls[asked[n]])
        != one.keys[asked[n]]
        for n in unseen
    ]
    return sum(differs) / len(differs) if differs else 0.0


def _shows_itself(seen: Behaviour, one: Observation, asked: Sequence[int]) -> bool:
    """Whether the change would be held back without any example.

    It gives no value, or one of another type, where the code as it stands gives a proper one.
    """
    for answer, i in zip(seen.answers, asked, strict=True):
        before = one.behaviour.answers[i]
        if before is None or before.status != "value" or before.value == NOTHING:
            continue
        if answer is None or answer.status != "value" or answer.value == NOTHING:
            return True
        if facts.kind_of(answer.value) != facts.kind_of(before.value):
            return True
    return False


async def _changed(
    runner: Runner,
    one: Observation,
    examples: Sequence[Example],
    calls: Sequence[Call],
    leeway: Leeway,
) -> list[Behaviour]:
    """What the changed programs do."""
    quick = replace(runner, seconds=min(_SECONDS, runner.seconds))
    jobs = [*(example.job for example in examples), *calls]

    async def run(text: str) -> Behaviour:
        if not one.placed.entry:
            # Each input is a process of its own: most changes fail the first of them.
            told = await quick.behave(text, "", jobs[: len(examples)], len(examples))
            first = split(told, len(examples))
            if not _passes(first, examples, leeway):
                return first
        seen = await quick.behave(text, one.placed.entry, jobs, len(jobs))
        return split(seen, len(examples))

    return await gather([partial(run, text) for text in _changed_programs(one)])


def _changed_programs(one: Observation) -> list[str]:
    running = languages.running(one.placed.language)
    if running is not None:
        return running.mutants(one.placed.text, one.placed.entry, CHANGES)
    return [*changed_programs(one.placed.text, one.placed.entry, CHANGES)]


def _hangs(seen: Behaviour) -> bool:
    """Whether a program computed all its time on an example: who runs the example notices."""
    return seen.failure is None and not seen.starved and any(seen.told)


def _is_cut_off(seen: Behaviour, trial: Trial) -> bool:
    """Whether time ran out before an example failed: on a busy machine that says nothing."""
    if seen.failure is not None:
        return True
    cut = [a is None or a.status == "timeout" for a in seen.told]
    reached = cut.index(True) if True in cut else len(cut)
    return reached < len(cut) and _passes(seen, trial.examples[:reached], trial.leeway)


def _passes(seen: Behaviour, examples: Sequence[Example], leeway: Leeway) -> bool:
    return all(
        checking.satisfies(example, answer, leeway)
        for example, answer in zip(examples, seen.told, strict=False)
    )
