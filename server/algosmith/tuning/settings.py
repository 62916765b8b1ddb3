"""What a training is told: every number a user may set, with the defaults of the field."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

from algosmith.errors import ConfigError

Precision = Literal["auto", "float32", "bfloat16", "4bit"]
PRECISIONS: tuple[Precision, ...] = ("auto", "float32", "bfloat16", "4bit")
LINEARS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""What the engine can serve an adapter of."""


@dataclass(frozen=True, slots=True)
class TuneSettings:
    """All of it. Two trainings with equal settings and data are the same training."""

    rank: int = 8
    alpha: float = 16.0
    dropout: float = 0.05
    targets: tuple[str, ...] = ("q_proj", "v_proj")
    rslora: bool = False
    """Scales by alpha over the square root of the rank (better for large ranks)."""
    learning_rate: float = 2e-4
    epochs: float = 3.0
    steps: int | None = None
    """Instead of epochs."""
    batch: int = 1
    """Conversations computed at once."""
    accumulate: int = 8
    """Batches that make one step."""
    most_tokens: int = 1024
    """Longer rows are left out, never cut."""
    precision: Precision = "auto"
    checkpointing: bool = False
    """Computes activations a second time instead of keeping them: slower, less memory."""
    patience: int = 3
    """Ends after so many checks without a better validation loss."""
    checks: int = 10
    """So often validation loss is measured and a checkpoint kept."""
    held_out: int = 40
    """Most problems that are kept for the gate."""
    seed: int = 0

    def digest(self, *more: str) -> str:
        """Names the training: the same settings, and whatever else counts, give the same text."""
        text = json.dumps([asdict(self), *more], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def checked(settings: TuneSettings) -> TuneSettings:
    """The settings; ConfigError names one that makes no sense."""
    unknown = [target for target in settings.targets if target not in LINEARS]
    wrong = {
        "--rank": not 1 <= settings.rank <= 256,
        "--alpha": not 0 < settings.alpha < 10_000,
        "--dropout": not 0 <= settings.dropout < 1,
        "--learning-rate": not 0 < settings.learning_rate < 1000,
        "--epochs": not 0 < settings.epochs <= 1000,
        "--steps": settings.steps is not None and settings.steps < 1,
        "--batch": settings.batch < 1,
        "--accumulate": settings.accumulate < 1,
        "--most-tokens": settings.most_tokens < 16,
        "--checks": settings.checks < 1,
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise ConfigError(f"{name}: this value makes no sense; `tune --help` has the defaults")
    if unknown or not settings.targets:
        raise ConfigError(f"--targets: {unknown or 'none'}; known are {', '.join(LINEARS)}")
    return settings
