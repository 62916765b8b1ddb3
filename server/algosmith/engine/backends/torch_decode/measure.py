"""Speed of a model on a device, each figure beside the limit that memory bandwidth sets.

One decoding step must read every weight once, and the keys and values of every sequence; so bytes
over measured bandwidth is the least time a step can take.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

from algosmith.engine.backends.base import Group
from algosmith.engine.backends.torch_decode.cache import PrefixCache
from algosmith.engine.backends.torch_decode.linears import Dense, Int4, Int8, Linear, PackedLinear
from algosmith.engine.backends.torch_decode.model import Decoder
from algosmith.engine.backends.torch_decode.prompts import Prompt, PromptReader
from algosmith.engine.backends.torch_decode.stepper import SequenceSampler, Stepper
from algosmith.engine.cards import PLAIN

USUAL = SequenceSampler(1, PLAIN)


@dataclass(frozen=True, slots=True)
class Rate:
    """Decoding speed at one size of batch."""

    batch: int
    context: int
    tokens_per_second: float
    """Of all sequences together."""
    share_of_limit: float
    step_ms: float


@dataclass(frozen=True, slots=True)
class FirstToken:
    """Time from a prompt to its first token."""

    prompt_tokens: int
    cold_ms: float
    prefix_ms: float
    """With all but the last few tokens in the prefix cache."""


class Clock:
    """Seconds on a device. One thread on a CPU is timed by its own CPU time: others may be busy."""

    def __init__(self, device: torch.device, *, wall: bool = False) -> None:
        self._device = device
        alone = device.type == "cpu" and torch.get_num_threads() == 1 and not wall
        self.now = time.process_time if alone else time.perf_counter
        self.kind = "CPU time of one thread" if alone else "wall clock"

    def seconds(self, function: Callable[[], object]) -> float:
        """How long a call takes."""
        self._wait()
        start = self.now()
        function()
        self._wait()
        return self.now() - start

    def _wait(self) -> None:
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
        elif self._device.type == "mps":
            torch.mps.synchronize()


def bandwidth(device: torch.device) -> float:
    """Bytes a second of memory, by copying what fits no cache: each byte is read and written."""
    count = (1 << 30) if device.type != "cpu" else (1 << 28)
    source = torch.ones(count, dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    clock = Clock(device)
    return 2 * count / min(clock.seconds(lambda: target.copy_(source)) for _ in range(8))


def bytes_of_step(stepper: Stepper, batch: int, context: int) -> int:
    """Bytes that one step must read."""
    decoder = stepper.decoder
    maps: list[Linear] = [decoder.head]
    for layer in decoder.layers:
        maps += [layer.qkv, layer.output, layer.gate_up, layer.down]
    per_token = decoder.shape.kv_values_per_token * decoder.cache.element_size()
    return sum(_bytes_of_map(each) for each in maps) + batch * context * per_token


def _bytes_of_map(linear: Linear) -> int:
    tensors: list[torch.Tensor] = []
    if isinstance(linear, Dense | PackedLinear):
        tensors = [linear.weight]
    elif isinstance(linear, Int8):
        tensors = [linear.weight, linear.scale]
    elif isinstance(linear, Int4):
        tensors = [linear.weight, linear.scales]
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def prepare(stepper: Stepper, batch: int, context: int) -> None:
    """Puts sequences in the middle of their answers into the first slots."""
    for slot in range(batch):
        how = SequenceSampler(slot, PLAIN)
        stepper.place_sequence(slot, 1 + slot, context, how)


def decode_rate(stepper: Stepper, batch: int, context: int, tokens: int, limit: float) -> Rate:
    """Decodes ``tokens`` tokens for each of ``batch`` sequences from ``context`` on.

    ``limit`` is the bandwidth the share is taken of.
    """
    block = stepper.decoder.place.block
    clock = Clock(stepper.decoder.place.device)
    prepare(stepper, batch, context)
    stepper.run(batch, context, block)
    best = float("inf")
    for _ in range(3):
        prepare(stepper, batch, context)

        def decode() -> None:
            # As when serving: the next steps are launched before the last ones are looked at.
            starts = range(context, context + tokens, block)
            for flight in [stepper.launch(batch, start, block) for start in starts]:
                flight()

        rounds = -(-tokens // block) * block
        best = min(best, clock.seconds(decode) / rounds)
    least = bytes_of_step(stepper, batch, context + tokens // 2) / limit
    return Rate(batch, context, batch / best, least / best, best * 1e3)


def first_token(stepper: Stepper, prompt_tokens: int, new_tokens: int = 28) -> FirstToken:
    """The first token of a prompt, cold, and again with all but its end known."""
    prefixes = PrefixCache(stepper.decoder.cache, 1 << 30)
    reader = PromptReader(stepper, prefixes)
    clock = Clock(stepper.decoder.place.device)
    words = stepper.decoder.shape.vocabulary
    chance = torch.Generator().manual_seed(5)

    def numbers(count: int) -> list[int]:
        return [int(n) for n in torch.randint(0, words, (count,), generator=chance)]

    def answer(tokens: Sequence[int]) -> None:
        group = Group(1, (), 1, 1, PLAIN, 1)
        reader.waiting.append(Prompt(group, list(tokens), 0))
        while (read := reader.read_piece()) is None:
            pass
        stepper.first_tokens(read[1], len(tokens), [USUAL])

    answer(numbers(prompt_tokens))
    cold = warm = float("inf")
    for _ in range(3):
        prefixes.clear()
        head = numbers(prompt_tokens)
        cold = min(cold, clock.seconds(lambda head=head: answer(head)))
        again = head[:-new_tokens] + numbers(new_tokens)
        warm = min(warm, clock.seconds(lambda again=again: answer(again)))
    return FirstToken(prompt_tokens, cold * 1e3, warm * 1e3)


def text_loss(decoder: Decoder, tokens: Sequence[int]) -> float:
    """How badly a model predicts a text: nats a token, on average."""
    ids = torch.tensor(list(tokens), device=decoder.place.device)
    scores = decoder.scores(ids[:-1], 0, 0).float()
    return float(torch.nn.functional.cross_entropy(scores, ids[1:]))
