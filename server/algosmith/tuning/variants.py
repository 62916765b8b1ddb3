"""Which form of a training's outcome answers best: early or late, at full strength or half.

Small data soon teaches too much; advice everywhere is to try earlier checkpoints and less strength.
They are compared through the engine on problems that the gate does not use afterwards.
"""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from algosmith.config import Adapter
from algosmith.evaluation import evaluating, runs
from algosmith.evaluation.evaluating import Arm
from algosmith.evaluation.problems import Problem
from algosmith.evaluation.rows import Row
from algosmith.evaluation.trial import TrialOptions
from algosmith.features import services as building
from algosmith.features.store import Report
from algosmith.tuning import checkpoints, gate
from algosmith.tuning.checkpoints import Checkpoint
from algosmith.tuning.gate import Pair


@dataclass(frozen=True, slots=True)
class Variant:
    """One of them."""

    name: str
    checkpoint: Checkpoint
    factor: float = 1.0
    """Of its strength."""


def variants(kept: Checkpoint, folder: Path) -> tuple[Variant, ...]:
    """The best checkpoint, the same at half its strength, and an early one where there is one."""
    early = [one for one in checkpoints.whole(folder) if one.step * 2 <= kept.step]
    found = [Variant("best", kept), Variant("half", kept, 0.5)]
    return (*found, *(Variant("early", one) for one in early[-1:]))


async def compare(
    folders: Mapping[str, Path],
    problems: Sequence[Problem],
    pair: Pair,
    scratch: Path,
    report: Report,
) -> dict[str, int]:
    """How many problems each solves; all of them are asked through one engine."""
    known = tuple(Adapter(name, str(folder)) for name, folder in folders.items())
    settings = replace(gate.asked_with(pair), adapters=known)
    with ExitStack() as stack:
        arms: list[Arm] = []
        for one in known:
            run = stack.enter_context(
                runs.open_run(scratch / f"{one.name}.jsonl", {"of": one.name})
            )
            services = building.build(replace(settings, adapter=one.name), trusted=True)
            arms.append(Arm(services, run, TrialOptions(plain=False, agrees=False)))
        try:
            await evaluating.evaluate(problems, arms, report)
        finally:
            for arm in arms:
                await arm.services.close()
        return {one.name: _right(arm.run.rows) for one, arm in zip(known, arms, strict=True)}


def _right(rows: Mapping[str, Row]) -> int:
    return sum(row.is_right for row in rows.values())
