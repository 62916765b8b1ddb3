"""The interface behind which llama.cpp and transformers live. Imports no model library.

One thread, the scheduler's, makes every call below, ``load`` included. It adds groups (one prompt,
``count`` sequences that differ only in their seed) whenever ``slots`` allows, then calls ``step``
over and over while anything runs; a step decodes about one token for every live sequence
(continuous batching: groups come and go between steps) and returns what came out.

What a backend does: tokenize the pieces of a prompt, prefill once for all sequences of a group,
reuse cached prefixes, sample, map tokens to *bytes*, notice the model's end-of-turn tokens,
``max_tokens`` and the end of the context.

What it leaves to ``engine.text``, which is the same for all backends: chat templates, joining UTF-8
over tokens, stop strings, telling thinking from answer, thinking budgets (through ``force``),
repetition (through ``stop``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from algosmith.config import Settings
from algosmith.engine.cards import PLAIN, Sampling
from algosmith.engine.connector import Connector
from algosmith.wire import CANDIDATES

EventFinish = Literal["stop", "length", "error"]
"""stop: the model ended its turn; length: ``max_tokens`` or the context is used up."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a prompt. Only ``trusted`` text may become special tokens.

    Untrusted text (all that comes from files or users) is tokenized so that ``<|im_end|>`` in it
    gives the tokens of its characters, never the special one.
    """

    text: str
    trusted: bool


@dataclass(frozen=True, slots=True)
class Group:
    """One prompt and the sequences to decode from it."""

    id: int
    """Chosen by the scheduler, never used twice."""
    prompt: tuple[Piece, ...]
    count: int
    seed: int
    """Sequence i samples with seed + i, independently of what else is in the batch."""
    sampling: Sampling
    max_tokens: int
    """For each sequence, forced tokens included."""
    adapter: str | None = None
    """An adapter's name out of ``BackendInfo.adapters``; None is the base model."""
    stop: tuple[str, ...] = ()
    """A hint: the scheduler cuts at these itself and calls ``stop``; a backend need not look."""
    thinking_tokens: int | None = None
    """A hint: the scheduler closes the thinking after so many tokens (see ``thinking_budget``);

    a backend may put ``FORCED_CLOSE`` in earlier by itself, and then gives it in events as sampled.
    """
    exact: bool = False
    """Nothing kept of earlier prompts is used: the same seed gives the same answer again."""
    warm: bool = False
    """Only the prompt is read and kept; the one event that follows ends it."""


@dataclass(frozen=True, slots=True)
class Event:
    """What one step gave for one sequence."""

    group: int
    index: int
    """Which of the group's sequences, from 0."""
    data: bytes = b""
    """Bytes of the new tokens; may end within a character. Special tokens give nothing,

    except those that are text to us (``<think>``, ``</think>``), which give their text.
    """
    tokens: int = 0
    """How many tokens ``data`` took."""
    finish: EventFinish | None = None
    """Set on a sequence's last event; the backend has then let go of the sequence."""
    error: str = ""
    """With finish ``error``: a sentence for the user that says what to do."""


@dataclass(frozen=True, slots=True)
class BackendInfo:
    """What does not change while the model is loaded."""

    name: str
    """llamacpp or transformers."""
    device: str
    """cpu, cuda:0, mps, …"""
    model: str
    """The name the model is served under."""
    family: str
    """Key of ``engine.text.templates.FAMILIES``."""
    context_tokens: int
    slots: int
    """Sequences it can decode at once."""
    reasoning: bool = False
    adapters: tuple[str, ...] = ()
    sampling: Sampling = PLAIN
    """What the model's card asks for; used where a request says nothing."""

    @property
    def candidates(self) -> int:
        """Choices that suit the machine where a request leaves it open.

        A GPU decodes eight for little more than one. A processor pays for each, and a thinking
        model's are long: three still give a majority.
        """
        return 3 if self.reasoning and self.device == "cpu" else CANDIDATES


@dataclass(frozen=True, slots=True)
class BackendStats:
    """Counters for ``/health``."""

    memory_bytes: int | None = None
    """Weights, caches and working memory, as far as the library tells."""
    cache_hits: int = 0
    """Groups whose prompt prefix was found in the cache."""
    cached_tokens: int = 0
    """Prompt tokens that needed no prefill."""


class Backend(Protocol):
    """A loaded model. Not thread-safe: the scheduler's thread makes all calls."""

    @property
    def info(self) -> BackendInfo:
        """Facts fixed at load."""
        ...

    def add(self, group: Group) -> int:
        """Take a group in; gives the prompt's length in tokens.

        The prefill may happen here or in later steps. The scheduler keeps the sum of live
        sequences within ``slots``.

        Raises:
            RequestRejected: the prompt leaves no room in the context (message with both numbers),
                or the adapter is unknown.
            EngineBusy: no memory for it now; it is tried again after other groups ended.
            EngineError: no memory for it ever (message with advice).
        """
        ...

    def step(self, interrupted: Callable[[], bool] = lambda: False) -> list[Event]:
        """Decode once for every live sequence; may return fewer events, or none, after ≤ 50 ms.

        A backend that decodes several tokens at a time asks ``interrupted`` in between, and comes
        back early when a request came or was cancelled.

        A failure of one group is an event with finish ``error``, not an exception.

        Raises:
            FatalBackendError: nothing more can come from this process.
        """
        ...

    def force(self, group: int, index: int, text: str) -> None:
        """Append ``text`` (trusted) to a live sequence, as if sampled, and decode on from there.

        It is not echoed in events. Used to close the thinking when its budget is spent.
        """
        ...

    def stop(self, group: int, index: int) -> None:
        """Let go of one sequence before the next step; no event follows. Unknown ones are fine."""
        ...

    def cancel(self, group: int) -> None:
        """Let go of all of a group's sequences before the next step; no event follows."""
        ...

    def stats(self) -> BackendStats:
        """Counters so far."""
        ...

    def close(self) -> None:
        """Give the memory back."""
        ...


LoadReport = Callable[[str, float | None], None]
"""Takes what is being done, for people, and the share done (0..1) where it is known."""

Loader = Callable[[Path, Settings, LoadReport, Connector | None], Backend]
"""Signature of ``load(path, settings, report, connector)`` in each backend module.

It checks the files (``engine.weights``), compares memory needed with memory free, and raises
``ModelError`` for what can't be served, in words and numbers. ``path`` is a GGUF file or a folder,
``connector`` what makes connections where this process may not.
"""
