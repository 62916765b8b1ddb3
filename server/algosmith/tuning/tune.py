"""The whole way: from prepared data to an adapter's folder with its card and the gate's verdict."""

import importlib.metadata
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import filelock

from algosmith import __version__, paths
from algosmith.config import Adapter, Settings
from algosmith.engine import weights
from algosmith.engine.weights import identity
from algosmith.errors import ConfigError, ModelError
from algosmith.evaluation.problems import Problem
from algosmith.features.store import Report
from algosmith.tuning import adapters, checkpoints, gate, gguf_adapter, plan, plotting
from algosmith.tuning.gate import Pair, Verdict
from algosmith.tuning.libraries import LIBRARIES
from algosmith.tuning.preparing import TrainingSetup
from algosmith.tuning.training import Job, TrainingResult, train
from algosmith.tuning.variants import Variant, variants
from algosmith.tuning.variants import compare as compare_variants

LOSSES = "losses.svg"
HELD_OUT = "held-out.jsonl"
_CHOSEN_ON = 3
"""A variant is chosen on the first of so many parts of the problems kept back."""


@dataclass(frozen=True, slots=True)
class Judges:
    """What base and adapter are compared on."""

    target: Sequence[Problem]
    general: Sequence[Problem]


def run_folder(name: str) -> Path:
    """Where a training keeps its checkpoints until it is done."""
    return paths.state_dir() / "tune" / adapters.checked_name(name)


def lock() -> filelock.BaseFileLock:
    """One tuning at a time: two would need twice the memory and each be slower than half."""
    file = paths.state_dir() / "tune" / "lock"
    file.parent.mkdir(parents=True, exist_ok=True)
    held = filelock.FileLock(file)
    try:
        held.acquire(timeout=0)
    except filelock.Timeout as error:
        raise ConfigError("another tuning is running; wait for it, or stop it first") from error
    return held


def learn(
    name: str,
    prepared: TrainingSetup,
    report: Report,
    is_stopped: Callable[[], bool],
    *,
    fresh: bool = False,
) -> TrainingResult:
    """Trains, or goes on where the same command was stopped."""
    plan.require_room(prepared.settings, prepared.base, prepared.room, prepared.longest)
    folder = run_folder(name)
    digest = prepared.settings.digest(prepared.digest, identity(prepared.base))
    checkpoints.begin(folder, digest, fresh=fresh)
    job = Job(
        prepared.base,
        folder,
        prepared.settings,
        prepared.training.encoded,
        prepared.validation.encoded,
        prepared.room.device,
    )
    return train(job, report, is_stopped)


def make_adapter(
    name: str,
    prepared: TrainingSetup,
    trained: TrainingResult,
    data: Sequence[Path],
    chosen: Variant | None = None,
) -> Path:
    """The adapter's folder out of the best checkpoint: for torch, vLLM and llama.cpp alike."""
    if trained.kept is None:
        raise ConfigError("the training is not finished")
    variant = chosen or Variant("best", trained.kept)

    def fill(target: Path) -> None:
        write_weights(target, name, prepared, variant)
        title = f"{name} on {prepared.base.path.name}"
        step = variant.checkpoint.step
        svg = plotting.losses_svg(trained.watched.measured, step, title)
        (target / LOSSES).write_text(svg, "utf-8")
        rows = judged_on(prepared, is_chosen=chosen is not None)
        (target / HELD_OUT).write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
        adapters.write_card(target, _card(name, prepared, trained, data, variant))

    folder = adapters.put(name, fill)
    shutil.rmtree(run_folder(name), ignore_errors=True)
    return folder


def write_weights(target: Path, name: str, prepared: TrainingSetup, variant: Variant) -> None:
    """A checkpoint's adapter as peft's files and as GGUF."""
    if prepared.base.shape is None:
        raise ConfigError(f"{prepared.base.path} is no folder with safetensors")
    source, weights_file = variant.checkpoint.folder, "adapter_model.safetensors"
    shutil.copyfile(source / weights_file, target / weights_file)
    config = json.loads((source / "adapter_config.json").read_text("utf-8"))
    config["base_model_name_or_path"] = prepared.base.path.name
    (target / "adapter_config.json").write_text(json.dumps(config, indent=1), "utf-8")
    if variant.factor != 1:
        gguf_adapter.scaled(target, variant.factor)
    gguf_adapter.write_gguf(target, prepared.base.shape, name)


def judged_on(prepared: TrainingSetup, *, is_chosen: bool) -> list[dict[str, Any]]:
    """The problems kept for the gate, without those that a variant was chosen on."""
    rows = [dict(one.problem) for one in prepared.split.held_out if one.problem]
    return rows[len(rows) // _CHOSEN_ON :] if is_chosen else rows


async def choose(
    name: str, prepared: TrainingSetup, trained: TrainingResult, pair: Pair, report: Report
) -> tuple[Variant, dict[str, int]]:
    """The variant that solves most of a third of the problems that were kept back."""
    if trained.kept is None:
        raise ConfigError("the training is not finished")
    rows = [dict(one.problem) for one in prepared.split.held_out if one.problem]
    rows = rows[: len(rows) // _CHOSEN_ON]
    found = variants(trained.kept, run_folder(name))
    with tempfile.TemporaryDirectory(dir=run_folder(name), prefix="variants-") as made:
        folders: dict[str, Path] = {}
        for one in found:
            folders[one.name] = Path(made) / one.name
            folders[one.name].mkdir()
            write_weights(folders[one.name], one.name, prepared, one)
        problems = gate.problems_of(rows, Path(made) / "problems.jsonl")
        right = await compare_variants(folders, problems, pair, Path(made), report)
    # Of equals the first: what has the least loss and needs no change of strength.
    return max(found, key=lambda one: right[one.name]), right


async def judge(
    folder: Path, judges: Judges, settings: Settings, budget: int, report: Report
) -> Verdict:
    """Compares base and adapter as served, and writes the verdict onto the card."""
    card = weights.read_card(folder)
    served = weights.check(_served(settings))
    if card is not None and card.identity and identity(served) not in ("", card.identity):
        raise ConfigError(
            f"{settings.model} is not the base of this adapter, which is {card.base}: name the "
            "model that you serve it on with --served"
        )
    pair = Pair(settings, Adapter(folder.name, str(folder)), budget)
    kept = paths.state_dir() / "tune" / f"{folder.name}.gate"
    found = {
        name: await gate.compare(problems, pair, kept, name, report) if problems else None
        for name, problems in (("target", judges.target), ("general", judges.general))
    }
    verdict = gate.judged(found["target"], found["general"])
    served_as = {
        "model": served.path.name,
        "quantization": served.quantization or served.dtype,
        "budget": budget,
        "seed": pair.seed,
    }
    fields = adapters.card_fields(folder)
    fields["verdict"] = gate.record(verdict) | {"served": served_as, "at": _now()}
    adapters.write_card(folder, fields)
    return verdict


def judges_of(folder: Path, target: Sequence[Problem], general: Sequence[Problem]) -> Judges:
    """The problems of the adapter's own kind: those given, else those that the data kept back."""
    own = folder / HELD_OUT
    if target or not own.is_file() or not own.read_text("utf-8").strip():
        return Judges(target, general)
    from algosmith.evaluation import reading

    return Judges(reading.load(own, "own").problems, general)


def scaled_copy(name: str, source: Path, factor: float) -> Path:
    """The same adapter, weaker or stronger, under another name."""
    fields = adapters.card_fields(source)
    base = fields.get("base", {}).get("folder", "")
    shape = weights.check(Path(str(base))).shape if base else None
    if shape is None:
        raise ConfigError(f"the base folder of {source.name} is not known: it can't be scaled")

    def fill(target: Path) -> None:
        for file in source.iterdir():
            if file.is_file() and file.suffix != ".gguf":
                shutil.copyfile(file, target / file.name)
        gguf_adapter.scaled(target, factor)
        gguf_adapter.write_gguf(target, shape, name)
        verdict = {"state": "not gated", "why": f"{source.name} at {factor:g} of its strength"}
        adapters.write_card(target, fields | {"name": name, "verdict": verdict})

    return adapters.put(name, fill)


def is_same_model(settings: Settings, base: Path) -> bool:
    """Whether the user's own model is the one that was trained on, in whatever file."""
    try:
        served = weights.check(_served(settings))
        return identity(served) == identity(weights.check(base))
    except ModelError:
        return False


def _served(settings: Settings) -> Path:
    from algosmith import catalogue

    return catalogue.resolve(settings.model)


def _card(
    name: str,
    prepared: TrainingSetup,
    trained: TrainingResult,
    data: Sequence[Path],
    variant: Variant,
) -> dict[str, Any]:
    watched, step = trained.watched, variant.checkpoint.step
    loss = {one.step: one.validation for one in watched.measured if one.validation is not None}
    return {
        "name": name,
        "made": _now(),
        "base": {
            "name": prepared.base.path.name,
            "folder": str(prepared.base.path),
            "identity": identity(prepared.base),
            "architecture": prepared.base.architecture,
        },
        "data": {
            "files": [file.name for file in data],
            "sha256": prepared.digest,
            "rows": len(prepared.data.conversations),
            "learned": len(prepared.training.encoded),
            "validation": len(prepared.validation.encoded),
            "held_out": len(prepared.split.held_out),
        },
        "settings": asdict(prepared.settings),
        "versions": _versions(),
        "figures": {
            "steps": watched.steps,
            "of": watched.of,
            "kept_step": step,
            "strength": variant.factor,
            "validation_loss": loss.get(step),
            "stopped_early": watched.early,
            "diverged_at": watched.diverged,
            "peak_bytes": trained.peak_bytes,
            "estimated_bytes": prepared.need.total,
        },
        "verdict": {"state": "not gated", "why": "nobody has compared it with its base yet"},
    }


def _versions() -> dict[str, str]:
    found = {"algosmith": __version__}
    for library in LIBRARIES:
        try:
            found[library] = importlib.metadata.version(library)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
