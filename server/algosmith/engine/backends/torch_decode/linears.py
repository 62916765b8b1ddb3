"""Linear maps: plain, packed for the CPU, and weight-only int8 and int4.

int8 keeps one scale for each output; int4 keeps a scale and a zero for each group of inputs, by
torch's own packed operations. Where a device has no such operation, int8 is widened on the fly.
"""

import time
from collections.abc import Callable
from functools import lru_cache
from typing import Literal, Protocol

import torch
from torch.nn.functional import linear

from algosmith.engine.backends.torch_decode.place import Place, apart, pack, packed_linear
from algosmith.errors import ModelError

Quantization = Literal["none", "int8", "int4"]
_aten = torch.ops.aten
_FEW_ROWS = 32


class Linear(Protocol):
    """Maps rows ``(n, in)`` to rows ``(n, out)``."""

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The mapped rows."""
        ...


class Dense:
    """As it stands in the file."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self.weight, self.bias = weight, bias

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The mapped rows."""
        return linear(x, self.weight, self.bias)


class PackedLinear:
    """bf16 in the CPU library's own order: half the time of the plain one for few rows."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self.weight, self.bias = pack(weight), bias

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The mapped rows."""
        return packed_linear(x, self.weight, self.bias)


class Int8:
    """Eight bits a weight, one scale for each output."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        wide = weight.float()
        scale = wide.abs().amax(dim=1).clamp(min=1e-8) / 127
        self.weight = (wide / scale[:, None]).round().clamp(-127, 127).to(torch.int8)
        self.scale, self.bias = scale.to(weight.dtype), bias
        self.cpu = weight.device.type == "cpu"
        self.packed = packed_int8_is_faster(weight.device, weight.dtype)

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The mapped rows."""
        # On a GPU the packed operation reads the weights for each row: good for few rows only.
        packed = self.packed and (self.cpu or x.shape[0] <= _FEW_ROWS)
        y = (_packed_int8 if packed else _widened_int8)(x, self.weight, self.scale)
        return y if self.bias is None else y + self.bias


def _packed_int8(x: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    return _aten._weight_int8pack_mm(x, weight, scale)  # noqa: SLF001 no public name


def _widened_int8(x: torch.Tensor, weight: torch.Tensor, scale: torch.Tensor) -> torch.Tensor:
    return linear(x, weight.to(x.dtype)) * scale


@lru_cache
def packed_int8_is_faster(device: torch.device, dtype: torch.dtype) -> bool:
    """Whether torch's operation for int8 weights serves a place; measured on CUDA."""
    if device.type == "cpu":
        return dtype == torch.bfloat16
    if device.type != "cuda":
        return False
    chance = torch.Generator().manual_seed(2)
    x = torch.randn(1, 2048, generator=chance).to(device, dtype)
    weight = torch.randint(-127, 128, (8192, 2048), generator=chance, dtype=torch.int8).to(device)
    scale = torch.full((8192,), 0.01, device=device, dtype=dtype)
    try:
        packed, widened = _packed_int8(x, weight, scale), _widened_int8(x, weight, scale)
        if not apart(packed, widened) < 0.02:
            return False
        times = [
            _quickest(lambda way=way: way(x, weight, scale), device)
            for way in (_packed_int8, _widened_int8)
        ]
    except (RuntimeError, NotImplementedError):
        return False
    return times[0] < times[1]


def _quickest(function: Callable[[], object], device: torch.device) -> float:
    best = float("inf")
    for _ in range(5):
        torch.cuda.synchronize(device)
        start = time.perf_counter()
        for _ in range(20):
            function()
        torch.cuda.synchronize(device)
        best = min(best, time.perf_counter() - start)
    return best


class Int4:
    """Four bits a weight, a scale and a zero for each group of inputs; bf16 only."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor | None) -> None:
        self.group, tiles = _int4_layout(weight)
        quantized, self.scales = _int4_groups(weight, self.group)
        self.bias, self.cpu = bias, weight.device.type == "cpu"
        if self.cpu:
            convert = _aten._convert_weight_to_int4pack_for_cpu  # noqa: SLF001 no public name
            self.weight = convert(quantized.int(), tiles)
        else:
            pairs = (quantized[:, ::2] << 4 | quantized[:, 1::2]).to(torch.uint8).contiguous()
            self.weight = _aten._convert_weight_to_int4pack(pairs, tiles)  # noqa: SLF001 as above

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """The mapped rows."""
        multiply = _aten._weight_int4pack_mm_for_cpu if self.cpu else _aten._weight_int4pack_mm  # noqa: SLF001 no public names
        y = multiply(x, self.weight, self.group, self.scales)
        return y if self.bias is None else y + self.bias


def _int4_layout(weight: torch.Tensor) -> tuple[int, int]:
    outputs, inputs = weight.shape
    # Small groups: on the demo model 32 instead of 64 wins a third of a nat, for 0.06 bytes more.
    group = next((size for size in (32, 64, 128) if inputs % size == 0), 0)
    tiles = next((tiles for tiles in (8, 4, 2) if inputs % (16 * tiles) == 0), 0)
    if not group or not tiles or outputs % 16 or weight.dtype != torch.bfloat16:
        raise ModelError(
            f"a {outputs} by {inputs} matrix can't be held in four bits here; "
            'set engine.quantization = "int8"'
        )
    return group, tiles


def _int4_groups(weight: torch.Tensor, group: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Numbers 0..15 like ``weight``, and (scale, zero) as ``(in / group, out, 2)``."""
    outputs, inputs = weight.shape
    grouped = weight.float().view(outputs, inputs // group, group)
    low, high = grouped.amin(dim=2), grouped.amax(dim=2)
    scale = (high - low).clamp(min=1e-6) / 15
    zero = low + scale * 8
    quantized = ((grouped - low[..., None]) / scale[..., None]).round().clamp(0, 15)
    scales = torch.stack((scale, zero), dim=2).transpose(0, 1).contiguous()
    return quantized.to(torch.uint8).view(outputs, inputs), scales.to(weight.dtype)


def make_linear(
    weight: torch.Tensor, bias: torch.Tensor | None, place: Place, quantization: Quantization
) -> Linear:
    """The linear map for a place."""
    if quantization == "int8":
        return Int8(weight, bias)
    if quantization == "int4":
        return Int4(weight, bias)
    return PackedLinear(weight, bias) if place.packed else Dense(weight, bias)
