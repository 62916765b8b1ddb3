"""The course of one run, the same in every tier: sealed, loaded, one answer for each call."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from algosmith.sandbox import codec, frames, source
from algosmith.sandbox.conversation import Cause, ConversationEnd
from algosmith.sandbox.text import clean_lines
from algosmith.sandbox.types import Answer, Call, Run, Session, StandardInput, StepAnswer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.commands import CommandResult
    from algosmith.sandbox.types import Job, Limits, Program


class Talk(Protocol):
    """One line out, one line in."""

    @property
    def output(self) -> bytes:
        """What the child wrote to stdout and stderr so far."""
        ...

    async def ask(self, line: bytes | None) -> tuple[bytes, float]:
        """Sends a line (None: only listens); the line back and its seconds. Raises Ended."""
        ...

    def finish(self) -> None:
        """After the last answer: raises Ended when the child has written more."""
        ...

    async def settle(self) -> None:
        """Waits until all that the child has printed so far is in ``output``. Raises Ended."""
        ...


@dataclass(slots=True)
class Exchange:
    """How far a child came."""

    answers: list[Answer] = field(default_factory=list[Answer])
    steps: list[StepAnswer] = field(default_factory=list[StepAnswer])
    """Those of the session that is not through yet."""
    sealed: bool = False
    loaded: bool = False
    failure: Run | None = None
    """What the child itself said of why it can't run the program."""
    ended: ConversationEnd | None = None
    """Why the talk broke off."""


def program_line(program: Program, calls: Sequence[Job], limits: Limits) -> bytes | Run:
    """What the child is sent first; a Run when the program can't be sent."""
    if len(program.source) > source.MAX_SOURCE_BYTES:
        return Run((), f"the source is over {source.MAX_SOURCE_BYTES >> 20} MiB", cause="syntax")
    steps = "\n".join(step for job in calls if isinstance(job, Session) for step in job.steps)
    wanted = (program.source, steps)
    package = source.package_of(program.module, program.search_path)
    return codec.dump(
        {
            "source": source.without_words(program.source),
            "entry": program.entry,
            "module": program.module,
            "package": package,
            "in_package": any(source.uses_package(text, package) for text in wanted),
            "modules": source.modules(wanted, program.search_path, program.module),
            "answer_bytes": limits.answer_bytes,
            "asyncio": any("asyncio" in text for text in wanted),
            "whole": any(isinstance(job, StandardInput) for job in calls),
        }
    )


async def converse(talk: Talk, text: bytes, calls: Sequence[Job]) -> Exchange:
    """Talks with a child until all is answered or something ends it."""
    told = Exchange()
    try:
        told.failure = frames.opened((await talk.ask(None))[0])
        if told.failure:
            return told
        told.sealed = True
        told.failure = frames.loaded((await talk.ask(text))[0])
        if told.failure:
            return told
        told.loaded = True
        line = 0
        for job in calls:
            if isinstance(job, Session):
                line += await _session(talk, line, job, told.steps)
                told.answers.append(Answer("value", steps=tuple(told.steps)))
                told.steps.clear()
            elif isinstance(job, StandardInput):
                told.answers.append(await _program(talk, job))
            else:
                told.answers.append(await _call(talk, line, job))
                line += 1
        talk.finish()
    except ConversationEnd as error:
        told.ended = error
    except codec.FrameError as error:
        told.ended = ConversationEnd("protocol", f"a malformed answer: {error}")
    return told


def conclude(told: Exchange, cause: Cause, calls: Sequence[Job], printed: bytes, cpu: float) -> Run:
    """The Run of a talk that broke off once the child was sealed."""
    output = clean_lines(_text(printed), len(printed))
    if not told.loaded:
        return Run((), f"while loading: {cause.text}", output, cpu, "load")
    answers = list(told.answers)
    if calls:
        answers[len(calls) - 1 :] = []  # what stands after the last answer spoils that one
        answers.append(_broken(calls[len(answers)], cause, told.steps, printed))
    return Run(tuple(answers), None, output, cpu)


def _broken(job: Job, cause: Cause, steps: Sequence[StepAnswer], printed: bytes) -> Answer:
    """The answer of the job in which a talk broke off."""
    if isinstance(job, StandardInput) and cause.left == 0:
        return Answer("value", output=_text(printed))  # by ``os._exit(0)``
    if isinstance(job, Session):
        last = StepAnswer(cause.status, error=cause.text)
        return Answer(cause.status, error=cause.text, steps=(*steps, last))
    return Answer(cause.status, error=cause.text)


def _text(printed: bytes) -> str:
    return printed.decode("utf-8", "replace")


def program_answer(end: CommandResult, cause: Cause | None) -> Answer:
    """The answer of a whole program that ran as a command; ``cause`` says why it went wrong."""
    if cause is not None:
        return Answer(cause.status, error=cause.text, seconds=end.seconds)
    return Answer("value", output=_text(end.stdout), seconds=end.seconds)


async def _session(talk: Talk, line: int, session: Session, steps: list[StepAnswer]) -> int:
    """Adds an answer for each step; how many lines that took. Raises Ended, FrameError."""
    for number, step in enumerate(session.steps):
        frame = {"n": line + number, "step": step, "fresh": not number}
        answer, seconds = await talk.ask(codec.dump(frame))
        steps.append(frames.step_answer(codec.load(answer), line + number, seconds))
    return len(session.steps)


async def _program(talk: Talk, given: StandardInput) -> Answer:
    """One run of the whole program; raises Ended, FrameError."""
    line, seconds = await talk.ask(codec.dump({"n": 0, "input": given.text}))
    answer = frames.answer(codec.load(line), 0, Call(), seconds)
    await talk.settle()
    return replace(answer, output=_text(talk.output))


async def _call(talk: Talk, number: int, call: Call) -> Answer:
    """One call and its answer; raises Ended, FrameError."""
    frame = {
        "n": number,
        "args": [codec.encode(value) for value in call.args],
        "kwargs": {name: codec.encode(value) for name, value in call.kwargs.items()},
    }
    line, seconds = await talk.ask(codec.dump(frame))
    return frames.answer(codec.load(line), number, call, seconds)
