"""Bringing an edit into the client's text, whatever happened to the text meanwhile."""

import asyncio
from collections.abc import Callable

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from algosmith.errors import EditError
from algosmith.lsp import convert
from algosmith.lsp.session import Session
from algosmith.model import Edit, Snapshot

_MOST_TRIES = 3
"""A user who types while an edit is on its way makes the client refuse it."""


async def apply(
    session: Session, uri: str, label: str, edit_for: Callable[[Snapshot], Edit]
) -> None:
    """Asks the client to apply the edit that ``edit_for`` gives for the text as it is now.

    Raises EditError when the client can't or won't, TaskError when ``edit_for`` finds no place.
    """
    if not session.client.applies_edits:
        raise EditError("This editor takes no edits from a server; use the code-action menu.")
    refusal: str | None = ""
    for _ in range(_MOST_TRIES):
        document = session.documents.get(uri)
        snapshot = document.snapshot() if document else None
        if document is None or snapshot is None:
            raise EditError("The file was closed; open it again and use the code-action menu.")
        edit = convert.workspace_edit(
            session.client, document, edit_for(snapshot), session.documents.encoding
        )
        refusal = await _ask(session, label, edit)
        if refusal is None:
            return
        if document.version == snapshot.version:
            break
    raise EditError(
        f"The editor did not take the edit ({refusal}); the solution waits in the code-action menu."
    )


async def _ask(session: Session, label: str, edit: types.WorkspaceEdit) -> str | None:
    """Why the client refused; None when it applied the edit."""
    asked = session.server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, label))
    try:
        # Shielded: a cancelled wait must not leave an answer that finds nobody.
        answer = await asyncio.shield(asked)
    except JsonRpcException as error:
        return error.message or "it gave no reason"
    return None if answer.applied else answer.failure_reason or "it gave no reason"
