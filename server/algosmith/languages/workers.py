"""Processes that serve one program after another, for languages whose runtime is slow to start."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from algosmith.errors import SandboxError
from algosmith.sandbox import codec, frames
from algosmith.sandbox.conversation import ConversationEnd
from algosmith.sandbox.text import clean

if TYPE_CHECKING:
    from algosmith.sandbox.commands import Command, CommandCage, CommandResult, Talk
    from algosmith.sandbox.types import Limits


class Lost(Exception):
    """The runtime itself did not start or did not stay: not the candidate's doing."""


@dataclass(slots=True, eq=False)
class Worker:
    """A process and the talk with it."""

    context: Any
    talk: Talk
    runs: int = 0
    seconds: float = 0.0
    """What it used before the run it is at, by the clock that its runner reads."""

    async def close(self, *, gone: bool = False) -> CommandResult | None:
        """Ends the process, which may be ``gone`` already; how it ended, where that can be told."""
        try:
            return await self.talk.close(wait=gone)
        except SandboxError:
            return None
        finally:
            await self.context.__aexit__(None, None, None)


async def started(
    cage: CommandCage, command: Command, life: Limits, seconds: float, runtime: str
) -> Worker:
    """A process that said it is there.

    Args:
        cage: Where it runs.
        command: What starts it.
        life: Limits of the process, over all its programs.
        seconds: How long a busy machine may take to start it.
        runtime: What it is called in messages: ``Node.js``.

    Raises:
        Lost: It did not start.
    """
    context = cage.open(command, life)
    try:
        talk = await context.__aenter__()
    except SandboxError as error:
        raise Lost(str(error)) from error
    worker = Worker(context, talk)
    try:
        async with asyncio.timeout(seconds):
            line, _ = await talk.ask(None)
        if frames.opened(line) is not None:
            raise Lost(f"{runtime} did not start")
    except BaseException as error:
        end = await asyncio.shield(worker.close())
        if isinstance(error, ConversationEnd | TimeoutError | codec.FrameError):
            said = clean(end.stdout.decode("utf-8", "replace"), 300) if end else ""
            raise Lost(f"{runtime} did not start ({said or error})") from error
        raise
    return worker
