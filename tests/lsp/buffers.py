"""The texts of a pretended editor: what is open, and edits applied to it as editors do."""

from dataclasses import dataclass, field
from typing import Any, Union

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient

from tests.lsp.applying import apply_edits, position


def converter() -> Any:
    """lsprotocol's converter takes an action that has a command for a bare command."""
    made = default_converter()

    def structure(raw: dict[str, Any], _: Any) -> types.Command | types.CodeAction:
        bare = isinstance(raw.get("command"), str)
        return made.structure(raw, types.Command if bare else types.CodeAction)

    made.register_structure_hook(types.Command | types.CodeAction, structure)
    made.register_structure_hook(Union[types.Command, types.CodeAction], structure)  # noqa: UP007
    return made


@dataclass
class Buffer:
    """One open text."""

    text: str
    version: int = 1
    read_only: bool = False


@dataclass
class Buffers:
    """The open texts of one client."""

    client: LanguageClient
    result: types.InitializeResult | None = None
    buffers: dict[str, Buffer] = field(default_factory=dict)
    edits: list[types.WorkspaceEdit] = field(default_factory=list)
    """All edits that came, refused ones too."""

    @property
    def encoding(self) -> str:
        """What columns count, as the server said."""
        assert self.result is not None
        return str(getattr(kind := self.result.capabilities.position_encoding, "value", kind))

    def open(self, name: str, text: str, language: str = "python") -> str:
        """Opens a document; gives its URI."""
        uri = f"file:///work/{name}"
        self.buffers[uri] = Buffer(text)
        item = types.TextDocumentItem(uri, language, 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return uri

    def close(self, uri: str) -> None:
        """Closes a document."""
        del self.buffers[uri]
        target = types.TextDocumentIdentifier(uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(target))

    def text(self, uri: str) -> str:
        """The buffer as it is now."""
        return self.buffers[uri].text

    def replace(self, uri: str, old: str, new: str) -> None:
        """The user replaces the first ``old``: an incremental change."""
        buffer = self.buffers[uri]
        at = buffer.text.index(old)
        where = types.Range(
            position(buffer.text, at, self.encoding),
            position(buffer.text, at + len(old), self.encoding),
        )
        buffer.text = buffer.text[:at] + new + buffer.text[at + len(old) :]
        self._changed(uri, types.TextDocumentContentChangePartial(where, new))

    def apply(self, edit: types.WorkspaceEdit) -> str | None:
        """Applies as editors do: whole or not at all; gives why not."""
        self.edits.append(edit)
        pieces: list[tuple[str, Any]] = list((edit.changes or {}).items())
        for change in edit.document_changes or ():
            assert isinstance(change, types.TextDocumentEdit)
            target = change.text_document
            buffer = self.buffers.get(target.uri)
            if buffer and target.version is not None and target.version != buffer.version:
                return "the text changed"
            pieces.append((target.uri, change.edits))
        for uri, _ in pieces:
            if uri not in self.buffers:
                return "not open"
            if self.buffers[uri].read_only:
                return "read-only"
        for uri, edits in pieces:
            buffer = self.buffers[uri]
            buffer.text = apply_edits(buffer.text, edits, self.encoding)
            self._changed(uri, types.TextDocumentContentChangeWholeDocument(buffer.text))
        return None

    def _changed(self, uri: str, change: Any) -> None:
        buffer = self.buffers[uri]
        buffer.version += 1
        target = types.VersionedTextDocumentIdentifier(version=buffer.version, uri=uri)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(target, [change]))
