"""The language server: what is registered, and what happens as a session begins and ends."""

import asyncio
import logging
import os
import sys
from functools import partial
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from algosmith import __version__
from algosmith.lsp import (
    code_actions,
    configuration,
    convert,
    diagnostics,
    extensions,
    greeting,
    hover,
    inline,
    lenses,
    logs,
    replaced,
    requests,
    status,
)
from algosmith.lsp.client import client_of
from algosmith.lsp.session import Session

log = logging.getLogger(__name__)

_CONFIGURATION_CHANGED = types.WORKSPACE_DID_CHANGE_CONFIGURATION
_PARENT_CHECK_SECONDS = 3.0


class Server(LanguageServer):
    """The server of one client."""

    def __init__(self) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]  pygls' *args
            "algosmith",
            __version__,
            types.TextDocumentSyncKind.Incremental,
            types.NotebookDocumentSyncOptions(
                [
                    types.NotebookDocumentFilterWithNotebook(
                        notebook="*",
                        cells=[types.NotebookCellLanguage(name) for name in greeting.LANGUAGES],
                    )
                ]
            ),
        )
        self.session = Session(self)

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Errors are in the log; what concerns the user was said where it arose."""
        log.error("%s: %s", source.__name__, error)


def build_server() -> Server:
    """The server with everything registered; the transport feeds it."""
    server = Server()
    replaced.register(server.session)
    _register_requests(server)
    _register_diagnostics(server)
    _register_lifecycle(server)
    for name in greeting.COMMANDS:
        # Only announced here: ``replaced`` runs them, so that they can be cancelled.
        server.command(name)(_unreachable)
    return server


def _register_requests(server: Server) -> None:
    session = server.session

    async def on_actions(params: types.CodeActionParams) -> list[types.CodeAction | types.Command]:
        await session.ready()
        return code_actions.list_actions(session, params)

    def on_resolve(action: types.CodeAction) -> types.CodeAction:
        return code_actions.resolve(session, action)

    async def on_lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        await session.ready()
        return lenses.list_lenses(session, params)

    async def on_hover(params: types.HoverParams) -> types.Hover | None:
        return await hover.hover(session, params)

    actions = types.CodeActionOptions(code_action_kinds=list(greeting.KINDS), resolve_provider=True)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, actions)(on_actions)
    server.feature(types.CODE_ACTION_RESOLVE)(on_resolve)
    server.feature(types.TEXT_DOCUMENT_CODE_LENS)(on_lenses)
    server.feature(types.TEXT_DOCUMENT_HOVER)(on_hover)
    server.feature(extensions.TASKS)(partial(requests.list_tasks, session))
    server.feature(extensions.CANDIDATES)(partial(requests.list_candidates, session))
    server.feature(extensions.MODELS)(partial(requests.list_models, session))


def _register_diagnostics(server: Server) -> None:
    session = server.session

    async def on_save(params: types.DidSaveTextDocumentParams) -> None:
        await session.ready()
        diagnostics.saved(session, params.text_document.uri)

    async def on_diagnostic(params: types.DocumentDiagnosticParams) -> Any:
        return await diagnostics.pulled(session, params)

    async def on_workspace(_: types.WorkspaceDiagnosticParams) -> Any:
        await session.ready()
        return diagnostics.of_workspace(session)

    async def on_inline(params: types.InlineCompletionParams) -> types.InlineCompletionList:
        await session.ready()
        return inline.completions(session, params)

    pulling = types.DiagnosticOptions(
        inter_file_dependencies=False, workspace_diagnostics=True, identifier="algosmith"
    )
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(on_save)
    server.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, pulling)(on_diagnostic)
    server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())(
        on_inline
    )
    server.feature(types.WORKSPACE_DIAGNOSTIC)(on_workspace)


def _register_lifecycle(server: Server) -> None:
    session = server.session

    def on_initialize(params: types.InitializeParams) -> None:
        session.client = client_of(params)
        session.documents.encoding = convert.encoding_of(server.workspace.position_encoding)
        _tell(session, session.configuration.start(session.client.settings))

    async def on_initialized(_: types.InitializedParams) -> None:
        log.info("serving %s, trusted: %s", session.client.name, session.client.trusted)
        if session.client.previews:
            session.watchers.append(asyncio.create_task(status.watch(session)))
        if session.client.process_id is not None and sys.platform != "win32":
            watcher = asyncio.create_task(_leave_with(session, session.client.process_id))
            session.watchers.append(watcher)
        if session.client.registers_configuration:
            registration = types.Registration("configuration", _CONFIGURATION_CHANGED)
            server.client_register_capability(types.RegistrationParams([registration]))
        await _pull(session)

    async def on_configuration(params: types.DidChangeConfigurationParams) -> None:
        if session.client.answers_configuration:
            await _pull(session)
        else:
            _take(session, configuration.pushed(params.settings))

    def on_folders(_: types.DidChangeWorkspaceFoldersParams) -> None:
        session.folders_changed()

    async def on_shutdown(_: None) -> None:
        session.shut_down = True
        await session.close()

    server.feature(types.INITIALIZE)(on_initialize)
    server.feature(types.INITIALIZED)(on_initialized)
    server.feature(_CONFIGURATION_CHANGED)(on_configuration)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(on_folders)
    server.feature(types.SHUTDOWN)(on_shutdown)


async def _pull(session: Session) -> None:
    """Asks the client for its settings, where it answers that."""
    if session.client.answers_configuration:
        wanted = types.ConfigurationParams([types.ConfigurationItem(section=configuration.SECTION)])
        try:
            answer = await session.server.workspace_configuration_async(wanted)
            _take(session, answer[0] if answer else None)
        except JsonRpcException as error:
            log.warning("the client gave no settings: %s", error)
    session.configured.set()


def _take(session: Session, settings: object) -> None:
    problems = session.configuration.update(settings)
    logs.set_level(session.configuration.settings.log_level)
    session.settings_changed()
    _tell(session, problems)


def _tell(session: Session, problems: tuple[str, ...]) -> None:
    if problems:
        session.warn("algosmith settings: " + "; ".join(problems))


async def _leave_with(session: Session, process_id: int) -> None:
    """Ends this process when the editor's is gone: its end need not close our input."""
    while True:
        await asyncio.sleep(_PARENT_CHECK_SECONDS)
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            log.warning("the editor (process %d) is gone; leaving", process_id)
            session.leave(1)
            return
        except PermissionError:
            continue  # alive, another user's


def _unreachable() -> None:
    raise AssertionError("``replaced`` runs the commands")
