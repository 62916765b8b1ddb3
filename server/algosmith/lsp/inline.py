"""``textDocument/inlineCompletion``: answers that wait already; a key press asks no model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from algosmith.errors import AlgosmithError
from algosmith.features import offers
from algosmith.features.again import difference
from algosmith.lsp import convert
from algosmith.model import Span

if TYPE_CHECKING:
    from algosmith.lsp.session import Session


def completions(
    session: Session, params: types.InlineCompletionParams
) -> types.InlineCompletionList:
    """The ready answers for the TODO at the cursor that change one line only, best first.

    The protocol has no form for an answer that takes several lines away.
    """
    document = session.documents.get(params.text_document.uri)
    snapshot = document.snapshot() if document else None
    found: list[types.InlineCompletionItem] = []
    if document is None or snapshot is None:
        return types.InlineCompletionList(found)
    encoding = session.documents.encoding
    span = convert.span_of(document, params.position, encoding)
    for offer in offers.offers(session.services, snapshot, span):
        if offer.kind != "insert" or offer.index is None:
            continue
        try:
            edit = offers.edit_for(session.services, snapshot, offer.task_key, offer.index)
        except AlgosmithError:
            continue
        edit = difference(snapshot.data, edit.apply(snapshot.data))
        taken = snapshot.data[edit.span.start : edit.span.end]
        if b"\n" in taken.removesuffix(b"\n"):
            continue
        if taken.endswith(b"\n"):  # up to the end of the line, not beyond it
            text = edit.new_text.removesuffix("\n").removesuffix("\r")
            end = edit.span.end - 1 - taken.endswith(b"\r\n")
        else:
            text, end = edit.new_text, edit.span.end
        where = convert.range_of(document, Span(edit.span.start, end), encoding)
        if where.start.line == params.position.line:
            found.append(types.InlineCompletionItem(text, range=where))
    return types.InlineCompletionList(found)
