"""What is watched while a model is trained: losses, speed, time left, and when to end."""

import math
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from transformers import TrainerCallback

from algosmith.model import Step
from algosmith.tuning.checkpoints import Losses, losses

Report = Callable[[Step], None]

_ESTIMATED_AFTER = 10
"""Steps after which the time that is left is told: the first ones are slow."""


@dataclass(slots=True)
class TrainingEnd:
    """What became of a training."""

    measured: list[Losses] = field(default_factory=list[Losses])
    steps: int = 0
    of: int = 0
    stopped: bool = False
    """The user ended it; it can go on."""
    diverged: int | None = None
    """The step whose loss was no number."""
    early: bool = False
    """Validation loss did not get better any more."""
    seconds_per_step: float | None = None


class Watcher(TrainerCallback):
    """Reports each step and ends the training where it should end."""

    def __init__(
        self, report: Report, is_stopped: Callable[[], bool], patience: int, tokens: float
    ) -> None:
        self.watched = TrainingEnd()
        self._report, self._is_stopped = report, is_stopped
        self._patience, self._tokens = patience, tokens
        self._began = time.monotonic()
        self._seconds: list[float] = []
        self._training = self._validation = math.nan

    def on_train_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Goes on with what was measured before a stop."""
        self.watched.measured = losses(state.log_history)
        self.watched.of = state.max_steps

    def on_step_begin(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        """Starts the step's clock."""
        self._began = time.monotonic()

    def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> Any:
        """Keeps a checkpoint and ends where the user wants to stop."""
        self._seconds.append(time.monotonic() - self._began)
        self.watched.steps = state.global_step
        if self._is_stopped() and state.global_step < state.max_steps:
            self.watched.stopped = True
            control.should_save = control.should_training_stop = True
            control.should_evaluate = False
        return control

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **kwargs: Any) -> Any:
        """Reads the training loss; one that is no number ends the training, nothing is kept."""
        if logs is None or "loss" not in logs:
            return control
        self._training = float(logs["loss"])
        self.watched.measured.append(Losses(state.global_step, training=self._training))
        if not (math.isfinite(self._training) and math.isfinite(float(logs.get("grad_norm", 0)))):
            self.watched.diverged = state.global_step
            control.should_training_stop = True
            control.should_save = control.should_evaluate = False
        self._report(Step("writing", self._words(state), state.global_step / state.max_steps))
        return control

    def on_evaluate(
        self, args: Any, state: Any, control: Any, metrics: Any = None, **kwargs: Any
    ) -> Any:
        """Reads the validation loss; ends when it did not get better for a while."""
        found: dict[str, float] = metrics or {}
        self._validation = float(found.get("eval_loss", math.nan))
        if not math.isfinite(self._validation):
            self.watched.diverged = state.global_step
            control.should_training_stop, control.should_save = True, False
            return control
        self.watched.measured.append(Losses(state.global_step, validation=self._validation))
        values = [one.validation for one in self.watched.measured if one.validation is not None]
        since = len(values) - 1 - values.index(min(values))
        if since >= self._patience:
            self.watched.early = True
            control.should_training_stop = True
        return control

    def _words(self, state: Any) -> str:
        words = f"step {state.global_step} of {state.max_steps}, loss {self._training:.3f}"
        if math.isfinite(self._validation):
            words += f", validation {self._validation:.3f}"
        # Of the steps just done: a machine that got busy says so.
        usual = statistics.fmean(self._seconds[-_ESTIMATED_AFTER:])
        self.watched.seconds_per_step = usual
        words += f", {self._tokens / usual:,.0f} tokens/s"
        if len(self._seconds) >= _ESTIMATED_AFTER:
            words += f", {_time((state.max_steps - state.global_step) * usual)} left"
        return words


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
