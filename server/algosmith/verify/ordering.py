"""Puts verdicts, order and choice together."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from algosmith.verify import evidence, select
from algosmith.verify.types import Judgement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from algosmith.config import Settings
    from algosmith.model import Verdict
    from algosmith.verify.placing import Standing
    from algosmith.verify.select import Field
    from algosmith.verify.types import Example, Found


def finished(
    standings: Sequence[Standing],
    verdicts: Mapping[int, Verdict],
    field: Field | None,
    found: Found,
    settings: Settings,
) -> Judgement:
    """Puts verdicts, order and choice together."""
    ranked = select.ranking(field) if field else ()
    place = {index: n for n, index in enumerate(ranked)}
    shapes = Counter(standing.shape for standing in standings)
    steps = ("verified", "consistent", "unchecked", "refuted")

    def rank(standing: Standing) -> tuple[object, ...]:
        verdict = verdicts[standing.index]
        step = steps.index(verdict.level) if verdict.level in ("verified", "refuted") else 1
        size = standing.size if field else 0
        return (step, place.get(standing.index, len(ranked)), bool(standing.adds),
                -shapes[standing.shape], size, standing.index)  # fmt: skip

    order = tuple(s.index for s in sorted(standings, key=rank))
    first = verdicts[order[0]] if order else None
    free = first is not None and first.level != "refuted" and not first.adds
    chosen = order[0] if free and not found.contradictions else None
    text = ""
    if field and first is not None and first.level == "refuted":
        text = _evidence(field, order, found, settings)
    notes = (*found.notes, *(_contradiction(a, b) for a, b in found.contradictions))
    return Judgement(
        tuple(verdicts[i] for i in range(len(standings))),
        order, chosen, tuple(field.groups) if field else (), text, notes, found.examples,
    )  # fmt: skip


def _evidence(field: Field, order: Sequence[int], found: Found, settings: Settings) -> str:
    by_index = {one.index: one for one in field.ran}
    best = next((by_index[i] for i in order if i in by_index), None)
    if best is None:
        return ""
    return evidence.for_repair(best, found.examples, settings.verify.timeout_seconds)


def _contradiction(one: Example, other: Example) -> str:
    return f"the task is inconsistent: {one.text} ({one.source}), but {other.text} ({other.source})"
