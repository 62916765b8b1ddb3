"""Which examples do not fit a function, asked of a program in which the candidate does not stand.

Whether a call fits is found where values become those of the language: in the process that runs the
candidate, which may say of itself what it likes.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.sandbox.types import Limits, Program
from algosmith.syntax.document import open_document
from algosmith.syntax.functions import definitions
from algosmith.verify import transcript
from algosmith.verify.foreign import in_sight

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.model import Snapshot
    from algosmith.syntax.functions import Definition
    from algosmith.verify.running import Runner
    from algosmith.verify.statements import Example
    from algosmith.verify.types import Case, Observation

_BODIES = {"go": " panic(0) ", "rust": " panic!() ", "c": " __builtin_trap(); ",
           "java": " throw new RuntimeException(); "}  # fmt: skip
"""Bodies that every type of result allows, by language."""
_BODY = " throw 0; "


async def misfits(
    case: Case, runner: Runner, observed: Sequence[Observation], examples: Sequence[Example]
) -> frozenset[int]:
    """The examples of which candidates say that they do not fit, and it is so."""
    asked = [
        i
        for i, example in enumerate(examples)
        if example.script is None
        and any(transcript.is_unfit(one.behaviour.told[i]) for one in observed)
    ]
    found = _emptied(case) if asked else None
    if found is None:
        return frozenset()
    limits = Limits(wall_seconds=runner.seconds)
    runs = {i: await runner.sandbox.run(found, [examples[i].job], limits) for i in asked}
    return frozenset(i for i, run in runs.items() if any(map(transcript.is_unfit, run.answers)))


def _emptied(case: Case) -> Program | None:
    """The user's own file with a body in the function that does nothing; None where it has none."""
    snapshot, wanted = case.snapshot, case.task.function
    running = languages.running(snapshot.language)
    if running is None or wanted is None or case.task.kind == "function":
        return None
    before = _definition(snapshot, wanted.name, wanted.span.start)
    if before is None:
        return None
    body = _BODIES.get(snapshot.language, _BODY).encode()
    data = snapshot.data[: before.header_end] + body + snapshot.data[before.body_end :]
    after = replace(snapshot, data=data, version=None)
    one = _definition(after, wanted.name, wanted.span.start)
    if one is None:
        return None
    part = running.part(
        in_sight(case, snapshot), in_sight(case, after), case.task, one, frozenset()
    )
    return None if part.why_not_run else Program(part.text, part.entry)


def _definition(snapshot: Snapshot, name: str, start: int) -> Definition | None:
    found = (d for d in definitions(open_document(snapshot)) if not d.is_class and d.name == name)
    return min(found, key=lambda one: abs(one.outer.start - start), default=None)
