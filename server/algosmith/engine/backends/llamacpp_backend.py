"""``base.Backend`` over llama.cpp.

llama.cpp batches by itself in a thread of its own. Each group is one streamed completion with
``n`` sequences that share the prompt's cells; ``step`` hands on what has come meanwhile.

The library can only end a whole completion. A sequence that must end early is no longer listened
to and the completion goes on; it ends with the last sequence that somebody listens to. One that
gets text forced into it leaves in the same way and goes on as a completion of its own, after a
prefill of everything it had: a share of the cells can't be taken along. So budgets and stop
strings are given to the library wherever it can keep them itself (``llamacpp_request``).

Adapters of different groups are not decoded in one batch: the library takes such groups in turn.

A prompt that is only read ahead is given to the library in small pieces, each a completion that
goes on from the one before: so it can be ended after any of them.
"""

import itertools
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, cast

from algosmith.engine.backends.base import (
    BackendInfo,
    BackendStats,
    Event,
    EventFinish,
    Group,
    Piece,
)
from algosmith.engine.backends.llamacpp_calls import Call, CompletionChunk, Continuation
from algosmith.engine.backends.llamacpp_kept import FEWEST_TOKENS, KeptPrefixes
from algosmith.engine.backends.llamacpp_native import Chunk, Native, field_of, number_of
from algosmith.engine.backends.llamacpp_request import Requests
from algosmith.engine.memory import resident_bytes
from algosmith.engine.text.templates import system_pieces
from algosmith.errors import EngineBusy, RequestRejected

_STEP_SECONDS = 0.05
_CLOSE_SECONDS = 60.0
"""For completions to end: each looks at ``cut`` after a batch at the latest."""
_PIECE_TOKENS = 64
"""Read ahead at a time, 0.7 s of a 1.5B model on two cores: so long real work may have to wait."""
_SEGMENT_SEED = 1_000_003
"""Added to a sequence's seed where it goes on after being interrupted."""


class LlamaCppBackend:
    """``base.Backend`` over one loaded GGUF."""

    def __init__(
        self, native: Native, info: BackendInfo, cells: int, kept: KeptPrefixes | None = None
    ) -> None:
        self._native, self._info, self._cells = native, info, cells
        self._requests = Requests(native, info)
        self._came: queue.SimpleQueue[CompletionChunk] = queue.SimpleQueue()
        self._calls: list[Call] = []
        self._interrupted: list[tuple[Group, Continuation]] = []
        """Sequences that are to go on as completions of their own, when there is room."""
        self._read: deque[list[int]] = deque(maxlen=2 * info.slots)
        """Prompts read lately, as far as they were; the library may have forgotten some."""
        self._kept, self._cold = kept, kept is not None
        self._hits = self._cached = 0

    @property
    def info(self) -> BackendInfo:
        """See ``base.Backend``."""
        return self._info

    def add(self, group: Group) -> int:
        """See ``base.Backend``."""
        self._wait_for_reading()
        prompt = self._tokens(group.prompt)
        room = self._info.context_tokens - len(prompt)
        if room < 1:
            raise RequestRejected(
                f"the prompt has {len(prompt):,} tokens, the context {self._info.context_tokens:,}:"
                " shorten the prompt (`prompt_tokens`) or, if the model knows more, raise"
                " `engine.context_tokens`"
            )
        most = 0 if group.warm else group.max_tokens
        need = len(prompt) + group.count * min(most, room)
        reserved = self._reserved()
        crowded = need > self._cells - reserved and (reserved or group.count > 1)
        if crowded or self._interrupted:
            raise EngineBusy("the key-value cache has no room for this request now")
        sequences = [Continuation(index, group.seed + index) for index in range(group.count)]
        head = None if group.exact else self._head(group)
        self._start(Call(group, prompt, [*sequences], need, head=head), most)
        return len(prompt)

    def step(self, interrupted: Callable[[], bool] = lambda: False) -> list[Event]:
        """See ``base.Backend``."""
        events: list[Event] = []
        self._go_on(events)
        try:
            came = self._came.get(timeout=_STEP_SECONDS)
            while True:
                if came.chunk is None:
                    self._ended(came.call, events)
                else:
                    self._take(came.call, came.chunk, events)
                came = self._came.get_nowait()
        except queue.Empty:
            return events

    def force(self, group: int, index: int, text: str) -> None:
        """See ``base.Backend``."""
        for call, sequence in self._find(group, index):
            call.leave(sequence)
            said = bytes(sequence.data).decode("utf-8", "replace")
            sequence.past += (Piece(said, trusted=False), Piece(text, trusted=True))
            sequence.tokens += len(self._native.tokenize(text, special=True))
            sequence.segment, sequence.data = 0, bytearray()
            self._interrupted.append((call.group, sequence))

    def stop(self, group: int, index: int) -> None:
        """See ``base.Backend``."""
        for call, sequence in self._find(group, index):
            call.leave(sequence)
        self._interrupted = [
            (owner, sequence)
            for owner, sequence in self._interrupted
            if (owner.id, sequence.index) != (group, index)
        ]

    def cancel(self, group: int) -> None:
        """See ``base.Backend``."""
        for call in self._calls:
            if call.group.id == group:
                call.cut, call.sequences = True, [None] * len(call.sequences)
        self._interrupted = [each for each in self._interrupted if each[0].id != group]

    def stats(self) -> BackendStats:
        """See ``base.Backend``."""
        return BackendStats(resident_bytes(), self._hits, self._cached)

    def close(self) -> None:
        """See ``base.Backend``."""
        end = time.monotonic() + _CLOSE_SECONDS
        for call in self._calls:
            self.cancel(call.group.id)
        # The library's object must outlive its calls.
        for call in self._calls:
            if call.thread is not None:
                call.thread.join(max(0.0, end - time.monotonic()))
        self._native.close()

    def _reserved(self) -> int:
        """Cells that running completions may come to need.

        Those that are to end may take a moment longer; a request that waits must not see room that
        is as good as free as taken.
        """
        return sum(call.cells for call in self._calls if not call.cut)

    def _find(self, group: int, index: int) -> list[tuple[Call, Continuation]]:
        return [
            (call, sequence)
            for call in self._calls
            for sequence in call.sequences
            if call.group.id == group and sequence is not None and sequence.index == index
        ]

    def _tokens(self, pieces: Sequence[Piece]) -> list[int]:
        ids: list[int] = []
        for piece in pieces:
            ids += self._native.tokenize(piece.text, special=piece.trusted)
        return ids

    def _start(self, call: Call, max_tokens: int) -> None:
        first = next(sequence for sequence in call.sequences if sequence)
        room = self._info.context_tokens - len(call.prompt)
        body = self._requests.body(
            call.group,
            call.prompt,
            len(call.sequences),
            first.seed,
            max_tokens=min(max_tokens, room),
            budget=not first.past,
        )
        # Not a daemon: Python must not be taken down while the library calls back into it.
        call.thread = threading.Thread(target=self._run, args=(call, body), name="completion")
        self._calls.append(call)
        call.thread.start()

    def _run(self, call: Call, body: dict[str, Any]) -> None:
        def sink(chunk: Chunk) -> bool:
            if not call.cut:
                self._came.put(CompletionChunk(call, chunk))
            return call.cut

        try:
            if call.head:
                self._fetch_head(call.head, call, body)
            if call.group.warm:
                self._read_pieces(call, body)
            if not call.cut:
                self._native.complete(body, sink)
                self._read.append(call.prompt)
        except Exception as error:  # noqa: BLE001  contained: it ends this request, not the engine
            self._came.put(CompletionChunk(call, {"error": {"message": repr(error)}}))
        finally:
            self._came.put(CompletionChunk(call, None))

    def _head(self, group: Group) -> list[int] | None:
        """The first prompt's system part, if it is worth a file; all slots must be idle then."""
        if not self._cold or self._calls:
            return None
        head = self._tokens(system_pieces(self._info.family, group.prompt))
        self._cold = len(head) < FEWEST_TOKENS
        return None if self._cold else head

    def _fetch_head(self, head: list[int], call: Call, body: dict[str, Any]) -> None:
        """Take a prompt's system part from a file; where there is none, read it and make one."""
        kept = self._kept
        if kept is None:
            return
        if not kept.load(self._native, 0, head):
            alone = {"prompt": head, "n": 1, "max_tokens": 0, "id_slot": 0}
            self._native.complete({**body, **alone}, lambda chunk: call.cut)
            if call.cut:
                return
            kept.save(self._native, 0, head)
        self._read.append(head)

    def _read_pieces(self, call: Call, body: dict[str, Any]) -> None:
        """Read all but the last piece of a prompt, from where it is new.

        A piece that ends before what the library knows already would make it forget the rest.
        """
        done = max((_shared(call.prompt, each) for each in tuple(self._read)), default=0)
        for end in range(done + _PIECE_TOKENS, len(call.prompt), _PIECE_TOKENS):
            if call.cut:
                break
            self._native.complete({**body, "prompt": call.prompt[:end]}, lambda chunk: call.cut)
            done = end
        self._read.append(call.prompt[:done])

    def _wait_for_reading(self) -> None:
        """Wait for what was read ahead and is to end, so that what it read can be used."""
        for call in self._calls:
            if call.group.warm and call.cut and call.thread is not None:
                call.thread.join(_CLOSE_SECONDS)

    def _take(self, call: Call, chunk: Chunk, events: list[Event]) -> None:
        if "error" in chunk:
            self._fail(
                call, str(field_of(chunk, "error").get("message", "no reason given")), events
            )
            return
        for choice in cast("list[dict[str, Any]]", chunk.get("choices") or ()):
            sequence = call.sequences[int(choice["index"])]
            if sequence is None:
                continue
            data = b"" if call.group.warm else str(choice.get("text") or "").encode()
            tokens = 1 if data else 0
            finish: EventFinish | None = None
            if choice.get("finish_reason"):
                finish = "length" if choice["finish_reason"] == "length" else "stop"
                # Tokens that ended within a character were not counted as they came.
                tokens = max(0, number_of(chunk, "usage", "completion_tokens") - sequence.segment)
                call.leave(sequence)
                self._count_cache(chunk)
            sequence.tokens += tokens
            sequence.segment += tokens
            sequence.data += data
            if data or finish:
                events.append(Event(call.group.id, sequence.index, data, tokens, finish))

    def _count_cache(self, chunk: Chunk) -> None:
        cached = number_of(chunk, "timings", "cache_n")
        if number_of(chunk, "timings", "prompt_n") < cached:
            self._hits += 1
            self._cached += cached

    def _fail(self, call: Call, words: str, events: list[Event]) -> None:
        message = f"llama.cpp failed the request: {words}; ask for fewer candidates"
        for sequence in [each for each in call.sequences if each]:
            call.leave(sequence)
            events.append(Event(call.group.id, sequence.index, finish="error", error=message))

    def _ended(self, call: Call, events: list[Event]) -> None:
        """A completion is over: forget it."""
        self._calls.remove(call)
        if call.thread is not None:
            call.thread.join()  # it has nothing left to do but to end
        self._fail(call, "it ended too early", events)

    def _go_on(self, events: list[Event]) -> None:
        """Start what was interrupted as completions of their own, as far as there is room."""
        waiting, self._interrupted = self._interrupted, []
        for group, sequence in waiting:
            prompt = self._tokens(group.prompt + sequence.past)
            left = min(group.max_tokens - sequence.tokens, self._info.context_tokens - len(prompt))
            reserved = self._reserved()
            if left < 1:
                events.append(Event(group.id, sequence.index, finish="length"))
            elif reserved and self._cells - reserved < len(prompt) + left:
                self._interrupted.append((group, sequence))
            else:
                sequence.seed += _SEGMENT_SEED
                self._start(Call(group, prompt, [sequence], len(prompt) + left), left)


def _shared(first: Sequence[int], second: Sequence[int]) -> int:
    """How many tokens both begin with."""
    pairs = zip(first, second, strict=False)
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
