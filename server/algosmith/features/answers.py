"""What the model answers, one after the other: read, placed, continued where it holds no code."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass, replace

from algosmith.errors import AlgosmithError, EditError, ReplyError
from algosmith.features import asking
from algosmith.model import Candidate, Edit, Snapshot, Task
from algosmith.prompting import extract
from algosmith.syntax import splice
from algosmith.wire import ChatRequest, Completer, ProgressSink, Reply


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply as a candidate."""

    candidate: Candidate
    edit: Edit | EditError
    """Where it goes, without annotation; or why it can't be placed, or is no candidate at all."""
    reply: Reply


async def answers(
    completer: Completer,
    request: ChatRequest,
    snapshot: Snapshot,
    task: Task,
    on_progress: ProgressSink,
) -> AsyncGenerator[Answer]:
    """The answers to a request as they end; closing the generator frees the engine."""
    async with contextlib.aclosing(completer.stream(request, on_progress)) as replies:
        async for reply in replies:
            answer = await asyncio.to_thread(read, snapshot, task, reply)
            if answer is None:
                answer = await _continued(completer, request, snapshot, task, reply)
            yield answer


def read(snapshot: Snapshot, task: Task, reply: Reply) -> Answer | None:
    """The reply as a candidate in its place; None where it holds no code yet."""
    try:
        found = extract.candidate(reply.text, task)
    except extract.NoCode:
        return None
    except ReplyError as error:
        return _without_code(reply, str(error))
    candidate = Candidate(found.code, found.approach, found.claims, reply.tokens, reply.seconds)
    try:
        return Answer(candidate, splice.place(snapshot, task, candidate.code, (), "none"), reply)
    except EditError as error:
        return Answer(candidate, EditError(_reason(error, reply)), reply)


async def _continued(
    completer: Completer, request: ChatRequest, snapshot: Snapshot, task: Task, reply: Reply
) -> Answer:
    """The reply with the code that follows when its block is opened for the model.

    What was said is left out where it was cut off by its bound: it would only run on. A model
    that thought is not asked again, for its turn can't be begun without its thoughts.
    """
    if reply.reasoning:
        return _without_code(reply, "the reply holds no code")
    more = asking.continued(request, "" if reply.finish_reason == "length" else reply.text, task)
    try:
        replies = await completer.complete(more)
    except AlgosmithError:
        replies = ()
    if not replies:
        return _without_code(reply, "the reply holds no code")
    rest = replies[0]
    whole = replace(
        rest,
        text=more.messages[-1].content + rest.text,
        tokens=reply.tokens + rest.tokens,
        seconds=reply.seconds + rest.seconds,
    )
    return await asyncio.to_thread(read, snapshot, task, whole) or _without_code(
        whole, "the reply holds no code"
    )


def _without_code(reply: Reply, why: str) -> Answer:
    return Answer(Candidate("", tokens=reply.tokens, seconds=reply.seconds), EditError(why), reply)


def _reason(error: EditError, reply: Reply) -> str:
    """Why it can't be placed; a reply that broke off is to blame for what is missing at its end."""
    if reply.finish_reason == "repetition":
        return "the reply repeats itself and was stopped before its code was complete"
    if reply.finish_reason == "length":
        return "the reply ran on and was cut off; if answers may be that long, raise answer_tokens"
    return str(error)
