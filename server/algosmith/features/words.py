"""What people read: progress, titles, messages and hovers. English; Chinese for a Chinese TODO."""

import re
from collections.abc import Sequence

from algosmith.complexity import notation
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
_MOST_TITLE = 72
_LEAST_FOR_A_RATE = 20
"""Tokens; a rate over fewer says more about when the first one came."""


def progress_step(progress: Progress) -> Step:
    """``thinking, 1,240 tokens, 61 tok/s``."""
    text = _PHASES[progress.phase]
    if progress.phase in ("thinking", "writing") and progress.tokens:
        text += f", {progress.tokens:,} tokens"
        if progress.tokens >= _LEAST_FOR_A_RATE:
            text += f", {progress.tokens_per_second:.0f} tok/s"
    return Step(progress.phase, text, progress.fraction)


def checking(before: int, new: int) -> str:
    """``checking answer 3``, ``checking answers 3 to 5``."""
    if new == 1:
        return f"checking answer {before + 1}"
    return f"checking answers {before + 1} to {before + new}"


_LEVELS_ZH = {"refuted": "有误", "unchecked": "未检验", "consistent": "一致", "verified": "已验证"}


def known_so_far(checked: int, of: int, best: Level, prose: Prose) -> str:
    """``2 of 8 checked, best: consistent``."""
    of = max(of, checked)
    if prose == "zh":
        return f"已检验 {checked}/{of}, 目前最好: {_LEVELS_ZH[best]}"
    return f"{checked} of {of} checked, best: {best}"


def take_title(best: str, prose: Prose) -> str:
    """The code action while a task is being solved."""
    return f"现在就用目前最好的答案 ({best})" if prose == "zh" else f"Take the best now ({best})"


def solve_title(task: Task) -> str:
    """The code action on a task: ``Solve TODO: two pointers``."""
    first = task.text.strip().splitlines()[0] if task.text.strip() else ""
    return f"Solve {task.keyword}: {_cut(clean(first))}" if first else f"Solve {task.keyword}"


def insert_title(solution: Solution) -> str:
    """``Insert: sort + two pointers · O(n²) measured · verified 6/6 examples``."""
    idea = _cut(clean(solution.candidate.approach) or "solution", 60)
    parts = [idea, *_time_figure(solution), clean(solution.verdict.summary)]
    if solution.verdict.adds:
        parts.append("adds: " + ", ".join(solution.verdict.adds))
    return "Insert: " + " · ".join(part for part in parts if part)


def outcome_message(solutions: Sequence[Solution], chosen: bool, prose: Prose) -> str:
    """One sentence on how the job went."""
    best = next((s for s in solutions if s.edit), None)
    if best is None:
        reasons = sorted({clean(c.detail).rstrip(".") for s in solutions for c in s.verdict.checks})
        why = "; ".join(reasons[:3]) or "the model said nothing"
        if prose == "zh":
            return f"没有可用的答案: {why}。请再试一次,或在 TODO 里写得更具体。"
        return f"No usable answer: {why}. Solve it again, or say more in the TODO."
    if chosen:
        figures = " · ".join([clean(best.verdict.summary), *_time_figure(best)])
        if best.verdict.level == "unchecked":  # it may well be wrong: never called a solution
            return (
                f"有一个答案, 请自己检查: {figures}"
                if prose == "zh"
                else (f"An answer to check yourself: {figures}")
            )
        return f"已解决: {figures}" if prose == "zh" else f"Solved: {figures}"
    why = clean(best.verdict.summary)
    if best.verdict.adds:
        why += f" (adds: {', '.join(best.verdict.adds)})"
    if prose == "zh":
        return f"没有可以直接采用的答案: {why}。"
    return f"No answer may be used unseen: {why}."


def in_the_menu(prose: Prose) -> str:
    """Where an editor shows answers that were not inserted."""
    if prose == "zh":
        return "这些答案在代码操作菜单中。"
    return "The code-action menu has the answers."


def task_state(task: Task, outcome: Outcome | None, *, running: bool, so_far: str = "") -> str:
    """Hover on a task, as plain text lines; ``so_far`` is what a running job has found."""
    lines = [f"{task.keyword}: {clean(task.text)}"]
    if running:
        lines.append(f"being solved: {so_far}" if so_far else "being solved")
    elif outcome is None:
        lines.append("not solved yet: use the code action Solve " + task.keyword)
    else:
        lines.append(outcome.message)
        lines += [insert_title(s) for s in outcome.solutions if s.edit][:5]
    return "\n".join(lines)


def explanation_text(explanation: Explanation) -> str:
    """Hover on a function: what it is, the idea, the claims."""
    lines = [clean(explanation.algorithm), clean(explanation.idea), claims_text(explanation.claims)]
    return "\n".join(line for line in lines if line)


def claims_text(claims: Claims) -> str:
    """``Time: O(n) claimed · Space: O(1) claimed``."""
    parts = [("Time", claims.time), ("Space", claims.space)]
    return " · ".join(f"{name}: {notation.pretty(c)} claimed" for name, c in parts if c)


def measurement_text(measurement: Measurement, claims: Claims | None = None) -> str:
    """Hover on a measured function: figures, inputs, disagreement with a claim, limits."""
    lines: list[str] = []
    for name, growth in (("Time", measurement.time), ("Space", measurement.space)):
        if growth.complexity_class:
            shown = notation.pretty(growth.complexity_class)
            lines.append(f"{name}: {shown} {measurement.basis}")
        elif growth.reason:
            lines.append(f"{name}: no figure, {clean(growth.reason)}")
    disagreement = claim_disagreement(measurement, claims) if claims else ""
    extra = [disagreement, measurement.inputs, *measurement.notes]
    return "\n".join(lines + [clean(line) for line in extra if line])


def claim_disagreement(measurement: Measurement, claims: Claims) -> str:
    """``the model claimed O(n)`` when the measurement is worse than the claim, else empty."""
    measured = measurement.time.complexity_class
    if measurement.basis != "measured" or not measured or not claims.time:
        return ""
    if not notation.contradicts(claims.time, measured):
        return ""
    where = f", line {measurement.hottest_line}" if measurement.hottest_line else ""
    return f"the model claimed {notation.pretty(claims.time)}, not met{where}"


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
