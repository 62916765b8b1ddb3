"""Putting streamed chat-completion chunks together: choices, reasoning, rates. No I/O.

Reasoning comes as ``reasoning_content`` (llama.cpp, ours), as ``reasoning`` (vLLM), or inside
``<think>`` tags in the content (servers without a reasoning parser); the opening tag may be missing
because chat templates put it into the prompt.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast, get_args

from algosmith.llm.deltas import Teller
from algosmith.wire import DeltaSink, FinishReason, Progress, ProgressSink, Reply

_OPEN, _CLOSE = "<think>", "</think>"
_FINISHES = frozenset(get_args(FinishReason))


@dataclass
class _Choice:
    index: int
    content: list[str] = field(default_factory=list[str])
    reasoning: list[str] = field(default_factory=list[str])
    chunks: int = 0
    tokens: int = 0
    finish: FinishReason | None = None
    seconds: float = 0.0


class Answers:
    """The choices of one request while they arrive."""

    def __init__(
        self,
        sink: ProgressSink | None = None,
        echo: str = "",
        deltas: DeltaSink | None = None,
    ) -> None:
        self._sink, self._echo = sink, echo
        self._teller = Teller(deltas) if deltas else None
        self._ended: asyncio.Queue[_Choice | None] = asyncio.Queue()
        self._started = time.monotonic()
        self._first: float | None = None
        self._choices: dict[int, _Choice] = {}
        self._reported = 0.0

    @property
    def count(self) -> int:
        """Choices seen so far."""
        return len(self._choices)

    def complete(self, offset: int, count: int) -> bool:
        """The choices seen of one request, numbered from ``offset``, have all ended."""
        mine = self._seen(offset, count)
        return bool(mine) and all(choice.finish for choice in mine)

    def waiting(self) -> None:
        """The server has the request but says nothing yet."""
        if self._sink and self._first is None:
            self._sink(Progress("queued"))

    def take(self, chunk: Mapping[str, Any], offset: int = 0) -> None:
        """One decoded chunk; ``offset`` is added to its choices' indices."""
        for raw in cast("list[dict[str, Any]]", chunk.get("choices") or []):
            choice = self._choice(int(raw.get("index") or 0) + offset)
            delta: dict[str, Any] = raw.get("delta") or raw.get("message") or {}
            content, reasoning = self._take_delta(choice, delta)
            tokens = raw.get("tokens")  # our engine counts for each choice
            if isinstance(tokens, int):
                choice.tokens = tokens
            if self._teller:
                self._teller.take(choice.index, reasoning, content, choice.tokens or choice.chunks)
            if choice.finish is None and raw.get("finish_reason"):
                reason = raw["finish_reason"]
                choice.finish = reason if reason in _FINISHES else "stop"
                choice.seconds = time.monotonic() - self._started
                self._ended.put_nowait(choice)
        self._report()

    def take_usage(self, chunk: Mapping[str, Any], offset: int, count: int) -> None:
        """The usage of a finished request, for servers that do not count for each choice."""
        usage = cast("Mapping[str, Any]", chunk.get("usage") or {})
        total = usage.get("completion_tokens")
        mine = self._seen(offset, count)
        if not isinstance(total, int) or not mine or any(choice.tokens for choice in mine):
            return
        chunks = sum(choice.chunks for choice in mine) or 1
        for choice in mine:
            choice.tokens = round(total * choice.chunks / chunks)

    def replies(self) -> tuple[Reply, ...]:
        """What came, in order of the choices."""
        return tuple(self._reply(choice) for _, choice in sorted(self._choices.items()))

    async def as_they_end(self, reading: "asyncio.Task[None]") -> AsyncIterator[Reply]:
        """Each reply once it is complete, until ``reading``, which fills this, is over."""
        reading.add_done_callback(lambda _: self._ended.put_nowait(None))
        given: set[int] = set()
        while (choice := await self._ended.get()) is not None:
            given.add(choice.index)
            yield self._reply(choice)
        await reading  # raises what ended it
        for index, choice in sorted(self._choices.items()):
            if index not in given:  # the server did not say why it ended
                yield self._reply(choice)

    def _choice(self, index: int) -> _Choice:
        return self._choices.setdefault(index, _Choice(index))

    def _reply(self, choice: _Choice) -> Reply:
        """The reply without a prefill that the server repeated or began anew."""
        reply = _reply(choice)
        if not self._echo or not reply.text.startswith(self._echo):
            return reply
        return replace(reply, text=reply.text.removeprefix(self._echo))

    def _seen(self, offset: int, count: int) -> list[_Choice]:
        return [self._choices[i] for i in range(offset, offset + count) if i in self._choices]

    def _take_delta(self, choice: _Choice, delta: Mapping[str, Any]) -> tuple[str, str]:
        """The chunk's content and reasoning, kept."""
        content = str(delta.get("content") or "")
        reasoning = str(delta.get("reasoning_content") or delta.get("reasoning") or "")
        if content or reasoning:
            choice.chunks += 1
            self._first = self._first or time.monotonic()
        choice.content.append(content)
        choice.reasoning.append(reasoning)
        return content, reasoning

    def _report(self) -> None:
        now = time.monotonic()
        finished = sum(choice.finish is not None for choice in self._choices.values())
        if self._sink is None or self._first is None:
            return
        if now - self._reported < 0.1 and finished < len(self._choices):
            return
        self._reported = now
        tokens = sum(choice.tokens or choice.chunks for choice in self._choices.values())
        elapsed = max(now - self._first, 1e-3)
        thinking = all(_thinking(choice) for choice in self._choices.values())
        self._sink(
            Progress("thinking" if thinking else "writing", tokens, tokens / elapsed, finished)
        )


def _thinking(choice: _Choice) -> bool:
    if not any(choice.content):
        return any(choice.reasoning)
    head = "".join(choice.content[:8]).lstrip()
    return head.startswith(_OPEN) and not any(_CLOSE in part for part in choice.content)


def _reply(choice: _Choice) -> Reply:
    text, reasoning = "".join(choice.content), "".join(choice.reasoning)
    if _CLOSE in text:
        before, _, text = text.partition(_CLOSE)
        reasoning += before.replace(_OPEN, "", 1)
    elif text.lstrip().startswith(_OPEN):
        reasoning, text = reasoning + text.lstrip().removeprefix(_OPEN), ""
    return Reply(
        text=text.strip("\n") if reasoning else text,
        reasoning=reasoning.strip(),
        finish_reason=choice.finish or "error",
        tokens=choice.tokens or choice.chunks,
        seconds=choice.seconds,
        index=choice.index,
    )
