"""Trains a LoRA adapter with peft and transformers' Trainer; no loop of our own.

What is ours: the tokens (made as the engine makes them), when to end, and what a stop, a kill, a
loss that is no number or a full disk leave behind: the last good checkpoint, to go on from.
"""

import errno
import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from algosmith.engine.weights import WeightsReport
from algosmith.errors import ConfigError, ModelError
from algosmith.model import Step
from algosmith.tuning import checkpoints
from algosmith.tuning.checkpoints import Checkpoint
from algosmith.tuning.encoding import EncodedConversation
from algosmith.tuning.libraries import LIBRARIES, quiet, require
from algosmith.tuning.settings import TuneSettings

if TYPE_CHECKING:
    from algosmith.tuning.watching import TrainingEnd

_IGNORED = -100
"""The label of a token that is not learned."""
_WARM = 0.03
"""So much of the steps the learning rate rises."""


@dataclass(frozen=True, slots=True)
class Job:
    """One training."""

    base: WeightsReport
    folder: Path
    """Its checkpoints."""
    settings: TuneSettings
    training: Sequence[EncodedConversation]
    validation: Sequence[EncodedConversation]
    device: str = "cpu"


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """What a training gave."""

    watched: "TrainingEnd"
    kept: Checkpoint | None
    """The checkpoint with the least validation loss; None while it is not finished."""
    peak_bytes: int | None
    """The most memory of the device that was taken, where that can be told."""


def train(
    job: Job, report: Callable[[Step], None], is_stopped: Callable[[], bool]
) -> TrainingResult:
    """Trains, or goes on with a training that was stopped.

    Raises:
        ConfigError: The disk or the memory is full; the checkpoints so far are kept.
        ModelError: The base can't be loaded, or its loss was no number before any checkpoint.
    """
    require(*LIBRARIES)
    report(Step("loading", f"loading {job.base.path.name}"))
    with warnings.catch_warnings(), quiet():
        warnings.simplefilter("ignore")
        trainer, watcher = _trainer(job, report, is_stopped)
        begun = checkpoints.latest(job.folder)
        try:
            trainer.train(resume_from_checkpoint=str(begun.folder) if begun else None)
        except (OSError, RuntimeError, MemoryError) as error:
            explained = _explained(error, job)
            if explained is None:
                raise
            raise explained from error
        except Exception as error:  # safetensors has an error of its own for a full disk
            if "No space left" in str(error):
                raise _full(job) from error
            raise
        peak = _peak(job.device)
    watched = watcher.watched
    if watched.stopped:
        return TrainingResult(watched, None, peak)
    kept = checkpoints.best(checkpoints.whole(job.folder), watched.measured)
    if kept is None:
        raise ModelError(
            f"the loss was no number at step {watched.diverged}, before any checkpoint: nothing "
            f"was kept; try a smaller --learning-rate than {job.settings.learning_rate:g}"
        )
    return TrainingResult(watched, kept, peak)


def _trainer(
    job: Job, report: Callable[[Step], None], is_stopped: Callable[[], bool]
) -> tuple[Any, Any]:
    import transformers

    from algosmith.tuning.watching import Watcher

    library = cast("Any", transformers)
    library.set_seed(job.settings.seed)
    per_step = job.settings.batch * job.settings.accumulate
    tokens = sum(len(one.tokens) for one in job.training) / len(job.training) * per_step
    watcher = Watcher(report, is_stopped, job.settings.patience, tokens)
    trainer = library.Trainer(
        model=_adapted(job),
        args=_arguments(job, library),
        data_collator=_collate,
        train_dataset=_dataset(job.training),
        eval_dataset=_dataset(job.validation),
        callbacks=[watcher],
    )
    trainer.remove_callback(library.PrinterCallback)
    return trainer, watcher


def steps_of(settings: TuneSettings, rows: int) -> int:
    """How many steps a training of so many rows has."""
    per_step = settings.batch * settings.accumulate
    return settings.steps or max(1, math.ceil(math.ceil(rows / per_step) * settings.epochs))


def _arguments(job: Job, library: Any) -> Any:
    settings = job.settings
    steps = steps_of(settings, len(job.training))
    every = max(1, steps // settings.checks)
    return library.TrainingArguments(
        output_dir=str(job.folder),
        max_steps=steps,
        per_device_train_batch_size=settings.batch,
        per_device_eval_batch_size=settings.batch,
        gradient_accumulation_steps=settings.accumulate,
        learning_rate=settings.learning_rate,
        lr_scheduler_type="cosine",
        warmup_steps=max(1, round(steps * _WARM)),
        logging_steps=1,
        logging_nan_inf_filter=False,
        eval_strategy="steps",
        eval_steps=every,
        save_strategy="steps",
        save_steps=every,
        seed=settings.seed,
        data_seed=settings.seed,
        report_to="none",
        use_cpu=job.device == "cpu",
        dataloader_pin_memory=job.device != "cpu",
        remove_unused_columns=False,
        disable_tqdm=True,
        gradient_checkpointing=settings.checkpointing,
        gradient_checkpointing_kwargs={"use_reentrant": False} if settings.checkpointing else None,
    )


def _adapted(job: Job) -> Any:
    """The base with fresh adapter matrices."""
    import peft

    settings = job.settings
    model = _base(job)
    if settings.precision == "4bit":
        model = cast("Any", peft).prepare_model_for_kbit_training(
            model, use_gradient_checkpointing=settings.checkpointing
        )
    elif settings.checkpointing:
        model.enable_input_require_grads()
    config = peft.LoraConfig(
        r=settings.rank,
        lora_alpha=cast("int", settings.alpha),
        lora_dropout=settings.dropout,
        target_modules=list(settings.targets),
        use_rslora=settings.rslora,
        task_type="CAUSAL_LM",
    )
    return cast("Any", peft).get_peft_model(model, config)


def _base(job: Job) -> Any:
    import torch
    import transformers

    library = cast("Any", transformers)
    plain = torch.float32 if job.settings.precision == "float32" else torch.bfloat16
    given: dict[str, Any] = {"dtype": plain, "local_files_only": True, "use_safetensors": True}
    if job.settings.precision == "4bit":
        require("bitsandbytes")
        given["quantization_config"] = library.BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=False,
            bnb_4bit_compute_dtype=plain,
        )
        given["device_map"] = {"": job.device}
    try:
        model = library.AutoModelForCausalLM.from_pretrained(job.base.path, **given)
    except Exception as error:
        raise ModelError(
            f"{job.base.path} can't be loaded for training: {str(error)[:200]}", detail=str(error)
        ) from error
    model.config.use_cache = False
    return model


def _dataset(rows: Sequence[EncodedConversation]) -> Any:
    """A list is a data set to torch: it has a length, and items by number."""
    return [(list(one.tokens), one.prompt) for one in rows]


def _collate(rows: Sequence[tuple[list[int], int]]) -> dict[str, Any]:
    """Rows side by side, filled up behind; prompt and filling are not learned."""
    import torch

    width = max(len(tokens) for tokens, _ in rows)
    filled = [tokens + [0] * (width - len(tokens)) for tokens, _ in rows]
    labels = [
        [_IGNORED] * prompt + tokens[prompt:] + [_IGNORED] * (width - len(tokens))
        for tokens, prompt in rows
    ]
    mask = [[1] * len(tokens) + [0] * (width - len(tokens)) for tokens, _ in rows]
    return {
        "input_ids": torch.tensor(filled),
        "attention_mask": torch.tensor(mask),
        "labels": torch.tensor(labels),
    }


def _explained(error: Exception, job: Job) -> ConfigError | None:
    """The failure in a sentence; None where it is none that people can mend."""
    words = str(error)
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or "No space left" in words or "file write failed" in words:
        return _full(job)
    if isinstance(error, MemoryError) or "out of memory" in words or "allocate memory" in words:
        return ConfigError(
            "the memory did not suffice; the checkpoints so far are kept: repeat the command with "
            "--checkpointing, a smaller --batch or --most-tokens (that begins anew), or free memory"
        )
    return None


def _full(job: Job) -> ConfigError:
    last = checkpoints.latest(job.folder)
    kept = f"step {last.step} is kept" if last else "no checkpoint was written yet"
    return ConfigError(
        f"the disk is full ({job.folder}); {kept}: make room and repeat the command, it goes on"
    )


def _peak(device: str) -> int | None:
    if device != "cuda":
        return None
    import torch

    return torch.cuda.max_memory_allocated()
