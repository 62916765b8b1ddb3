"""Measures selection and verdicts on problems with hidden tests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.errors import EditError
from algosmith.syntax import splice
from algosmith.verify import checking, facts, judge, placing
from algosmith.verify.running import Runner
from algosmith.verify.types import Advice, Case

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.config import Settings
    from algosmith.evaluation.mbpp import Problem
    from algosmith.model import Candidate, Edit, Level
    from algosmith.sandbox.types import Sandbox
    from algosmith.verify.types import Assessment, Need, Placed, Proof, Trial


_NO_ADVICE = Advice()


@dataclass(frozen=True, slots=True)
class Row:
    """What judging one problem's candidates gave."""

    id: str
    right: tuple[bool, ...]
    """For each candidate whether all asserts hold, hidden ones included."""
    levels: tuple[Level, ...]
    order: tuple[int, ...]
    chosen: int | None
    picks: dict[str, int | None]
    """What other ways of selecting pick."""
    proofs: tuple[Proof | None, ...] = ()
    wants: frozenset[Need] = frozenset()
    """What the model could be asked for."""
    asserts: int = 0
    """Tests of the model's that could be read."""


async def evaluate(
    problem: Problem,
    candidates: Sequence[Candidate],
    sandbox: Sandbox,
    settings: Settings,
    advice: Advice = _NO_ADVICE,
) -> Row:
    """Judges candidates without, then marks them with, the hidden asserts."""
    case = Case(problem.snapshot, problem.task, trusted=True, advice=advice)
    edits = [_edit(problem, candidate) for candidate in candidates]
    assessment = await judge.judge(case, candidates, edits, sandbox, settings)
    right = await marks(problem, candidates, sandbox, settings)
    return Row(
        problem.id, right, tuple(v.level for v in assessment.verdicts),
        assessment.order, assessment.chosen, _picks(assessment.trial), _proofs(assessment),
        assessment.wants, len(advice.tests),
    )  # fmt: skip


async def marks(
    problem: Problem, candidates: Sequence[Candidate], sandbox: Sandbox, settings: Settings
) -> tuple[bool, ...]:
    """For each candidate whether all asserts hold, hidden ones included."""
    case = Case(problem.snapshot, problem.task, trusted=True)
    runner = Runner(sandbox, settings.verify.timeout_seconds)
    known: dict[str, bool] = {}
    right: list[bool] = []
    for index, candidate in enumerate(candidates):
        edit = _edit(problem, candidate)
        placed = placing.place(case, index, candidate, edit, frozenset())
        if placed.text and placed.text not in known:
            known[placed.text] = await _is_right(runner, placed, problem)
        right.append(known.get(placed.text, False))
    return tuple(right)


def _edit(problem: Problem, candidate: Candidate) -> Edit | None:
    if not candidate.code.strip():
        return None
    try:
        return splice.place(problem.snapshot, problem.task, candidate.code, (), "none")
    except EditError:
        return None


async def _is_right(runner: Runner, placed: Placed, problem: Problem) -> bool:
    tests = (*problem.shown, *problem.hidden)
    calls = [example.call for example in tests]
    seen = await runner.behave(placed.text, placed.entry, calls)
    return len(seen.answers) == len(calls) and all(
        checking.satisfies(example, answer, unordered=False, in_place=False)
        for example, answer in zip(tests, seen.answers, strict=True)
    )


def _proofs(assessment: Assessment) -> tuple[Proof | None, ...]:
    return tuple(
        one.proof if one.observed is not None and one.observed.passes else None
        for one in assessment.judged
    )


def _picks(trial: Trial | None) -> dict[str, int | None]:
    """Other ways of selecting, for comparison; each takes the first of equals."""
    if trial is None:
        return dict.fromkeys(("examples only", "majority", "CodeT", "MBR-exec", "AlphaCode"))
    ran = list(trial.observed)

    def best(score: dict[int, float]) -> int | None:
        return max(score, key=lambda i: (score[i], -i), default=None)

    size = {r.index: len(trial.group_of(r.index).members) for r in ran}
    passed = {r.index: sum(r.passed) for r in ran}
    close = {r.index: facts.closeness(r, ran, trial.inputs) for r in ran}
    return {
        "examples only": best({i: float(passed[i]) for i in passed}),
        "majority": best({i: float(size[i]) for i in size}),
        "CodeT": best({i: float(size[i] * passed[i]) for i in size}),
        "MBR-exec": best(close),
        "AlphaCode": best({i: passed[i] * 1000.0 + size[i] for i in size}),
    }
