"""Judges answers that are already there, without a model: a run's, or mutants of the references.

This is how a change to the judging is measured: the answers stay the same, so that what differs is
the judging. It also gives what other ways of choosing would have picked from the same answers.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from algosmith.config import Settings
from algosmith.evaluation.marking import Marker
from algosmith.evaluation.problems import Problem
from algosmith.evaluation.rows import MarkedAnswer, Row
from algosmith.evaluation.trial import place
from algosmith.model import Candidate
from algosmith.sandbox.types import Sandbox
from algosmith.verify import facts
from algosmith.verify.judge import assess
from algosmith.verify.types import Case, Trial

RULES = ("examples only", "majority", "CodeT", "MBR-exec", "AlphaCode")
"""Other ways of choosing: passes most examples, largest group, group × examples, closest to all
others, largest group among those that pass most examples. Each takes the first of equals."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What judging one problem's answers together gave."""

    row: Row
    picks: dict[str, int | None]
    """For each of ``RULES`` the answer it picks."""


async def judge_pool(
    problem: Problem,
    codes: Sequence[str],
    cage: Sandbox,
    settings: Settings,
    marker: Marker,
    *,
    sampled: bool = False,
) -> Pool:
    """Judges all answers of a problem at once, and marks them.

    ``sampled`` says that they are a model's, given independently of each other.
    """
    edits = [place(problem, code) if code.strip() else None for code in codes]
    case = Case(problem.snapshot, problem.task, trusted=True, sampled=sampled)
    new = [(Candidate(code), edit) for code, edit in zip(codes, edits, strict=True)]
    found = await assess(case, new, cage, settings)
    marked = [
        MarkedAnswer(
            code,
            edit is not None,
            verdict.level,
            edit is not None and await marker.right(problem, edit),
        )
        for code, edit, verdict in zip(codes, edits, found.verdicts, strict=True)
    ]
    row = Row(problem.id, len(found.examples), tuple(marked), found.chosen)
    return Pool(row, _picks(found.trial))


async def judge_again(
    problem: Problem, before: Row, cage: Sandbox, settings: Settings, marker: Marker
) -> Pool:
    """The answers of a run's row, judged anew; times and tokens stay those of the run."""
    pool = await judge_pool(
        problem, [a.code for a in before.answers], cage, settings, marker, sampled=True
    )
    pairs = zip(pool.row.answers, before.answers, strict=True)
    answers = tuple(
        replace(now, agrees=was.agrees, seconds=was.seconds, round=was.round) for now, was in pairs
    )
    row = replace(before, answers=answers, chosen=pool.row.chosen, examples=pool.row.examples)
    return replace(pool, row=row)


def _picks(trial: Trial | None) -> dict[str, int | None]:
    if trial is None:
        return dict.fromkeys(RULES)
    ran = list(trial.observed)

    def best(score: dict[int, float]) -> int | None:
        return max(score, key=lambda i: (score[i], -i), default=None)

    size = {r.index: len(trial.group_of(r.index).members) for r in ran}
    passed = {r.index: sum(r.passed) for r in ran}
    scores: dict[str, dict[int, float]] = {
        "examples only": {i: float(passed[i]) for i in passed},
        "majority": {i: float(size[i]) for i in size},
        "CodeT": {i: float(size[i] * passed[i]) for i in size},
        "MBR-exec": {r.index: facts.closeness(r, ran, trial.inputs) for r in ran},
        "AlphaCode": {i: passed[i] * 1000.0 + size[i] for i in size},
    }
    return {rule: best(scores[rule]) for rule in RULES}
