"""How engine and jobs stand: on request, and to clients with a status item whenever it changes."""

import asyncio

from algosmith import __version__
from algosmith.lsp import extensions
from algosmith.lsp.extensions import Status
from algosmith.lsp.session import Session

_SECONDS_WHILE_WORKING = 1.0
_SECONDS_WHILE_IDLE = 10.0


async def current(session: Session) -> Status:
    """The status now; asks the engine, starts none."""
    services = session.services
    engine = await services.completer.status()
    jobs = len(session.jobs.running)
    cage = services.cage_tier()
    return Status(
        state="busy" if engine.state == "ready" and (jobs or engine.running) else engine.state,
        model=engine.model or services.settings.model_name,
        adapter=services.settings.adapter,
        backend=engine.backend,
        device=engine.device,
        queue=engine.queue,
        jobs=jobs,
        tokens_per_second=engine.tokens_per_second,
        cage=cage,
        trusted=session.client.trusted,
        best=" · ".join(services.store.to_take()),
        message=engine.message or services.why_no_cage(),
        version=__version__,
    )


async def watch(session: Session) -> None:
    """Tells the client about every change until cancelled."""
    last: Status | None = None
    while True:
        session.jobs_changed.clear()
        now = await current(session)
        if now != last:
            extensions.status(session.server, now)
            last = now
        seconds = _SECONDS_WHILE_WORKING if session.jobs.running else _SECONDS_WHILE_IDLE
        try:
            await asyncio.wait_for(session.jobs_changed.wait(), seconds)
        except TimeoutError:
            continue


def sentence(status: Status) -> str:
    """The status for a message."""
    parts = [f"engine {status.state}", f"model {status.model}"]
    if status.device:
        parts.append(f"on {status.device}")
    if status.queue:
        parts.append(f"{status.queue} waiting")
    if status.tokens_per_second:
        parts.append(f"{status.tokens_per_second:.0f} tok/s")
    parts.append(f"{status.jobs} jobs here")
    parts.append(f"cage: {status.cage or 'none'}")
    text = "algosmith: " + ", ".join(parts)
    return f"{text}. {status.message}" if status.message else text
