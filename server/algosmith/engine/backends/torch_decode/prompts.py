"""Prompts waiting to be read, and reading them piece by piece into the staging slot.

Pieces are as long as fits into some 40 ms on this device, so that a cancel is heard and running
sequences go on meanwhile. What the prefix cache holds is not computed again.
"""

import time
from collections import deque
from dataclasses import dataclass, field

import torch

from algosmith.engine.backends.base import Group
from algosmith.engine.backends.torch_decode.cache import PrefixCache
from algosmith.engine.backends.torch_decode.stepper import Stepper

_PIECE_SECONDS = 0.04
_SMALLEST_PIECE, _LARGEST_PIECE = 16, 2048


@dataclass(slots=True)
class Prompt:
    """A group whose prompt is not yet wholly in the cache."""

    group: Group
    tokens: list[int]
    adapter: int
    done: int = -1
    """Tokens that are in the staging slot; negative before it was begun."""
    unwanted: set[int] = field(default_factory=set[int])
    """Sequences that were stopped before they started."""


class PromptReader:
    """The queue of prompts; the first one is being read."""

    def __init__(self, stepper: Stepper, prefixes: PrefixCache) -> None:
        self.waiting: deque[Prompt] = deque()
        self.hits = self.cached_tokens = 0
        self._stepper, self._prefixes = stepper, prefixes
        self._piece = 64 if stepper.decoder.place.device.type == "cpu" else 512

    @property
    def promised(self) -> int:
        """Slots that the waiting prompts will need."""
        return sum(prompt.group.count for prompt in self.waiting)

    def read_piece(self) -> tuple[Prompt, torch.Tensor] | None:
        """Reads on; gives the first prompt and its last logits once it is read, and drops it."""
        prompt, staging = self.waiting[0], self._stepper.slots
        if prompt.done < 0:
            prompt.done = 0
            if not prompt.group.exact:
                prompt.done = self._prefixes.load(prompt.tokens, prompt.adapter, staging)
            self.hits += prompt.done > 0
            self.cached_tokens += prompt.done
        piece = prompt.tokens[prompt.done : prompt.done + self._piece]
        start = time.perf_counter()
        logits = self._stepper.prefill(piece, staging, prompt.done, prompt.adapter)
        prompt.done += len(piece)
        if prompt.done < len(prompt.tokens):
            # The logits of an unfinished piece are looked at only to know how long it took.
            logits[0, 0].item()
            self._adapt(time.perf_counter() - start)
            return None
        self.waiting.popleft()
        if bool(torch.isfinite(logits).all()):
            self._prefixes.save(prompt.tokens, prompt.adapter, staging)
        else:
            self._stepper.decoder.cache[:, :, staging].zero_()
        return prompt, logits

    def _adapt(self, seconds: float) -> None:
        wanted = self._piece * _PIECE_SECONDS / max(seconds, 1e-6)
        # Halfway towards what would fit: single timings are noisy on a busy machine.
        self._piece = int(max(_SMALLEST_PIECE, min(_LARGEST_PIECE, (self._piece + wanted) / 2)))
