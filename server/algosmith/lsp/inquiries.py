"""The jobs behind "Explain algorithm", "Measure complexity" and "Annotate"; hover shares them."""

from collections.abc import Callable
from dataclasses import dataclass

from algosmith.errors import TaskError
from algosmith.features import explain, measure, words
from algosmith.features.services import Services
from algosmith.lsp import edits
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
    return snapshot.language == "python"


def known(services: Services, subject: Subject) -> str:
    """What is known of the function already, for people; empty when that is nothing."""
    explanation = explain.cached_explanation(services, subject.snapshot, subject.function)
    measurement = measure.cached_measurement(services, subject.snapshot, subject.function)
    claims = explanation.claims if explanation else None
    parts = [words.explanation_text(explanation)] if explanation else []
    parts += [words.measurement_text(measurement, claims)] if measurement else []
    return "\n".join(part for part in parts if part)


def start_explain(session: Session, subject: Subject, *, quiet: bool = False) -> Job:
    """Asks the model about the function in the background."""
    services = session.services

    async def work(report: Report) -> None:
        await explain.explain(services, subject.snapshot, subject.function, report)

    title = f"Explaining {subject.function.name}"
    return session.jobs.start(subject.goal("explain"), title, work, quiet=quiet)


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
