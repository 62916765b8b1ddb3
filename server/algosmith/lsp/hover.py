"""``textDocument/hover``: what is known, after waiting a little for what can be found out."""

import asyncio
import base64
import json
from urllib.parse import quote

from lsprotocol import types

from algosmith.complexity import plot
from algosmith.features import explain, hints, measure, words
from algosmith.features.stress_aims import aim_at
from algosmith.lsp import convert, inquiries
from algosmith.lsp.documents import Document
from algosmith.lsp.inquiries import Subject
from algosmith.lsp.jobs import Job, problem
from algosmith.lsp.session import Session
from algosmith.model import Snapshot, Span
from algosmith.syntax import functions, tasks

WAIT_SECONDS = 3.0
"""A hover answers after this long with what there is; the job goes on for the next hover."""
_MOST_PICTURE = 30_000
_LINGER_SECONDS = 0.25
"""A pointer that only passes over a name (the request is cancelled) starts nothing."""


async def hover(session: Session, params: types.HoverParams) -> types.Hover | None:
    """The state of a task, or what is known of the function whose head is pointed at."""
    await session.ready()
    document = session.documents.get(params.text_document.uri)
    snapshot = document.snapshot() if document else None
    settings = session.configuration.settings
    if document is None or snapshot is None or not settings.hover.enabled:
        return None
    span = convert.span_of(document, params.position, session.documents.encoding)
    task = tasks.task_at(snapshot, span, settings.keywords)
    if task is not None and task.comment.start <= span.start <= task.comment.end:
        store = session.services.store
        state = words.task_state(
            task,
            store.outcomes.get(task.key),
            running=store.running(task.key),
            so_far=store.best_so_far(task.key),
        )
        exercise = hints.exercise_of(snapshot, task.function, task)
        state = "\n".join(filter(None, (state, session.said.get(exercise))))
        return _answer(session, document, task.comment, state)
    return await _on_function(session, document, snapshot, span)


async def _on_function(
    session: Session, document: Document, snapshot: Snapshot, span: Span
) -> types.Hover | None:
    function = functions.function_at(snapshot, span.start)
    if function is None or not function.span.start <= span.start < function.body.start:
        return None
    subject = Subject(snapshot, function)
    pending = await _find_out(session, subject)
    text = inquiries.known(session, subject)
    if pending and pending not in text:
        text = "\n".join(filter(None, (text, pending)))
    if not text:
        return None
    head = Span(function.span.start, function.body.start)
    links, image = _links(session, document, subject), _plot(session, subject)
    return _answer(session, document, head, text, links, image)


async def _find_out(session: Session, subject: Subject) -> str:
    """Starts what is missing and waits a little; gives a line on what is still under way."""
    services, settings = session.services, session.configuration.settings
    unexplained = (
        settings.hover.explain
        and explain.cached_explanation(services, subject.snapshot, subject.function) is None
    )
    unmeasured = (
        settings.complexity.enabled
        and session.client.trusted
        and inquiries.measurable(subject.snapshot)
        and measure.cached_measurement(services, subject.snapshot, subject.function) is None
    )
    if not unexplained and not unmeasured:
        return ""
    await asyncio.sleep(_LINGER_SECONDS)
    jobs: list[Job] = []
    if unmeasured:
        jobs.append(inquiries.start_measure(session, subject, quiet=True))
    if unexplained:
        jobs.append(inquiries.start_explain(session, subject, quiet=True))
    return await _wait(jobs)


async def _wait(jobs: list[Job]) -> str:
    running = {job.task for job in jobs}
    try:
        _, running = await asyncio.wait(running, timeout=WAIT_SECONDS)
    except asyncio.CancelledError:
        # The user moved on: nobody waits for the answer any more.
        for job in jobs:
            if job.quiet:
                job.task.cancel()
        raise
    kinds = [job.goal.kind for job in jobs if job.task in running]
    ended = [job for job in jobs if job.task.done() and not job.task.cancelled()]
    errors = [error for job in ended if (error := job.task.exception())]
    problems = [problem(error) for error in errors]
    doing = {"explain": "asking the model", "measure": "measuring"}
    under_way = [f"({doing[kind]} …)" for kind in kinds]
    return "\n".join(problems + under_way)


def _answer(
    session: Session,
    document: Document,
    span: Span,
    text: str,
    links: list[str] | None = None,
    image: str = "",
) -> types.Hover:
    content = convert.markup(text, session.client, links or [], image)
    return types.Hover(content, convert.range_of(document, span, session.documents.encoding))


def _plot(session: Session, subject: Subject) -> str:
    """The measured points as a picture, where the client shows pictures in a hover."""
    found = measure.cached_measurement(session.services, subject.snapshot, subject.function)
    if found is None or not found.time.points or not session.client.command_links:
        return ""
    picture = base64.b64encode(plot.svg(found).encode()).decode()
    return f"![measured work](data:image/svg+xml;base64,{picture})" * (len(picture) < _MOST_PICTURE)


def _links(session: Session, document: Document, subject: Subject) -> list[str]:
    """Links that run commands, where client and trust allow them."""
    if not (session.client.command_links and session.client.trusted):
        return []
    at = Span(subject.function.span.start, subject.function.span.start)
    place = convert.range_of(document, at, session.documents.encoding).start
    arguments = quote(json.dumps([document.uri, convert.plain_position(place)]))
    titles = {"algosmith.explain": "Explain", "algosmith.measure": "Measure complexity",
              "algosmith.review": "Review"}  # fmt: skip
    if aim_at(subject.snapshot, subject.function) is not None:
        titles["algosmith.stress"] = "Find a counterexample"
    return [f"[{title}](command:{name}?{arguments})" for name, title in titles.items()]
