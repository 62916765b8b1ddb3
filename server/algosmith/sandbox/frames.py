"""What a child's lines stand for: that it is sealed, that it loaded, the answer to a call."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from algosmith.sandbox import codec
from algosmith.sandbox.text import clean
from algosmith.sandbox.types import Answer, Run, StepAnswer

if TYPE_CHECKING:
    from algosmith.sandbox.types import Call

_STATUSES = ("value", "raised", "unserialisable", "memory")


def opened(line: bytes) -> Run | None:
    """The child's first word, before it has seen any untrusted text."""
    frame = codec.load(line)
    if frame == ["sealed"]:
        return None
    return Run((), f"the cage failed: {clean(str(frame[1:]))}", cause="cage")


def loaded(line: bytes) -> Run | None:
    """None when the source is loaded, else why it is not; raises FrameError."""
    frame = codec.load(line)
    if frame == ["loaded"]:
        return None
    if len(frame) != 4 or frame[0] != "failed" or not isinstance(frame[2], str):
        raise codec.FrameError("no word on loading")
    text = clean(frame[2])
    if frame[1] == "import":
        return Run((), f"imports {text}, not installed", cause="import")
    if frame[1] == "syntax":
        return Run((), f"line {frame[3]}: {text}" if frame[3] else text, cause="syntax")
    if frame[1] == "entry":
        return Run((), text.removeprefix("LookupError: "), cause="entry")
    if frame[1] == "load":
        return Run((), f"while loading: {text}", cause="load")
    raise codec.FrameError("no word on loading")


def step_answer(frame: list[object], number: int, seconds: float) -> StepAnswer:
    """The StepAnswer that a line from the cage stands for; raises FrameError."""
    if len(frame) != 6 or type(frame[0]) is not int or frame[0] != number:
        raise codec.FrameError("an answer to another step")
    _, status, value, displayed, raised, error = frame
    if status not in _STATUSES or not (
        isinstance(displayed, str) and isinstance(raised, str) and isinstance(error, str)
    ):
        raise codec.FrameError("no answer to a step")
    plain = codec.decode(value) if status in ("value", "raised") else None
    return StepAnswer(status, displayed, plain, raised, clean(error), seconds)


def answer(frame: list[object], number: int, call: Call, seconds: float) -> Answer:
    """The Answer that a line from the cage stands for; raises FrameError."""
    if len(frame) != 6 or type(frame[0]) is not int or frame[0] != number:
        raise codec.FrameError("an answer to another call")
    _, status, value, arguments, error, lazy = frame
    if status not in _STATUSES or not isinstance(error, str) or type(lazy) is not bool:
        raise codec.FrameError("an unknown status")
    if status != "value":
        return Answer(status, error=clean(error), seconds=seconds)
    after = call.args
    if isinstance(arguments, list):
        after = tuple(codec.decode(item) for item in cast("list[object]", arguments))
    elif arguments is not None:
        raise codec.FrameError("no arguments")
    return Answer("value", codec.decode(value), after, "", seconds, lazy)
