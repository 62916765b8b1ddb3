"""Hints for learners, by level; a hint never holds the solution."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.errors import TaskError
from algosmith.features import ask, words
from algosmith.features.chinese import said
from algosmith.syntax.tasks import prose_of

if TYPE_CHECKING:
    from algosmith.features.services import Services
    from algosmith.features.store import Report
    from algosmith.model import Function, Prose, Snapshot, Task

LEVELS = ("a question", "the idea", "a plan", "the next line")
"""What a hint of level 1, 2, 3 and 4 is; each says more than the one before."""
_MOST = 12_000
_SOLUTIONS = (
    re.compile(r"^[ \t]*#+ ?BEGIN (?:SOLUTION|HIDDEN TESTS?)\b.*?^[ \t]*#+ ?END (?:SOLUTION|HIDDEN "
               r"TESTS?)\b[^\n]*\n?", re.DOTALL | re.MULTILINE),
    re.compile(r"^[^\n]*#+ ?SOLUTION\b[^\n]*\n?", re.MULTILINE),
)  # fmt: skip
"""How nbgrader and otter mark what learners do not get."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One step on the way, in the model's words."""

    level: int
    text: str
    model: str
    prose: Prose = "en"

    @property
    def name(self) -> str:
        """``a question``."""
        return LEVELS[self.level - 1]


async def hint(services: Services, exercise: str, level: int, report: Report) -> Hint:
    """A hint for an exercise as it stands; raises TaskError for a level that is none."""
    if not 1 <= level <= len(LEVELS):
        raise TaskError(f"hints have the levels 1 to {len(LEVELS)}, not {level}")
    problem = ask.Problem(
        without_solutions(exercise)[:_MOST],
        prompt="hint",
        variables=(("level", LEVELS[level - 1]),),
    )
    prose = prose_of(exercise)
    answer = await ask.ask(
        services, problem, lambda progress: report(words.progress_step(progress, prose))
    )
    return Hint(level, ask.without_code(answer.text), words.model_name(answer.model), prose)


def exercise_of(snapshot: Snapshot, function: Function | None, task: Task | None) -> str:
    """The exercise at a place: the function as it stands, else what the TODO says."""
    if function is not None:
        return snapshot.slice(function.span)
    return task.text if task is not None else ""


def without_solutions(text: str) -> str:
    """The exercise as a learner gets it: what nbgrader and otter hide is taken out.

    A model that is shown them would give them away.
    """
    for pattern in _SOLUTIONS:
        text = pattern.sub("", text)
    return text


def text_of(made: Hint) -> str:
    """The hint for people, marked as the model's."""
    title = said(f"A hint, {made.name} (by {made.model}; nothing checked it)", made.prose)
    return f"{title}:\n{made.text}"
