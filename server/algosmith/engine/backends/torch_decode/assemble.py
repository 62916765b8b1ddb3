"""From a model folder and the settings to a backend that answers."""

import logging
from pathlib import Path

import torch

from algosmith.config import Settings
from algosmith.engine import cores
from algosmith.engine.backends.base import BackendInfo, LoadReport
from algosmith.engine.backends.torch_decode.backend import Parts, TorchBackend
from algosmith.engine.backends.torch_decode.cache import PrefixCache, make_cache
from algosmith.engine.backends.torch_decode.loading import FolderTensors, read_adapter
from algosmith.engine.backends.torch_decode.lora import AdapterTable
from algosmith.engine.backends.torch_decode.model import Decoder
from algosmith.engine.backends.torch_decode.place import Place, choose_place, free_memory
from algosmith.engine.backends.torch_decode.stepper import HISTORY, Stepper
from algosmith.engine.backends.torch_decode.tokens import load_tokens
from algosmith.engine.backends.torch_decode.warmup import warm_up
from algosmith.engine.cards import card
from algosmith.engine.weights import (
    AdapterReport,
    ModelShape,
    Plan,
    WeightsReport,
    check,
    check_adapter,
    check_card,
    require_memory,
)
from algosmith.engine.weights.context import context_of
from algosmith.errors import ModelError

log = logging.getLogger(__name__)


def load(path: Path, settings: Settings, report: LoadReport) -> TorchBackend:
    """Loads a model folder; see ``base.Loader``."""
    report("checking the model's files", None)
    weights = check(path)
    if weights.shape is None:
        raise ModelError(f"{path}: a GGUF file is for the llama.cpp backend (engine.backend)")
    checked = [
        check_adapter(each.name, Path(each.folder), weights.shape) for each in settings.adapters
    ]
    for each in checked:
        warning = check_card(each.name, each.path, weights)
        if warning:
            log.warning("%s", warning)
    place = choose_place(settings.engine.device, settings.engine.quantization)
    if place.device.type == "cpu":
        torch.set_num_threads(settings.engine.threads or cores.usable_cores())
    plan = _plan(weights, settings, place)
    require_memory(weights, plan, free_memory(place.device), str(place.device))
    with torch.inference_mode():
        parts = _parts(weights, weights.shape, tuple(checked), place, plan, report)
    return TorchBackend(parts, _info(weights, plan, place, checked))


def _plan(weights: WeightsReport, settings: Settings, place: Place) -> Plan:
    engine = settings.engine
    slots = max(1, engine.parallel)
    return Plan(
        context_tokens=context_of(
            weights, engine.context_tokens, _share(place, slots), place.dtype.itemsize
        ),
        parallel=slots,
        prefix_cache_bytes=engine.prefix_cache_mb * 1024 * 1024,
        quantization=engine.quantization,
        value_bytes=place.dtype.itemsize,
        spare_slots=1,
        separate_head=place.packed,
    )


def _share(place: Place, slots: int) -> int:
    """Free memory for one of the slots; every slot is as long as the context."""
    return free_memory(place.device) // (slots + 1)


def _parts(
    weights: WeightsReport,
    shape: ModelShape,
    adapters: tuple[AdapterReport, ...],
    place: Place,
    plan: Plan,
    report: LoadReport,
) -> Parts:
    tokens = load_tokens(weights.path, weights.family, weights.end_tokens)
    source = FolderTensors(
        weights.path, weights.tensors, place, lambda share: report("loading the weights", share)
    )
    cache = make_cache(shape, plan.parallel, plan.context_tokens + HISTORY, place)
    decoder = Decoder(shape, source, place, cache, plan.quantization)
    table = AdapterTable(shape, adapters, read_adapter(place)) if adapters else None
    if table is not None:
        for layer, added in zip(decoder.layers, table.layers, strict=True):
            layer.adapters = added
    stepper = Stepper(decoder, table)
    report("warming up", None)
    warm_up(stepper, report)
    return Parts(stepper, tokens, PrefixCache(cache, plan.prefix_cache_bytes), table)


def _info(
    weights: WeightsReport, plan: Plan, place: Place, adapters: list[AdapterReport]
) -> BackendInfo:
    return BackendInfo(
        name="transformers",
        device=str(place.device),
        model=weights.path.name,
        family=weights.family,
        context_tokens=plan.context_tokens,
        slots=plan.parallel,
        reasoning=weights.reasoning,
        adapters=tuple(adapter.name for adapter in adapters),
        sampling=card((weights.path.name,), weights.sampling, reasoning=weights.reasoning),
    )
