"""The JSON contract of ``server/docs/json.md``: model data as plain dicts, for printing only."""

from typing import Any

from algosmith.model import Candidate, Growth, Measurement, Outcome, Solution, Task, Verdict


def task_record(task: Task) -> dict[str, Any]:
    """The ``task`` object."""
    return {
        "keyword": task.keyword,
        "text": task.text,
        "language": task.language,
        "kind": task.kind,
        "line": task.line,
        "function": task.function.qualified_name if task.function else None,
    }


def outcome_record(outcome: Outcome) -> dict[str, Any]:
    """The one object ``algosmith solve --json`` prints."""
    return {
        "task": task_record(outcome.task),
        "model": outcome.model,
        "candidates": [_solution_record(outcome, s) for s in outcome.solutions],
        "chosen": outcome.chosen,
        "message": outcome.message,
        "tokens": outcome.tokens,
        "seconds": round(outcome.seconds, 3),
        "seconds_first": _rounded(outcome.seconds_first),
        "seconds_chosen": _rounded(outcome.seconds_chosen),
        "rounds": [
            {
                "kind": r.kind,
                "answers": r.answers,
                "tokens": r.tokens,
                "seconds": _rounded(r.seconds),
            }
            for r in outcome.rounds
        ],
        "answers": [
            {
                "round": answer.round,
                "level": answer.level,
                "placeable": answer.edit is not None,
                "tokens": answer.candidate.tokens,
                "seconds": _rounded(answer.seconds),
            }
            for answer in outcome.answers
        ],
    }


def verdict_record(verdict: Verdict) -> dict[str, Any]:
    """The ``verdict`` object."""
    return {
        "level": verdict.level,
        "summary": verdict.summary,
        "checks": [
            {"name": c.name, "status": c.status, "detail": c.detail} for c in verdict.checks
        ],
        "adds": list(verdict.adds),
        "agreement": list(verdict.agreement) if verdict.agreement else None,
    }


def growth_record(growth: Growth) -> dict[str, Any]:
    """The ``time`` and ``space`` objects of a measurement."""
    return {
        "class": growth.complexity_class,
        "confidence": growth.confidence,
        "per_parameter": dict(growth.per_parameter),
        "points": [list(point) for point in growth.points],
        "reason": growth.reason,
    }


def measurement_record(measurement: Measurement) -> dict[str, Any]:
    """The object ``algosmith complexity --json`` prints, and ``complexity`` of a candidate."""
    return {
        "function": measurement.function,
        "basis": measurement.basis,
        "time": growth_record(measurement.time),
        "space": growth_record(measurement.space),
        "inputs": measurement.inputs,
        "seconds": round(measurement.seconds, 3),
        "hottest_line": measurement.hottest_line,
        "notes": list(measurement.notes),
        "reason": measurement.time.reason,
    }


def candidate_record(candidate: Candidate) -> dict[str, Any]:
    """What the model said."""
    return {
        "code": candidate.code,
        "approach": candidate.approach,
        "claims": {"time": candidate.claims.time, "space": candidate.claims.space},
        "tokens": candidate.tokens,
        "seconds": round(candidate.seconds, 3),
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _solution_record(outcome: Outcome, solution: Solution) -> dict[str, Any]:
    edit = solution.edit
    after = edit.apply(outcome.snapshot.data) if edit else None
    return candidate_record(solution.candidate) | {
        "new_text": after.decode("utf-8", "surrogatepass") if after is not None else None,
        "verdict": verdict_record(solution.verdict),
        "complexity": measurement_record(solution.measurement) if solution.measurement else None,
    }
