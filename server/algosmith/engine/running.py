"""The groups being decoded: from a backend's events to the parts of jobs' answers.

Runs on the scheduler's thread only.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from algosmith.engine.backends.base import Backend, Event, Group
from algosmith.engine.jobs import Job, Part
from algosmith.engine.text.assembly import Assembler, Delta, Limits
from algosmith.engine.text.templates import FAMILIES
from algosmith.engine.text.thinking import FORCED_CLOSE, Place, thinking_budget
from algosmith.engine.turns import Wave

if TYPE_CHECKING:
    from algosmith.wire import FinishReason


@dataclass
class _Live:
    wave: Wave
    assemblers: list[Assembler | None]
    """None where the sequence has ended."""


class DecodingGroup:
    """What is being decoded now."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._opened = FAMILIES[backend.info.family].opens_thinking
        self._groups: dict[int, _Live] = {}
        self._next = 0

    @property
    def sequences(self) -> int:
        """Sequences being decoded."""
        return sum(
            assembler is not None for live in self._groups.values() for assembler in live.assemblers
        )

    @property
    def by_client(self) -> dict[str, int]:
        """Sequences being decoded for each client."""
        counts: dict[str, int] = {}
        for live in self._groups.values():
            client, alive = live.wave.job.client, sum(map(bool, live.assemblers))
            counts[client] = counts.get(client, 0) + alive
        return counts

    @property
    def alone(self) -> bool:
        """What is decoded may have nothing beside it."""
        return any(live.wave.job.ask.exact for live in self._groups.values())

    @property
    def jobs(self) -> tuple[Job, ...]:
        """Jobs being decoded."""
        jobs = {live.wave.job.id: live.wave.job for live in self._groups.values()}
        return tuple(jobs.values())

    def start(self, wave: Wave) -> None:
        """Hand a wave to the backend; its errors come through."""
        ask = wave.job.ask
        self._next += 1
        group = Group(
            id=self._next,
            prompt=ask.prompt,
            count=wave.count,
            seed=ask.seed + wave.first,
            sampling=ask.sampling,
            max_tokens=ask.max_tokens,
            adapter=ask.adapter,
            stop=ask.stop,
            thinking_tokens=ask.thinking_tokens,
            exact=ask.exact,
            warm=ask.warm,
        )
        prompt_tokens = self._backend.add(group)
        wave.job.prompt_tokens = prompt_tokens
        room = min(ask.max_tokens, self._backend.info.context_tokens - prompt_tokens)
        limits = Limits(thinking_budget(ask.thinking_tokens, room), ask.thinking_seconds)
        begins: Place = "thinking" if self._opened else "undecided"
        if ask.prefilled:
            begins = "answer"
        self._groups[group.id] = _Live(
            wave,
            [Assembler(ask.stop, limits, begins) for _ in range(wave.count)],
        )

    def take(self, event: Event) -> None:
        """One event of the backend."""
        live = self._groups.get(event.group)
        assembler = live.assemblers[event.index] if live else None
        if live is None or assembler is None:
            return  # cancelled or stopped meanwhile
        if event.finish == "error":
            self._fail(event.group, event.error)
            return
        delta = assembler.feed(event.data, event.tokens)
        finish: FinishReason | None = event.finish
        if delta.action == "stop" or (finish is None and delta.action == "repetition"):
            finish = delta.action
            self._backend.stop(event.group, event.index)
        elif finish is None and delta.action == "close_thinking":
            self._backend.force(event.group, event.index, FORCED_CLOSE)
            held = assembler.close_thinking()
            delta = Delta(delta.reasoning + held, delta.answer)
        if finish is not None and delta.action != "stop":
            last = assembler.finish()
            delta = Delta(delta.reasoning + last.reasoning, delta.answer + last.answer)
        self._put(live, event, Part(0, delta.reasoning, delta.answer, assembler.tokens, finish))

    def cancel(self, job: Job) -> None:
        """Let go of a job's sequences before the next step."""
        for group, live in tuple(self._groups.items()):
            if live.wave.job is job:
                self._backend.cancel(group)
                del self._groups[group]

    def fail_all(self, error: str) -> None:
        """End all jobs being decoded."""
        for group in tuple(self._groups):
            self._fail(group, error)

    def _put(self, live: _Live, event: Event, part: Part) -> None:
        job = live.wave.job
        part.index = live.wave.first + event.index
        job.put(part)
        if part.finish is None:
            return
        live.assemblers[event.index] = None
        job.finished += 1
        if not any(live.assemblers):
            del self._groups[event.group]
        if job.finished == job.ask.count:
            job.end()

    def _fail(self, group: int, error: str) -> None:
        job = self._groups[group].wave.job
        self.cancel(job)
        job.end(error)
