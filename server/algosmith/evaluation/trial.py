"""Solves problems by the product's own ``features.solve`` and marks what came of it."""

import time
from dataclasses import dataclass, replace
from typing import Any

from algosmith.errors import EditError, EngineError, ReplyError, RequestRejected
from algosmith.evaluation.differing import Differ
from algosmith.evaluation.marking import Marker
from algosmith.evaluation.problems import Problem
from algosmith.evaluation.rows import MarkedAnswer, Plain, Row
from algosmith.features.services import Services
from algosmith.features.solve import solve
from algosmith.features.store import Report
from algosmith.model import Candidate, Edit, Level, Outcome
from algosmith.prompting import extract
from algosmith.syntax import splice
from algosmith.verify import examples
from algosmith.wire import ChatRequest, Message, Reply

_ALMOST_GREEDY = 0.05
"""Asked for where the engine refuses temperature 0, as reasoning models want it."""


@dataclass(frozen=True, slots=True)
class TrialOptions:
    """What is measured besides solving."""

    plain: bool = True
    """Ask for one greedy plain answer too."""
    agrees: bool = True
    """Compare answers with the reference on generated inputs."""


@dataclass(slots=True)
class Trial:
    """Solves and marks problems, one after another."""

    services: Services
    marker: Marker
    differ: Differ
    wanted: TrialOptions = TrialOptions()

    async def row(self, problem: Problem, report: Report) -> Row:
        """One problem, solved and marked; a failure to ask is told in the row."""
        count = len(examples.find(problem.snapshot, problem.task, ()))
        try:
            outcome = await solve(self.services, problem.snapshot, problem.task, report)
        except EngineError as error:
            return Row(problem.id, count, problem=str(error))
        row = await self._marked(problem, outcome, count)
        if not self.wanted.plain:
            return row
        try:
            return replace(row, plain=await self._plain(problem))
        except EngineError as error:
            return replace(row, problem=f"no plain answer: {error}")

    async def _marked(self, problem: Problem, outcome: Outcome, count: int) -> Row:
        arrived = _arrived(outcome)
        answers = [await self._mark(problem, one) for one in arrived]
        chosen = None
        if outcome.chosen is not None:
            solution = outcome.solutions[outcome.chosen]
            codes = [one.candidate.code if one.edit else None for one in arrived]
            chosen = codes.index(solution.candidate.code)
            answers[chosen] = replace(answers[chosen], level=solution.verdict.level)
        return Row(
            problem.id,
            count,
            tuple(answers),
            chosen,
            getattr(outcome, "seconds_first", None),
            getattr(outcome, "seconds_chosen", None) or outcome.seconds,
            outcome.seconds,
            outcome.tokens,
        )

    async def _mark(self, problem: Problem, one: "_Arrival") -> MarkedAnswer:
        right, agrees = False, None
        if one.edit is not None:
            right = await self.marker.right(problem, one.edit)
            agrees = await self.differ.agrees(problem, one.edit) if self.wanted.agrees else None
        code = one.candidate.code
        return MarkedAnswer(
            code, one.edit is not None, one.level, right, agrees, one.seconds, one.round
        )

    async def _plain(self, problem: Problem) -> Plain:
        """One greedy answer to a plain request, without prompt files, rounds or choosing."""
        begun = time.monotonic()
        reply = await self._ask(problem)
        seconds = time.monotonic() - begun
        code, edit = _placed(problem, reply.text)
        right = edit is not None and await self.marker.right(problem, edit)
        return Plain(code, right, seconds, reply.tokens)

    async def _ask(self, problem: Problem) -> Reply:
        settings = self.services.settings
        text, language = problem.snapshot.text.rstrip(), problem.snapshot.language
        request = ChatRequest(
            model=settings.model_name,
            messages=(Message("user", f"Complete this function:\n\n```{language}\n{text}\n```"),),
            n=1,
            seed=settings.seed,
            temperature=0.0,
            max_tokens=settings.answer_tokens + settings.thinking.tokens,
            thinking_tokens=settings.thinking.tokens,
        )
        complete = self.services.completer.complete
        try:
            return (await complete(request))[0]
        except RequestRejected:
            return (await complete(replace(request, temperature=_ALMOST_GREEDY)))[0]


@dataclass(frozen=True, slots=True)
class _Arrival:
    """An answer as solving tells of it."""

    candidate: Candidate
    edit: Edit | None
    level: Level
    seconds: float | None = None
    round: int = 0


def _arrived(outcome: Outcome) -> list[_Arrival]:
    """Every answer in order of arrival; where that was not kept the solutions, best first."""
    told: tuple[Any, ...] = getattr(outcome, "answers", ())
    if told:
        return [_Arrival(a.candidate, a.edit, a.level, a.seconds, a.round) for a in told]
    return [_Arrival(s.candidate, s.edit, s.verdict.level) for s in outcome.solutions]


def _placed(problem: Problem, text: str) -> tuple[str, Edit | None]:
    """The code of a reply, and the edit that puts it into the file where there is one."""
    try:
        code = extract.candidate(text, problem.task).code
    except ReplyError:
        return "", None
    return code, place(problem, code)


def place(problem: Problem, code: str) -> Edit | None:
    """The edit that puts code into the problem's file; None where it can't be placed."""
    try:
        return splice.place(problem.snapshot, problem.task, code, (), "none")
    except EditError:
        return None
