"""Finding stop strings in text that comes in arbitrary parts."""

from collections.abc import Sequence


class StopFinder:
    """Passes text on as soon as it can't be the beginning of a stop string any more."""

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._held = ""

    @property
    def held(self) -> str:
        """What is held back now."""
        return self._held

    def feed(self, text: str) -> tuple[str, bool]:
        """The text that may be shown now, and whether a stop string was reached."""
        text = self._held + text
        self._held = ""
        hits = [place for stop in self._stops if (place := text.find(stop)) >= 0]
        if hits:
            return text[: min(hits)], True
        keep = max((_overlap(text, stop) for stop in self._stops), default=0)
        if keep:
            text, self._held = text[:-keep], text[-keep:]
        return text, False

    def flush(self) -> str:
        """What was held back; the text has ended."""
        text, self._held = self._held, ""
        return text


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of ``text`` that is a beginning of ``stop``."""
    for length in range(min(len(text), len(stop) - 1), 0, -1):
        if text.endswith(stop[:length]):
            return length
    return 0
