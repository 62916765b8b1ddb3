"""One run of all measurements for ``engine.bench_torch``."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

import torch

from algosmith.engine.backends.base import Piece
from algosmith.engine.backends.torch_decode.cache import make_cache
from algosmith.engine.backends.torch_decode.loading import FolderTensors
from algosmith.engine.backends.torch_decode.measure import (
    Clock,
    Rate,
    bandwidth,
    bytes_of_step,
    decode_rate,
    first_token,
    text_loss,
)
from algosmith.engine.backends.torch_decode.model import Decoder, TensorSource
from algosmith.engine.backends.torch_decode.place import (
    Place,
    can_pack,
    choose_place,
    used_memory,
)
from algosmith.engine.backends.torch_decode.reference import (
    fill,
    generate_rates,
    reference_model,
    tensors_of,
)
from algosmith.engine.backends.torch_decode.stepper import HISTORY, Stepper
from algosmith.engine.backends.torch_decode.tokens import load_tokens
from algosmith.engine.backends.torch_decode.warmup import warm_up
from algosmith.engine.weights import ModelShape, WeightsReport

if TYPE_CHECKING:
    from algosmith.engine.backends.torch_decode.linears import Quantization
    from algosmith.engine.bench_torch import Options, TorchBench


def run(
    options: "Options",
    name: str,
    shape: ModelShape,
    weights: WeightsReport | None,
    report: Callable[[str], None],
) -> "TorchBench":
    """Measures a shape with the weights of a folder, or with random ones."""
    from algosmith.engine.bench_torch import TorchBench

    place = choose_place(options.device, options.quantization)
    if place.device.type == "cpu":
        torch.set_num_threads(options.threads)
    with torch.inference_mode():
        limit = bandwidth(place.device)
        model = reference_model(shape, place.device, place.dtype)
        source = _source(model, weights, place)
        stepper, loading, warming = _ready_stepper(options, shape, source, place, report)
        rates = _rates(options, stepper, limit, report)
        report("first token")
        first = first_token(stepper, options.prompt)
        plain = _plain_rates(options, model, place, report)
    return TorchBench(
        model=name,
        device=_device_name(place.device),
        dtype=str(place.dtype).removeprefix("torch."),
        quantization=options.quantization,
        torch=torch.__version__,
        clock=Clock(place.device).kind,
        exact_attention=stepper.decoder.exact,
        compiled=stepper.is_compiled,
        load_seconds=loading,
        warm_up_seconds=warming,
        weight_bytes=bytes_of_step(stepper, 0, 0),
        memory_bytes=used_memory(place.device),
        bandwidth=limit,
        rates=rates,
        first_token=first,
        generate_rates=plain,
        losses=_losses(options, shape, weights, place),
    )


def _plain_rates(
    options: "Options", model: Any, place: Place, report: Callable[[str], None]
) -> tuple[tuple[str, int, float], ...]:
    sizes = [size for size in (1, 8) if size in options.batches] if options.compare else []
    work = (sizes, options.context, min(options.tokens, 64))
    return generate_rates(model, place, Clock(place.device), work, report)


def _rates(
    options: "Options", stepper: Stepper, limit: float, report: Callable[[str], None]
) -> tuple[Rate, ...]:
    found: list[Rate] = []
    for batch in options.batches:
        report(f"decoding, batch {batch}")
        found.append(decode_rate(stepper, batch, options.context, options.tokens, limit))
    return tuple(found)


def _source(model: Any, weights: WeightsReport | None, place: Place) -> TensorSource:
    if weights is None:
        return tensors_of(model)
    files = FolderTensors(weights.path, weights.tensors, place)
    fill(model, files)
    return files


def _ready_stepper(
    options: "Options",
    shape: ModelShape,
    source: TensorSource,
    place: Place,
    report: Callable[[str], None],
) -> tuple[Stepper, float, float]:
    """A stepper, and the seconds it took to load and to warm up."""
    start = time.monotonic()
    stepper = _stepper(options, shape, source, place)
    loaded = time.monotonic()
    report("warming up")
    warm_up(stepper, compile_layers=options.compiled)
    return stepper, loaded - start, time.monotonic() - loaded


def _stepper(options: "Options", shape: ModelShape, source: TensorSource, place: Place) -> Stepper:
    tokens = max(options.context + options.tokens, options.prompt) + 2 * HISTORY
    cache = make_cache(shape, max(options.batches), -(-tokens // 64) * 64, place)
    return Stepper(Decoder(shape, source, place, cache, cast("Quantization", options.quantization)))


@torch.inference_mode()
def _losses(
    options: "Options", shape: ModelShape, weights: WeightsReport | None, place: Place
) -> tuple[tuple[str, float], ...]:
    """What each quantization costs in predicting the text of ``options.quality``."""
    if weights is None or options.quality is None:
        return ()
    place = replace(place, dtype=torch.bfloat16, packed=place.device.type == "cpu" and can_pack())
    text = Piece(options.quality.read_text("utf-8"), trusted=False)
    tokens = load_tokens(weights.path, weights.family, ()).encode((text,))[:2048]
    found: list[tuple[str, float]] = []
    for kind in cast("tuple[Quantization, ...]", ("none", "int8", "int4")):
        cache = make_cache(shape, 1, len(tokens), place)
        source = FolderTensors(weights.path, weights.tensors, place)
        found.append((kind, text_loss(Decoder(shape, source, place, cache, kind), tokens)))
    return tuple(found)


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return f"{device} ({torch.cuda.get_device_name(device)})"
    return str(device)
