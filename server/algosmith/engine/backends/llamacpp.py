"""Loading GGUF models with llama.cpp, on the CPU or whatever device the wheel was built for."""

from pathlib import Path

from algosmith import paths
from algosmith.config import Settings
from algosmith.engine import cores
from algosmith.engine.backends.base import BackendInfo, LoadReport
from algosmith.engine.backends.llamacpp_adapters import adapter_files
from algosmith.engine.backends.llamacpp_backend import LlamaCppBackend
from algosmith.engine.backends.llamacpp_kept import KeptPrefixes
from algosmith.engine.backends.llamacpp_native import (
    Native,
    NativeOptions,
    available,
    first_device,
)
from algosmith.engine.cards import card
from algosmith.engine.connector import Connector
from algosmith.engine.text.templates import FAMILIES
from algosmith.engine.weights import Plan, WeightsReport, check, free_host_memory, require_memory
from algosmith.engine.weights.context import context_of
from algosmith.errors import ModelError

_CPU_BATCH, _GPU_BATCH = 128, 512


def load(
    path: Path, settings: Settings, report: LoadReport, connector: Connector | None = None
) -> LlamaCppBackend:
    """See ``base.Loader``."""
    if not available():
        raise ModelError(
            "GGUF models need llama.cpp: run `pip install 'algosmith[llamacpp]'` in the "
            "environment that algosmith runs in"
        )
    report("checking the model's file", 0.0)
    weights = check(path)
    if weights.format != "gguf":
        raise ModelError(
            f"{path}: llama.cpp serves GGUF files; for a folder with safetensors set "
            '`engine.backend = "transformers"`'
        )
    adapters = adapter_files(settings.adapters, weights)
    on_cpu = settings.engine.device == "cpu"
    name = "cpu" if on_cpu else first_device()
    context = context_of(weights, settings.engine.context_tokens, free_host_memory())
    slots = max(1, settings.engine.parallel)
    cells = _cells(weights, context, 2 if name == "cpu" else slots, settings.engine.prefix_cache_mb)
    threads = settings.engine.threads or cores.usable_cores()
    report(f"loading {path.name} ({weights.bytes / 2**20:,.0f} MiB) with {threads} threads", 0.1)
    kept = None if adapters or name != "cpu" else _kept(weights.path)
    native = Native(
        NativeOptions(
            model=weights.path,
            cells=cells,
            slots=2 * slots,  # sequences that nobody listens to any more may still hold one
            threads=threads,
            batch=_CPU_BATCH if name == "cpu" else _GPU_BATCH,
            prefix_cache_mb=settings.engine.prefix_cache_mb,
            gpu_layers=0 if on_cpu else -1,
            adapters=tuple(adapters.values()),
            opening=FAMILIES[weights.family].opening,
            kept=kept.folder if kept else None,
            connector=connector,
        )
    )
    info = _info(path, weights, name, context, slots, tuple(adapters))
    return LlamaCppBackend(native, info, cells, kept)


def _kept(model: Path) -> KeptPrefixes | None:
    """The files of a model, where the daemon has made the folder for them.

    With adapters something else is computed; a GPU computes it as fast as a file is read.
    """
    folder = paths.engine_state_dir()
    return KeptPrefixes(folder, model) if folder.is_dir() else None


def _info(
    path: Path,
    weights: WeightsReport,
    device: str,
    context: int,
    slots: int,
    adapters: tuple[str, ...],
) -> BackendInfo:
    return BackendInfo(
        name="llamacpp",
        device=device,
        model=path.stem,
        family=weights.family,
        context_tokens=context,
        slots=slots,
        reasoning=weights.reasoning,
        adapters=adapters,
        sampling=card((path.stem, weights.name), weights.sampling, reasoning=weights.reasoning),
    )


def _cells(weights: WeightsReport, context: int, slots: int, prefix_mb: int) -> int:
    """Size of the cache: ``slots`` sequences in full for thinkers, twice the context for others.

    Candidates share their prompt's cells and answers are short; what does not fit waits.
    """
    cells = context * (slots if weights.reasoning else min(slots, 2))
    free = free_host_memory()
    per_cell = 2 * weights.kv_values_per_token
    while cells > context and weights.bytes + cells * per_cell > free // 2:
        cells = max(context, cells // 2)
    plan = Plan(cells, 1, prefix_mb << 20)
    require_memory(weights, plan, free, "the CPU")
    return cells
