"""``textDocument/codeLens``: "Solve TODO" above tasks, figures above functions."""

from lsprotocol import types

from algosmith.features import measure, words
from algosmith.features.teaching import only_hints
from algosmith.lsp import convert, inquiries
from algosmith.lsp.documents import Document
from algosmith.lsp.session import Session
from algosmith.model import Function, Snapshot, Span
from algosmith.syntax import functions, tasks


def list_lenses(session: Session, params: types.CodeLensParams) -> list[types.CodeLens]:
    """The lenses that the settings ask for."""
    document = session.documents.get(params.text_document.uri)
    snapshot = document.snapshot() if document else None
    settings = session.configuration.settings
    if document is None or snapshot is None:
        return []
    lenses: list[types.CodeLens] = []
    if settings.lens.todo and not only_hints(settings, snapshot.uri):
        lenses += [
            _lens(session, document, task.comment, words.solve_title(task), "algosmith.solve")
            for task in tasks.find_tasks(snapshot, settings.keywords)
        ]
    if settings.complexity.lens and inquiries.measurable(snapshot):
        lenses += [
            _on_function(session, document, snapshot, function)
            for function in functions.functions(snapshot)
        ]
    return lenses


def _on_function(
    session: Session, document: Document, snapshot: Snapshot, function: Function
) -> types.CodeLens:
    found = measure.cached_measurement(session.services, snapshot, function)
    title = words.measurement_text(found).split("\n")[0] if found else "Measure complexity"
    return _lens(session, document, function.span, title, "algosmith.measure")


def _lens(
    session: Session, document: Document, span: Span, title: str, command: str
) -> types.CodeLens:
    at = Span(span.start, span.start)
    where = convert.range_of(document, at, session.documents.encoding)
    arguments = [document.uri, convert.plain_position(where.start)]
    return types.CodeLens(where, types.Command(title, command, arguments=arguments))
