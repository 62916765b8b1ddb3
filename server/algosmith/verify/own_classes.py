"""Results that are objects of a class which the candidate itself wrote: they may say anything.

``f(2) == 4`` is true of an object whose ``__eq__`` says so, and where a line runs as it stands
(``if f(2) == 4: print("ok")``) nobody outside of the cage sees what was compared. So a candidate
that gives such objects is never believed on its examples.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from algosmith.sandbox.types import Node, Record
from algosmith.verify import source
from algosmith.verify.examples.sessions import holds_wanted
from algosmith.verify.objects import objects_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from algosmith.sandbox.types import Value
    from algosmith.verify.statements import Example
    from algosmith.verify.types import Observation, Trial

_TELLING = re.compile(
    r"\b__(?:eq|ne|lt|le|gt|ge|hash|bool|len|contains|iter|getitem|getattr|getattribute|class"
    r"|instancecheck|repr|str|format|[ri]?(?:add|sub)|abs|float|int|index|round)__\b"
)
"""Methods by which an object answers when it is compared, tested or shown."""
_MADE = re.compile(r"\b(?:type|new_class|make_dataclass)\s*\(")
"""What makes a class without a ``class`` statement."""


def speaking(trial: Trial, one: Observation) -> str:
    """The class that the candidate wrote, and that answers for its results; empty for none."""
    code = one.placed.code
    if one.placed.language != "python" or not ("class" in code or "type" in code):
        return ""
    for value in _values(one):
        for part in objects_in(value):
            if _is_its_own(part, code):
                return part.kind
    written = re.search(r"^\s*class\s+(\w+)", code, re.MULTILINE)
    seen = any(answer and answer.status == "value" for answer in one.behaviour.answers)
    if written is None or seen:
        return ""
    return written[1] if any(map(_compares_inside, trial.examples)) else ""


def _values(one: Observation) -> Iterator[Value]:
    for answer in (*one.behaviour.answers, *one.behaviour.told):
        if answer is not None:
            yield from (answer.value, *answer.arguments, *(step.value for step in answer.steps))


def _is_its_own(part: Record | Node, code: str) -> bool:
    """Whether the class is the candidate's, and has a say in what its objects equal."""
    written = re.search(rf"\bclass\s+{re.escape(part.kind)}\b", code)
    if written and _TELLING.search(code):
        return True
    if isinstance(part, Node) or not part.decides:
        return False  # two of them are equal where their items are
    named = re.search(rf"(?<!['\"])\b{re.escape(part.kind)}\b", code)
    return bool(written) or (not named and _MADE.search(code) is not None)


def _compares_inside(example: Example) -> bool:
    """Whether a line compares in the cage, where its outcome is all that comes out."""
    lines = example.script.lines[example.first : example.last + 1] if example.script else ()
    trees = (source.tree_of(line.source) for line in lines if line.tests and not line.claim)
    return any(tree is not None and holds_wanted(tree) for tree in trees)
