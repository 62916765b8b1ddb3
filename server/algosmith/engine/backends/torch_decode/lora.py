"""LoRA adapters, any number in one batch and of unlike rank.

The ``A`` matrices of all adapters stand in one matrix, and so do the ``B`` matrices; a row of
the batch picks its adapter by a mask over the inner dimension. Two plain products serve every mix
of adapters, nothing is reloaded, and a captured step stays the same step.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch

from algosmith.engine.weights import AdapterReport, ModelShape, TensorEntry

Selection = dict[str, torch.Tensor]
"""For each linear map, ``(rows, inner)``: 1 where the inner dimension is of the row's adapter."""

FUSED: dict[str, tuple[str, ...]] = {
    "qkv": ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "output": ("self_attn.o_proj",),
    "gate_up": ("mlp.gate_proj", "mlp.up_proj"),
    "down": ("mlp.down_proj",),
}
"""Which linear maps of the file each of ours stands for, in order."""


@dataclass(frozen=True, slots=True)
class LowRank:
    """What the adapters add to one linear map of one layer."""

    a: torch.Tensor
    """``(inner, in)``."""
    b: torch.Tensor
    """``(out, inner)``, scale included."""

    def __call__(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """What is added for rows ``x``."""
        inner = torch.nn.functional.linear(x, self.a) * mask
        return torch.nn.functional.linear(inner, self.b)


class AdapterTable:
    """All adapters of a model: their matrices by layer, and the masks that pick one."""

    def __init__(
        self,
        shape: ModelShape,
        adapters: tuple[AdapterReport, ...],
        read: Callable[[AdapterReport, TensorEntry], torch.Tensor],
    ) -> None:
        self.names = tuple(adapter.name for adapter in adapters)
        self._sizes = _output_sizes(shape)
        self.layers: list[dict[str, LowRank]] = [
            {
                ours: self._low_rank(adapters, layer, theirs, read)
                for ours, theirs in FUSED.items()
                if any(name in adapter.targets for adapter in adapters for name in theirs)
            }
            for layer in range(shape.layers)
        ]
        self._masks = {name: self._mask(name, adapters) for name in self.layers[0]}

    def index(self, name: str | None) -> int:
        """The number of an adapter; 0 is the base model."""
        return 0 if name is None else 1 + self.names.index(name)

    def select(self, numbers: torch.Tensor) -> Selection:
        """The masks for rows that use the adapters with these numbers."""
        return {name: mask[numbers] for name, mask in self._masks.items()}

    def _low_rank(
        self,
        adapters: tuple[AdapterReport, ...],
        layer: int,
        maps: tuple[str, ...],
        read: Callable[[AdapterReport, TensorEntry], torch.Tensor],
    ) -> LowRank:
        downs: list[torch.Tensor] = []
        ups: list[torch.Tensor] = []
        for adapter in adapters:
            for name in maps:
                if name not in adapter.targets:
                    continue
                entry_a, entry_b = (adapter.parts.get((layer, name, side)) for side in "AB")
                any_a = next(e for (_, n, s), e in adapter.parts.items() if (n, s) == (name, "A"))
                a = read(adapter, entry_a or any_a)
                b = read(adapter, entry_b) * adapter.scale if entry_b else None
                downs.append(a)
                ups.append(self._placed(b, a, maps, name))
        return LowRank(torch.cat(downs), torch.cat(ups, dim=1))

    def _placed(
        self, b: torch.Tensor | None, a: torch.Tensor, maps: tuple[str, ...], name: str
    ) -> torch.Tensor:
        """``b`` at its rows of the fused output; zeros where this layer is not adapted."""
        whole = a.new_zeros(sum(self._sizes[part] for part in maps), a.shape[0])
        start = sum(self._sizes[part] for part in maps[: maps.index(name)])
        if b is not None:
            whole[start : start + b.shape[0]] = b
        return whole

    def _mask(self, ours: str, adapters: tuple[AdapterReport, ...]) -> torch.Tensor:
        inner = self.layers[0][ours].a
        mask = inner.new_zeros(len(adapters) + 1, inner.shape[0])
        at = 0
        for number, adapter in enumerate(adapters, 1):
            width = adapter.rank * sum(name in adapter.targets for name in FUSED[ours])
            mask[number, at : at + width] = 1
            at += width
        return mask


def _output_sizes(shape: ModelShape) -> dict[str, int]:
    from algosmith.engine.weights.expected import layer_linears

    return {name: size[0] for name, size, _ in layer_linears(shape)}
