"""The requests of ``extensions``: what a client needs to show candidates and lists itself."""

from typing import Any

from algosmith import catalogue
from algosmith.errors import TaskError
from algosmith.features import evidence, offers, words
from algosmith.lsp import convert, extensions
from algosmith.lsp.documents import Document
from algosmith.lsp.extensions import CandidateItem, Candidates, ModelItem, TaskItem
from algosmith.lsp.session import Session
from algosmith.model import Outcome, Snapshot, Solution
from algosmith.syntax import tasks


def list_tasks(session: Session, params: object) -> list[dict[str, Any]]:
    """``algosmith/tasks``: the document's tasks."""
    document, snapshot = _open(session, params)
    store, encoding = session.services.store, session.documents.encoding
    found: list[dict[str, Any]] = []
    for task in tasks.find_tasks(snapshot, session.configuration.settings.keywords):
        outcome = store.outcomes.get(task.key)
        ready = sum(1 for s in outcome.solutions if s.edit) if outcome else 0
        where = convert.range_of(document, task.comment, encoding)
        title = words.clean(task.text) or task.keyword
        found.append(extensions.wire(TaskItem(title, where, task.key, task.kind, ready)))
    return found


def list_candidates(session: Session, params: object) -> dict[str, Any]:
    """``algosmith/candidates``: a task's solutions, placed in the text as it is now."""
    document, snapshot = _open(session, params)
    key = str(getattr(params, "key", ""))
    outcome = session.services.store.outcomes.get(key)
    if outcome is None:
        raise convert.request_failed(TaskError("No solutions wait for that TODO; solve it again."))
    try:
        placed = _placed(session, document, snapshot, outcome)
    except TaskError as error:
        raise convert.request_failed(error) from error
    title = words.clean(outcome.task.text) or outcome.task.keyword
    return extensions.wire(Candidates(document.version, title, outcome.chosen, placed))


def list_models(session: Session, _: object) -> list[dict[str, Any]]:
    """``algosmith/models``: what the setting ``model`` can name."""
    settings = session.configuration.settings
    current = settings.model_name
    there = {model.name: model for model in catalogue.installed()}
    items = [
        ModelItem(name, f"{model.bytes / 2**20:,.0f} MiB", installed=True, current=name == current)
        for name, model in there.items()
    ]
    items += [
        ModelItem(entry.name, _about(entry), installed=False, current=entry.name == current)
        for entry in catalogue.entries()
        if entry.name not in there
    ]
    if current not in [item.name for item in items]:
        items.append(ModelItem(current, "set by you", installed=True, current=True))
    return [extensions.wire(item) for item in items]


def _about(entry: catalogue.Entry) -> str:
    """What a model to fetch is good for, and what it takes."""
    terms = f"{entry.licence}; {entry.licence_note}" if entry.licence_note else entry.licence
    size = f"{entry.bytes / 2**20:,.0f} MiB, {entry.memory_gib:g} GiB of memory"
    return f"{entry.good_for} ({size}, {terms}): `algosmith models get {entry.name}`"


def _open(session: Session, params: object) -> tuple[Document, Snapshot]:
    uri = str(getattr(getattr(params, "textDocument", None), "uri", ""))
    document = session.documents.get(uri)
    snapshot = document.snapshot() if document else None
    if document is None or snapshot is None:
        raise convert.request_failed(TaskError("That file is not open, or of no known language."))
    return document, snapshot


def _placed(
    session: Session, document: Document, snapshot: Snapshot, outcome: Outcome
) -> tuple[CandidateItem, ...]:
    settings, encoding = session.configuration.settings, session.documents.encoding
    found: list[CandidateItem] = []
    for index, solution in enumerate(outcome.solutions):
        if solution.edit is None:
            continue
        edit = offers.reanchor(outcome, index, snapshot, settings)
        item = CandidateItem(
            index,
            title=words.candidate_title(solution, outcome.task.prose),
            level=solution.verdict.level,
            evidence=_evidence(solution, outcome),
            range=convert.range_of(document, edit.span, encoding),
            new_text=edit.new_text,
        )
        found.append(item)
    return tuple(found)


def _evidence(solution: Solution, outcome: Outcome) -> str:
    """The card as Markdown, its first line bold."""
    first, *rest = evidence.card(solution, outcome.examples, outcome.task.prose)
    return convert.headed(first, "\n".join(rest))
