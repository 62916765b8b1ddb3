"""A training's folder: what it was begun with, its checkpoints, and which of them is good.

A checkpoint is whole when its ``trainer_state.json`` is there, which the library writes last. What
a kill or a full disk left half-written is thrown away before going on.
"""

import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from algosmith.errors import ConfigError

_STATE = "trainer_state.json"
_BEGUN = "begun.json"


@dataclass(frozen=True, slots=True)
class Losses:
    """What was measured at a step."""

    step: int
    training: float | None = None
    validation: float | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The adapter as it was after a step."""

    step: int
    folder: Path


def begin(folder: Path, digest: str, *, fresh: bool) -> bool:
    """Opens a training's folder; true when it goes on with what is there.

    Raises:
        ConfigError: Another training of that name was not finished, or the disk is full.
    """
    try:
        if fresh and folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True, exist_ok=True)
        begun = folder / _BEGUN
        if not begun.exists():
            begun.write_text(json.dumps({"digest": digest}), "utf-8")
            return False
        known: object = json.loads(begun.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ConfigError(f"{folder} can't be used: {error}; --fresh begins anew") from error
    if known != {"digest": digest}:
        raise ConfigError(
            "a training of this name with other data or settings was not finished: repeat its "
            "command to go on with it, or add --fresh to throw it away"
        )
    return bool(_whole(folder))


def latest(folder: Path) -> Checkpoint | None:
    """The newest whole checkpoint; half-written ones are removed."""
    for broken in set(_folders(folder)) - {one.folder for one in _whole(folder)}:
        shutil.rmtree(broken, ignore_errors=True)
    return max(_whole(folder), key=lambda one: one.step, default=None)


def whole(folder: Path) -> list[Checkpoint]:
    """All whole checkpoints, in order."""
    return sorted(_whole(folder), key=lambda one: one.step)


def losses(history: Sequence[dict[str, Any]]) -> list[Losses]:
    """Both losses, out of the library's log."""
    found: list[Losses] = []
    for entry in history:
        step = int(entry.get("step", 0))
        if "eval_loss" in entry:
            found.append(Losses(step, validation=float(entry["eval_loss"])))
        elif "loss" in entry:
            found.append(Losses(step, training=float(entry["loss"])))
    return found


def best(kept: Sequence[Checkpoint], measured: Sequence[Losses]) -> Checkpoint | None:
    """The checkpoint with the least validation loss."""
    values = {one.step: one.validation for one in measured if _is_number(one.validation)}
    known = [one for one in kept if one.step in values]
    return min(known, key=lambda one: cast("float", values[one.step]), default=None)


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.glob("checkpoint-*") if path.is_dir()]


def _whole(folder: Path) -> list[Checkpoint]:
    found: list[Checkpoint] = []
    for path in _folders(folder):
        try:
            state = json.loads((path / _STATE).read_text("utf-8"))
            found.append(Checkpoint(int(state["global_step"]), path))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return found
