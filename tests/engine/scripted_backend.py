"""A backend without a model: replays scripted bytes, a few to a token, one step at a time."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from algosmith.engine.backends.base import (
    BackendInfo,
    BackendStats,
    Event,
    EventFinish,
    Group,
)
from algosmith.errors import EngineBusy, FatalBackendError, RequestRejected


@dataclass
class _Sequence:
    rest: bytes
    tokens: int = 0
    forced: list[str] = field(default_factory=list[str])


def echo(group: Group, index: int) -> bytes:
    """The default script: tells its seed and its prompt."""
    prompt = "".join(piece.text for piece in group.prompt)
    return f"seed {group.seed + index}: {prompt}".encode()


class ScriptedBackend:
    """``base.Backend`` whose tokens are ``token_bytes`` bytes of what ``script`` gives."""

    def __init__(
        self,
        script: Callable[[Group, int], bytes] = echo,
        *,
        slots: int = 4,
        step_seconds: float = 0.0,
        token_bytes: int = 1,
        after_force: bytes = b"forced answer",
        adapters: Sequence[str] = (),
        cells: int = 1_000_000,
        reasoning: bool = False,
    ) -> None:
        self.info = BackendInfo(
            "scripted", "cpu", "base", "chatml", 4096, slots, reasoning, tuple(adapters)
        )
        self._script, self._pause, self._token_bytes = script, step_seconds, token_bytes
        self._after_force, self._cells = after_force, cells
        self.live: dict[int, tuple[Group, dict[int, _Sequence]]] = {}
        self.added: list[Group] = []
        self.forced: list[tuple[int, int, str]] = []
        self.cancelled: list[int] = []
        self.steps = 0
        self.most_live = 0
        self.fail: Callable[[int], Exception | None] = lambda step: None
        self.event_error: str | None = None
        self.closed = False

    def add(self, group: Group) -> int:
        prompt = sum(len(piece.text) for piece in group.prompt)
        if prompt > self.info.context_tokens:
            raise RequestRejected(f"the prompt has {prompt} tokens")
        used = sum(len(sequences) for _, sequences in self.live.values())
        if used + group.count > self._cells:
            raise EngineBusy("no room")
        self.added.append(group)
        sequences = {i: _Sequence(self._script(group, i)) for i in range(group.count)}
        self.live[group.id] = (group, sequences)
        self.most_live = max(self.most_live, used + group.count)
        return prompt

    def step(self, interrupted: Callable[[], bool] = lambda: False) -> list[Event]:
        self.steps += 1
        time.sleep(self._pause)
        error = self.fail(self.steps)
        if error is not None:
            raise error
        events: list[Event] = []
        for id_, (group, sequences) in tuple(self.live.items()):
            for index, sequence in tuple(sequences.items()):
                events.append(self._token(group, index, sequence))
                if events[-1].finish:
                    del sequences[index]
            if not sequences:
                del self.live[id_]
        return events

    def _token(self, group: Group, index: int, sequence: _Sequence) -> Event:
        if self.event_error is not None:
            return Event(group.id, index, finish="error", error=self.event_error)
        data = sequence.rest[: self._token_bytes]
        sequence.rest = sequence.rest[self._token_bytes :]
        sequence.tokens += bool(data)
        finish: EventFinish | None = None if sequence.rest else "stop"
        if finish is None and sequence.tokens >= group.max_tokens:
            finish = "length"
        return Event(group.id, index, data, int(bool(data)), finish)

    def force(self, group: int, index: int, text: str) -> None:
        self.forced.append((group, index, text))
        if group in self.live and index in self.live[group][1]:
            self.live[group][1][index].rest = self._after_force

    def stop(self, group: int, index: int) -> None:
        if group in self.live:
            self.live[group][1].pop(index, None)
            if not self.live[group][1]:
                del self.live[group]

    def cancel(self, group: int) -> None:
        self.cancelled.append(group)
        self.live.pop(group, None)

    def stats(self) -> BackendStats:
        return BackendStats(1234, 5, 6)

    def close(self) -> None:
        self.closed = True


FATAL = FatalBackendError("the device fell off the bus")
