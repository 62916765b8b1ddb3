"""Sampling on the device, without a look from the host and without sorting the vocabulary.

Nucleus sampling by rejection: draw from the whole distribution, keep the first draw that lies in
the nucleus (the tokens before it, by probability, weigh less than ``top_p``). With top_p 0.95 a
draw is kept with 95%, so eight draws fail once in 2.5e10, and then the likeliest token is taken.
For a small ``top_p`` that would fail often, and ``top_k`` and ``min_p`` need the tokens' order:
then the likeliest are put in order, a few where ``top_k`` allows it and else the whole vocabulary.

What is cut off is what ``transformers`` cuts, in its order: temperature, ``top_k``, ``top_p``,
``min_p``; each looks at what the one before has left.

Random numbers depend on (seed, position, draw) alone: what else is in the batch changes nothing.
"""

from collections.abc import Iterable
from typing import NamedTuple

import torch

from algosmith.engine.cards import Sampling

DRAWS = 8
FEW, ALL = 128, 1 << 30
"""How many of the likeliest tokens are put in order; with 0 none are."""
_SMALLEST_TOP_P = 0.9
"""Below it draws fail too often."""
FAILED = -1
"""In place of a token: the logits were not finite."""


class Cut(NamedTuple):
    """How each row is sampled; the names are those of ``Sampling``."""

    temperature: torch.Tensor
    top_p: torch.Tensor
    top_k: torch.Tensor
    min_p: torch.Tensor


def ordered_tokens(samplings: Iterable[Sampling]) -> int:
    """How many tokens ``sample`` must put in order for these rows."""
    hot = [one for one in samplings if one.temperature > 0]
    if all(one.top_p >= _SMALLEST_TOP_P and not one.top_k and not one.min_p for one in hot):
        return 0
    return FEW if all(0 < one.top_k <= FEW for one in hot) else ALL


def uniform(seeds: torch.Tensor, positions: torch.Tensor, draws: int) -> torch.Tensor:
    """Numbers in [0, 1), ``(rows, draws)``, from a counter-based hash (splitmix64)."""
    draw = torch.arange(draws, device=seeds.device)
    x = _mix(seeds[:, None] * 0x1E3779B97F4A7C15 + positions[:, None])
    x = _mix(x + draw * 0x3C6EF372FE94F82B)
    return ((x >> 40) & 0xFFFFFF).to(torch.float32) * (1.0 / (1 << 24))


def _mix(x: torch.Tensor) -> torch.Tensor:
    x = (x ^ ((x >> 30) & 0x3FFFFFFFF)) * -0x40A7B892E31B1A47
    x = (x ^ ((x >> 27) & 0x1FFFFFFFFF)) * -0x6B2FB644ECCEEE15
    return x ^ ((x >> 31) & 0x1FFFFFFFF)


def sample(
    logits: torch.Tensor,
    seeds: torch.Tensor,
    positions: torch.Tensor,
    cut: Cut,
    *,
    ordered: int,
) -> torch.Tensor:
    """One token for each row of ``logits``; ``FAILED`` where they are not finite.

    ``positions`` are those the new tokens will have; a temperature of 0 takes the likeliest;
    ``ordered`` is what ``ordered_tokens`` says.
    """
    logits = logits.float()
    greedy = logits.argmax(dim=-1)
    hot = cut.temperature > 0
    scaled = logits / torch.where(hot, cut.temperature, 1.0)[:, None]
    total = torch.logsumexp(scaled, dim=-1)
    chances = torch.exp(scaled - total[:, None])
    if ordered:
        tokens = _by_order(chances, seeds, positions, cut, min(ordered, chances.shape[1]))
    else:
        tokens = _by_draws(chances, seeds, positions, cut.top_p, greedy)
    tokens = torch.where(hot, tokens, greedy)
    return torch.where(torch.isfinite(total), tokens, FAILED)


def _by_draws(
    chances: torch.Tensor,
    seeds: torch.Tensor,
    positions: torch.Tensor,
    top_p: torch.Tensor,
    greedy: torch.Tensor,
) -> torch.Tensor:
    summed = chances.cumsum(dim=-1)
    numbers = uniform(seeds, positions, DRAWS) * summed[:, -1:]
    found = torch.searchsorted(summed, numbers, right=True).clamp(max=chances.shape[1] - 1)
    likely = chances.gather(1, found)
    if chances.device.type != "cpu":
        # Few launches count for more than the draws that turn out not to be needed.
        return _first_inside(_weigh(chances, likely) < top_p[:, None], found, greedy)
    inside = torch.zeros_like(likely, dtype=torch.bool)
    for draw in range(DRAWS):
        inside[:, draw] = _weigh(chances, likely[:, draw, None])[:, 0] < top_p
        if bool(inside.any(dim=1).all()):
            break
    return _first_inside(inside, found, greedy)


def _weigh(chances: torch.Tensor, likely: torch.Tensor) -> torch.Tensor:
    """What the tokens that are likelier than each of the drawn ones weigh together."""
    rows = chances[:, None]
    return torch.where(rows > likely[:, :, None], rows, 0.0).sum(dim=-1)


def _first_inside(
    inside: torch.Tensor, found: torch.Tensor, otherwise: torch.Tensor
) -> torch.Tensor:
    """The first draw that lies in the nucleus; ``otherwise`` where none does."""
    draws = inside.shape[1]
    order = torch.where(inside, torch.arange(draws, device=inside.device), draws).amin(dim=1)
    token = found.gather(1, order.clamp(max=draws - 1)[:, None]).squeeze(1)
    return torch.where(order < draws, token, otherwise)


def _by_order(
    chances: torch.Tensor, seeds: torch.Tensor, positions: torch.Tensor, cut: Cut, width: int
) -> torch.Tensor:
    ordered, order = chances.topk(width)
    # Tokens as likely as the last one within top_k stay.
    last = ordered.gather(1, (cut.top_k - 1).clamp(0, width - 1)[:, None])
    ordered = torch.where((cut.top_k[:, None] > 0) & (ordered < last), 0.0, ordered)
    summed = ordered.cumsum(dim=-1)
    inside = summed - ordered < cut.top_p[:, None] * summed[:, -1:]
    inside &= ordered >= cut.min_p[:, None] * ordered[:, :1]
    # Whatever is cut off, the likeliest stays.
    inside |= torch.arange(width, device=chances.device) == 0
    kept = torch.where(inside, ordered, 0.0).cumsum(dim=-1)
    numbers = uniform(seeds, positions, 1) * kept[:, -1:]
    found = torch.searchsorted(kept, numbers, right=True).clamp(max=width - 1)
    return order.gather(1, found).squeeze(1)
