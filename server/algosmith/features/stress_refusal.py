"""What can't be compared at all is refused before anything runs."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import TYPE_CHECKING

from algosmith import languages
from algosmith.errors import TaskError
from algosmith.features.stress_aims import parameters
from algosmith.features.stress_inputs import signature_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from algosmith.features.stress import Question
    from algosmith.model import Function


def refuse(question: Question) -> None:
    """Raises TaskError for a function and a program, or functions that take other arguments."""
    parties = [p for p in (question.one, question.other) if p is not None]
    if len({p.problem is None for p in parties}) > 1:
        raise TaskError(
            "a function can't be compared with a program that reads standard input; name two "
            "functions or two programs"
        )
    functions = [p for p in (*parties, question.valid) if p is not None and p.problem is None]
    names = sorted({languages.of(p.language).name for p in functions})
    if len(names) > 1:
        raise TaskError(
            f"functions in {' and '.join(names)} can't be compared; make each a program that "
            "reads standard input, those can"
        )
    if parties[0].problem is None:
        signature_of(parties)
        _refuse_heads([p.function for p in functions if p.function is not None])


def _refuse_heads(functions: Sequence[Function]) -> None:
    """Refuses functions of which one can't take what another needs."""
    most: list[tuple[Function, int]] = []
    needed: list[tuple[Function, int]] = []
    for function in functions:
        heads = [
            one for one in parameters(function) if one.split(":")[0] not in ("self", "cls", "/")
        ]
        open_ended = any("*" in one or "..." in one for one in heads)
        most.append((function, len(heads) + 1000 * open_ended))
        needed.append(
            (function, 0 if open_ended else sum(not re.search(r"[=?]", one) for one in heads))
        )
    few, least = min(most, key=itemgetter(1))
    many, wanted = max(needed, key=itemgetter(1))
    if wanted > least:
        raise TaskError(
            f"{many.name} needs {wanted} arguments, {few.name} takes {least}: they can't be "
            "compared"
        )
