"""The transformers backend's decoder by itself, beside plain ``generate()``: for GPU sessions.

``algosmith bench --random-weights vibethinker-1.5b`` needs no model: speed does not depend on the
weights' values. ``algosmith bench --model FOLDER --quality TEXTFILE`` tells what quantization
costs. Importing this module imports no torch; ``measure`` does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from algosmith.engine.weights import ModelShape, check
from algosmith.errors import AlgosmithError

if TYPE_CHECKING:
    from algosmith.engine.backends.torch_decode.measure import FirstToken, Rate

_VIBETHINKER = ModelShape(
    architecture="Qwen2ForCausalLM",
    hidden=1536,
    intermediate=8960,
    layers=28,
    heads=12,
    kv_heads=2,
    head_dim=128,
    vocabulary=151_936,
    context_tokens=131_072,
    rms_eps=1e-6,
    rope_theta=10_000.0,
    tied=True,
    qkv_bias=True,
)
SHAPES: dict[str, ModelShape] = {
    "vibethinker-1.5b": _VIBETHINKER,
    "vibethinker-3b": replace(
        _VIBETHINKER, hidden=2048, intermediate=11_008, layers=36, heads=16, kv_heads=2
    ),
    "smollm2-135m": replace(
        _VIBETHINKER,
        architecture="LlamaForCausalLM",
        hidden=576,
        intermediate=1536,
        layers=30,
        heads=9,
        kv_heads=3,
        head_dim=64,
        vocabulary=49_152,
        context_tokens=8192,
        qkv_bias=False,
    ),
    "tiny": replace(
        _VIBETHINKER,
        hidden=64,
        intermediate=128,
        layers=2,
        heads=4,
        kv_heads=2,
        head_dim=16,
        vocabulary=512,
    ),
}
"""Shapes that ``--random-weights`` knows."""


@dataclass(frozen=True, slots=True)
class Options:
    """What to measure."""

    model: Path | None = None
    random_weights: str | None = None
    device: str = "auto"
    quantization: str = "none"
    threads: int = 1
    context: int = 1024
    prompt: int = 1528
    tokens: int = 128
    batches: tuple[int, ...] = (1, 4, 8, 16)
    compare: bool = True
    quality: Path | None = None
    """A text to measure the loss of int8 and int4 on; needs ``model``."""
    compiled: bool = True
    """On CUDA: try compiled operations too, and keep the faster."""


@dataclass(frozen=True, slots=True)
class TorchBench:
    """What was measured."""

    model: str
    device: str
    dtype: str
    quantization: str
    torch: str
    clock: str
    exact_attention: bool
    """Attention reads only the keys that are there (CUDA)."""
    compiled: bool
    load_seconds: float
    """Reading or making the weights; the reference's share is not in it."""
    warm_up_seconds: float
    weight_bytes: int
    """Read for each step."""
    memory_bytes: int | None
    bandwidth: float
    """Bytes a second, by copying."""
    rates: tuple["Rate", ...]
    first_token: "FirstToken"
    generate_rates: tuple[tuple[str, int, float], ...]
    """Plain ``generate()``: number type, batch, tokens a second."""
    losses: tuple[tuple[str, float], ...]
    """Quantization, and nats a token in predicting a text."""


def measure(options: Options, report: Callable[[str], None] = lambda message: None) -> TorchBench:
    """Runs all measurements; ``report`` is told what is being done."""
    from algosmith.engine.backends.torch_decode.benchmark import run

    if options.model is not None:
        weights = check(options.model)
        if weights.shape is None:
            raise AlgosmithError(f"{options.model}: this measures safetensors folders, not GGUF")
        return run(options, weights.path.name, weights.shape, weights, report)
    name = options.random_weights or "tiny"
    if name not in SHAPES:
        raise AlgosmithError(f"no shape {name!r}; there are {', '.join(SHAPES)}")
    return run(options, name, SHAPES[name], None, report)


def table(bench: TorchBench) -> str:
    """The figures for people."""
    lines = [
        f"{bench.model} on {bench.device}, {bench.dtype}, quantization {bench.quantization}, torch "
        f"{bench.torch}, {bench.clock}; compiled: {bench.compiled}, exact attention: "
        f"{bench.exact_attention}",
        f"weights {bench.weight_bytes / 1e9:.2f} GB a step, bandwidth {bench.bandwidth / 1e9:,.1f} "
        f"GB/s by copying; loaded in {bench.load_seconds:.1f} s, warm after "
        f"{bench.warm_up_seconds:.1f} s more",
        f"first token of {bench.first_token.prompt_tokens:,}: {bench.first_token.cold_ms:.1f} ms "
        f"cold, {bench.first_token.prefix_ms:.1f} ms with its prefix known",
    ]
    lines += [
        f"batch {rate.batch:>3} at {rate.context:,}: {rate.tokens_per_second:9.1f} tok/s, "
        f"{rate.step_ms:7.2f} ms a step, {rate.share_of_limit:.0%} of the limit"
        for rate in bench.rates
    ]
    lines += [
        f"generate() {dtype:>8}, batch {batch:>3}: {rate:9.1f} tok/s"
        for dtype, batch, rate in bench.generate_rates
    ]
    lines += [f"{kind:>5} weights: {loss:.4f} nats a token" for kind, loss in bench.losses]
    return "\n".join(lines)
