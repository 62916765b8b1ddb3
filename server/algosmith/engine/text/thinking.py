"""Telling a model's thinking from its answer while the text comes in arbitrary parts."""

from typing import Literal

from algosmith.engine.text.stops import StopFinder

Place = Literal["undecided", "thinking", "answer"]
"""Where in its reply a model is."""

OPEN, CLOSE = "<think>", "</think>"

FORCED_CLOSE = "\n\nThe time for thinking is over; here is my answer.\n</think>\n\n"
"""Put in when the budget is spent. A sentence before the tag makes models answer, not go on."""


def thinking_budget(wanted: int, room: int) -> int:
    """Tokens a sequence may think; a quarter of its room is the answer's, whatever is wanted."""
    return min(wanted, room - room // 4)


class Separator:
    """Splits text into thinking and answer by the tags.

    Thinking is only recognised at the very beginning; a tag within an answer (an answer *about*
    tags) is text.
    """

    def __init__(self, begins: Place = "undecided") -> None:
        self.state: Place = begins
        self._start = ""
        self._closing = StopFinder((CLOSE,))
        self._trim = False

    def feed(self, text: str) -> tuple[str, str]:
        """(thinking, answer) that may be shown now."""
        if self.state == "undecided":
            text = self._decide(text)
        if self.state == "thinking":
            return self._think(text)
        if self.state == "answer":
            return "", self._answer(text)
        return "", ""

    def close(self) -> str:
        """The thinking is over by force; gives what of it was held back."""
        self.state, self._trim = "answer", True
        return self._closing.flush()

    def flush(self) -> tuple[str, str]:
        """What was held back; the text has ended."""
        start, self._start = self._start, ""
        return self._closing.flush(), start

    def _decide(self, text: str) -> str:
        self._start += text
        seen = self._start.lstrip()
        if seen.startswith(OPEN):
            self.state, self._start = "thinking", ""
            return seen.removeprefix(OPEN)
        if OPEN.startswith(seen):
            return ""
        self.state, text = "answer", self._start
        self._start = ""
        return text

    def _think(self, text: str) -> tuple[str, str]:
        held = self._closing.held
        thinking, closed = self._closing.feed(text)
        if not closed:
            return thinking, ""
        rest = (held + text)[len(thinking) + len(CLOSE) :]
        self.state, self._trim = "answer", True
        return thinking, self._answer(rest)

    def _answer(self, text: str) -> str:
        if self._trim:  # the blank lines between the closing tag and the answer
            text = text.lstrip("\n")
            self._trim = not text
        return text
