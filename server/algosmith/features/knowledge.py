"""What is known of a task while it is being solved, and what follows from it. Asks nobody."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from algosmith.config import Settings
from algosmith.errors import EditError
from algosmith.features.answers import Answer
from algosmith.features.rounds import Arrival
from algosmith.features.services import Services
from algosmith.model import Level, Round, RoundKind
from algosmith.prompting.ask import Failure
from algosmith.verify.types import Assessment

_AGREE, _FEW = 3, 3
"""Answers that behave alike where fewer examples than that are given: more would hardly change the
choice, and hardly verify it."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The answers so far and what the checks say about them."""

    begun: float
    """By ``time.monotonic``."""
    answers: tuple[Answer, ...] = ()
    kinds: tuple[RoundKind, ...] = ()
    """What each answer was asked for."""
    seconds: tuple[float, ...] = ()
    """When each answer was judged, from the beginning."""
    assessment: Assessment | None = None
    tokens: int = 0

    @property
    def placed(self) -> bool:
        """Whether an answer is there that could stand in the file."""
        return any(not isinstance(answer.edit, EditError) for answer in self.answers)

    @property
    def best(self) -> Level | None:
        """The level of the answer that may be inserted; None where none may be."""
        found = self.assessment
        return found.verdicts[found.chosen].level if found and found.chosen is not None else None

    def seconds_left(self, settings: Settings) -> float | None:
        """How long to wait for more; None for as long as it takes.

        That is so while nothing is there that may be inserted. A model that needs half of the time
        for its first answer gets as long again for the others.
        """
        return None if self.best is None else self.budget_left(settings)

    def budget_left(self, settings: Settings) -> float:
        """What is left of the time a task may have, 0 once it is spent."""
        most = max(settings.seconds, 2 * self.seconds[0] if self.seconds else 0.0)
        return max(0.0, self.begun + most - time.monotonic())

    def rounds(self) -> tuple[Round, ...]:
        """The rounds so far, in order."""
        found: list[Round] = []
        for kind in dict.fromkeys(self.kinds):
            mine = [i for i, other in enumerate(self.kinds) if other == kind]
            tokens = sum(self.answers[i].candidate.tokens for i in mine)
            found.append(Round(kind, len(mine), tokens, max(self.seconds[i] for i in mine)))
        return tuple(found)


def with_arrivals(known: Knowledge, came: Sequence[Arrival], assessment: Assessment) -> Knowledge:
    """What is known once ``came`` has been judged."""
    now = time.monotonic() - known.begun
    return replace(
        known,
        answers=(*known.answers, *(arrival.answer for arrival in came)),
        kinds=(*known.kinds, *(arrival.kind for arrival in came)),
        seconds=(*known.seconds, *(now for _ in came)),
        assessment=assessment,
        tokens=known.tokens + sum(arrival.answer.candidate.tokens for arrival in came),
    )


def is_enough(known: Knowledge) -> bool:
    """Whether further answers could only cost time: one is verified, or enough agree.

    With few examples hardly anything is verified, and what decides is how many answers agree.
    """
    found = known.assessment
    if found is None or found.chosen is None:
        return False
    if found.verdicts[found.chosen].level == "verified":
        return True
    if len(found.examples) >= _FEW or found.trial is None:
        return False
    passing = {one.index for one in found.trial.observed if one.passes}
    group = next((g for g in found.groups if found.chosen in g.members), None)
    rivals = [g for g in found.groups if g is not group and passing & set(g.members)]
    return group is not None and len(group.members) >= _AGREE and not rivals


def worth_repairing(known: Knowledge) -> Failure | None:
    """The best answer that is wrong and its evidence: by its run, or by the compiler's word."""
    found = known.assessment
    if found is None or not found.evidence:
        return None
    level = "refuted" if found.chosen is None else "unchecked"
    wrong = (i for i in found.order if found.verdicts[i].level == level)
    placed = (i for i in wrong if not isinstance(known.answers[i].edit, EditError))
    best = next(placed, None)
    return None if best is None else Failure(known.answers[best].candidate.code, found.evidence)


def may_think(known: Knowledge, services: Services) -> int | None:
    """The thoughts already spent when more of them may help; None when they can't.

    A second model is asked whenever nothing is verified. The first one, where it thinks, is asked
    again when it used up its thoughts.
    """
    if known.best == "verified" or is_enough(known):
        return None
    if services.thinker() is not None:
        return 0
    bound = services.settings.thinking.tokens
    used_up = any(a.reply.reasoning and a.reply.tokens >= bound for a in known.answers)
    return bound if used_up else None
