"""Inputs that tell a function from small changes of it: near them a mistake is likelier to show."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.verify.behaviour import key
from algosmith.verify.mutants import changed_programs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.features.parties import Party
    from algosmith.sandbox.types import Call, Sandbox

_CHANGES = 8
_SHARE = 0.3
"""Of the time that is left; where each change is compiled, a few take all of it."""
_MOST = 40
"""Telling inputs that are kept."""


async def telling(
    parties: Sequence[Party], cage: Sandbox, calls: Sequence[Call], seconds: float
) -> list[Call]:
    """Of the calls those on which some change of some party gives something else.

    For each change the first such call only, so that all changes have their say.
    """
    found: dict[int, Call] = {}
    stop = time.monotonic() + seconds * _SHARE
    for party in (p for p in parties if p.function is not None):
        told = await party.run(cage, calls, seconds)
        running = languages.running(party.language)
        change = changed_programs if running is None else running.mutants
        for text in change(party.program.source, party.program.entry, _CHANGES):
            if time.monotonic() > stop:
                break
            program = replace(party.program, source=text)
            answers = await replace(party, program=program).run(cage, calls, seconds)
            differs = (
                at
                for at, (one, other) in enumerate(zip(told, answers, strict=True))
                if one and other and one.status == "value" and key(one) != key(other)
            )
            first = next(differs, None)
            if first is not None:
                found[first] = calls[first]
    return list(found.values())[:_MOST]
