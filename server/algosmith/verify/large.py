"""Larger inputs: what is cut off at 30 items or bounded at 1000 looks right on small ones.

They only tell candidates of one group apart, and run under a short limit of their own: a candidate
that is too slow for one says nothing on it.
"""

from __future__ import annotations

import logging
import random
from typing import TYPE_CHECKING

from algosmith.inputs.sized import families, sized_call
from algosmith.verify.running import call_text

if TYPE_CHECKING:
    from algosmith.inputs.kinds import Signature
    from algosmith.sandbox.types import Call

log = logging.getLogger(__name__)

SECONDS = 0.5
"""For all large inputs of one candidate."""
_SIZES = (40, 200, 1_000)
_NUMBERS = (40, 1_000, 50_000)
"""Where no argument holds items."""
_FAMILIES = 4
_LONGEST = 40_000
"""Characters that one call takes on its way into the cage."""


def calls(signature: Signature, seed: int) -> tuple[Call, ...]:
    """A few calls of each size, the smallest first; none where none can be made."""
    known = families(signature)
    rng = random.Random(seed)  # noqa: S311 - test inputs
    chosen = (*known[:1], *rng.sample(known[1:], min(len(known) - 1, _FAMILIES - 1)))
    plain = all(p.kind.base in ("int", "float", "bool") for p in signature.parameters)
    made: dict[str, Call] = {}
    for size in _NUMBERS if plain else _SIZES:
        for family in chosen:
            try:
                call = sized_call(signature, size, family, seed)
            except (ValueError, KeyError, IndexError, TypeError) as error:
                log.warning("no large input of %r: %r", signature.entry, error)
                return tuple(made.values())
            text = call_text(call)
            if len(text) > _LONGEST:
                return tuple(made.values())
            made.setdefault(text, call)
    return tuple(made.values())
