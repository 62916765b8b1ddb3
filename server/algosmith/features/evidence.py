"""What speaks for an answer, as a person would say it: a small card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from algosmith.features import words
from algosmith.features.chinese import said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from algosmith.model import Check, Prose, Solution

_MOST_EXAMPLES = 6
_SILENT = {"parse", "placed", "signature", "placeholder", "scan", "runnable"}
"""Checks that say nothing to people when they passed."""


def card(solution: Solution, examples: Sequence[str], prose: Prose) -> list[str]:
    """Lines: what was found, your examples, what was compared, figures, what was not checked."""
    verdict = solution.verdict
    lines = [said(words.clean(verdict.summary), prose)]
    checks = {one.name: one for one in verdict.checks}
    held = checks.get("examples")
    if held is not None and held.status == "passed" and examples:
        lines.append(said("your examples came out so:", prose))
        lines += [f"  {words.clean(text)}" for text in examples[:_MOST_EXAMPLES]]
        if len(examples) > _MOST_EXAMPLES:
            lines.append(said(f"  and {len(examples) - _MOST_EXAMPLES} more", prose))
    lines += [said(line, prose) for line in _compared(verdict.checks, lines[0])]
    claims = solution.candidate.claims
    if solution.measurement is not None:
        lines += words.measurement_text(solution.measurement, claims).splitlines()
    elif words.claims_text(claims):
        lines.append(words.claims_text(claims))
    if verdict.adds:
        lines.append(said("adds: " + ", ".join(verdict.adds), prose))
    lines += [said(f"not checked: {line}", prose) for line in _unchecked(verdict.checks)]
    return [line for line in lines if line.strip()]


def _compared(checks: Sequence[Check], summary: str) -> Iterator[str]:
    """What failed, and what passed with something to tell that the summary does not say."""
    for one in checks:
        detail = words.clean(one.detail)
        if one.status == "failed" and detail not in summary:
            yield detail or one.name
        elif one.status == "passed" and one.name not in (*_SILENT, "examples") and detail:
            told = detail in summary
            yield from () if told else (detail,)


def _unchecked(checks: Sequence[Check]) -> Iterator[str]:
    for one in checks:
        if one.status == "skipped":
            detail = words.clean(one.detail)
            yield detail if one.name not in ("examples",) else f"no example was used: {detail}"
