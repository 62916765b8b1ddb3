"""The parts of ``bench_gpu.py``, each in a process of its own: ``gpu_parts PART OPTIONS``.

Prints one JSON document. Needs torch alone: weights are random, for speed does not depend on them.
"""

import json
import shutil
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import torch

from algosmith.engine.backends.base import BackendInfo, Group
from algosmith.engine.backends.torch_decode import linears, measure
from algosmith.engine.backends.torch_decode.backend import Parts, TorchBackend
from algosmith.engine.backends.torch_decode.cache import PrefixCache, make_cache
from algosmith.engine.backends.torch_decode.model import Decoder
from algosmith.engine.backends.torch_decode.place import Place, choose_place, used_memory
from algosmith.engine.backends.torch_decode.stepper import HISTORY, Stepper
from algosmith.engine.backends.torch_decode.warmup import warm_up
from algosmith.engine.bench_torch import SHAPES
from algosmith.engine.cards import Sampling
from algosmith.engine.weights import ModelShape
from algosmith.engine.weights.expected import expected_tensors

Options = dict[str, Any]


def random_source(shape: ModelShape, place: Place) -> Callable[[str], torch.Tensor]:
    """Tensors in a model's shapes, small and random, as fresh models have them."""
    sizes = dict(expected_tensors(shape))
    chance = torch.Generator(device=place.device).manual_seed(3)

    def tensor(name: str) -> torch.Tensor:
        if "norm" in name:
            return torch.ones(sizes[name], dtype=place.dtype, device=place.device)
        drawn = torch.randn(sizes[name], generator=chance, device=place.device, dtype=place.dtype)
        return drawn * 0.02

    return tensor


def ready(options: Options, *, compiled: bool) -> tuple[Stepper, float]:
    """A warm stepper, and how long warming up took."""
    shape = SHAPES[options["shape"]]
    place = choose_place(options["device"], options["quantization"])
    tokens = max(options["context"] + options["tokens"], options["prompt"]) + 4 * HISTORY
    cache = make_cache(shape, max(options["batches"]), -(-tokens // 64) * 64, place)
    source = random_source(shape, place)
    decoder = Decoder(shape, source, place, cache, options["quantization"])
    stepper = Stepper(decoder)
    start = time.perf_counter()
    warm_up(stepper, compile_layers=compiled)
    return stepper, time.perf_counter() - start


def facts(options: Options) -> dict[str, Any]:
    """What the machine is."""
    found: dict[str, Any] = {"torch": torch.__version__, "cuda": torch.version.cuda}
    found["compiler"] = shutil.which("cc") or shutil.which("gcc")
    place = choose_place(options["device"])
    found |= {"device": str(place.device), "dtype": str(place.dtype)}
    if place.device.type == "cuda":
        about = torch.cuda.get_device_properties(place.device)
        found |= {"name": about.name, "capability": f"{about.major}.{about.minor}"}
        found |= {"memory": about.total_memory, "processors": about.multi_processor_count}
    found["bandwidth"] = measure.bandwidth(place.device)
    found["packed_int8"] = linears.packed_int8_is_faster(place.device, place.dtype)
    return found


def speed(options: Options) -> dict[str, Any]:
    """Decoding and first token, as shares of the limit; and through the backend, host included."""
    stepper, warming = ready(options, compiled=options["compiled"])
    limit = measure.bandwidth(stepper.decoder.place.device)
    rates = [
        measure.decode_rate(stepper, batch, options["context"], options["tokens"], limit)
        for batch in options["batches"]
    ]
    return {
        "exact_attention": stepper.decoder.exact,
        "compiled": stepper.is_compiled,
        "warm_up_seconds": warming,
        "bandwidth": limit,
        "weight_bytes": measure.bytes_of_step(stepper, 0, 0),
        "memory_bytes": used_memory(stepper.decoder.place.device),
        "rates": [asdict(rate) for rate in rates],
        "first_token": asdict(measure.first_token(stepper, options["prompt"])),
        "served": served(stepper, options),
    }


class _Words:
    """Stands in for a tokenizer: the prompt is its length in figures, and nothing ends a turn."""

    end: frozenset[int] = frozenset()

    def encode(self, pieces: Any) -> list[int]:
        return [5 + number % 200 for number in range(int(pieces[0].text))]

    def bytes_of(self, token: int) -> bytes:
        return b"word"


def served(stepper: Stepper, options: Options) -> list[dict[str, float]]:
    """Tokens a second out of the backend's ``step``, and how long a cancel takes."""
    from algosmith.engine.backends.base import Piece

    context = stepper.capacity - HISTORY
    words: Any = _Words()
    prefixes = PrefixCache(stepper.decoder.cache, 0)
    info = BackendInfo("transformers", "", "", "chatml", context, stepper.slots)
    backend = TorchBackend(Parts(stepper, words, prefixes), info)
    found: list[dict[str, float]] = []
    for number, batch in enumerate(options["batches"]):
        prompt = (Piece(str(context - options["tokens"] - 1), trusted=True),)
        backend.add(Group(number, prompt, batch, 1, Sampling(0.6, 0.95), options["tokens"]))
        while not any(event.tokens for event in backend.step()):
            pass
        start, tokens = time.perf_counter(), 0
        while time.perf_counter() - start < 20:
            events = backend.step()
            tokens += sum(event.tokens for event in events)
            if any(event.finish for event in events):
                break
        seconds = time.perf_counter() - start
        backend.add(Group(1000 + number, prompt, batch, 1, Sampling(0.6, 0.95), options["tokens"]))
        while not any(event.tokens for event in backend.step()):
            pass
        backend.step()
        cancelled = time.perf_counter()
        backend.cancel(1000 + number)
        cancelling = (time.perf_counter() - cancelled) * 1e3
        found.append(
            {"batch": batch, "tokens_per_second": tokens / seconds, "cancel_ms": cancelling}
        )
    return found


def profile(options: Options) -> dict[str, Any]:
    """What a step's time goes to, for the smallest and the largest batch."""
    found: dict[str, Any] = {}
    for compiled in (True, False) if options["device"] != "cpu" else (False,):
        stepper, _ = ready(options, compiled=compiled)
        for batch in (min(options["batches"]), max(options["batches"])):
            name = f"batch {batch}, {'compiled' if stepper.is_compiled else 'plain'}"
            found[name] = _profiled(stepper, batch, options["context"])
    return found


def _profiled(stepper: Stepper, batch: int, context: int) -> dict[str, Any]:
    steps, device = 8, stepper.decoder.place.device
    on_gpu = device.type == "cuda"
    measure.prepare(stepper, batch, context)
    stepper.run(batch, context, steps)
    clock = measure.Clock(device)
    wall = min(clock.seconds(lambda: stepper.run(batch, context, steps)) for _ in range(5))
    kind = torch.profiler.ProfilerActivity.CUDA if on_gpu else torch.profiler.ProfilerActivity.CPU
    with torch.profiler.profile(activities=[kind]) as profiler:
        stepper.run(batch, context, steps)
    taken: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for event in profiler.key_averages():
        spent = event.self_device_time_total if on_gpu else event.self_cpu_time_total
        taken[event.key][0] += spent
        taken[event.key][1] += event.count
    ordered = sorted(taken.items(), key=lambda item: -item[1][0])
    busy = sum(spent for spent, _ in taken.values())
    return {
        "step_us": wall / steps * 1e6,
        "busy_us": busy / steps,
        "kernels": sum(count for _, count in taken.values()) / steps,
        "top": [
            {"name": name[:120], "us": spent / steps, "count": count / steps}
            for name, (spent, count) in ordered[:25]
        ],
    }


def maps(options: Options) -> list[dict[str, Any]]:
    """Each linear map in each kind of weights: microseconds, and share of the limit."""
    place = choose_place(options["device"], "int4")
    shape, limit = SHAPES[options["shape"]], measure.bandwidth(place.device)
    wide, hidden = shape.intermediate, shape.hidden
    heads = (shape.heads + 2 * shape.kv_heads) * shape.head_dim
    sizes = {"qkv": (heads, hidden), "gate_up": (2 * wide, hidden), "down": (hidden, wide)}
    sizes["head"] = (shape.vocabulary, hidden)
    clock, found = measure.Clock(place.device), []
    for name, size in sizes.items():
        weight = torch.randn(size, device=place.device, dtype=place.dtype)
        kinds: dict[str, Callable[[], linears.Linear]] = {
            "none": lambda weight=weight: linears.Dense(weight, None),
            "int8": lambda weight=weight: linears.Int8(weight, None),
            "int4": lambda weight=weight: linears.Int4(weight, None),
        }
        for kind, make in kinds.items():
            for rows in (1, 8, 16):
                x = torch.randn(rows, size[1], device=place.device, dtype=place.dtype)
                row: dict[str, Any] = {"map": name, "kind": kind, "rows": rows}
                try:
                    linear = make()
                    seconds = min(_twenty(clock, linear, x) for _ in range(5)) / 20
                    least = measure._bytes_of_map(linear) / limit
                    row |= {"us": seconds * 1e6, "share_of_limit": least / seconds}
                except Exception as error:  # noqa: BLE001 the other maps are still of use
                    row["error"] = str(error)[:200]
                found.append(row)
    return found


def _twenty(clock: measure.Clock, linear: linears.Linear, x: torch.Tensor) -> float:
    def go() -> None:
        for _ in range(20):
            linear(x)

    return clock.seconds(go)


PARTS = {"facts": facts, "speed": speed, "profile": profile, "maps": maps}


if __name__ == "__main__":
    with torch.inference_mode():
        print(json.dumps(PARTS[sys.argv[1]](json.loads(sys.argv[2]))))
