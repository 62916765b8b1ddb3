"""The handlers of pygls that are replaced: documents are kept as bytes, commands can be cancelled.

pygls' own text store cuts lines where Python does (form feeds, U+2028) rather than where LSP does,
and copies the text line by line for every change; it runs commands out of reach of
``$/cancelRequest``; and it leaves the process from within a handler.
"""

from typing import Any

from lsprotocol import types

from algosmith.lsp import commands, convert, diagnostics
from algosmith.lsp.session import Session


def register(session: Session) -> None:
    """Puts the handlers in the place of pygls' own."""
    handlers = {**_documents(session), **_notebooks(session)}

    async def on_command(params: types.ExecuteCommandParams) -> Any:
        return await commands.execute(session, params.command, params.arguments or ())

    def on_cancel(params: types.WorkDoneProgressCancelParams) -> None:
        session.jobs.cancel(token=params.token)

    def on_exit(_: object) -> None:
        session.leave(0 if session.shut_down else 1)

    handlers[types.WORKSPACE_EXECUTE_COMMAND] = on_command
    handlers[types.WINDOW_WORK_DONE_PROGRESS_CANCEL] = on_cancel
    handlers[types.EXIT] = on_exit
    manager: Any = session.server.protocol.fm  # pygls leaves handlers untyped
    for method, handler in handlers.items():
        manager.add_builtin_feature(method, handler)


def _documents(session: Session) -> dict[str, Any]:
    def on_open(params: types.DidOpenTextDocumentParams) -> None:
        _open(session, params.text_document)

    def on_change(params: types.DidChangeTextDocumentParams) -> None:
        _change(session, params.text_document, params.content_changes)

    def on_close(params: types.DidCloseTextDocumentParams) -> None:
        session.documents.close(params.text_document.uri)
        diagnostics.closed(session, params.text_document.uri)

    return {
        types.TEXT_DOCUMENT_DID_OPEN: on_open,
        types.TEXT_DOCUMENT_DID_CHANGE: on_change,
        types.TEXT_DOCUMENT_DID_CLOSE: on_close,
    }


def _notebooks(session: Session) -> dict[str, Any]:
    """A notebook's cells are documents like any other."""

    def on_open(params: types.DidOpenNotebookDocumentParams) -> None:
        for cell in params.cell_text_documents:
            _open(session, cell)

    def on_change(params: types.DidChangeNotebookDocumentParams) -> None:
        cells = params.change.cells
        if cells is not None and cells.structure is not None:
            _restructure(session, cells.structure)
        for change in (cells and cells.text_content) or ():
            _change(session, change.document, change.changes)

    def on_close(params: types.DidCloseNotebookDocumentParams) -> None:
        for cell in params.cell_text_documents:
            session.documents.close(cell.uri)

    return {
        types.NOTEBOOK_DOCUMENT_DID_OPEN: on_open,
        types.NOTEBOOK_DOCUMENT_DID_CHANGE: on_change,
        types.NOTEBOOK_DOCUMENT_DID_CLOSE: on_close,
    }


def _restructure(session: Session, change: types.NotebookDocumentCellChangeStructure) -> None:
    for gone in change.did_close or ():
        session.documents.close(gone.uri)
    for cell in change.did_open or ():
        _open(session, cell)


def _open(session: Session, item: types.TextDocumentItem) -> None:
    session.documents.open(item.uri, item.language_id, item.version, item.text)


def _change(
    session: Session,
    target: types.VersionedTextDocumentIdentifier,
    events: Any,
) -> None:
    session.documents.change(target.uri, target.version, convert.changes_of(events))
