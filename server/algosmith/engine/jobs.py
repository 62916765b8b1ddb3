"""A request inside the engine: what was asked, and the way its answer takes to the connection.

The scheduler's thread writes, the event loop reads. What is not fetched yet is joined, so a client
that reads slowly gets longer pieces and costs no more memory than its answer.
"""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from algosmith.engine.backends.base import Piece
from algosmith.engine.cards import Sampling
from algosmith.wire import FinishReason


@dataclass(frozen=True, slots=True)
class Ask:
    """One validated chat request."""

    model: str
    """As the client wrote it."""
    prompt: tuple[Piece, ...]
    count: int
    seed: int
    sampling: Sampling
    max_tokens: int
    stop: tuple[str, ...]
    thinking_tokens: int
    """Budget of the thinking; always below ``max_tokens``."""
    thinking_seconds: float | None
    adapter: str | None
    prefilled: bool = False
    """The prompt ends within the assistant's answer, which goes on."""
    exact: bool = False
    """The request named a seed, so the same answer is to come again: it is decoded alone, without
    what earlier requests left, for either changes the last digits of what is computed."""
    warm: bool = False
    """Only read the prompt, so that it is known when it is asked for."""


@dataclass(slots=True)
class Part:
    """New text of one choice."""

    index: int
    reasoning: str = ""
    answer: str = ""
    tokens: int = 0
    """All tokens of the choice so far."""
    finish: FinishReason | None = None


@dataclass
class Job:
    """An ask and its outbox."""

    id: int
    client: str
    """Who asked: turns are fair between clients."""
    ask: Ask
    loop: asyncio.AbstractEventLoop
    prompt_tokens: int = 0
    error: str | None = None
    """Why it failed, for the user; set before ``done``."""
    rejected: bool = False
    """The error is the request's own fault."""
    done: bool = False
    cancelled: bool = False
    finished: int = 0
    """Choices that have ended."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _parts: dict[int, Part] = field(default_factory=dict[int, Part])
    _ready: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, part: Part) -> None:
        """Add a piece (scheduler's thread)."""
        with self._lock:
            held = self._parts.setdefault(part.index, Part(part.index))
            held.reasoning += part.reasoning
            held.answer += part.answer
            held.tokens = part.tokens
            held.finish = part.finish or held.finish
        self._wake()

    def end(self, error: str | None = None, *, rejected: bool = False) -> None:
        """Nothing more comes (scheduler's thread)."""
        with self._lock:
            if self.done:
                return
            self.error, self.rejected, self.done = error, rejected, True
        self._wake()

    async def parts(self) -> tuple[Part, ...]:
        """What came since the last call; empty only when the job is over (event loop)."""
        while True:
            await self._ready.wait()
            self._ready.clear()
            with self._lock:
                parts, self._parts = self._parts, {}
                done = self.done
            if parts or done:
                if done:
                    self._ready.set()
                return tuple(parts[index] for index in sorted(parts))

    def _wake(self) -> None:
        _call(self.loop, self._ready.set)


def _call(loop: asyncio.AbstractEventLoop, action: Callable[[], None]) -> None:
    try:
        loop.call_soon_threadsafe(action)
    except RuntimeError:  # the loop is closed: the engine is leaving and nobody listens
        return
