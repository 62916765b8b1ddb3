"""Whether a run that was ended at our limit says that the code is wrong.

The limit is ours, not the user's: right code may be slow, and a slow machine makes it slower. So an
example that took too long, or too much memory, refutes nobody, unless its input is so small that
no right code works on it that long: then it is an endless loop.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Any, cast

from algosmith.sandbox import stdvalues
from algosmith.sandbox.types import Call, Node, Record, Session
from algosmith.verify import source

if TYPE_CHECKING:
    from algosmith.sandbox.types import Answer, Job

_LARGEST = 6
"""Of a tiny input's numbers: programs that try all orders of eight things take their time."""
_MOST_PARTS = 8
_LONGEST = 12
_GROWING = (ast.Mult, ast.Pow, ast.LShift)
_DIGITS = re.compile(r"\d+")


def excuse(job: Job, answer: Answer | None, seconds: float) -> str:
    """Why the limit that a run came to says nothing of the candidate; empty where it does."""
    if answer is None:
        return ""
    if answer.error.startswith(_WROTE):
        return answer.error
    if is_tiny(job):
        return ""
    steps = (step.status for step in answer.steps if not step.error.startswith(DISPLAYED))
    ends = (answer.status, *steps)
    return SLOW.format(seconds) if "timeout" in ends else LARGE if "memory" in ends else ""


_WROTE = "wrote over "
DISPLAYED = "displayed over "
"""How errors begin where the cage stopped reading what was printed."""
SLOW = "took longer than {:g} s"
LARGE = "needed more memory than the cage allows"
NOT_REACHED = "was not reached: one before it came to the cage's limits"


def is_tiny(job: Job) -> bool:
    """Whether the input is so small that right code is done with it at once."""
    if isinstance(job, Call):
        return _is_small([*job.args, *job.kwargs.values()])
    return isinstance(job, Session) and all(map(_is_small_step, job.steps))


def _is_small(values: list[Any]) -> bool:
    waiting, left = [*values], _MOST_PARTS
    while waiting:
        value = waiting.pop()
        left -= 1
        if left < 0 or not _is_small_scalar(value):
            return False
        waiting += _parts(value)
    return True


def _parts(value: Any) -> list[Any]:
    match value:
        case dict():
            pairs = cast("dict[Any, Any]", value).items()
            return [part for pair in pairs for part in pair]
        case list() | tuple() | set() | frozenset():
            return list(cast("list[Any]", value))
        case Node(items=items) | Record(items=items):
            return list(items)
        case _:
            parts = stdvalues.parts_of(value)
            return parts[1] if parts else []


def _is_small_scalar(value: Any) -> bool:
    if isinstance(value, int | float):
        return abs(value) <= _LARGEST
    if isinstance(value, str | bytes):
        text = value if isinstance(value, str) else value.decode("latin-1")
        return len(text) <= _LONGEST and all(int(n) <= _LARGEST for n in _DIGITS.findall(text))
    return True


def _is_small_step(step: str) -> bool:
    """Whether a statement holds small values only, and no name whose value is not seen in it."""
    tree = source.tree_of(step)
    if tree is None:
        return False
    parts = [*ast.walk(tree)]
    if any(isinstance(part, ast.While) for part in parts):
        return False  # the loop's own end may be what is missing
    called = {id(part.func) for part in parts if isinstance(part, ast.Call)}
    unseen = any(
        isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and id(part) not in called
        for part in parts
    )
    grows = any(isinstance(part, ast.BinOp) and isinstance(part.op, _GROWING) for part in parts)
    constants = [part.value for part in parts if isinstance(part, ast.Constant)]
    return not (unseen or grows) and _is_small(constants)
