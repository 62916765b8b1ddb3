"""``workspace/executeCommand``: the commands, what they take and what they answer.

``algosmith.solve`` and its kin answer at once; the work is a job. A failure that the user can see
coming (no TODO there, file not open) is an error answer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pygls.exceptions import JsonRpcInvalidParams

from algosmith.errors import AlgosmithError, TaskError
from algosmith.features import hints
from algosmith.features import review as reviewing
from algosmith.lsp import convert, diagnostics, extensions, inquiries, solving, status
from algosmith.lsp.documents import Document
from algosmith.lsp.inquiries import Subject
from algosmith.lsp.jobs import Job
from algosmith.lsp.session import Session
from algosmith.model import Function, Snapshot, Span, Task
from algosmith.syntax import functions, tasks

Command = Callable[[Session, Sequence[object]], Awaitable[Any]]


async def solve(session: Session, arguments: Sequence[object]) -> None:
    """``[uri, Position | Range, key?]``: solves the task there in the background."""
    uri, place = convert.place_of(arguments)
    document, snapshot = _open(session, uri)
    span = convert.span_of(document, place, session.documents.encoding)
    task = _task(session, snapshot, span, convert.text_of(arguments, 2))
    solving.start(session, snapshot, task)


async def solve_all(session: Session, arguments: Sequence[object]) -> None:
    """``[uri]``: solves every task of the document in the background."""
    _, snapshot = _open(session, convert.uri_of(arguments))
    if solving.start_all(session, snapshot) is None:
        raise TaskError("There is no TODO in this file.")


async def split_task(session: Session, arguments: Sequence[object]) -> None:
    """``[uri, Position | Range]``: plans the task there in parts, or solves it by its plan."""
    uri, place = convert.place_of(arguments)
    document, snapshot = _open(session, uri)
    span = convert.span_of(document, place, session.documents.encoding)
    solving.start_split(session, snapshot, _task(session, snapshot, span, None))


async def apply(session: Session, arguments: Sequence[object]) -> None:
    """``[uri, key, index]``: puts a ready solution into the text."""
    uri, key = convert.uri_of(arguments), convert.text_of(arguments, 1)
    index = arguments[2] if len(arguments) > 2 else None
    if key is None or type(index) is not int or index < 0:
        raise JsonRpcInvalidParams("expected the arguments [uri, key, index]")
    await solving.apply_ready(session, uri, key, index)


async def explain(session: Session, arguments: Sequence[object]) -> Any:
    """``[uri, Position | Range]``: what algorithm the function there is."""
    subject, document = _subject(session, arguments)
    return await _told(session, document, subject, inquiries.start_explain(session, subject))


async def measure(session: Session, arguments: Sequence[object]) -> Any:
    """``[uri, Position | Range]``: the complexity of the function there."""
    subject, document = _subject(session, arguments)
    return await _told(session, document, subject, inquiries.start_measure(session, subject))


async def review(session: Session, arguments: Sequence[object]) -> Any:
    """``[uri, Position | Range]``: what a teacher would say about the function there."""
    subject, document = _subject(session, arguments)
    job = inquiries.start_review(session, subject)
    return await _said(session, document, _head(subject.function), job, reviewing.text_of)


async def stress(session: Session, arguments: Sequence[object]) -> Any:
    """``[uri, Position | Range]``: searches an input that proves the function there wrong."""
    subject, document = _subject(session, arguments)
    job = inquiries.start_stress(session, subject)
    return await _said(session, document, _head(subject.function), job, lambda made: made.text)


async def solve_again(session: Session, arguments: Sequence[object]) -> None:
    """``[uri, Position | Range, key]``: solves the function of a finding anew, with the finding."""
    uri, key = convert.uri_of(arguments), convert.text_of(arguments, 2)
    if key is None:
        raise JsonRpcInvalidParams("expected the arguments [uri, position, key]")
    await diagnostics.solve_again(session, uri, key)


async def hint(session: Session, arguments: Sequence[object]) -> Any:
    """``[uri, Position | Range, level?]``: a hint for the TODO or function there, no solution.

    Without a level the one after the last hint for the same exercise.
    """
    uri, place = convert.place_of(arguments)
    document, snapshot = _open(session, uri)
    span = convert.span_of(document, place, session.documents.encoding)
    function = functions.function_at(snapshot, span.start)
    task = tasks.task_at(snapshot, span, session.configuration.settings.keywords)
    exercise = hints.exercise_of(snapshot, function, task)
    if not exercise.strip():
        raise TaskError("There is no TODO and no function at the cursor to give a hint for.")
    level = arguments[2] if len(arguments) > 2 else None
    level = level if type(level) is int else inquiries.next_level(session, exercise)
    if not 1 <= level <= len(hints.LEVELS):
        raise TaskError(f"Hints have the levels 1 to {len(hints.LEVELS)}, not {level}.")
    job = inquiries.start_hint(session, uri, exercise, level)
    where = task.comment if task is not None else _head(function) if function else span
    return await _said(session, document, where, job, hints.text_of)


async def annotate(session: Session, arguments: Sequence[object]) -> None:
    """``[uri, Position | Range]``: writes the measured complexity into the function there."""
    subject, _ = _subject(session, arguments)
    inquiries.start_annotate(session, subject)


async def cancel(session: Session, arguments: Sequence[object]) -> int:
    """``[uri?]``: cancels the document's jobs, or all; answers how many there were."""
    return session.jobs.cancel(uri=convert.text_of(arguments, 0))


async def take_best(session: Session, arguments: Sequence[object]) -> int:
    """``[key?]``: ends a task's solving, or all, with the best so far; answers how many."""
    session.jobs_changed.set()  # what could be taken is told at once, not a second later
    return session.services.store.take_best(convert.text_of(arguments, 0))


async def show_status(session: Session, _: Sequence[object]) -> Any:
    """``[]``: how engine and jobs stand; as a message for clients that can't show the answer."""
    now = await status.current(session)
    if not session.client.previews:
        session.inform(status.sentence(now))
    return extensions.wire(now)


COMMANDS: dict[str, Command] = {
    "algosmith.solve": solve,
    "algosmith.solveAll": solve_all,
    "algosmith.apply": apply,
    "algosmith.explain": explain,
    "algosmith.measure": measure,
    "algosmith.annotate": annotate,
    "algosmith.review": review,
    "algosmith.stress": stress,
    "algosmith.hint": hint,
    "algosmith.splitTask": split_task,
    "algosmith.solveAgain": solve_again,
    "algosmith.cancel": cancel,
    "algosmith.takeBest": take_best,
    "algosmith.showStatus": show_status,
}


async def execute(session: Session, name: str, arguments: Sequence[object]) -> Any:
    """Runs a command; what went wrong becomes an error answer in words for the user."""
    command = COMMANDS.get(name)
    if command is None:
        raise JsonRpcInvalidParams(f"there is no command {name!r}")
    await session.ready()
    try:
        return await command(session, arguments)
    except AlgosmithError as error:
        raise convert.request_failed(error) from error


def _open(session: Session, uri: str) -> tuple[Document, Snapshot]:
    document = session.documents.get(uri)
    if document is None:
        raise TaskError("That file is not open in the editor; open it and try again.")
    snapshot = document.snapshot()
    if snapshot is None:
        raise TaskError("algosmith reads Python, JavaScript and TypeScript; not this language yet.")
    return document, snapshot


def _task(session: Session, snapshot: Snapshot, span: Span, key: str | None) -> Task:
    """The task at the place; or the one with the key, when the text moved since it was listed."""
    keywords = session.configuration.settings.keywords
    task = tasks.task_at(snapshot, span, keywords)
    if task is not None and key in (None, task.key):
        return task
    found = tasks.find_tasks(snapshot, keywords)
    keyed = next((other for other in found if other.key == key), None)
    if keyed or task:
        return keyed or task  # pyright: ignore[reportReturnType]  one of them is a task
    if not found:
        raise TaskError("There is no TODO in this file; write one where the code should go.")
    nearest = min(found, key=lambda other: abs(other.comment.start - span.start))
    raise TaskError(f"There is no TODO at the cursor; the nearest is on line {nearest.line}.")


def _subject(session: Session, arguments: Sequence[object]) -> tuple[Subject, Document]:
    uri, place = convert.place_of(arguments)
    document, snapshot = _open(session, uri)
    span = convert.span_of(document, place, session.documents.encoding)
    function = functions.function_at(snapshot, span.start)
    if function is None:
        raise TaskError("There is no function at the cursor.")
    return Subject(snapshot, function), document


async def _told(session: Session, document: Document, subject: Subject, job: Job) -> Any:
    """The finding as the answer, or, for clients that drop answers, as a message when it is there.

    Cancelling the request cancels the job.
    """
    if not session.client.previews:
        job.task.add_done_callback(lambda task: _tell(session, subject, task))
        return None
    try:
        await asyncio.shield(job.task)
    except asyncio.CancelledError:
        job.task.cancel()
        raise
    text = inquiries.known(session, subject)
    where = convert.range_of(document, subject.function.span, session.documents.encoding)
    return {"markdown": convert.markdown(text), "range": convert.plain_range(where)}


async def _said(
    session: Session, document: Document, span: Span, job: Job, text_of: Callable[[Any], str]
) -> Any:
    """What a job found as the answer, or as a message for clients that drop answers."""
    if not session.client.previews:
        job.task.add_done_callback(
            lambda task: (
                None
                if task.cancelled() or task.exception()
                else session.inform(text_of(task.result()))
            )
        )
        return None
    try:
        made = await asyncio.shield(job.task)
    except asyncio.CancelledError:
        job.task.cancel()
        raise
    where = convert.range_of(document, span, session.documents.encoding)
    return {"markdown": convert.markdown(text_of(made)), "range": convert.plain_range(where)}


def _head(function: Function) -> Span:
    """Where the hover tells about a function."""
    return Span(function.span.start, function.body.start)


def _tell(session: Session, subject: Subject, task: "asyncio.Task[Any]") -> None:
    if not task.cancelled() and task.exception() is None:
        name = subject.function.qualified_name
        session.inform(f"{name}: {inquiries.known(session, subject)}")
