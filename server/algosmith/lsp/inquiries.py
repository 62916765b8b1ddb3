"""The jobs behind "Explain algorithm", "Measure complexity" and "Annotate"; hover shares them."""

from collections.abc import Callable
from dataclasses import dataclass

from algosmith.errors import TaskError
from algosmith.features import (
    explain,
    hints,
    measure,
    review,
    stress_aims,
    stress_search,
    words,
)
from algosmith.features.stress_search import SearchReport
from algosmith.lsp import diagnostics, edits
from algosmith.lsp.jobs import Goal, Job, Kind
from algosmith.lsp.session import Session
from algosmith.model import Edit, Function, Measurement, Snapshot, Step
from algosmith.syntax import functions

Report = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Subject:
    """A function in the text it stands in."""

    snapshot: Snapshot
    function: Function

    def goal(self, kind: Kind) -> Goal:
        """Inquiries about the same function's text are the same."""
        text = self.snapshot.slice(self.function.span)
        return Goal(kind, self.snapshot.uri, f"{self.function.qualified_name}\0{text}")


def measurable(snapshot: Snapshot) -> bool:
    """Whether complexity can be measured in this language at all."""
    return measure.is_counted(snapshot.language)


def known(session: Session, subject: Subject) -> str:
    """What is known of the function already, for people; empty when that is nothing."""
    services = session.services
    explanation = explain.cached_explanation(services, subject.snapshot, subject.function)
    measurement = measure.cached_measurement(services, subject.snapshot, subject.function)
    claims = explanation.claims if explanation else None
    told = measurement is None
    parts = [words.explanation_text(explanation, claims=told)] if explanation else []
    parts += [words.measurement_text(measurement, claims)] if measurement else []
    parts.append(session.said.get(subject.snapshot.slice(subject.function.span), ""))
    return "\n".join(part for part in parts if part)


def start_explain(session: Session, subject: Subject, *, quiet: bool = False) -> Job:
    """Asks the model about the function in the background."""
    services = session.services

    async def work(report: Report) -> None:
        await explain.explain(services, subject.snapshot, subject.function, report)

    title = f"Explaining {subject.function.name}"
    return session.jobs.start(subject.goal("explain"), title, work, quiet=quiet)


def start_review(session: Session, subject: Subject) -> Job:
    """Runs the function at its edges and asks the model; the job's result is the Review."""
    services = session.services

    async def work(report: Report) -> review.Review:
        made = await review.review(services, subject.snapshot, subject.function, report)
        session.said[subject.snapshot.slice(subject.function.span)] = review.text_of(made)
        return made

    title = f"Reviewing {subject.function.name}"
    return session.jobs.start(subject.goal("review"), title, work)


def start_stress(session: Session, subject: Subject) -> Job:
    """Searches a counterexample; what is found is marked, the job's result is the SearchReport."""
    services, snapshot = session.services, subject.snapshot
    aim = stress_aims.aim_at(snapshot, subject.function)
    if aim is None:
        raise TaskError(stress_aims.NOTHING)

    async def work(report: Report) -> SearchReport:
        made = await stress_search.search(services, snapshot, aim, report)
        session.said[snapshot.slice(subject.function.span)] = made.text
        diagnostics.keep_found(session, snapshot, aim.function, made.findings)
        return made

    title = aim.title.replace("Find a", "Searching a", 1)
    return session.jobs.start(subject.goal("stress"), title, work)


def start_hint(session: Session, uri: str, exercise: str, level: int) -> Job:
    """Asks for a hint of a level; the job's result is the Hint."""
    services = session.services

    async def work(report: Report) -> hints.Hint:
        made = await hints.hint(services, exercise, level, report)
        session.hinted[exercise] = level
        session.said[exercise] = hints.text_of(made)
        return made

    goal = Goal("hint", uri, f"{level}\0{exercise}")
    return session.jobs.start(goal, f"Hint: {hints.LEVELS[level - 1]}", work)


def next_level(session: Session, exercise: str) -> int:
    """The level of the next hint for an exercise: each says more than the one before."""
    return min(session.hinted.get(exercise, 0) + 1, len(hints.LEVELS))


def start_measure(session: Session, subject: Subject, *, quiet: bool = False) -> Job:
    """Measures the function in the background; the job's result is the Measurement."""
    services = session.services

    async def work(report: Report) -> Measurement:
        found = await measure.measure_function(services, subject.snapshot, subject.function, report)
        _refresh_lenses(session)
        return found

    title = f"Measuring {subject.function.name}"
    return session.jobs.start(subject.goal("measure"), title, work, quiet=quiet)


def start_annotate(session: Session, subject: Subject) -> Job:
    """Writes the measured figures into the function, measuring it first where needed."""
    services = session.services

    async def work(report: Report) -> None:
        measurement = measure.cached_measurement(services, subject.snapshot, subject.function)
        if measurement is None:
            measurement = await measure.measure_function(
                services, subject.snapshot, subject.function, report
            )
        found = measurement
        await edits.apply(
            session,
            subject.snapshot.uri,
            "Annotate with measured complexity",
            lambda now: _annotation(now, subject, found),
        )

    title = f"Annotating {subject.function.name}"
    return session.jobs.start(subject.goal("annotate"), title, work)


def _annotation(now: Snapshot, subject: Subject, measurement: Measurement) -> Edit:
    """The edit in the text as it is now; the function is found by its name and text."""
    text = subject.snapshot.slice(subject.function.span)
    for function in functions.functions(now):
        same_name = function.qualified_name == subject.function.qualified_name
        if same_name and now.slice(function.span) == text:
            return measure.annotate(now, function, measurement)
    raise TaskError("The function changed meanwhile; nothing was written.")


def _refresh_lenses(session: Session) -> None:
    if session.client.refreshes_lenses and session.configuration.settings.complexity.lens:
        session.server.workspace_code_lens_refresh(None)
