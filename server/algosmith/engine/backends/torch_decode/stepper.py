"""One decoding step for all sequences, the same function everywhere, replayed where it can be.

All that a step reads and writes stays on the device at fixed addresses: tokens, positions, seeds,
sampling, adapters, and the history from which the host reads several steps at once. On CUDA the
step is captured as a graph for each size of batch; elsewhere the same function simply runs.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import torch

from algosmith.engine.backends.torch_decode.graphs import Graphs, read_back
from algosmith.engine.backends.torch_decode.lora import AdapterTable
from algosmith.engine.backends.torch_decode.model import Decoder, Forward, layer_forward
from algosmith.engine.backends.torch_decode.penalties import Penalties, wanted
from algosmith.engine.backends.torch_decode.place import device_failed, out_of_memory
from algosmith.engine.backends.torch_decode.sampling import Cut, ordered_tokens, sample
from algosmith.engine.cards import Sampling

HISTORY = 16
"""Most steps that the device may be ahead of the host; the cache has as many tokens to spare."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SequenceSampler:
    """How one sequence draws its tokens."""

    seed: int
    sampling: Sampling
    adapter: int = 0


@dataclass(frozen=True, slots=True)
class StepKind:
    """What distinguishes one captured step from another."""

    count: int
    """Slots decoded, from the first."""
    span: int
    ordered: int
    """Of the likeliest tokens, so many are put in order (``sampling``)."""
    adapted: bool
    penalized: bool = False


@dataclass(frozen=True, slots=True)
class Operations:
    """What a step is made of."""

    forward: Forward = layer_forward
    sample: Callable[..., torch.Tensor] = sample


PLAIN = Operations()


class Stepper:
    """The state of all slots, and the step that moves it on."""

    def __init__(self, decoder: Decoder, adapters: AdapterTable | None = None) -> None:
        self.decoder, self._adapters = decoder, adapters
        self.slots = decoder.cache.shape[2] - 1
        self.capacity = decoder.cache.shape[3]
        device = decoder.place.device
        count = self.slots + 1

        def zeros(dtype: torch.dtype) -> torch.Tensor:
            return torch.zeros(count, dtype=dtype, device=device)

        self.tokens, self.positions = zeros(torch.int64), zeros(torch.int64)
        self.seeds, self.adapter = zeros(torch.int64), zeros(torch.int64)
        rate = torch.float32
        self.cut = Cut(zeros(rate), zeros(rate), zeros(torch.int64), zeros(rate))
        self._penalties = Penalties(count, decoder.shape.vocabulary, device)
        self.history = torch.zeros(HISTORY, count, dtype=torch.int64, device=device)
        self.cursor = torch.zeros(1, dtype=torch.int64, device=device)
        self._host: list[SequenceSampler] = [SequenceSampler(0, Sampling(0.0))] * count
        self._graphs: dict[StepKind, Callable[[], None]] = {}
        self._recorder = Graphs(device)
        self.operations = PLAIN
        """Compiled ones where they were found to be faster."""
        self.warm = False
        """What is not captured yet is from now on captured of plain operations.

        Compiling takes longer than anybody may wait in the middle of an answer.
        """

    @property
    def is_compiled(self) -> bool:
        """Steps are made of compiled operations."""
        return self.operations != PLAIN

    @property
    def has_adapters(self) -> bool:
        """Whether some sequences may use an adapter."""
        return self._adapters is not None

    def place_sequence(
        self,
        slot: int,
        token: int,
        position: int,
        how: SequenceSampler,
        prompt: Sequence[int] = (),
        answer: Sequence[int] = (),
    ) -> None:
        """Puts a sequence, whose keys are in the cache up to ``position``, into a slot.

        Penalties need its prompt and what it answered so far, ``token`` included.
        """
        # ``fill_``, for an assignment would copy from the host and wait.
        self.tokens[slot].fill_(token)
        self.positions[slot].fill_(position)
        self.seeds[slot].fill_(how.seed)
        for name, tensor in self.cut._asdict().items():
            tensor[slot].fill_(getattr(how.sampling, name))
        self._penalties.place(slot, how.sampling, prompt, answer)
        self.adapter[slot].fill_(how.adapter)
        self._host[slot] = how

    def move(self, source: int, target: int) -> None:
        """Moves a slot's state; its part of the cache is the caller's to copy."""
        state = (self.tokens, self.positions, self.seeds, self.adapter)
        for tensor in (*state, *self.cut):
            tensor[target] = tensor[source]
        self._penalties.move(source, target)
        self._host[target] = self._host[source]

    def first_tokens(
        self,
        logits: torch.Tensor,
        position: int,
        how: list[SequenceSampler],
        prompt: Sequence[int] = (),
        answer: Sequence[int] = (),
    ) -> list[int]:
        """The first token of several sequences of one group from their prompt's last logits.

        ``answer`` is what a sequence said before it was interrupted.
        """
        device, sampling = logits.device, how[0].sampling
        if wanted(sampling):
            self._penalties.place(self.slots, sampling, prompt, answer)
            logits = self._penalties.apply(logits, self.slots)
        chosen = sample(
            logits.expand(len(how), -1),
            torch.tensor([one.seed for one in how], device=device),
            torch.full((len(how),), position, device=device),
            Cut(
                *(
                    torch.full(
                        (len(how),), getattr(sampling, name), device=device, dtype=tensor.dtype
                    )
                    for name, tensor in self.cut._asdict().items()
                )
            ),
            ordered=ordered_tokens((sampling,)),
        )
        return _numbers(chosen)

    def prefill(self, tokens: list[int], slot: int, start: int, adapter: int) -> torch.Tensor:
        """Takes tokens into a slot at ``start``; gives the last one's logits, ``(1, words)``."""
        device = self.decoder.place.device
        selection = None
        if adapter and self._adapters is not None:
            selection = self._adapters.select(torch.full((1,), adapter, device=device))
        return self.decoder.prefill(torch.tensor(tokens, device=device), slot, start, selection)

    def close(self) -> None:
        """Lets go of the model."""
        self.forget_captures()
        self.decoder.close()

    def launch(self, count: int, longest: int, steps: int) -> Callable[[], list[list[int]]]:
        """Decodes ``steps`` times for the first ``count`` slots; calling the result waits for it
        and gives each step's tokens.

        ``longest`` is the largest position among them. More may be launched before the wait.
        """
        kind = self._kind(count, longest + steps)
        step = self._step_of(kind)
        self.cursor.zero_()
        # Slots that only pad the batch would read all of what their last sequence left behind.
        self.positions[count : kind.count].zero_()
        for _ in range(steps):
            step()
        return read_back(self.history[:steps, :count], ahead=self.decoder.place.graphs)

    def run(self, count: int, longest: int, steps: int) -> list[list[int]]:
        """``launch``, and its tokens."""
        return self.launch(count, longest, steps)()

    def capture(self, count: int, *, adapted: bool = False) -> Callable[[], None]:
        """The step for a size of batch with the usual sampling, captured where there are graphs."""
        return self._step_of(replace(self._kind(count, 1), adapted=adapted))

    def reset(self) -> None:
        """Puts all slots back to the start, after trials."""
        for tensor in (self.tokens, self.positions, self.cursor, self.history):
            tensor.zero_()
        self.decoder.cache.zero_()

    def forget_captures(self) -> None:
        """Drops the captured steps, after what they are made of was changed."""
        self._graphs.clear()
        self._recorder.forget()

    def _kind(self, count: int, longest: int) -> StepKind:
        how = self._host[:count]
        adapted = any(one.adapter for one in how)
        penalized = any(wanted(one.sampling) for one in how)
        ordered = ordered_tokens(one.sampling for one in how)
        if not self.decoder.place.graphs:
            span = min(-(-(longest + 1) // 64) * 64, self.capacity)
            return StepKind(count, span, ordered, adapted, penalized)
        # Few kinds, so that few graphs are captured: powers of two.
        padded = min(1 << (count - 1).bit_length(), self.slots)
        span = self.capacity
        if not self.decoder.exact:
            span = min(max(512, 1 << longest.bit_length()), self.capacity)
        return StepKind(padded, span, ordered, adapted, penalized)

    def _step_of(self, kind: StepKind) -> Callable[[], None]:
        if not self.decoder.place.graphs:
            return lambda: self._step(kind)
        if kind not in self._graphs:
            self._graphs[kind] = self._capture(kind)
        return self._graphs[kind]

    def _step(self, kind: StepKind, operations: Operations = PLAIN) -> None:
        count = kind.count
        tokens, positions = self.tokens[:count], self.positions[:count]
        selection = None
        if kind.adapted and self._adapters is not None:
            selection = self._adapters.select(self.adapter[:count])
        logits = self.decoder.decode(tokens, positions, kind.span, selection, operations.forward)
        if kind.penalized:
            logits = self._penalties.apply(logits)
        cut = Cut(*(tensor[:count] for tensor in self.cut))
        chosen = operations.sample(
            logits, self.seeds[:count], positions + 1, cut, ordered=kind.ordered
        )
        self.history[:, :count].index_copy_(0, self.cursor, chosen[None])
        self.cursor.add_(1).remainder_(HISTORY)
        tokens.copy_(chosen.clamp(min=0))
        if kind.penalized:
            self._penalties.count(tokens)
        # Slots beyond the live ones step along in a padded batch; they must stay inside the cache.
        positions.add_(1).clamp_(max=self.capacity - 1)

    def _capture(self, kind: StepKind) -> Callable[[], None]:
        operations = PLAIN if self.warm else self.operations
        changed = (self.tokens, self.positions, self.cursor, self._penalties.said)
        try:
            replay = self._recorder.capture(lambda: self._step(kind, operations), changed)
        except RuntimeError as error:
            if operations != PLAIN or out_of_memory(error) or device_failed(error):
                raise
            _log.warning("%s can't be captured, it runs slowly: %s", kind, str(error)[:500])
            return lambda: self._step(kind)
        _log.info("captured a decoding step: %s", kind)
        return replay


def _numbers(tensor: torch.Tensor) -> Any:
    return cast("Any", tensor).tolist()
