"""Asks the model for tests and inputs, where these can change which candidate is chosen."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass, replace

from algosmith.errors import AlgosmithError, ReplyError
from algosmith.features import asking
from algosmith.features.services import Services
from algosmith.model import Function
from algosmith.prompting import extract
from algosmith.prompting.ask import Question
from algosmith.sandbox.types import Sandbox
from algosmith.verify import advice, generator
from algosmith.verify.types import Advice, Need
from algosmith.wire import ProgressSink, Reply

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AdviceReplies:
    """Replies as the model wrote them."""

    tests: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    tokens: int = 0


async def ask(
    services: Services,
    question: Question,
    function: Function,
    wants: Collection[Need],
    on_progress: ProgressSink | None = None,
) -> AdviceReplies:
    """What the model writes for the checking of ``function``; both requests at the same time.

    A request that fails leaves its part empty: the candidates are there already.
    """

    async def replies(need: Need) -> tuple[Reply, ...]:
        if need not in wants:
            return ()
        try:
            request = asking.check(services.settings, question, function, need)
            status = await services.completer.status()
            request = replace(request, n=min(request.n, max(status.sequences, 1)))
            return await services.completer.complete(request, on_progress)
        except AlgosmithError as error:
            log.warning("the model gave no %s: %s\n%s", need, error, error.detail)
            return ()

    async with asyncio.TaskGroup() as group:
        jobs = [group.create_task(replies("tests")), group.create_task(replies("inputs"))]
    tests, inputs = (job.result() for job in jobs)
    tokens = sum(reply.tokens for reply in (*tests, *inputs))
    return AdviceReplies(tuple(r.text for r in tests), tuple(r.text for r in inputs), tokens)


async def read(written: AdviceReplies, function: Function, cage: Sandbox) -> Advice:
    """What of the replies is of use; the tests are only read, the generator runs in the cage."""
    answers = [answer for text in written.tests if (answer := _answer(text))]
    tests = await asyncio.to_thread(advice.read, answers, function)
    note = ""
    for text in written.inputs[:1]:
        calls, note = await generator.inputs(cage, extract.code(_answer(text)), function)
        if calls:
            return Advice(tests, calls)
    return Advice(tests, note=note)


def _answer(text: str) -> str:
    try:
        return extract.without_thinking(text)
    except ReplyError:
        return ""
