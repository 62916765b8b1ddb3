"""Compiles candidates: one compiler stays warm inside the cage, which takes source and gives bytes.

No code of a candidate runs there: annotation processors are off, and it has no class path.
"""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

from algosmith.languages.compiled import CompileFailure
from algosmith.languages.versions import versions_at, without
from algosmith.languages.workers import Lost, Worker
from algosmith.sandbox import codec
from algosmith.sandbox.conversation import ConversationEnd
from algosmith.sandbox.text import clean

if TYPE_CHECKING:
    from algosmith.languages.java.jvm import Runtime
    from algosmith.sandbox.commands import CommandCage

SECONDS = 30.0
"""That one program may take to compile, also where the machine is busy."""
_HEAP = 400
_MOST_PROGRAMS = 500
"""After which the process is replaced."""
_IDLE_SECONDS = 60.0
_ROUNDS = 6
"""How often changed versions that do not compile are left out."""
_SYMBOL = re.compile(r"symbol:\s*(.+)")


Classes = list[str]
"""Names and their code in base64 by turns."""


class Builder:
    """One warm compiler."""

    def __init__(self, runtime: Runtime, cage: CommandCage) -> None:
        self._runtime, self._cage = runtime, cage
        self._worker: Worker | None = None
        self._turn = asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """Ends the compiler."""
        if self._idle is not None:
            self._idle.cancel()
        async with self._turn:
            await self._end()

    async def build(self, text: str) -> Classes | CompileFailure:
        """The program's classes."""
        async with self._turn:
            if self._idle is not None:
                self._idle.cancel()
            try:
                made = await self._built(text)
                for _ in range(_ROUNDS):
                    if isinstance(made, CompileFailure) or not isinstance(made[0], int):
                        break
                    wrong = versions_at(text, [n for n in made[::2] if isinstance(n, int)])
                    if not wrong:
                        break
                    text = without(text, wrong)
                    made = await self._built(text)
            finally:
                loop = asyncio.get_running_loop()
                self._idle = loop.call_later(_IDLE_SECONDS, self._rest)
        if isinstance(made, CompileFailure):
            return made
        if made and isinstance(made[0], int):
            return CompileFailure(f"line {made[0]}: {_one_line(str(made[1]))}")
        return [str(part) for part in made]

    def _rest(self) -> None:
        """Nobody compiles: the memory is free for others."""

        async def end() -> None:
            async with self._turn:
                await self._end()

        self._ending = asyncio.get_running_loop().create_task(end())

    async def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            await worker.close()

    async def _built(self, text: str) -> list[object] | CompileFailure:
        """Classes, or errors as line and text by turns; raises Lost."""
        for last in (False, True):
            worker = await self._ready()
            try:
                async with asyncio.timeout(SECONDS):
                    line, _ = await worker.talk.ask(codec.dump({"source": text}))
                kind, *rest = codec.load(line)
                if kind == "limit":
                    return CompileFailure(clean(str(rest[0]), 160), limit=True)
                return rest if rest else CompileFailure("it defines no class", limit=True)
            except TimeoutError:
                await self._end()
                return CompileFailure("takes too long to compile", limit=True)
            except (ConversationEnd, codec.FrameError) as error:
                await self._end()
                if last:
                    return CompileFailure(f"the compiler ended ({error})", limit=True)
            except BaseException:
                await asyncio.shield(self._end())
                raise
        raise AssertionError("unreachable")

    async def _ready(self) -> Worker:
        if self._worker is not None and self._worker.runs >= _MOST_PROGRAMS:
            await self._end()
        if self._worker is None:
            self._worker = await self._runtime.started(self._cage, "Compiler", _HEAP)
        self._worker.runs += 1
        return self._worker


def _one_line(text: str) -> str:
    """``cannot find symbol: class Foo`` of what javac says in several lines."""
    first, _, rest = text.partition("\n")
    symbol = _SYMBOL.search(rest)
    return clean(f"{first}: {symbol[1].strip()}" if symbol else first, 160)


__all__ = ["Builder", "Classes", "CompileFailure", "Lost"]
