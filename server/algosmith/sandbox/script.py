"""The course of one run, the same in every tier: sealed, loaded, one answer for each call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from algosmith.sandbox import codec, frames, source
from algosmith.sandbox.conversation import Cause, Ended
from algosmith.sandbox.types import Answer, Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.sandbox.types import Call, Limits, Program


class Talk(Protocol):
    """One line out, one line in."""

    async def ask(self, line: bytes | None) -> tuple[bytes, float]:
        """Sends a line (None: only listens); the line back and its seconds. Raises Ended."""
        ...

    def finish(self) -> None:
        """After the last answer: raises Ended when the child has written more."""
        ...


@dataclass(slots=True)
class Told:
    """How far a child came."""

    answers: list[Answer] = field(default_factory=list[Answer])
    sealed: bool = False
    loaded: bool = False
    failure: Run | None = None
    """What the child itself said of why it can't run the program."""
    ended: Ended | None = None
    """Why the talk broke off."""


def program_line(program: Program, limits: Limits) -> bytes | Run:
    """What the child is sent first; a Run when the program can't be sent."""
    if len(program.source) > source.MAX_SOURCE_BYTES:
        return Run((), f"the source is over {source.MAX_SOURCE_BYTES >> 20} MiB", cause="syntax")
    return codec.dump(
        {
            "source": source.without_words(program.source),
            "entry": program.entry,
            "modules": source.modules(program.source, program.search_path),
            "answer_bytes": limits.answer_bytes,
        }
    )


async def converse(talk: Talk, text: bytes, calls: Sequence[Call]) -> Told:
    """Talks with a child until all is answered or something ends it."""
    told = Told()
    try:
        told.failure = frames.opened((await talk.ask(None))[0])
        if told.failure:
            return told
        told.sealed = True
        told.failure = frames.loaded((await talk.ask(text))[0])
        if told.failure:
            return told
        told.loaded = True
        for number, call in enumerate(calls):
            told.answers.append(await _call(talk, number, call))
        talk.finish()
    except Ended as error:
        told.ended = error
    except codec.FrameError as error:
        told.ended = Ended("protocol", f"a malformed answer: {error}")
    return told


def conclude(told: Told, cause: Cause, calls: Sequence[Call], output: str, cpu: float) -> Run:
    """The Run of a talk that broke off once the child was sealed."""
    if not told.loaded:
        return Run((), f"while loading: {cause.text}", output, cpu, "load")
    answers = list(told.answers)
    if calls:
        answers[len(calls) - 1 :] = []  # what stands after the last answer spoils that one
        answers.append(Answer(cause.status, error=cause.text))
    return Run(tuple(answers), None, output, cpu)


async def _call(talk: Talk, number: int, call: Call) -> Answer:
    """One call and its answer; raises Ended, FrameError."""
    frame = {
        "n": number,
        "args": [codec.encode(value) for value in call.args],
        "kwargs": {name: codec.encode(value) for name, value in call.kwargs.items()},
    }
    line, seconds = await talk.ask(codec.dump(frame))
    return frames.answer(codec.load(line), number, call, seconds)
