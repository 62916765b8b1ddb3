"""The adapters on this machine: one folder each, with a card; made here or added from elsewhere.

A folder is there whole or not at all. What the gate refused stays in its place with the reason on
its card, so that nothing is lost and nobody uses it by mistake.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from algosmith import paths
from algosmith.engine import weights
from algosmith.engine.weights import Card, read_card
from algosmith.engine.weights.adapter_card import FILE as CARD
from algosmith.errors import AlgosmithError, ConfigError, ModelError

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WEIGHTS = "adapter_model.safetensors"


@dataclass(frozen=True, slots=True)
class AdapterEntry:
    """One adapter."""

    name: str
    folder: Path
    card: Card | None
    problem: str = ""
    """Why its card can't be read."""


def listed() -> tuple[AdapterEntry, ...]:
    """All of them, by name."""
    try:
        folders = sorted(path for path in paths.adapters_dir().iterdir() if path.is_dir())
    except OSError:
        return ()
    return tuple(_known(folder) for folder in folders if not folder.name.startswith("."))


def find(name: str) -> AdapterEntry:
    """The adapter of that name; ConfigError where there is none."""
    folder = paths.adapters_dir() / checked_name(name)
    if not folder.is_dir():
        there = ", ".join(one.name for one in listed()) or "none yet"
        raise ConfigError(f"there is no adapter {name!r} (there: {there})")
    return _known(folder)


def _known(folder: Path) -> AdapterEntry:
    try:
        return AdapterEntry(folder.name, folder, read_card(folder))
    except AlgosmithError as error:
        return AdapterEntry(folder.name, folder, None, str(error))


def checked_name(name: str) -> str:
    """The name; ConfigError where it can be none."""
    if not _NAME.fullmatch(name):
        raise ConfigError(f"{name[:80]!r} can't be an adapter's name: use letters, digits, . _ -")
    return name


def require_new(name: str) -> Path:
    """Where an adapter of that name would lie; ConfigError where there is one."""
    folder = paths.adapters_dir() / checked_name(name)
    if folder.exists():
        raise ConfigError(
            f"an adapter {name!r} is there already: take another --name, or "
            f"`algosmith adapters remove {name}` first"
        )
    return folder


def put(name: str, fill: Callable[[Path], None]) -> Path:
    """A new adapter's folder: ``fill`` writes it, then it gets its name in one step."""
    folder = require_new(name)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".new-") as made:
            target = Path(made) / name
            target.mkdir()
            fill(target)
            target.rename(folder)
    except OSError as error:
        raise ConfigError(f"{folder} can't be written: {error.strerror or error}") from error
    return folder


def add(source: Path, name: str, base: Path | None) -> Path:
    """Takes an adapter that was made elsewhere; nothing of it is run.

    Raises:
        ModelError: It holds a pickle, or does not fit the base.
    """
    if not source.exists():
        raise ConfigError(f"{source}: no such file or folder")
    if source.is_file() and source.suffix == ".gguf":
        return put(name, lambda target: _copied(source, target))
    if not (source / _WEIGHTS).is_file():
        pickles = sorted(p.name for p in source.glob("*") if p.suffix in (".bin", ".pt", ".pth"))
        held = f" ({pickles[0]} is a pickle, which can run code: never read)" if pickles else ""
        raise ModelError(f"{source} holds no {_WEIGHTS}{held}; ask its maker for safetensors")
    shape = weights.check(base).shape if base is not None else None
    if shape is not None:
        weights.check_adapter(name, source, shape)

    def fill(target: Path) -> None:
        for file in (
            _WEIGHTS,
            "adapter_config.json",
            CARD,
            *[p.name for p in source.glob("*.gguf")],
        ):
            if (source / file).is_file():
                _copied(source / file, target)
        if shape is not None and not any(target.glob("*.gguf")):
            from algosmith.tuning.gguf_adapter import write_gguf

            write_gguf(target, shape, name)

    return put(name, fill)


def remove(name: str) -> None:
    """Deletes the adapter's folder."""
    shutil.rmtree(find(name).folder)


def write_card(folder: Path, fields: dict[str, Any]) -> None:
    """Writes the card, whole or not at all."""
    part = folder / f"{CARD}.part"
    part.write_text(json.dumps(fields, indent=1, ensure_ascii=False) + "\n", "utf-8")
    part.replace(folder / CARD)


def card_fields(folder: Path) -> dict[str, Any]:
    """All of a card's fields; none where there is no card."""
    try:
        raw: object = json.loads((folder / CARD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return cast("dict[str, Any]", raw) if isinstance(raw, dict) else {}


def _copied(source: Path, target: Path) -> None:
    shutil.copyfile(source, target / source.name)
