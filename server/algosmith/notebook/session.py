"""What one kernel keeps: a background loop and services; work shows its progress in a cell."""

from __future__ import annotations

import logging
from functools import cache
from typing import TYPE_CHECKING, Any

import IPython.display

from algosmith import config
from algosmith.errors import AlgosmithError
from algosmith.features import services
from algosmith.notebook import rendering
from algosmith.notebook.background import Background

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from algosmith.features.services import Services
    from algosmith.model import Step

    Tell = Callable[[Step], None]
    Work = Callable[[Services, Tell], Coroutine[Any, Any, Any]]


# Without a handler, Python would print warnings below the cell, which says the same better.
logging.getLogger("algosmith").addHandler(logging.NullHandler())


class Session:
    """Engine and sandbox are started by the first cell that needs them."""

    def __init__(self) -> None:
        self._background = Background()
        self._services: Services | None = None

    def run(self, work: Work) -> Any:
        """The result; None where a printed sentence says why there is none."""
        steps: list[Step] = []
        line = _Line()
        try:
            return self._background.wait(
                self._work(work, steps.append),
                lambda: line.show(steps[-1].message if steps else ""),
            )
        except AlgosmithError as error:
            print(f"algosmith: {error}")  # noqa: T201 - a cell's output
        except KeyboardInterrupt:
            print("algosmith: stopped; the engine is free again")  # noqa: T201
        finally:
            line.clear()
        return None

    async def _work(self, work: Work, tell: Tell) -> Any:
        """In the background loop, to which all that is made belongs."""
        if self._services is None:
            settings, problems = config.load()
            for problem in problems:
                print(f"algosmith: {problem}")  # noqa: T201 - a cell's output
            self._services = services.build(settings, trusted=True)
        return await work(self._services, tell)


@cache
def session() -> Session:
    """The kernel's one session."""
    return Session()


class _Line:
    """One line of progress that changes in its place."""

    def __init__(self) -> None:
        self._update: Callable[[object], None] | None = None
        self._text = ""

    def show(self, text: str) -> None:
        if text == self._text:
            return
        self._text = text
        if self._update is None:
            self._update = show(rendering.card(text))
        else:
            self._update(rendering.card(text))

    def clear(self) -> None:
        if self._update is not None:
            self._update(rendering.RichResult("", ""))


def show(shown: object) -> Callable[[object], None]:
    """Shows it below the cell; what comes back replaces it. IPython has no types of its own."""
    handle: Any = IPython.display.display(shown, display_id=True)  # pyright: ignore
    return handle.update
