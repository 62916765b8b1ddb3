"""The open documents as bytes. Knows no protocol types.

Texts are kept as UTF-8, so that a Snapshot costs nothing and an edit costs one copy. Only what the
client opened is here; notebook cells are documents like any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from algosmith.model import Snapshot
from algosmith.syntax.languages import language_of
from algosmith.syntax.positions import Encoding, offset_at


@dataclass(frozen=True, slots=True)
class Change:
    """One content change; without ``start`` and ``end``, (line, column), it is the whole text."""

    text: str
    start: tuple[int, int] | None = None
    end: tuple[int, int] | None = None


@dataclass(slots=True)
class Document:
    """One open text."""

    uri: str
    language: str | None
    """An id of ``syntax.languages``; None for what algosmith does not read."""
    version: int | None
    data: bytes

    def snapshot(self) -> Snapshot | None:
        """The current state; None for a language that is not supported."""
        if self.language is None:
            return None
        return Snapshot(self.uri, self.language, self.data, self.version)

    def change(self, changes: Iterable[Change], version: int | None, encoding: Encoding) -> None:
        """Applies the client's changes in order."""
        for change in changes:
            new = change.text.encode("utf-8", "surrogatepass")
            if change.start is not None and change.end is not None:
                start = offset_at(self.data, *change.start, encoding)
                end = max(start, offset_at(self.data, *change.end, encoding))
                new = self.data[:start] + new + self.data[end:]
            self.data = new
        self.version = version


class Documents:
    """The open documents by URI; unlike quoting of the same URI is the same document."""

    def __init__(self) -> None:
        self.encoding: Encoding = "utf-16"
        """What columns count; agreed in ``initialize``."""
        self._by_uri: dict[str, Document] = {}

    def get(self, uri: str) -> Document | None:
        """The open document, or None."""
        return self._by_uri.get(unquote(uri))

    def open(self, uri: str, language_id: str, version: int | None, text: str) -> Document:
        """Takes a newly opened document in."""
        data = text.encode("utf-8", "surrogatepass")
        document = Document(uri, language_of(uri, language_id), version, data)
        self._by_uri[unquote(uri)] = document
        return document

    def change(self, uri: str, version: int | None, changes: Iterable[Change]) -> Document | None:
        """Applies changes; None when the client never opened the document."""
        document = self.get(uri)
        if document is not None:
            document.change(changes, version, self.encoding)
        return document

    def close(self, uri: str) -> None:
        """Forgets the document."""
        self._by_uri.pop(unquote(uri), None)
