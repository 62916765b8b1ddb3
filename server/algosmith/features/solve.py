"""Solving a task: ask for candidates, place them, judge them, measure the best, keep the result."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from algosmith.errors import EditError, ReplyError
from algosmith.features import advice, annotation, asking, words
from algosmith.features.measure import measure_solution, written_by
from algosmith.features.services import Services
from algosmith.features.store import Report
from algosmith.model import (
    Candidate,
    Check,
    Edit,
    Outcome,
    Snapshot,
    Solution,
    Step,
    Task,
    Verdict,
)
from algosmith.prompting import extract
from algosmith.prompting.ask import Failure, Question
from algosmith.syntax import splice
from algosmith.verify.judge import judge
from algosmith.verify.types import Advice, Case, Need
from algosmith.wire import Progress, Reply

_NO_ADVICE = Advice()
_MOST_MEASURED = 3
"""Solutions that get a measurement: the chosen one and those listed next to it."""


async def solve(services: Services, snapshot: Snapshot, task: Task, report: Report) -> Outcome:
    """Candidates for the task, best first, with their evidence.

    The same task asked while it is being solved joins that job. Cancelling frees the engine and
    ends the checks. Raises AlgosmithError when no answer could be had at all.
    """

    async def work(tell: Report) -> Outcome:
        return await _Attempt(services, snapshot, task, tell).run()

    return await services.store.join(task.key, work, report)


@dataclass(slots=True)
class _Attempt:
    services: Services
    snapshot: Snapshot
    task: Task
    report: Report

    async def run(self) -> Outcome:
        begun = time.monotonic()
        question = await asyncio.to_thread(asking.question, self.services, self.snapshot, self.task)
        replies = await self._ask(question, None)
        candidates = await self._candidates(replies)
        judged = await self._judge(candidates)
        for _ in range(self.services.settings.verify.repair_rounds):
            failure = _worth_repairing(judged)
            if failure is None:
                break
            more = await self._ask(question, failure)
            replies += more
            candidates = candidates + await self._candidates(more)
            judged = await self._judge(candidates)
        judged, tokens = await self._advised(question, candidates, judged)
        solutions = await self._finish(judged)
        return Outcome(
            self.snapshot,
            self.task,
            self.services.settings.model_name,
            solutions,
            0 if judged.chosen is not None else None,
            words.outcome_message(solutions, judged.chosen is not None, self.task.prose),
            sum(reply.tokens for reply in replies) + tokens,
            time.monotonic() - begun,
        )

    async def _ask(self, question: Question, failure: Failure | None) -> tuple[Reply, ...]:
        settings = self.services.settings
        request = replace(asking.implement(settings, question, failure), n=settings.candidates or 0)
        return await self.services.completer.complete(request, self._on_progress)

    def _on_progress(self, progress: Progress) -> None:
        self.report(words.progress_step(progress))

    async def _advised(
        self, question: Question, candidates: Sequence["_Placed"], judged: "_Judged"
    ) -> tuple["_Judged", int]:
        """Judged again with the model's tests and inputs, where these can change the choice.

        Only then: the request costs seconds on a small machine, and most tasks are decided.
        """
        edit = judged.ranked[0][0].edit if judged.wants else None
        function = written_by(self.snapshot, self.task, edit) if edit else None
        cage = await self.services.cage()
        if function is None or cage is None or not self.services.settings.verify.advice:
            return judged, 0
        self.report(Step("checking", "asking for tests to choose by"))
        written = await advice.ask(
            self.services, question, function, judged.wants, self._on_progress
        )
        found = await advice.read(written, function, cage)
        if found != Advice():
            judged = await self._judge(candidates, found)
        return judged, written.tokens

    async def _candidates(self, replies: Sequence[Reply]) -> list["_Placed"]:
        return await asyncio.to_thread(
            lambda: [_placed(self.snapshot, self.task, reply) for reply in replies]
        )

    async def _judge(self, placed: Sequence["_Placed"], known: Advice = _NO_ADVICE) -> "_Judged":
        usable = [p for p in placed if p.edit is not None]
        refused = [p for p in placed if p.edit is None]
        services = self.services
        self.report(Step("checking", f"checking {len(usable)} candidates"))
        cage = await services.cage()
        why = services.why_no_cage()
        case = Case(self.snapshot, self.task, services.trusted, services.roots, why, known)
        judgement = await judge(
            case,
            [p.candidate for p in usable],
            [p.edit for p in usable],
            cage,
            services.settings,
            lambda done, of: self.report(
                Step("checking", f"checking {done} of {of}", done / max(of, 1))
            ),
        )
        ranked = [(usable[i], judgement.verdicts[i]) for i in judgement.order]
        ranked += [(p, _refused_verdict(p.problem)) for p in refused]
        edits = (usable[i].edit for i in judgement.unanswered)
        silent = frozenset(edit.new_text for edit in edits if edit)
        return _Judged(ranked, judgement.chosen, judgement.evidence, judgement.wants, silent)

    async def _finish(self, judged: "_Judged") -> tuple[Solution, ...]:
        """Solutions without repeats; the first few measured, all with their annotation."""
        solutions = _distinct(judged)
        offered = [s for s in solutions if s.edit and s.verdict.level != "refuted"]
        worth = [s for s in offered[:_MOST_MEASURED] if _may_be_measured(s, judged)]
        if worth and self.services.settings.complexity.enabled:
            self.report(Step("measuring", "measuring complexity"))
        measured = await asyncio.gather(
            *(measure_solution(self.services, self.snapshot, self.task, s) for s in worth)
        )
        by_code = {id(s): m for s, m in zip(worth, measured, strict=True)}
        known = [replace(s, measurement=by_code.get(id(s))) for s in solutions]
        return await asyncio.to_thread(lambda: tuple(self._annotated(s) for s in known))

    def _annotated(self, solution: Solution) -> Solution:
        form = self.services.settings.annotation
        edit = annotation.place(self.snapshot, self.task, solution, form)
        return replace(solution, edit=edit)


def _may_be_measured(solution: Solution, judged: "_Judged") -> bool:
    """Growth on inputs that the function does not accept is no measurement of it."""
    return solution.edit is not None and solution.edit.new_text not in judged.silent


def _distinct(judged: "_Judged") -> list[Solution]:
    """In order; of those whose text would be the same only the first."""
    solutions: list[Solution] = []
    seen: set[str] = set()
    for placed, verdict in judged.ranked:
        if placed.edit is None or placed.edit.new_text not in seen:
            solutions.append(Solution(placed.candidate, placed.edit, verdict))
        if placed.edit is not None:
            seen.add(placed.edit.new_text)
    return solutions


@dataclass(frozen=True, slots=True)
class _Placed:
    candidate: Candidate
    edit: Edit | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Judged:
    ranked: Sequence[tuple[_Placed, Verdict]]
    chosen: int | None
    evidence: str
    wants: frozenset[Need]
    silent: frozenset[str]
    """What candidates write that ran and accept none of the generated inputs."""


def _placed(snapshot: Snapshot, task: Task, reply: Reply) -> _Placed:
    """The reply's candidate and its bare edit, or why there is none."""
    try:
        found = extract.candidate(reply.text, task)
    except ReplyError as error:
        return _Placed(Candidate("", tokens=reply.tokens, seconds=reply.seconds), None, str(error))
    candidate = Candidate(found.code, found.approach, found.claims, reply.tokens, reply.seconds)
    try:
        return _Placed(candidate, splice.place(snapshot, task, candidate.code, (), "none"))
    except EditError as error:
        return _Placed(candidate, None, str(error))


def _refused_verdict(problem: str) -> Verdict:
    return Verdict("refuted", f"refused: {problem}", (Check("placed", "failed", problem),))


def _worth_repairing(judged: _Judged) -> Failure | None:
    """The best refuted candidate and its evidence, when running it showed what is wrong."""
    if judged.chosen is not None or not judged.evidence:
        return None
    best = next((p for p, v in judged.ranked if v.level == "refuted" and p.edit), None)
    return Failure(best.candidate.code, judged.evidence) if best else None
