"""The door between LSP types and algosmith's data; no other module converts."""

import itertools
import re
from collections.abc import Sequence
from typing import Any, cast

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams

from algosmith.errors import AlgosmithError
from algosmith.lsp.client import Client
from algosmith.lsp.documents import Change, Document
from algosmith.model import Edit, Span
from algosmith.syntax.positions import Encoding, offset_at, position_at

_REQUEST_FAILED = -32803
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~$&@]|:(?=//)|(?<=www)\.)")
_MARKDOWN_START = re.compile(r"^(\s*(?:\d+(?=[.)]))?)([-+=.)])")
"""What can act as Markdown, where it can: Neovim shows each backslash, so not one too many."""


def span_of(document: Document, place: types.Range | types.Position, encoding: Encoding) -> Span:
    """The bytes of a range, or the empty span at a position."""
    first, last = (place, place) if isinstance(place, types.Position) else (place.start, place.end)
    start = offset_at(document.data, first.line, first.character, encoding)
    end = offset_at(document.data, last.line, last.character, encoding)
    return Span(min(start, end), max(start, end))


def range_of(document: Document, span: Span, encoding: Encoding) -> types.Range:
    """The range of a span of the document's current text."""
    return types.Range(
        types.Position(*position_at(document.data, span.start, encoding)),
        types.Position(*position_at(document.data, span.end, encoding)),
    )


def changes_of(events: Sequence[types.TextDocumentContentChangeEvent]) -> list[Change]:
    """The client's content changes, in order."""
    return [
        Change(
            event.text,
            (event.range.start.line, event.range.start.character),
            (event.range.end.line, event.range.end.character),
        )
        if isinstance(event, types.TextDocumentContentChangePartial)
        else Change(event.text)
        for event in events
    ]


def workspace_edit(
    client: Client, document: Document, edit: Edit, encoding: Encoding
) -> types.WorkspaceEdit:
    """The edit for the document's current version, versioned wherever the client takes that."""
    change = types.TextEdit(range_of(document, edit.span, encoding), edit.new_text)
    if not client.versioned_edits:
        return types.WorkspaceEdit(changes={document.uri: [change]})
    target = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(target, [change])])


def encoding_of(kind: object) -> Encoding:
    """What columns count, from the position encoding that was agreed."""
    agreed = kind.value if isinstance(kind, types.PositionEncodingKind) else kind
    return "utf-8" if agreed == "utf-8" else "utf-32" if agreed == "utf-32" else "utf-16"


def request_failed(error: AlgosmithError) -> JsonRpcException:
    """The error answer whose text is written for the user."""
    return JsonRpcException(str(error), _REQUEST_FAILED)


def place_of(arguments: Sequence[object]) -> tuple[str, types.Range | types.Position]:
    """URI and place from a command's ``[uri, Position | Range]``."""
    uri = uri_of(arguments)
    raw = arguments[1] if len(arguments) > 1 else None
    try:
        where = cast("dict[str, Any]", raw)
        if "start" in where:
            return uri, types.Range(_position(where["start"]), _position(where["end"]))
        return uri, _position(where)
    except (KeyError, TypeError, ValueError) as error:
        raise JsonRpcInvalidParams("expected the arguments [uri, {line, character}]") from error


def uri_of(arguments: Sequence[object]) -> str:
    """The URI that a command's arguments begin with."""
    if arguments and isinstance(arguments[0], str):
        return arguments[0]
    raise JsonRpcInvalidParams("expected a document's URI as first argument")


def text_of(arguments: Sequence[object], index: int) -> str | None:
    """An optional string argument."""
    found = arguments[index] if len(arguments) > index else None
    return found if isinstance(found, str) else None


def plain_position(position: types.Position) -> dict[str, int]:
    """A position as a command's argument."""
    return {"line": position.line, "character": position.character}


def plain_range(where: types.Range) -> dict[str, dict[str, int]]:
    """A range as JSON data."""
    return {"start": plain_position(where.start), "end": plain_position(where.end)}


def markdown(text: str) -> str:
    """Plain lines as Markdown: nothing in them can act as Markdown or HTML."""
    inside = (_MARKDOWN.sub(r"\\\1", line) for line in text.splitlines())
    return "  \n".join(_MARKDOWN_START.sub(r"\1\\\2", line) for line in inside)


_MARKS = {"+": "✓", "!": "✗"}
"""What holds and what does not, at the start of a line."""


def headed(heading: str, text: str) -> str:
    """Plain lines as Markdown under a heading; nothing of either can act as Markdown.

    A line that ends in a colon is a heading, too, and lines marked ``+`` and ``!`` are a list.
    """
    blocks = [f"**{markdown(heading)}**"]
    for kind, lines in itertools.groupby(text.splitlines(), _kind):
        if kind == "heading":
            blocks += [f"**{markdown(line[:-1])}**" for line in lines]
        elif kind == "list":
            blocks.append("\n".join(f"- {_MARKS[line[2]]} {markdown(line[4:])}" for line in lines))
        else:
            blocks.append(markdown("\n".join(line.strip() for line in lines)))
    return "\n\n".join(blocks)


def _kind(line: str) -> str:
    if line[:2] == "  " and line[3:4] == " " and line[2] in _MARKS:
        return "list"
    return "heading" if line[:1].strip() and line.endswith(":") else "text"


def markup(
    text: str, client: Client, links: Sequence[str] = (), image: str = ""
) -> types.MarkupContent:
    """Plain lines as hover content, the first as heading: nothing in them can act as Markdown.

    ``links`` and ``image`` are Markdown of our own making, added where the client reads Markdown.
    """
    if not client.reads_markdown:
        return types.MarkupContent(types.MarkupKind.PlainText, text)
    first, _, rest = text.partition("\n")
    body = headed(first, rest)
    if image:
        body += f"\n\n{image}"
    if links:
        body += "\n\n" + " · ".join(links)
    return types.MarkupContent(types.MarkupKind.Markdown, body)


def _position(raw: object) -> types.Position:
    fields = cast("dict[str, object]", raw)
    line, character = fields["line"], fields["character"]
    if type(line) is not int or type(character) is not int or min(line, character) < 0:
        raise ValueError("not a position")
    return types.Position(line, character)
