"""Positions in every encoding: the server's against the tests' own slow ones."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from algosmith.lsp import convert
from algosmith.lsp.client import Client
from algosmith.lsp.documents import Change, Documents
from algosmith.model import Edit, Span
from algosmith.syntax.positions import Encoding
from tests.lsp.applying import apply_edits, offset, position

ENCODINGS: tuple[Encoding, ...] = ("utf-8", "utf-16", "utf-32")
TEXT = st.text(st.sampled_from("ab \n\r\t\x0c\x85\u2028é两𝕏\ufeff"), max_size=24)


@given(TEXT, TEXT, st.data(), st.sampled_from(ENCODINGS))
def test_an_incremental_change_does_what_it_does_in_the_editor(
    text: str, new: str, data: st.DataObject, encoding: Encoding
) -> None:
    spots = sorted(data.draw(st.lists(_cut(text), min_size=2, max_size=2)))
    documents = Documents()
    documents.encoding = encoding
    documents.open("file:///a.py", "python", 1, text)
    start, end = (position(text, spot, encoding) for spot in spots)
    change = Change(new, (start.line, start.character), (end.line, end.character))
    document = documents.change("file:///a.py", 2, [change])
    assert document is not None
    assert document.data.decode() == text[: spots[0]] + new + text[spots[1] :]
    assert document.version == 2


@given(TEXT, TEXT, st.data(), st.sampled_from(ENCODINGS), st.booleans())
def test_an_edit_lands_on_its_bytes(
    text: str, new: str, data: st.DataObject, encoding: Encoding, versioned: bool
) -> None:
    spots = sorted(data.draw(st.lists(_cut(text), min_size=2, max_size=2)))
    document = Documents().open("file:///a.py", "python", 7, text)
    span = Span(*(len(text[:spot].encode()) for spot in spots))
    client = Client(versioned_edits=versioned)
    made = convert.workspace_edit(client, document, Edit(span, new), encoding)
    if versioned:
        (change,) = made.document_changes or [None]
        assert isinstance(change, types.TextDocumentEdit)
        assert change.text_document.version == 7
        edits = [edit for edit in change.edits if isinstance(edit, types.TextEdit)]
    else:
        edits = list((made.changes or {})["file:///a.py"])
    expected = Edit(span, new).apply(document.data)
    assert apply_edits(text, edits, encoding).encode() == expected


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("place", [(0, 99), (5, 0), (1, 2), (99, 99)])
def test_places_outside_the_text_are_pulled_inside(
    encoding: Encoding, place: tuple[int, int]
) -> None:
    text = "é = 1\r\n𝕏\n"
    document = Documents().open("file:///a.py", "python", 1, text)
    span = convert.span_of(document, types.Position(*place), encoding)
    assert 0 <= span.start == span.end <= len(document.data)
    document.data[: span.start].decode()


def _cut(text: str) -> st.SearchStrategy[int]:
    """Where an editor can have a caret: not between CR and LF."""
    places = [n for n in range(len(text) + 1) if text[max(0, n - 1) : n + 1] != "\r\n"]
    return st.sampled_from(places)


@given(TEXT, st.data(), st.sampled_from(ENCODINGS))
def test_the_helpers_agree_with_themselves(
    text: str, data: st.DataObject, encoding: Encoding
) -> None:
    index = data.draw(_cut(text))
    assert offset(text, position(text, index, encoding), encoding) == index
