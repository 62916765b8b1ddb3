"""The transformers backend as the scheduler sees it: groups in, events out.

Failures of one group end that group with advice; a device that failed ends the process.
"""

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import torch

from algosmith.engine.backends.base import (
    BackendInfo,
    BackendStats,
    Event,
    Group,
)
from algosmith.engine.backends.torch_decode.cache import PrefixCache
from algosmith.engine.backends.torch_decode.lora import AdapterTable
from algosmith.engine.backends.torch_decode.place import out_of_memory, used_memory
from algosmith.engine.backends.torch_decode.prompts import Prompt, PromptReader
from algosmith.engine.backends.torch_decode.sequences import LiveSequences, Sequence
from algosmith.engine.backends.torch_decode.stepper import SequenceSampler, Stepper
from algosmith.engine.backends.torch_decode.tokens import Tokens
from algosmith.errors import EngineBusy, FatalBackendError, RequestRejected

NO_MEMORY = (
    "the device ran out of memory for this request; ask for fewer candidates, or set "
    'engine.parallel or engine.context_tokens lower, or engine.quantization = "int8"'
)


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What a backend is made of."""

    stepper: Stepper
    tokens: Tokens
    prefixes: PrefixCache
    adapters: AdapterTable | None = None


class TorchBackend:
    """A loaded model; see ``base.Backend``."""

    def __init__(self, parts: Parts, info: BackendInfo) -> None:
        self._parts, self._info = parts, info
        self._place = parts.stepper.decoder.place
        self._prompts = PromptReader(parts.stepper, parts.prefixes)
        self._live = LiveSequences(parts.stepper, parts.tokens)
        self._queued: list[Event] = []

    @property
    def info(self) -> BackendInfo:
        """Facts fixed at load."""
        return self._info

    def add(self, group: Group) -> int:
        """Takes a group in; its prompt is read in later steps."""
        if group.adapter is not None and group.adapter not in self._info.adapters:
            known = ", ".join(self._info.adapters) or "none is loaded"
            raise RequestRejected(f"there is no adapter {group.adapter!r} ({known})")
        tokens = self._parts.tokens.encode(group.prompt)
        context = self._info.context_tokens
        if not 0 < len(tokens) < context:
            raise RequestRejected(
                f"the prompt has {len(tokens):,} tokens and the context holds {context:,}, answer "
                "included; shorten the prompt or set engine.context_tokens higher"
            )
        taken = len(self._live.all) + self._prompts.promised
        if taken + group.count > self._info.slots:
            raise EngineBusy(f"{taken} of {self._info.slots} sequences are in use; wait a moment")
        table = self._parts.adapters
        adapter = table.index(group.adapter) if table is not None else 0
        self._prompts.waiting.append(Prompt(group, tokens, adapter))
        return len(tokens)

    @torch.inference_mode()
    def step(self, interrupted: Callable[[], bool] = lambda: False) -> list[Event]:
        """Reads a piece of a prompt, then decodes for every live sequence."""
        events, self._queued = self._queued, []
        if self._prompts.waiting:
            self._land()
            events += self._guarded_read()
        events, self._queued = self._queued + events, []
        if self._live.all:
            events += self._guarded_decode(interrupted)
        return events

    @torch.inference_mode()
    def force(self, group: int, index: int, text: str) -> None:
        """Appends text to a live sequence; what is sampled then comes with the next step."""
        self._land()
        try:
            event = self._live.force(group, index, text)
        except RuntimeError as error:
            event = Event(group, index, finish="error", error=self._memory_advice(error))
            self.stop(group, index)
        if event is not None:
            self._queued.append(event)

    @torch.inference_mode()
    def stop(self, group: int, index: int) -> None:
        """Lets go of one sequence."""
        self._land()
        self._forget(lambda each: (each.group, each.index) == (group, index))
        self._queued = [e for e in self._queued if (e.group, e.index) != (group, index)]
        for prompt in self._prompts.waiting:
            if prompt.group.id == group:
                prompt.unwanted.add(index)

    @torch.inference_mode()
    def cancel(self, group: int) -> None:
        """Lets go of all of a group's sequences."""
        self._land()
        self._forget(lambda each: each.group == group)
        self._queued = [event for event in self._queued if event.group != group]
        for prompt in [p for p in self._prompts.waiting if p.group.id == group]:
            self._prompts.waiting.remove(prompt)

    def stats(self) -> BackendStats:
        """Counters so far."""
        memory = used_memory(self._place.device)
        return BackendStats(memory, self._prompts.hits, self._prompts.cached_tokens)

    def close(self) -> None:
        """Gives the memory back."""
        self._live.drop()
        self._prompts.waiting.clear()
        self._parts.prefixes.clear()
        self._parts.stepper.close()

    def _land(self) -> None:
        """Takes in the block that is under way, before slots change."""
        try:
            self._queued += self._live.land()
        except RuntimeError as error:
            raise self._fatal(error) from error

    def _forget(self, unwanted: Callable[[Sequence], bool]) -> None:
        try:
            self._live.forget(unwanted)
        except RuntimeError as error:
            raise self._fatal(error) from error

    def _guarded_read(self) -> list[Event]:
        first = self._prompts.waiting[0].group
        try:
            read = self._prompts.read_piece()
            return [] if read is None else self._start(*read)
        except RuntimeError as error:
            advice = self._memory_advice(error)
            self.cancel(first.id)
            return [
                Event(first.id, index, finish="error", error=advice) for index in range(first.count)
            ]

    def _start(self, prompt: Prompt, logits: torch.Tensor) -> list[Event]:
        group, length = prompt.group, len(prompt.tokens)
        wanted = [index for index in range(group.count) if index not in prompt.unwanted]
        if not wanted:
            return []
        if group.warm:
            return [Event(group.id, 0, finish="length")]
        how = [
            SequenceSampler(group.seed + index, group.sampling, prompt.adapter) for index in wanted
        ]
        most = max(1, min(group.max_tokens, self._info.context_tokens - length))
        chosen = self._parts.stepper.first_tokens(logits, length, how, prompt.tokens)
        return [
            self._live.start(Sequence(group.id, index, length, most, one, prompt.tokens), token)
            for index, one, token in zip(wanted, how, chosen, strict=True)
        ]

    def _guarded_decode(self, interrupted: Callable[[], bool]) -> list[Event]:
        try:
            return self._live.decode(interrupted)
        except RuntimeError as error:
            advice = self._memory_advice(error)
            self._live.rest()
            # The group that came last made it too much; the others go on with the next step.
            last = self._live.all[-1].group
            lost = [each.index for each in self._live.all if each.group == last]
            self.cancel(last)
            return [Event(last, index, finish="error", error=advice) for index in lost]

    def _memory_advice(self, error: RuntimeError) -> str:
        if not out_of_memory(error):
            raise self._fatal(error) from error
        _log.warning("out of memory: %s", error)
        # The frames of the failed call hold the tensors that were too many.
        traceback.clear_frames(error.__traceback__)
        if self._place.device.type == "cuda":
            torch.cuda.empty_cache()
        return NO_MEMORY

    def _fatal(self, error: RuntimeError) -> FatalBackendError:
        # What is under way will never land: whoever cancels from now on must not wait for it.
        self._live.drop()
        self._prompts.waiting.clear()
        return FatalBackendError(
            f"the device failed ({str(error).splitlines()[0][:160]}); the engine starts anew",
            detail=str(error),
        )
