"""Attention over a static cache: one query for each sequence, or a run of queries of one.

A layer's cache is ``(slots, tokens, kv heads, head size)`` for keys and for values. Query heads
that share a key head are handed over as queries of that head, so nothing is expanded.
"""

from dataclasses import dataclass
from typing import cast

import torch
from torch.nn.functional import scaled_dot_product_attention

try:
    from torch.nn.attention.varlen import varlen_attn
except ImportError:  # an older torch: the masked kernel serves
    varlen_attn = None


Ends = tuple[torch.Tensor, torch.Tensor]
"""Where the queries of a run begin and end, and its keys."""


@dataclass(frozen=True, slots=True)
class DecodePlan:
    """What the attention of one decoding step needs, the same in every layer."""

    rows: torch.Tensor
    positions: torch.Tensor
    """Where each sequence's new token goes in its slot."""
    span: int
    """Tokens of each slot that are looked at."""
    mask: torch.Tensor | None
    """``(rows, 1, 1, span)``, True where a key counts; None for the exact kernel."""
    starts: torch.Tensor | None = None
    slot_starts: torch.Tensor | None = None
    lengths: torch.Tensor | None = None


def plan_decode(positions: torch.Tensor, span: int, capacity: int, exact: bool) -> DecodePlan:
    """The plan of a step over the slots ``0 .. len(positions)``.

    ``exact`` is the kernel that reads only the keys that are there (CUDA).
    """
    count = positions.shape[0]
    rows = torch.arange(count, device=positions.device)
    if not exact:
        keys = torch.arange(span, device=positions.device)
        mask = (keys <= positions[:, None]).view(count, 1, 1, span)
        return DecodePlan(rows, positions, span, mask)
    starts = torch.arange(count + 1, device=positions.device, dtype=torch.int32)
    lengths = (positions + 1).to(torch.int32)
    return DecodePlan(rows, positions, capacity, None, starts, starts * capacity, lengths)


def decode_attention(
    query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, plan: DecodePlan
) -> torch.Tensor:
    """Attention of one query ``(rows, heads, size)`` for each slot over the layer's cache."""
    count, heads, size = query.shape
    if varlen_attn is not None and plan.starts is not None and plan.slot_starts is not None:
        result = varlen_attn(
            query,
            keys[:count].flatten(0, 1),
            values[:count].flatten(0, 1),
            plan.starts,
            plan.slot_starts,
            1,
            plan.span,
            enable_gqa=True,
            seqused_k=plan.lengths,
        )
        return cast("torch.Tensor", result).reshape(count, heads * size)
    kv_heads = keys.shape[2]
    grouped = scaled_dot_product_attention(
        query.view(count, kv_heads, heads // kv_heads, size),
        keys[:count, : plan.span].transpose(1, 2),
        values[:count, : plan.span].transpose(1, 2),
        attn_mask=plan.mask,
    )
    return grouped.reshape(count, heads * size)


def prefill_attention(
    query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, start: int, ends: Ends | None
) -> torch.Tensor:
    """Causal attention of queries ``(n, heads, size)`` at ``start`` over ``start + n`` keys.

    ``ends``, of ``run_ends``, asks for the exact kernel.
    """
    count, heads, size = query.shape
    total, kv_heads = keys.shape[0], keys.shape[1]
    if ends is not None:
        return _exact_prefill(query, keys, values, ends)
    group = heads // kv_heads
    wide = (kv_heads, group, total, size)
    mask = None
    if start:
        ones = torch.ones(count, total, dtype=torch.bool, device=query.device)
        mask = ones.tril(diagonal=start)
    result = scaled_dot_product_attention(
        query.view(count, kv_heads, group, size).permute(1, 2, 0, 3),
        keys.transpose(0, 1).unsqueeze(1).expand(wide),
        values.transpose(0, 1).unsqueeze(1).expand(wide),
        attn_mask=mask,
        is_causal=mask is None and count > 1,
    )
    return result.permute(2, 0, 1, 3).reshape(count, heads * size)


def run_ends(count: int, total: int, device: torch.device) -> Ends:
    """Where a run's queries and keys begin and end; made on the device, so the host goes on."""
    unit = torch.arange(2, dtype=torch.int32, device=device)
    return unit * count, unit * total


def _exact_prefill(
    query: torch.Tensor, keys: torch.Tensor, values: torch.Tensor, ends: Ends
) -> torch.Tensor:
    assert varlen_attn is not None, "ends are only made where it is there"  # noqa: S101
    count, total = query.shape[0], keys.shape[0]
    result = varlen_attn(
        query,
        keys,
        values,
        *ends,
        count,
        total,
        window_size=(-1, 0),
        enable_gqa=True,
    )
    return cast("torch.Tensor", result).reshape(count, -1)


def exact_kernel_works(device: torch.device, dtype: torch.dtype, group: int, size: int) -> bool:
    """Whether the kernel that reads only the keys that are there runs here, and is right."""
    if device.type != "cuda" or varlen_attn is None:
        return False
    chance = torch.Generator(device="cpu").manual_seed(1)
    query = torch.randn(3, group, size, generator=chance).to(device, dtype)
    cache = torch.randn(2, 3, 512, 1, size, generator=chance).to(device, dtype)
    positions = torch.tensor([0, 77, 400], device=device)
    try:
        exact = decode_attention(
            query, cache[0], cache[1], plan_decode(positions, 512, 512, exact=True)
        )
        masked = decode_attention(
            query, cache[0], cache[1], plan_decode(positions, 512, 512, exact=False)
        )
        runs = query[:, None].expand(3, 5, group, size).reshape(15, group, size)[:5]
        keys, values = cache[0, 0, :77], cache[1, 0, :77]
        long = prefill_attention(runs, keys, values, 72, run_ends(5, 77, device))
        slow = prefill_attention(runs, keys, values, 72, None)
    except (RuntimeError, NotImplementedError, TypeError):  # TypeError: an older signature
        return False
    right = torch.allclose(exact.float(), masked.float(), atol=2e-2)
    return right and torch.allclose(long.float(), slow.float(), atol=2e-2)
