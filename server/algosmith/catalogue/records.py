"""The catalogue as data: what each model is, what it needs, and where its files come from."""

import functools
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("catalogue.toml")
AUTO = "auto"
"""The setting that means the best catalogue model on this machine."""
_SHORT_OF_MEMORY = 4 << 30


@dataclass(frozen=True, slots=True)
class Part:
    """One Python package that holds a piece of a file."""

    package: str
    version: str
    wheel_sha256: str
    member: str
    """Path of the piece inside the package's archive."""
    bytes: int
    """Length of the piece."""


@dataclass(frozen=True, slots=True)
class HubSource:
    """A model's place on a Hugging Face hub."""

    repository: str
    revision: str = "main"
    """A commit, or a branch that is resolved to one when the model is fetched."""
    file: str | None = None
    """The one GGUF file to take; None takes what a safetensors model consists of."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One model of the catalogue."""

    name: str
    title: str
    good_for: str
    memory_gib: float
    """What the engine takes with the default settings."""
    licence: str
    licence_url: str
    licence_note: str = ""
    """What a user must know before the download, beyond the licence's name."""
    bytes: int = 0
    """Size of the download; of a model without ``sha256`` about that."""
    file: str | None = None
    sha256: str = ""
    """Of the publisher's own file; empty when the hub's own hashes have to do."""
    aliases: tuple[str, ...] = ()
    auto: bool = True
    """Whether ``model = "auto"`` may take it."""
    parts: tuple[Part, ...] = ()
    """The Python packages that hold the file, in order."""
    hub: HubSource | None = None


@functools.cache
def entries() -> tuple[Entry, ...]:
    """All models of the catalogue, best first."""
    data = tomllib.loads(FILE.read_text("utf-8"))
    return tuple(_entry(record) for record in data["model"])


def entry(name: str) -> Entry | None:
    """The catalogue's model of that name or alias."""
    return next((e for e in entries() if name == e.name or name in e.aliases), None)


def recommended(free_memory: int) -> Entry:
    """What a fresh user gets: the best model, or the next one where memory is short."""
    best, smaller, *_ = entries()
    return smaller if free_memory < _SHORT_OF_MEMORY else best


def _entry(record: dict[str, Any]) -> Entry:
    values = dict(record)
    packages, hub = values.pop("packages", None), values.pop("hub", None)
    size = int(values.pop("bytes_about", 0) or values["bytes"])
    place: dict[str, Any] = {"file": record.get("file"), **(hub or {})}
    values |= {
        "bytes": size,
        "aliases": tuple(record.get("aliases", ())),
        "parts": _parts(packages, size) if packages else (),
        "hub": HubSource(**place) if hub else None,
    }
    return Entry(**values)


def _parts(packages: dict[str, Any], size: int) -> tuple[Part, ...]:
    each = int(packages["part_bytes"])
    return tuple(
        Part(
            packages["name"].format(n=n),
            packages["version"],
            digest,
            packages["member"].format(n=n),
            min(each, size - (n - 1) * each),
        )
        for n, digest in enumerate(packages["wheels"], 1)
    )
