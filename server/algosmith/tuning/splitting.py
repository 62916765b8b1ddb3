"""Which rows are learned, which tell when to stop, and which problems are kept for the gate.

Rows that ask nearly the same go to one side together: a problem that was learned proves nothing.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from algosmith.errors import ConfigError
from algosmith.tuning.conversations import Conversation
from algosmith.tuning.likeness import contained, groups, shingles

LEAST_ROWS = 10
_MOST_VALIDATION = 200
_COPIED = 0.8
"""So much of a problem's own words within a row is no chance."""

_Family = list[Conversation]
_Families = list[_Family]


@dataclass(frozen=True, slots=True)
class Split:
    """The parts of a data set; no problem is in two of them."""

    training: tuple[Conversation, ...]
    validation: tuple[Conversation, ...]
    """Its loss is watched."""
    held_out: tuple[Conversation, ...]
    """With problems, answered by base and adapter after training."""
    repeated: int
    """Rows that ask nearly the same as another one."""


def split(conversations: Sequence[Conversation], held_out: int, seed: int) -> Split:
    """Draws the parts: a tenth for validation, up to ``held_out`` problems for the gate.

    Raises:
        ConfigError: There is too little to learn from.
    """
    if len(conversations) < LEAST_ROWS:
        raise ConfigError(
            f"{len(conversations)} usable row{'s' if len(conversations) != 1 else ''} can't teach "
            f"anything that could be measured; give at least {LEAST_ROWS}"
        )
    families = _families(conversations)
    random.Random(seed).shuffle(families)  # noqa: S311  no secret
    kept = _take(families, min(held_out, sum(map(_has_problem, families)) // 4), _has_problem)
    count = min(_MOST_VALIDATION, max(1, len(conversations) // 10))
    validation = _take(families, count, lambda _: True)
    if not families:
        raise ConfigError(
            "all rows ask nearly the same: nothing would be left to learn from; give more problems"
        )
    repeated = len(conversations) - len(families) - len(kept) - len(validation)
    return Split(_flat(families), _flat(validation), _flat(kept), repeated)


def copied(problem_text: str, conversations: Sequence[Conversation]) -> list[int]:
    """The rows that hold most of a problem's own words."""
    words = shingles(problem_text)
    return [one.row for one in conversations if contained(words, _all_words(one)) >= _COPIED]


def _families(conversations: Sequence[Conversation]) -> _Families:
    found: dict[int, _Family] = {}
    own = [_own_words(one) for one in conversations]
    for place, first in enumerate(groups(own)):
        found.setdefault(first, []).append(conversations[place])
    return list(found.values())


def _own_words(one: Conversation) -> str:
    """What tells a problem from another: what is asked, whatever was answered."""
    return one.asked


def _all_words(one: Conversation) -> frozenset[int]:
    return shingles("\n".join(message.content for message in one.messages))


def _has_problem(family: _Family) -> bool:
    return any(one.problem is not None for one in family)


def _take(families: _Families, count: int, wanted: Callable[[_Family], bool]) -> _Families:
    """Takes ``count`` wanted families out of the list, as far as there are so many."""
    chosen = [family for family in families if wanted(family)][:count]
    taken = {id(family) for family in chosen}
    families[:] = [family for family in families if id(family) not in taken]
    return chosen


def _flat(families: _Families) -> tuple[Conversation, ...]:
    return tuple(one for family in families for one in family)
