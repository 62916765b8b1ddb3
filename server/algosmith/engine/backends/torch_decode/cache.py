"""The static key and value cache, and prompt prefixes kept between requests.

The cache is one tensor, ``(layers, 2, slots + 1, tokens, kv heads, head size)``. Sequences that
decode stand in the first slots without gaps; the last slot is where prompts are taken in.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

import torch

from algosmith.engine.backends.torch_decode.place import Place
from algosmith.engine.weights import ModelShape

BLOCK = 64
"""Tokens of a kept piece of a prompt."""


def make_cache(shape: ModelShape, slots: int, tokens: int, place: Place) -> torch.Tensor:
    """An empty cache. Zeros, not garbage: a masked NaN would still spoil what is added to it."""
    size = (shape.layers, 2, slots + 1, tokens, shape.kv_heads, shape.head_dim)
    return torch.zeros(size, dtype=place.dtype, device=place.device)


def copy_slot(cache: torch.Tensor, source: int, target: int, tokens: int) -> None:
    """Copies the first tokens of one slot to another."""
    cache[:, :, target, :tokens].copy_(cache[:, :, source, :tokens])


@dataclass(frozen=True, slots=True)
class _Key:
    """A block of tokens and all that stands before it, by hash of the latter."""

    before: int
    tokens: tuple[int, ...]


class PrefixCache:
    """Blocks of prompts, the least recently used dropped first when over the byte limit.

    Prompts that begin alike share their blocks. ``root`` keeps what different adapters wrote apart.
    """

    def __init__(self, cache: torch.Tensor, limit_bytes: int) -> None:
        self._cache = cache
        layers, two, _, _, kv_heads, size = cache.shape
        self._block_bytes = layers * two * BLOCK * kv_heads * size * cache.element_size()
        self._most = limit_bytes // self._block_bytes
        self._blocks: OrderedDict[_Key, torch.Tensor] = OrderedDict()

    @property
    def used_bytes(self) -> int:
        """Bytes of the blocks that are kept."""
        return len(self._blocks) * self._block_bytes

    def load(self, tokens: Sequence[int], root: int, slot: int) -> int:
        """Copies the longest kept prefix into a slot; gives its length.

        At least the last token is left out: its logits are what the next one is sampled from.
        """
        at = 0
        for key in _keys(tokens, root):
            block = self._blocks.get(key)
            if block is None or at + BLOCK >= len(tokens):
                break
            self._blocks.move_to_end(key)
            self._cache[:, :, slot, at : at + BLOCK].copy_(block)
            at += BLOCK
        return at

    def save(self, tokens: Sequence[int], root: int, slot: int) -> None:
        """Keeps the whole blocks of a prompt that was taken into a slot."""
        if self._most < 1:
            return
        keys = _keys(tokens, root)[: self._most]
        for number, key in enumerate(keys):
            if key not in self._blocks:
                part = self._cache[:, :, slot, number * BLOCK : (number + 1) * BLOCK]
                self._blocks[key] = part.clone()
        # Later blocks are of no use without the earlier ones, so the earliest are touched last.
        for key in reversed(keys):
            self._blocks.move_to_end(key)
        while len(self._blocks) > self._most:
            self._blocks.popitem(last=False)

    def clear(self) -> None:
        """Drops everything."""
        self._blocks.clear()


def _keys(tokens: Sequence[int], root: int) -> list[_Key]:
    keys: list[_Key] = []
    before = root
    for start in range(0, len(tokens) - BLOCK + 1, BLOCK):
        key = _Key(before, tuple(tokens[start : start + BLOCK]))
        keys.append(key)
        before = hash((key.before, key.tokens))
    return keys
