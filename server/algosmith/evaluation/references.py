"""Holds answers in other languages than Python to their problem's reference.

There are no hidden tests: right is what does the same as the reference on all inputs that a search
of some seconds comes to, the examples' own first. Inputs unlike all that the examples show don't
count; two right solutions may differ there.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from algosmith import languages
from algosmith.errors import ConfigError, SandboxError, TaskError
from algosmith.features.parties import Party, party
from algosmith.features.stress import Question, stress
from algosmith.model import Snapshot
from algosmith.syntax.functions import functions
from algosmith.syntax.parse import parse
from algosmith.syntax.positions import line_of

if TYPE_CHECKING:
    from algosmith.evaluation.problems import Problem
    from algosmith.sandbox.types import Sandbox

_SECONDS = 3.0


class References:
    """Runs references and answers; opens a cage for each language at first need."""

    def __init__(self, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._cages: dict[str, Sandbox] = {}

    async def like(self, problem: Problem, text: str) -> bool:
        """Whether no input was found on which the file's text differs from the reference.

        Raises:
            ConfigError: The reference can't be run, or nothing here runs its language.
        """
        cage = await self.cage(problem.snapshot.language)
        with tempfile.TemporaryDirectory(prefix="algosmith-eval-") as folder:
            known = _placed(problem, problem.reference, Path(folder, "reference"))
            given = _placed(problem, text, Path(folder, "answer"))
            if _is_broken(given) and not _is_broken(known):
                return False  # the function alone might run, the user's file would not
            try:
                one = await asyncio.to_thread(_party, known, problem.entry)
            except TaskError as error:
                raise ConfigError(f"{problem.id}: the reference can't be run: {error}") from error
            try:
                other = await asyncio.to_thread(_party, given, problem.entry)
                found = await stress(Question(one, other, seconds=self._seconds), cage)
            except TaskError:
                return False  # it can't be run
        # What no input was answered by shows nothing.
        return found.found is None and found.tally.tried > found.tally.raised

    async def aclose(self) -> None:
        """Ends the cages."""
        for cage in self._cages.values():
            await cage.close()
        self._cages.clear()

    async def cage(self, language: str) -> Sandbox:
        """What runs a language; ConfigError where nothing here does."""
        if language not in self._cages:
            running = languages.running(language)
            if running is None:
                raise ConfigError(f"{language} can't be run, so nothing in it can be marked")
            try:
                self._cages[language] = await running.opened()
            except SandboxError as error:
                raise ConfigError(f"answers can't be marked: {error}") from error
        return self._cages[language]


def _placed(problem: Problem, text: str, folder: Path) -> Snapshot:
    """The text as a file of the problem's name."""
    folder.mkdir()
    file = folder / Path(urlsplit(problem.snapshot.uri).path).name
    data = text.encode("utf-8", "surrogatepass")
    file.write_bytes(data)
    return Snapshot(file.as_uri(), problem.snapshot.language, data)


def _is_broken(snapshot: Snapshot) -> bool:
    return parse(snapshot).root_node.has_error


def _party(snapshot: Snapshot, entry: str) -> Party:
    """What answers the calls: the function of that name, or the whole program."""
    place = urlsplit(snapshot.uri).path
    if not entry:
        return party(place)
    known = [one for one in functions(snapshot) if one.qualified_name == entry]
    if not known:
        raise TaskError(f"{entry} is not there any more")
    return party(f"{place}:{line_of(snapshot.data, known[-1].span.start) + 1}")
