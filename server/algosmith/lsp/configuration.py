"""Where settings come from: the user's file, then ``initialize``, then the client's own settings.

The client's settings are asked for by ``workspace/configuration`` where it answers that, else taken
from ``workspace/didChangeConfiguration``. A later source replaces what an earlier one said; what
can't be used is named once and its default stands.
"""

from typing import cast

from algosmith import config

SECTION = "algosmith"


class Configuration:
    """The settings in force, and the sentences about unusable values."""

    def __init__(self) -> None:
        self._base, self._base_problems = config.load()
        self._initial: object = None
        self._told: tuple[str, ...] = ()
        self.settings = self._base

    def start(self, initial: object) -> tuple[str, ...]:
        """Takes the settings of ``initialize``; gives the problems that are new."""
        self._initial = initial
        return self.update(None)

    def update(self, client_settings: object) -> tuple[str, ...]:
        """Takes the client's settings as they are now; gives the problems that are new."""
        settings, problems = config.parse(_without_nulls(self._initial), self._base)
        settings, more = config.parse(_without_nulls(client_settings), settings)
        self.settings = settings
        now = (*self._base_problems, *problems, *more)
        new = tuple(problem for problem in dict.fromkeys(now) if problem not in self._told)
        self._told = now
        return new


def pushed(settings: object) -> object:
    """Our section of what ``workspace/didChangeConfiguration`` carried."""
    if isinstance(settings, dict):
        return cast("dict[str, object]", settings).get(SECTION)
    return None


def _without_nulls(raw: object) -> object:
    """Editors send null for what the user did not set."""
    if not isinstance(raw, dict):
        return raw
    items = cast("dict[str, object]", raw).items()
    return {key: _without_nulls(value) for key, value in items if value is not None}
