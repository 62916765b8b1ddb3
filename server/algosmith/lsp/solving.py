"""The jobs behind "Solve TODO": from a task to changed text, or to candidates that wait."""

from collections.abc import Callable, Sequence

from algosmith.errors import EditError, TaskError
from algosmith.features import offers, solve, split, words
from algosmith.features.services import Services
from algosmith.lsp import edits, extensions
from algosmith.lsp.jobs import Goal, Job
from algosmith.lsp.session import Session
from algosmith.model import Edit, Outcome, Snapshot, Span, Step, Task
from algosmith.syntax import tasks

Report = Callable[[Step], None]


def start(session: Session, snapshot: Snapshot, task: Task) -> Job:
    """Solves one task in the background."""
    services = session.services

    async def work(report: Report) -> None:
        outcome = await solve.solve(services, snapshot, task, report)
        await _deliver(session, services, outcome, snapshot.uri)

    title = words.solve_title(task).replace("Solve", "Solving", 1)
    return session.jobs.start(Goal("solve", snapshot.uri, task.key), title, work)


def start_split(session: Session, snapshot: Snapshot, task: Task) -> Job:
    """Solves a task by the plan in its TODO; without one, writes a plan there, to be looked at."""
    services = session.services
    parts = split.parts_in(task.text, snapshot.language)

    async def work(report: Report) -> None:
        if parts:
            outcome = await split.solve_parts(services, snapshot, task, parts, report)
            await _deliver(session, services, outcome, snapshot.uri)
            return
        made = await split.plan(services, snapshot, task, report)
        label = f"Plan in {len(made)} parts"
        await edits.apply(
            session, snapshot.uri, label, lambda now: _planned(session, now, task, made)
        )

    title = f"Solving {len(parts)} parts" if parts else "Planning parts"
    return session.jobs.start(Goal("parts", snapshot.uri, task.key), title, work)


def _planned(session: Session, now: Snapshot, task: Task, parts: Sequence[split.Part]) -> Edit:
    """The plan as comment lines below the TODO, which it then belongs to."""
    found = tasks.refind(now, task, session.configuration.settings.keywords)
    if found is None:
        raise TaskError("The TODO changed meanwhile; nothing was written.")
    start = now.data.rfind(b"\n", 0, found.comment.start) + 1
    line = now.data[start : found.comment.end]
    indent = line[: len(line) - len(line.lstrip(b" \t"))].decode("utf-8", "replace")
    end = "\r\n" if b"\r\n" in now.data else "\n"
    mark = "#" if now.language == "python" else "//"
    lines = split.plan_text(parts).splitlines()
    text = "".join(f"{end}{indent}{mark}   {one}" for one in lines)
    at = found.comment.end
    at -= len(now.data[found.comment.start : at]) - len(
        now.data[found.comment.start : at].rstrip(b"\r\n")
    )
    return Edit(Span(at, at), text)


def start_all(session: Session, snapshot: Snapshot) -> Job | None:
    """Solves every task of the document, one after another; None when there is none."""
    services = session.services
    found = tasks.find_tasks(snapshot, services.settings.keywords)
    if not found:
        return None

    async def work(report: Report) -> None:
        for number, task in enumerate(found, 1):
            prefix = f"{number} of {len(found)}: "
            await _solve_next(
                session, services, snapshot.uri, task, lambda s, p=prefix: report(_under(p, s))
            )

    title = f"Solving {len(found)} TODOs"
    return session.jobs.start(Goal("solve all", snapshot.uri), title, work)


async def apply_ready(session: Session, uri: str, key: str, index: int) -> None:
    """Puts a ready solution into the text; raises AlgosmithError when it can't be."""
    services = session.services
    await edits.apply(
        session, uri, "Insert solution", lambda now: offers.edit_for(services, now, key, index)
    )


async def _solve_next(
    session: Session, services: Services, uri: str, first_seen: Task, report: Report
) -> None:
    """One task of several, in the text as the earlier ones left it; a task that is gone is left."""
    document = session.documents.get(uri)
    snapshot = document.snapshot() if document else None
    if snapshot is None:
        raise TaskError("The file was closed; the remaining TODOs were not solved.")
    task = tasks.refind(snapshot, first_seen, services.settings.keywords)
    if task is None:
        return
    outcome = await solve.solve(services, snapshot, task, report)
    await _deliver(session, services, outcome, uri)


async def _deliver(session: Session, services: Services, outcome: Outcome, uri: str) -> None:
    """Inserts the chosen solution, or says where the solutions wait and why."""
    placeable = any(solution.edit for solution in outcome.solutions)
    if placeable and session.configuration.settings.insert == "preview":
        if session.client.previews:
            extensions.ready(session.server, uri, outcome.task.key)
        else:
            session.inform(f"{outcome.message} {words.in_the_menu(outcome.task.prose)}")
        return
    chosen = outcome.chosen
    if chosen is None:
        where = f" {words.in_the_menu(outcome.task.prose)}" if placeable else ""
        session.warn(outcome.message + where)
        return
    label = words.insert_title(outcome.solutions[chosen], outcome.task.prose)
    try:
        await edits.apply(
            session,
            uri,
            label,
            lambda now: offers.reanchor(outcome, chosen, now, services.settings),
        )
    except (TaskError, EditError) as error:
        session.warn(str(error))


def _under(prefix: str, step: Step) -> Step:
    return Step(step.phase, prefix + step.message, step.fraction)
