"""What travels between language server and engine: OpenAI chat completions as plain data.

The one data module both processes share; standard library only.
"""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

CANDIDATES = 8
"""Choices for a task where neither the user nor the engine says how many."""

FinishReason = Literal["stop", "length", "cancelled", "repetition", "error"]


@dataclass(frozen=True, slots=True)
class Message:
    """One chat message."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """One chat-completions request.

    A last message of the assistant is a *prefill*: the model continues it, and a reply holds only
    what is new. Sampling that is None is decided by the model's card: our engine knows it, other
    servers have defaults of their own.
    """

    model: str
    """A served model's name, or an adapter's."""
    messages: tuple[Message, ...]
    n: int = 1
    """Choices; 0 asks for as many as suit the engine's machine."""
    seed: int | None = None
    temperature: float | None = None
    """0 is greedy; a thinking model falls into loops then, so our engine gives it its card's."""
    top_p: float | None = None
    top_k: int | None = None
    """0 considers all tokens. This, and the next two, are not OpenAI's; most servers know them."""
    min_p: float | None = None
    repetition_penalty: float | None = None
    """1 is none."""
    presence_penalty: float | None = None
    frequency_penalty: float | None = None
    max_tokens: int = 1024
    """Bound on all completion tokens of each choice.

    Of these ``thinking_tokens`` may be reasoning; what remains bounds the answer, also of a model
    that does not think (our engine keeps to both; other servers to ``max_tokens`` alone).
    """
    stop: tuple[str, ...] = ()
    thinking_tokens: int | None = None
    """Bounds the reasoning before the answer; sent only to our own engine."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One choice, complete."""

    text: str
    """The answer, reasoning taken off; of a prefilled one only what is new."""
    reasoning: str = ""
    finish_reason: FinishReason = "stop"
    tokens: int = 0
    """Completion tokens, reasoning included."""
    seconds: float = 0.0
    """From the request to this reply's end."""
    index: int = 0
    """Which of the request's choices it is."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a running request is; rates are over the request so far."""

    phase: Literal["starting", "loading", "queued", "thinking", "writing"]
    tokens: int = 0
    """Completion tokens of all choices so far."""
    tokens_per_second: float = 0.0
    finished: int = 0
    """Choices that are complete."""
    fraction: float | None = None
    """0..1 where the phase knows its end (loading a model), else None."""


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """One row of ``/v1/models``."""

    name: str
    context_tokens: int | None = None
    reasoning: bool = False
    """The model thinks before it answers."""
    adapter_of: str | None = None


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """What ``/health`` tells; servers that are not ours leave most of it empty."""

    state: Literal["starting", "loading", "ready", "failed", "away"]
    model: str | None = None
    backend: str | None = None
    device: str | None = None
    memory_bytes: int | None = None
    queue: int = 0
    running: int = 0
    tokens_per_second: float = 0.0
    version: str | None = None
    pid: int | None = None
    message: str = ""
    cache_hits: int = 0
    """Requests whose prompt prefix was found in the cache."""
    adapters: tuple[str, ...] = ()
    """Names of the adapters that are loaded."""
    candidates: int = CANDIDATES
    """Choices that suit the machine where a request leaves it open (``n`` = 0)."""
    sequences: int = CANDIDATES
    """Choices that pay off together on this machine; more are decoded in waves of so many."""
    tokens_per_second_lately: float = 0.0
    """Over the busy part of the last minutes; ``tokens_per_second`` is now."""
    fraction: float | None = None
    """0..1 while loading, where it is known."""
    fingerprint: str = ""
    """Hash of the settings the engine was started with, as its starter computed it."""
    path: str = ""
    """The model's file or folder, which may have been deleted since it was loaded."""
    log: str = ""
    """Path of the engine's log."""
    cage: str = ""
    """What the engine's process is kept from; begins with full, calls, files or none."""


@dataclass(frozen=True, slots=True)
class Delta:
    """Text of one choice that has just come."""

    index: int
    reasoning: str = ""
    text: str = ""
    tokens: int = 0
    """Of this choice so far, reasoning included."""


ProgressSink = Callable[[Progress], None]
DeltaSink = Callable[[Delta], None]


class Completer(Protocol):
    """Whatever answers chat requests: our engine, vLLM, or a fake in a test."""

    async def complete(
        self, request: ChatRequest, on_progress: ProgressSink | None = None
    ) -> tuple[Reply, ...]:
        """All ``n`` replies. Cancelling the awaiting task frees the decoder within one step."""
        ...

    def stream(
        self,
        request: ChatRequest,
        on_progress: ProgressSink | None = None,
        on_delta: DeltaSink | None = None,
    ) -> AsyncGenerator[Reply]:
        """Every reply as soon as it is complete, in the order of their ends.

        ``on_delta`` is told of all text as it comes.

        Closing the generator (``contextlib.aclosing``) or cancelling the task that reads it frees
        the rest within one step.
        """
        ...

    async def warm(self, request: ChatRequest) -> None:
        """Reads the request's prompt into the engine's cache and generates nothing.

        Never starts an engine, never raises for one that is away or can't; real work ends it.
        """
        ...

    async def status(self) -> EngineStatus:
        """Where the engine stands; never starts one, never raises for an absent one."""
        ...

    async def models(self) -> tuple[ModelInfo, ...]:
        """What can be named in ``ChatRequest.model``."""
        ...

    async def close(self) -> None:
        """Gives the connection back; a shared engine lives on."""
        ...
