"""``base.Backend`` over llama.cpp.

llama.cpp batches by itself in a thread of its own. Each group is one streamed completion with
``n`` sequences that share the prompt's cells; ``step`` hands on what has come meanwhile.

The library can only end a whole completion. When one of several sequences must end early, or gets
text forced into it, the completion is ended and the others go on as completions of their own;
their tokens are still in the cache, so that costs a step, not a prefill.

Adapters of different groups are not decoded in one batch: the library takes such groups in turn.
"""

import queue
import threading
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
from algosmith.engine.backends.llamacpp_calls import Call, Came, Continued
from algosmith.engine.backends.llamacpp_native import (
    Chunk,
    Native,
    completion_body,
    field_of,
    number_of,
)
from algosmith.engine.memory import resident_bytes
from algosmith.errors import EngineBusy, RequestRejected

_STEP_SECONDS = 0.05
_SEGMENT_SEED = 1_000_003
"""Added to a sequence's seed where it goes on after being interrupted."""


class LlamaCppBackend:
    """``base.Backend`` over one loaded GGUF."""

    def __init__(self, native: Native, info: BackendInfo, cells: int) -> None:
        self._native, self._info, self._cells = native, info, cells
        self._came: queue.SimpleQueue[Came] = queue.SimpleQueue()
        self._calls: dict[int, list[Call]] = {}
        self._reserved: dict[int, int] = {}
        self._hits = self._cached = 0

    @property
    def info(self) -> BackendInfo:
        """See ``base.Backend``."""
        return self._info

    def add(self, group: Group) -> int:
        """See ``base.Backend``."""
        prompt = self._tokens(group.prompt)
        room = self._info.context_tokens - len(prompt)
        if room < 1:
            raise RequestRejected(
                f"the prompt has {len(prompt):,} tokens, the context {self._info.context_tokens:,}:"
                " shorten the prompt (`prompt_tokens`) or raise `engine.context_tokens`"
            )
        need = len(prompt) + group.count * min(group.max_tokens, room)
        if need > self._cells - sum(self._reserved.values()) and (
            self._reserved or group.count > 1
        ):
            raise EngineBusy("the key-value cache has no room for this request now")
        self._reserved[group.id] = need
        sequences = [Continued(index, group.seed + index) for index in range(group.count)]
        self._start(Call(group, prompt, sequences))
        return len(prompt)

    def step(self, interrupted: Callable[[], bool] = lambda: False) -> list[Event]:
        """See ``base.Backend``."""
        events: list[Event] = []
        try:
            came = self._came.get(timeout=_STEP_SECONDS)
            while True:
                if came.chunk is None:
                    self._ended(came.call, events)
                else:
                    self._take(came.call, came.chunk, events)
                came = self._came.get_nowait()
        except queue.Empty:
            self._release()
            return events

    def force(self, group: int, index: int, text: str) -> None:
        """See ``base.Backend``."""
        for call, sequence in self._find(group, index):
            sequence.forced = text
            call.cut = True

    def stop(self, group: int, index: int) -> None:
        """See ``base.Backend``."""
        for call, sequence in self._find(group, index):
            sequence.over = True
            call.cut = True

    def cancel(self, group: int) -> None:
        """See ``base.Backend``."""
        self._reserved.pop(group, None)
        for call in self._calls.get(group, ()):
            call.cut = True
            for sequence in call.sequences:
                sequence.over = True

    def stats(self) -> BackendStats:
        """See ``base.Backend``."""
        return BackendStats(resident_bytes(), self._hits, self._cached)

    def close(self) -> None:
        """See ``base.Backend``."""
        for group in tuple(self._calls):
            self.cancel(group)
        self._native.close()

    def _release(self) -> None:
        """Give back what groups had reserved whose sequences are all over.

        Their completions may take a moment longer to wind up; a request that waits must not see
        room that is as good as free as taken.
        """
        for group, calls in self._calls.items():
            if all(sequence.over for call in calls for sequence in call.sequences):
                self._reserved.pop(group, None)

    def _find(self, group: int, index: int) -> list[tuple[Call, Continued]]:
        calls = self._calls.get(group, ())
        pairs = [(call, sequence) for call in calls for sequence in call.sequences]
        return [(c, s) for c, s in pairs if s.index == index and not s.over]

    def _tokens(self, pieces: Sequence[Piece]) -> list[int]:
        ids: list[int] = []
        for piece in pieces:
            ids += self._native.tokenize(piece.text, special=piece.trusted)
        return ids

    def _start(self, call: Call) -> None:
        group, first = call.group, call.sequences[0]
        room = self._info.context_tokens - len(call.prompt)
        lora = [
            {"id": place, "scale": 1.0 if name == group.adapter else 0.0}
            for place, name in enumerate(self._info.adapters)
        ]
        body = completion_body(
            call.prompt,
            len(call.sequences),
            max_tokens=max(1, min(group.max_tokens - first.tokens, room)),
            temperature=group.temperature,
            top_p=group.top_p,
            seed=first.seed % 2**32,
            **({"lora": lora} if lora else {}),
            **self._own_stops(group),
        )
        self._calls.setdefault(group.id, []).append(call)
        threading.Thread(target=self._run, args=(call, body), daemon=True).start()

    def _own_stops(self, group: Group) -> dict[str, list[str]]:
        """Stop strings that llama.cpp may look for itself: not those a thought could hold.

        It ends one sequence and lets the others run; ``stop`` interrupts the whole completion.
        """
        return {} if self._info.reasoning or not group.stop else {"stop": list(group.stop)}

    def _run(self, call: Call, body: dict[str, Any]) -> None:
        def sink(chunk: Chunk) -> bool:
            if not call.cut:
                self._came.put(Came(call, chunk))
            return call.cut

        try:
            self._native.complete(body, sink)
        except Exception as error:  # noqa: BLE001  contained: it ends this request, not the engine
            self._came.put(Came(call, {"error": {"message": repr(error)}}))
        finally:
            self._came.put(Came(call, None))

    def _take(self, call: Call, chunk: Chunk, events: list[Event]) -> None:
        if "error" in chunk:
            self._fail(call, chunk, events)
            return
        for choice in cast("list[dict[str, Any]]", chunk.get("choices") or ()):
            sequence = call.sequences[int(choice["index"])]
            if sequence.over or sequence.forced is not None:
                continue
            data = str(choice.get("text") or "").encode()
            tokens = 1 if data else 0
            finish: EventFinish | None = None
            if choice.get("finish_reason"):
                finish = "length" if choice["finish_reason"] == "length" else "stop"
                # Tokens that ended within a character were not counted as they came.
                tokens = max(0, number_of(chunk, "usage", "completion_tokens") - sequence.segment)
                sequence.over = True
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

    def _fail(self, call: Call, chunk: Chunk, events: list[Event]) -> None:
        words = field_of(chunk, "error").get("message", "no reason given")
        message = f"llama.cpp failed the request: {words}; ask for fewer candidates"
        for sequence in call.sequences:
            if not sequence.over:
                sequence.over = True
                index = sequence.index
                events.append(Event(call.group.id, index, finish="error", error=message))

    def _ended(self, call: Call, events: list[Event]) -> None:
        """A completion is over: forget it, and let what was only interrupted go on."""
        calls = self._calls[call.group.id]
        calls.remove(call)
        for sequence in call.sequences:
            if not sequence.over:
                self._go_on(call, sequence, events)
        if not calls:
            del self._calls[call.group.id]
            self._reserved.pop(call.group.id, None)

    def _go_on(self, call: Call, sequence: Continued, events: list[Event]) -> None:
        text = bytes(sequence.data).decode("utf-8", "replace")
        prompt = self._tokens(call.group.prompt) + self._native.tokenize(text, special=False)
        if sequence.forced is not None:
            forced = self._native.tokenize(sequence.forced, special=True)
            prompt += forced
            sequence.tokens += len(forced)
            sequence.data += sequence.forced.encode()
            sequence.forced = None
        full = len(prompt) >= self._info.context_tokens
        if full or sequence.tokens >= call.group.max_tokens:
            sequence.over = True
            events.append(Event(call.group.id, sequence.index, finish="length"))
            return
        sequence.seed += _SEGMENT_SEED
        sequence.segment = 0
        self._start(Call(call.group, prompt, [sequence]))
