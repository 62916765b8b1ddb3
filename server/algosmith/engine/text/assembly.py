"""From a sequence's bytes to the text of its thinking and its answer, and when to interfere.

Bytes -> UTF-8 joined over tokens -> thinking | answer -> stop strings cut -> out.
"""

import codecs
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from algosmith.engine.text.repetition import LoopDetector
from algosmith.engine.text.stops import StopFinder
from algosmith.engine.text.thinking import Place, Separator

Action = Literal["stop", "repetition", "close_thinking"]
"""stop: a stop string was reached; repetition: a loop; close_thinking: the budget is spent."""


@dataclass(frozen=True, slots=True)
class Delta:
    """New text of a sequence."""

    reasoning: str = ""
    answer: str = ""
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the thinking of one sequence."""

    thinking_tokens: int
    thinking_seconds: float | None = None


class Assembler:
    """The text of one sequence as it grows."""

    def __init__(self, stops: Sequence[str], limits: Limits, begins: Place = "undecided") -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._separator = Separator(begins)
        self._stops = StopFinder(stops)
        self._loops = LoopDetector()
        self._limits = limits
        self._began = time.monotonic()
        self.tokens = 0
        """Tokens so far, thinking included."""

    @property
    def thinking(self) -> bool:
        """The thinking is not over."""
        return self._separator.state == "thinking"

    def feed(self, data: bytes, tokens: int) -> Delta:
        """Take new bytes; the action, if any, is for the caller to carry out."""
        self.tokens += tokens
        return self._take(self._decoder.decode(data))

    def close_thinking(self) -> str:
        """The caller has forced the closing tag; gives reasoning that was held back."""
        self._loops = LoopDetector()
        return self._separator.close()

    def finish(self) -> Delta:
        """The sequence has ended: what was held back comes out."""
        delta = self._take(self._decoder.decode(b"", final=True))
        if delta.action == "stop":
            return delta
        reasoning, answer = self._separator.flush()
        shown, _ = self._stops.feed(answer)
        rest = shown + self._stops.flush()
        return Delta(delta.reasoning + reasoning, delta.answer + rest, delta.action)

    def _take(self, text: str) -> Delta:
        reasoning, answer = self._separator.feed(text)
        shown, stopped = self._stops.feed(answer)
        if stopped:
            return Delta(reasoning, shown, "stop")
        if self._loops.feed(text):
            # A loop in the thinking may still end with an answer.
            action: Action = "close_thinking" if self.thinking else "repetition"
            return Delta(reasoning, shown, action)
        if self.thinking and self._spent():
            return Delta(reasoning, shown, "close_thinking")
        return Delta(reasoning, shown)

    def _spent(self) -> bool:
        if self._limits.thinking_tokens <= self.tokens:
            return True
        seconds = self._limits.thinking_seconds
        return seconds is not None and seconds <= time.monotonic() - self._began
