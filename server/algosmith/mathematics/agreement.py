"""Whether independent answers to one problem are the same value, decided by sympy in the cage.

Agreement is no proof: answers of one model can be wrong alike. Answers that sympy can't read are
left out of the comparison and said so.
"""

import importlib.util
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from algosmith.errors import SandboxError
from algosmith.mathematics.boxed import final_answer
from algosmith.sandbox import open_sandbox
from algosmith.sandbox.types import Call, Limits, Program, Sandbox

_LIMITS = Limits(wall_seconds=90.0, cpu_seconds=60.0, memory_bytes=1 << 30)
"""Importing sympy alone takes seconds, and on a slow and busy machine half a minute."""
_NOTHING = r"\text{no answer}"
_MISSING = "sympy is not installed: pip install 'algosmith[web]'"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a comparison of answers showed."""

    finals: tuple[str, ...]
    """The boxed content of each reply; empty for one without a box."""
    groups: tuple[int, ...] = ()
    """For each reply the index of the first with an equal answer; -1 for one left out."""
    chosen: int | None = None
    """The first reply of the largest group; None where no answer could be read."""
    problem: str = ""
    """Why nothing was compared; empty when it was."""

    @property
    def size(self) -> int:
        """How many replies say what the chosen one says."""
        return 0 if self.chosen is None else self.groups.count(self.chosen)

    @property
    def compared(self) -> int:
        """How many replies took part."""
        return sum(group >= 0 for group in self.groups)


async def agree(replies: Sequence[str]) -> Agreement:
    """Compares the final answers of replies to the same problem."""
    finals = tuple(map(final_answer, replies))
    boxed = [index for index, final in enumerate(finals) if final]
    if not boxed:
        return Agreement(finals, problem="no answer has its final value in a box")
    if len(boxed) == 1:
        groups = tuple(i if i in boxed else -1 for i in range(len(finals)))
        return Agreement(finals, groups, boxed[0])
    found = await _groups([finals[index] for index in boxed])
    if isinstance(found, str):
        return Agreement(finals, chosen=boxed[0], problem=found)
    groups = [-1] * len(finals)
    for place, first in zip(boxed, found, strict=True):
        groups[place] = boxed[first] if first >= 0 else -1
    counted = Counter(group for group in groups if group >= 0)
    chosen = max(counted, key=lambda group: (counted[group], -group)) if counted else None
    problem = "" if counted else "sympy can't read the final answers"
    return Agreement(finals, tuple(groups), chosen, problem)


async def equal_to(known: str, finals: Sequence[str]) -> tuple[bool, ...] | str:
    """Whether each answer equals the known one, or why it could not be compared."""
    found = await _groups([known, *(final or _NOTHING for final in finals)])
    if isinstance(found, str):
        return found
    if found[0] < 0:
        return f"sympy can't read the known answer {known!r}"
    return tuple(bool(final) and first == 0 for final, first in zip(finals, found[1:], strict=True))


async def _groups(answers: list[str]) -> list[int] | str:
    """Equal answers, or why they could not be compared."""
    library = _library()
    if library is None:
        return _MISSING
    try:
        cage = await open_sandbox(library=library)
    except SandboxError as error:
        return str(error)
    try:
        return await _compared(cage, answers)
    finally:
        await cage.close()


async def _compared(cage: Sandbox, answers: list[str]) -> list[int] | str:
    source = Path(__file__).with_name("caged.py").read_text("utf-8")
    run = await cage.run(Program(source, "groups"), [Call((list(answers),))], _LIMITS)
    if run.failure:
        return f"the comparison could not run: {run.failure}"
    answer = run.answers[0]
    value = answer.value
    if answer.status == "value" and isinstance(value, list) and len(value) == len(answers):
        return [first if isinstance(first, int) else -1 for first in value]
    return f"the comparison ended without a result ({answer.error or answer.status})"


def _library() -> Path | None:
    """The folder that sympy and math-verify are installed in."""
    folders = {
        Path(found.origin).parents[1]
        for name in ("math_verify", "sympy")
        if (found := importlib.util.find_spec(name)) is not None and found.origin
    }
    return folders.pop() if len(folders) == 1 else None
