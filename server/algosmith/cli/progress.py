"""Progress of a job on a terminal: one line on stderr that rewrites itself."""

import shutil
import sys
import time
from types import TracebackType
from typing import Self

from algosmith.model import Step

_SECONDS_BETWEEN_LINES = 5.0
_BAR = 20
"""Characters of the bar; it stands before the words, which may be cut off."""


class ProgressLine:
    """Call it with Steps; on a pipe it prints a plain line every few seconds instead."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._begun = time.monotonic()
        self._printed = 0.0
        self._phase = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._terminal:
            sys.stderr.write("\r\x1b[K")

    def clear(self) -> None:
        """Takes the line away."""
        if self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def __call__(self, step: Step) -> None:
        """Shows the step."""
        seconds = time.monotonic() - self._begun
        share = f"  {step.fraction:.0%}" if step.fraction is not None else ""
        bar = _bar(step.fraction) if self._terminal else ""
        line = f"{seconds:5.0f} s  {bar}{step.message}{share}"
        if self._terminal:
            width = shutil.get_terminal_size().columns - 1
            sys.stderr.write(f"\r\x1b[K{line[:width]}")
            sys.stderr.flush()
        elif step.phase != self._phase or seconds - self._printed >= _SECONDS_BETWEEN_LINES:
            print(line, file=sys.stderr)
            self._printed = seconds
        self._phase = step.phase

    def say(self, text: str) -> None:
        """Prints a line that stays, above the progress."""
        print(f"\r\x1b[K{text}" if self._terminal else text, file=sys.stderr, flush=True)


def _bar(fraction: float | None) -> str:
    if fraction is None:
        return ""
    done = round(max(0.0, min(1.0, fraction)) * _BAR)
    return f"[{'#' * done}{'.' * (_BAR - done)}] "
