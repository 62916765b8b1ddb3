"""Penalties for what was said before, on the device and without a look from the host.

The repetition penalty is that of ``transformers`` (it holds for the prompt as well), presence and
frequency are OpenAI's (for the answer alone).
"""

from collections.abc import Sequence

import torch

from algosmith.engine.cards import Sampling


def wanted(sampling: Sampling) -> bool:
    """Whether a sequence has any."""
    return (
        sampling.repetition_penalty != 1
        or sampling.presence_penalty != 0
        or sampling.frequency_penalty != 0
    )


class Penalties:
    """How often each token was said in each slot, at fixed addresses, and what that costs it."""

    def __init__(self, slots: int, vocabulary: int, device: torch.device) -> None:
        self._prompt = torch.zeros(slots, vocabulary, dtype=torch.bool, device=device)
        self.said = torch.zeros(slots, vocabulary, dtype=torch.int32, device=device)
        """Changes with each step."""
        self._ones = torch.ones(slots, 1, dtype=torch.int32, device=device)
        self._repetition = torch.ones(slots, 1, device=device)
        self._presence = torch.zeros(slots, 1, device=device)
        self._frequency = torch.zeros(slots, 1, device=device)

    def place(self, slot: int, how: Sampling, prompt: Sequence[int], answer: Sequence[int]) -> None:
        """Puts a sequence into a slot; one without penalties costs nothing."""
        self._repetition[slot].fill_(how.repetition_penalty)
        self._presence[slot].fill_(how.presence_penalty)
        self._frequency[slot].fill_(how.frequency_penalty)
        if wanted(how):
            self._prompt[slot].copy_(self._counted(prompt) > 0)
            self.said[slot].copy_(self._counted(answer))

    def move(self, source: int, target: int) -> None:
        """Moves a slot's state."""
        for tensor in (
            self._prompt, self.said, self._repetition, self._presence, self._frequency,
        ):  # fmt: skip
            tensor[target] = tensor[source]

    def count(self, tokens: torch.Tensor) -> None:
        """Tokens were said, one in each of the first slots."""
        rows = len(tokens)
        self.said[:rows].scatter_add_(1, tokens[:, None], self._ones[:rows])

    def apply(self, logits: torch.Tensor, slot: int = 0) -> torch.Tensor:
        """The logits of as many slots as there are rows, from ``slot`` on, after the penalties."""
        rows = slice(slot, slot + len(logits))
        logits, said, factor = logits.float(), self.said[rows], self._repetition[rows]
        known = self._prompt[rows] | (said > 0)
        lowered = torch.where(logits > 0, logits / factor, logits * factor)
        logits = torch.where(known, lowered, logits)
        return logits - self._presence[rows] * (said > 0) - self._frequency[rows] * said

    def _counted(self, tokens: Sequence[int]) -> torch.Tensor:
        found = torch.tensor(list(tokens), dtype=torch.int64, device=self.said.device)
        counts = torch.zeros_like(self.said[0])
        return counts.scatter_add_(0, found, torch.ones_like(found, dtype=torch.int32))
