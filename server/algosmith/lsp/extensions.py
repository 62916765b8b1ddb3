"""The methods that are not LSP's: names and shapes. ``server/docs/lsp-extensions.md`` says more.

Notifications go only to clients that said ``preview: true``; requests answer anyone.
"""

from dataclasses import asdict, dataclass
from typing import Any, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer

READY = "algosmith/ready"
STATUS = "algosmith/status"
TASKS = "algosmith/tasks"
CANDIDATES = "algosmith/candidates"
MODELS = "algosmith/models"


@dataclass(frozen=True, slots=True)
class TaskItem:
    """One answer of ``algosmith/tasks``."""

    title: str
    range: types.Range
    key: str
    kind: str
    ready: int
    """Solutions that wait for it."""


@dataclass(frozen=True, slots=True)
class CandidateItem:
    """One solution in an answer of ``algosmith/candidates``."""

    index: int
    """What ``algosmith.apply`` calls it."""
    title: str
    level: str
    evidence: str
    range: types.Range
    new_text: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """The answer of ``algosmith/candidates``; ranges hold for ``version``."""

    version: int | None
    title: str
    chosen: int | None
    """The index of the one that may be inserted by itself."""
    candidates: tuple[CandidateItem, ...]


@dataclass(frozen=True, slots=True)
class ModelItem:
    """One answer of ``algosmith/models``."""

    name: str
    description: str
    installed: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Status:
    """``algosmith/status``: the engine and this server's jobs."""

    state: str
    model: str | None
    adapter: str | None
    backend: str | None
    device: str | None
    queue: int
    jobs: int
    tokens_per_second: float
    cage: str | None
    trusted: bool
    best: str
    """What could be taken at once: ``2 of 8 checked, best: consistent``; empty: nothing yet."""
    message: str
    version: str


def wire(item: Any) -> dict[str, Any]:
    """One of the shapes above as JSON data with camelCase names."""
    return _camel(asdict(item))


def ready(server: LanguageServer, uri: str, key: str) -> None:
    """Tells the client that solutions for a task wait."""
    server.protocol.notify(READY, {"uri": uri, "key": key})


def status(server: LanguageServer, now: Status) -> None:
    """Tells the client how engine and jobs stand."""
    server.protocol.notify(STATUS, wire(now))


def _camel(value: Any) -> Any:
    if isinstance(value, types.Range):
        return {"start": _place(value.start), "end": _place(value.end)}
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        return {_name(key): _camel(item) for key, item in fields.items()}
    if isinstance(value, list | tuple):
        return [_camel(item) for item in cast("list[Any]", value)]
    return value


def _place(position: types.Position) -> dict[str, int]:
    return {"line": position.line, "character": position.character}


def _name(field: str) -> str:
    first, *rest = field.split("_")
    return first + "".join(word.title() for word in rest)
