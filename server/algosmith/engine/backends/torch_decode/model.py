"""The arithmetic of a Llama-family decoder (Llama, Qwen2) over a static cache.

Query, key and value maps are one matrix, and so are gate and up. The same layer function serves
prefill and decoding; they differ only in how they store keys and attend.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch.nn.functional import rms_norm, silu

from algosmith.engine.backends.torch_decode import attention
from algosmith.engine.backends.torch_decode.linears import Linear, Quantization, make_linear
from algosmith.engine.backends.torch_decode.lora import LowRank, Selection
from algosmith.engine.backends.torch_decode.place import Place
from algosmith.engine.backends.torch_decode.rotary import rotary_table, rotate
from algosmith.engine.weights import ModelShape

TensorSource = Callable[[str], torch.Tensor]
"""Gives a tensor by its name in the file, on the device and in the number type of the place."""

Attend = Callable[["Layer", torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""Stores a layer's new keys and values, and attends."""


Forward = Callable[..., torch.Tensor]
"""``layer_forward``, or a compiled one."""


@dataclass(slots=True)
class Layer:
    """One layer's weights and its part of the cache."""

    before_attention: torch.Tensor
    qkv: Linear
    output: Linear
    before_mlp: torch.Tensor
    gate_up: Linear
    down: Linear
    keys: torch.Tensor
    values: torch.Tensor
    adapters: dict[str, LowRank] = field(default_factory=dict[str, LowRank])
    """By linear map: qkv, output, gate_up, down."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A run of tokens of one slot."""

    slot: int
    start: int
    stop: int
    ends: attention.Ends | None

    def __call__(
        self, layer: Layer, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
    ) -> torch.Tensor:
        layer.keys[self.slot, self.start : self.stop] = key
        layer.values[self.slot, self.start : self.stop] = value
        keys, values = layer.keys[self.slot, : self.stop], layer.values[self.slot, : self.stop]
        return attention.prefill_attention(query, keys, values, self.start, self.ends)


@dataclass(frozen=True, slots=True)
class _Step:
    """One token of each of the first slots."""

    plan: attention.DecodePlan

    def __call__(
        self, layer: Layer, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor
    ) -> torch.Tensor:
        at = (self.plan.rows, self.plan.positions)
        layer.keys.index_put_(at, key)
        layer.values.index_put_(at, value)
        return attention.decode_attention(query, layer.keys, layer.values, self.plan)


class Decoder:
    """Weights, cache and rotary table of one model on one device."""

    def __init__(
        self,
        shape: ModelShape,
        source: TensorSource,
        place: Place,
        cache: torch.Tensor,
        quantization: Quantization = "none",
    ) -> None:
        self.shape, self.place, self.cache = shape, place, cache
        self.embedding = source("model.embed_tokens.weight")
        self.layers = [
            _layer(shape, index, source, place, cache[index], quantization)
            for index in range(shape.layers)
        ]
        self.norm = source("model.norm.weight")
        head = self.embedding if shape.tied else source("lm_head.weight")
        # The output layer suffers most from four bits; eight are fast on a CPU only.
        narrow = "int8" if place.device.type == "cpu" else "none"
        self.head = make_linear(head, None, place, "none" if quantization == "none" else narrow)
        self.rotary = rotary_table(shape, cache.shape[3], place)
        self.exact = attention.exact_kernel_works(
            place.device, place.dtype, shape.heads // shape.kv_heads, shape.head_dim
        )

    def prefill(
        self, tokens: torch.Tensor, slot: int, start: int, selection: Selection | None = None
    ) -> torch.Tensor:
        """Takes tokens into a slot at ``start``; gives the last one's logits, ``(1, words)``."""
        return self._logits(self._run(tokens, slot, start, selection)[-1:])

    def scores(
        self, tokens: torch.Tensor, slot: int, start: int, selection: Selection | None = None
    ) -> torch.Tensor:
        """As ``prefill``, but the logits of all tokens: for measuring, not for speed."""
        return self._logits(self._run(tokens, slot, start, selection))

    def _run(
        self, tokens: torch.Tensor, slot: int, start: int, selection: Selection | None
    ) -> torch.Tensor:
        stop = start + tokens.shape[0]
        ends = None
        if self.exact:
            ends = attention.run_ends(tokens.shape[0], stop, tokens.device)
        attend = _Run(slot, start, stop, ends)
        return self._through(tokens, self.rotary[start:stop], attend, selection, layer_forward)

    def decode(
        self,
        tokens: torch.Tensor,
        positions: torch.Tensor,
        span: int,
        selection: Selection | None = None,
        forward: Forward | None = None,
    ) -> torch.Tensor:
        """Takes one token into each of the first slots at its position; gives their logits.

        ``span`` bounds every position; a plan by the exact kernel does not need it. ``forward``
        runs a layer in place of ``layer_forward``.
        """
        plan = attention.plan_decode(positions, span, self.cache.shape[3], self.exact)
        rotary, forward = self.rotary[positions], forward or layer_forward
        return self._logits(self._through(tokens, rotary, _Step(plan), selection, forward))

    def close(self) -> None:
        """Lets go of weights and cache."""
        self.layers.clear()
        self.cache = self.embedding = self.norm = torch.empty(0)

    def _through(
        self,
        tokens: torch.Tensor,
        rotary: torch.Tensor,
        attend: Attend,
        selection: Selection | None,
        forward: Forward,
    ) -> torch.Tensor:
        x = self.embedding[tokens]
        for layer in self.layers:
            x = forward(self.shape, layer, x, rotary, attend, selection)
        return x

    def _logits(self, x: torch.Tensor) -> torch.Tensor:
        return self.head(rms_norm(x, self.norm.shape, self.norm, self.shape.rms_eps))


def layer_forward(
    shape: ModelShape,
    layer: Layer,
    x: torch.Tensor,
    rotary: torch.Tensor,
    attend: Attend,
    selection: Selection | None,
) -> torch.Tensor:
    """One layer over rows ``(n, hidden)``."""
    count, heads, kv_heads, size = x.shape[0], shape.heads, shape.kv_heads, shape.head_dim
    normed = rms_norm(x, layer.before_attention.shape, layer.before_attention, shape.rms_eps)
    qkv = _map(layer, "qkv", layer.qkv, normed, selection).view(count, heads + 2 * kv_heads, size)
    turned = rotate(qkv[:, : heads + kv_heads], rotary)
    attended = attend(layer, turned[:, :heads], turned[:, heads:], qkv[:, heads + kv_heads :])
    x = x + _map(layer, "output", layer.output, attended, selection)
    normed = rms_norm(x, layer.before_mlp.shape, layer.before_mlp, shape.rms_eps)
    gate, up = _map(layer, "gate_up", layer.gate_up, normed, selection).chunk(2, dim=-1)
    return x + _map(layer, "down", layer.down, silu(gate) * up, selection)


def _map(
    layer: Layer, name: str, linear: Linear, x: torch.Tensor, selection: Selection | None
) -> torch.Tensor:
    y = linear(x)
    low_rank = layer.adapters.get(name) if selection is not None else None
    return y if low_rank is None or selection is None else y + low_rank(x, selection[name])


def _layer(
    shape: ModelShape,
    index: int,
    source: TensorSource,
    place: Place,
    cache: torch.Tensor,
    quantization: Quantization,
) -> Layer:
    prefix = f"model.layers.{index}."

    def linear(names: tuple[str, ...], bias: bool) -> Linear:
        weight = _joined([source(f"{prefix}{name}.weight") for name in names])
        offset = _joined([source(f"{prefix}{name}.bias") for name in names]) if bias else None
        return make_linear(weight, offset, place, quantization)

    return Layer(
        source(f"{prefix}input_layernorm.weight"),
        linear(("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"), shape.qkv_bias),
        linear(("self_attn.o_proj",), shape.output_bias),
        source(f"{prefix}post_attention_layernorm.weight"),
        linear(("mlp.gate_proj", "mlp.up_proj"), shape.mlp_bias),
        linear(("mlp.down_proj",), shape.mlp_bias),
        cache[0],
        cache[1],
    )


def _joined(parts: list[torch.Tensor]) -> torch.Tensor:
    return parts[0] if len(parts) == 1 else torch.cat(parts)
