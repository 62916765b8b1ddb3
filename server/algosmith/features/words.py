"""What people read: progress, titles, messages and hovers. English; Chinese for a Chinese TODO."""

import re
from collections.abc import Sequence

from algosmith.complexity import notation
from algosmith.features.chinese import said
from algosmith.model import (
    Claims,
    Explanation,
    Level,
    Measurement,
    Outcome,
    Prose,
    Solution,
    Step,
    Task,
)
from algosmith.wire import Progress

_PHASES = {
    "starting": "starting the engine",
    "loading": "loading the model",
    "queued": "waiting for a free slot",
    "thinking": "thinking",
    "writing": "writing",
}
_CHOSEN = {
    "verified": "Verified",
    "consistent": "Proposed, not verified",
    "unchecked": "An answer to check yourself",
}
_MOST_TITLE = 72
_LEAST_FOR_A_RATE = 20
"""Tokens; a rate over fewer says more about when the first one came."""


def progress_step(progress: Progress, prose: Prose = "en") -> Step:
    """``thinking, 1,240 tokens, 61 tok/s``."""
    text = _PHASES[progress.phase]
    if progress.phase in ("thinking", "writing") and progress.tokens:
        text += f", {progress.tokens:,} tokens"
        if progress.tokens >= _LEAST_FOR_A_RATE:
            text += f", {progress.tokens_per_second:.0f} tok/s"
    return Step(progress.phase, said(text, prose), progress.fraction)


def checking(before: int, new: int, prose: Prose) -> str:
    """``checking answer 3``, ``checking answers 3 to 5``."""
    if new == 1:
        return said(f"checking answer {before + 1}", prose)
    return said(f"checking answers {before + 1} to {before + new}", prose)


def asking_for_tests(prose: Prose) -> str:
    """While the model writes tests to choose by."""
    return said("asking for tests to choose by", prose)


def measuring(prose: Prose) -> str:
    """While the complexity of answers is measured."""
    return said("measuring complexity", prose)


def known_so_far(checked: int, of: int, best: Level, prose: Prose) -> str:
    """``2 of 8 checked, best: consistent``."""
    return said(f"{checked} of {max(of, checked)} checked, best: {best}", prose)


def take_title(best: str, prose: Prose) -> str:
    """The code action while a task is being solved; ``best`` is in the user's language."""
    return said(f"Take the best now ({best})", prose)


def solve_title(task: Task) -> str:
    """The code action on a task: ``Solve TODO: two pointers``."""
    first = task.text.strip().splitlines()[0] if task.text.strip() else ""
    return f"Solve {task.keyword}: {_cut(clean(first))}" if first else f"Solve {task.keyword}"


def insert_title(solution: Solution, prose: Prose) -> str:
    """``Insert: sort + two pointers · O(n²) measured · verified 6/6 examples``."""
    return said(f"Insert: {candidate_title(solution, prose)}", prose)


def candidate_title(solution: Solution, prose: Prose) -> str:
    """The idea and the evidence: ``two pointers · O(n²) measured · verified 6/6 examples``."""
    idea = _cut(clean(solution.candidate.approach) or said("solution", prose), 60)
    parts = [*_time_figure(solution), clean(solution.verdict.summary)]
    if solution.verdict.adds:
        parts.append("adds: " + ", ".join(solution.verdict.adds))
    return " · ".join([idea, *(said(part, prose) for part in parts if part)])


def outcome_message(solutions: Sequence[Solution], chosen: bool, prose: Prose) -> str:
    """One sentence on how the job went; only what is verified is called so."""
    best = next((s for s in solutions if s.edit), None)
    if best is None:
        reasons = sorted({clean(c.detail).rstrip(".") for s in solutions for c in s.verdict.checks})
        why = "; ".join(said(reason, prose) for reason in reasons[:3])
        why = why or said("the model said nothing", prose)
        return said(f"No usable answer: {why}. Solve it again, or say more in the TODO.", prose)
    summary = clean(best.verdict.summary)
    if not chosen:
        adds = "adds: " + ", ".join(best.verdict.adds) if best.verdict.adds else ""
        why = " · ".join(said(part, prose) for part in (summary, adds) if part)
        return said(f"No answer may be used unseen: {why}.", prose)
    if best.verdict.level == "verified":
        summary = summary.removeprefix("verified ")
    figures = " · ".join(said(part, prose) for part in (summary, *_time_figure(best)))
    return said(f"{_CHOSEN[best.verdict.level]}: {figures}", prose)


def in_the_menu(prose: Prose) -> str:
    """Where an editor shows answers that were not inserted."""
    return said("The code-action menu has the answers.", prose)


def task_state(task: Task, outcome: Outcome | None, *, running: bool, so_far: str = "") -> str:
    """Hover on a task, as plain text lines; ``so_far`` is what a running job has found."""
    lines = [f"{task.keyword}: {clean(task.text)}"]
    if running:
        lines.append(said(f"being solved: {so_far}" if so_far else "being solved", task.prose))
    elif outcome is None:
        action = f"not solved yet: use the code action Solve {task.keyword}"
        lines.append(said(action, task.prose))
    else:
        lines.append(outcome.message)
        lines += [insert_title(s, task.prose) for s in outcome.solutions if s.edit][:5]
    return "\n".join(lines)


def explanation_text(explanation: Explanation, *, claims: bool = True) -> str:
    """Hover on a function: what it is, the idea, the claims (where no figure says them too)."""
    claimed = claims_text(explanation.claims) if claims else ""
    lines = [clean(explanation.algorithm), clean(explanation.idea), claimed]
    return "\n".join(line for line in lines if line)


def claims_text(claims: Claims) -> str:
    """``Time: O(n) claimed · Space: O(1) claimed``."""
    parts = [("Time", claims.time), ("Space", claims.space)]
    return " · ".join(f"{name}: {notation.pretty(c)} claimed" for name, c in parts if c)


def figure(measurement: Measurement, claims: Claims | None = None) -> str:
    """Claim and measurement in one line: ``Time O(n²) measured (O(n) claimed) · Space O(1) …``."""
    parts: list[str] = []
    for name, growth, claim in (
        ("Time", measurement.time, claims.time if claims else None),
        ("Space", measurement.space, claims.space if claims else None),
    ):
        said_too = f" ({notation.pretty(claim)} claimed)" if claim else ""
        if growth.complexity_class:
            shown = notation.pretty(growth.complexity_class)
            parts.append(f"{name}: {shown} {measurement.basis}{said_too}")
        elif claim:
            parts.append(f"{name}: {notation.pretty(claim)} claimed, not measured")
        elif growth.reason and name == "Time":
            parts.append(f"{name}: no figure, {clean(growth.reason)}")
    return " · ".join(parts)


def measurement_text(measurement: Measurement, claims: Claims | None = None) -> str:
    """Hover on a measured function: figures, inputs, disagreement with a claim, limits."""
    disagreement = claim_disagreement(measurement, claims) if claims else ""
    lines = [figure(measurement, claims), disagreement, measurement.inputs, *measurement.notes]
    return "\n".join(clean(line) for line in lines if line)


def claim_disagreement(measurement: Measurement, claims: Claims) -> str:
    """``the model claimed O(n)`` when the measurement is worse than the claim, else empty."""
    measured = measurement.time.complexity_class
    if measurement.basis != "measured" or not measured or not claims.time:
        return ""
    if not notation.contradicts(claims.time, measured):
        return ""
    where = f", line {measurement.hottest_line}" if measurement.hottest_line else ""
    return f"the model claimed {notation.pretty(claims.time)}, not met{where}"


def model_name(name: str) -> str:
    """A model for people: of a file its name, not its folders."""
    return clean(name.replace("\\", "/").rstrip("/").rpartition("/")[2] or name)


def clean(text: str) -> str:
    """Model or candidate text made safe to show: one line, no control, bidi or zero-width marks."""
    text = re.sub(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]", " ", text)
    return re.sub(r"\s+", " ", text).strip()[:400]


def _time_figure(solution: Solution) -> list[str]:
    measurement = solution.measurement
    if measurement and measurement.time.complexity_class:
        return [f"{notation.pretty(measurement.time.complexity_class)} {measurement.basis}"]
    claim = solution.candidate.claims.time
    return [f"{notation.pretty(claim)} claimed"] if claim else []


def _cut(text: str, most: int = _MOST_TITLE) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
