"""Showing a job's progress to the client.

The client is asked for a token but never waited for: a client that is busy (Helix blocks while it
resolves an action) gets the job's result all the same, and progress from when it answers.
"""

import time
from concurrent import futures
from typing import Any

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from algosmith.model import Step

_SECONDS_BETWEEN_REPORTS = 0.1


class Progress:
    """One work-done progress: ``report`` any number of times, then ``end``."""

    def __init__(self, server: LanguageServer, token: str, title: str, *, shown: bool) -> None:
        self._server = server
        self._token = token
        self._title = title
        self._begun = False
        self._ended = False
        self._last: Step | None = None
        self._sent_at = 0.0
        if shown:
            asked = server.window_work_done_progress_create(
                types.WorkDoneProgressCreateParams(token)
            )
            asked.add_done_callback(self._on_created)

    def report(self, step: Step) -> None:
        """Shows a step; steps that follow too fast on each other are dropped."""
        changed = self._last is None or step.phase != self._last.phase
        self._last = step
        now = time.monotonic()
        if self._begun and (changed or now - self._sent_at >= _SECONDS_BETWEEN_REPORTS):
            self._sent_at = now
            self._send(types.WorkDoneProgressReport(**_fields(step)))

    def end(self, message: str) -> None:
        """Ends the progress; later reports are dropped."""
        if self._begun and not self._ended:
            self._send(types.WorkDoneProgressEnd(message=message))
        self._begun, self._ended = False, True

    def _on_created(self, answer: futures.Future[None]) -> None:
        if self._ended or answer.cancelled() or answer.exception() is not None:
            return
        self._begun = True
        message = self._last.message if self._last else None
        self._send(types.WorkDoneProgressBegin(self._title, cancellable=True, message=message))

    def _send(self, value: Any) -> None:
        self._server.progress(types.ProgressParams(self._token, value))


def _fields(step: Step) -> dict[str, Any]:
    percentage = None if step.fraction is None else round(100 * min(max(step.fraction, 0.0), 1.0))
    return {"cancellable": True, "message": step.message, "percentage": percentage}
