"""How often and for what the model is asked about one task: first, other, more, repair, thinking.

Each round is a stream of answers. Who reads it stops when enough is known; closing the stream frees
the engine within a step.
"""

import asyncio
import itertools
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace

from algosmith.config import Settings
from algosmith.features import asking
from algosmith.features.answers import Answer, answers
from algosmith.features.services import Services
from algosmith.model import RoundKind
from algosmith.prompting.ask import Failure, Question
from algosmith.prompting.budget import count_tokens
from algosmith.wire import ChatRequest, Completer, EngineStatus, ProgressSink

_WIDE = 4
"""So many sequences that pay off together: the first answer is no slower for company."""
_GROWTH = 8 / 3
"""6k thoughts, then 16k, then as many as are allowed."""
_LEAST_ANSWER = 512
_RUN_ON = 6
"""An answer so many times as long as the others has lost its way: on a processor it would cost more
than all of them together."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An answer, and what it was asked for."""

    kind: RoundKind
    answer: Answer
    of: int
    """How many answers there may be in all, as far as is known."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What is asked about, of whom."""

    services: Services
    question: Question
    on_progress: ProgressSink

    @property
    def settings(self) -> Settings:
        """The user's settings."""
        return self.services.settings

    def stream(self, request: ChatRequest, of: Completer | None = None) -> AsyncGenerator[Answer]:
        """The answers to one request."""
        snapshot, task = self.question.snapshot, self.question.task
        completer = of or self.services.completer
        return answers(completer, request, snapshot, task, self.on_progress)


async def candidates(inquiry: Inquiry) -> AsyncGenerator[Arrival]:
    """One careful answer, one that is written in another way, then drawn ones, up to the budget.

    Drawn answers come in waves that suit the machine, every other wave in the other way. Where many
    sequences decode as fast as one, the first wave is written beside the first answer. An answer
    written in another way is a second opinion, which others seldom are: a model that is sure says
    the same again.
    """
    settings, question = inquiry.settings, inquiry.question
    base = asking.implement(settings, question)
    status = await inquiry.services.completer.status()
    width = status.sequences if status.state == "ready" and status.sequences >= _WIDE else 1
    asked = min(budget(settings, status), width)
    code = longest = ""
    beside = _wave(base, asked - 1, 1)
    async with aclosing(_first(inquiry, _careful(settings, base), beside)) as begun:
        async for kind, answer in begun:
            code = code or answer.candidate.code
            longest = max(longest, answer.candidate.code, key=len)
            yield Arrival(kind, answer, budget(settings, status))
    if asked == 1:
        status = await inquiry.services.completer.status()
    most = budget(settings, status)
    other = asking.in_another_way(settings, question, code) if code else base
    # A prompt without a place for rules, as a very small model's, can't ask for another way.
    if other != base and asked < most:
        careful = _bounded(_careful(settings, other), longest)
        async with aclosing(inquiry.stream(_wave(careful, 1, asked))) as found:
            async for answer in found:
                longest = max(longest, answer.candidate.code, key=len)
                yield Arrival("other", answer, most)
        asked += 1
    ways = itertools.cycle((other, base))
    while asked < most:
        count = min(most - asked, max(status.sequences, 1))
        request = _bounded(next(ways), longest)
        async with aclosing(inquiry.stream(_wave(request, count, asked))) as found:
            async for answer in found:
                longest = max(longest, answer.candidate.code, key=len)
                yield Arrival("more", answer, most)
        asked += count


async def repairs(inquiry: Inquiry, failure: Failure) -> AsyncGenerator[Arrival]:
    """One wave that knows how the best answer so far failed."""
    status = await inquiry.services.completer.status()
    count = min(budget(inquiry.settings, status), max(status.sequences, 1))
    request = asking.implement(inquiry.settings, inquiry.question, failure)
    request = _bounded(request, failure.code)
    async with aclosing(inquiry.stream(_wave(request, count, 0))) as found:
        async for answer in found:
            yield Arrival("repair", answer, count)


async def thoughts(inquiry: Inquiry, spent: int) -> AsyncGenerator[Arrival]:
    """Answers of a model that thinks, with a budget of thoughts that grows.

    ``spent`` thoughts did not suffice, 0 where it was not asked yet. A budget that the model did
    not use up is not raised: it was done thinking.
    """
    settings = inquiry.settings
    thinker = inquiry.services.thinker()
    request = asking.implement(settings.second(), inquiry.question)
    for tokens in budgets(settings, spent):
        bound = request.max_tokens - (request.thinking_tokens or 0) + tokens
        grown = replace(request, thinking_tokens=tokens, max_tokens=bound)
        used = 0
        async with aclosing(inquiry.stream(grown, thinker)) as found:
            async for answer in found:
                used = max(used, answer.reply.tokens)
                yield Arrival("thinking", answer, 1)
        if used < tokens:
            return


def budget(settings: Settings, status: EngineStatus) -> int:
    """How many candidates a task may have."""
    return settings.candidates or status.candidates


def budgets(settings: Settings, spent: int) -> list[int]:
    """The bounds of thinking still to try, each larger than what was spent."""
    most, tokens = settings.thinking.most_tokens, settings.thinking.tokens
    found = [tokens] if tokens > spent else []
    while tokens < most:
        tokens = min(most, math.ceil(tokens * _GROWTH))
        if tokens > spent:
            found.append(tokens)
    return found


def _careful(settings: Settings, request: ChatRequest) -> ChatRequest:
    """Without chance, but not of a server that we do not know: its model may think."""
    return asking.careful(request) if settings.engine.url is None else request


def _bounded(request: ChatRequest, code: str) -> ChatRequest:
    """Room for an answer some times as long as ``code``, the longest so far, and for thoughts."""
    if not code:
        return request
    room = max(_LEAST_ANSWER, _RUN_ON * count_tokens(code)) + (request.thinking_tokens or 0)
    return replace(request, max_tokens=min(request.max_tokens, room))


def _wave(request: ChatRequest, count: int, asked: int) -> ChatRequest:
    """Drawn answers, other ones than those that were asked for before."""
    seed = None if request.seed is None else request.seed + asked
    return replace(request, n=count, seed=seed)


async def _first(
    inquiry: Inquiry, careful: ChatRequest, beside: ChatRequest
) -> AsyncGenerator[tuple[RoundKind, Answer]]:
    """The answers to the first request and to those beside it, as they come."""
    queue: asyncio.Queue[tuple[RoundKind, Answer] | None] = asyncio.Queue()

    async def pump(kind: RoundKind, request: ChatRequest) -> None:
        try:
            async with aclosing(inquiry.stream(request)) as found:
                async for answer in found:
                    queue.put_nowait((kind, answer))
        finally:
            queue.put_nowait(None)

    tasks = [asyncio.create_task(pump("first", careful))]
    if beside.n > 0:
        tasks.append(asyncio.create_task(pump("more", beside)))
    try:
        running = len(tasks)
        while running:
            found = await queue.get()
            if found is None:
                running -= 1
            else:
                yield found
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
