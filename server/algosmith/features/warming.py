"""Reading a task's prompt into the engine while its user still looks at it.

A courtesy, never a cost that is felt: only an engine that runs and is idle is asked, real work ends
it, and a machine on battery is left alone.
"""

import asyncio
import logging
from pathlib import Path

from algosmith.errors import AlgosmithError
from algosmith.features import asking
from algosmith.features.services import Services
from algosmith.model import Snapshot, Span
from algosmith.syntax import tasks

log = logging.getLogger(__name__)

_PAUSE_SECONDS = 0.3
"""A cursor that only passes by is gone after that."""
_SUPPLIES = Path("/sys/class/power_supply")


async def warm(services: Services, snapshot: Snapshot, span: Span) -> None:
    """Reads the prompt of the task at the place ahead; does nothing where there is none."""
    settings = services.settings
    if not settings.engine.warm or settings.engine.url is not None or on_battery():
        return
    await asyncio.sleep(_PAUSE_SECONDS)
    task = await asyncio.to_thread(tasks.task_at, snapshot, span, settings.keywords)
    if task is None or services.store.outcomes.get(task.key):
        return
    try:
        question = await asyncio.to_thread(asking.question, services, snapshot, task)
        await services.completer.warm(asking.implement(settings, question))
    except AlgosmithError as error:  # it will be said when the task is really asked
        log.debug("not read ahead: %s", error)


def on_battery(supplies: Path = _SUPPLIES) -> bool:
    """Whether the machine runs on its battery; false where the system does not tell."""
    try:
        found = [(_word(each, "type"), each) for each in supplies.iterdir()]
    except OSError:
        return False
    if any(kind == "Mains" and _word(each, "online") == "1" for kind, each in found):
        return False
    return any(kind == "Battery" and _word(each, "status") == "Discharging" for kind, each in found)


def _word(supply: Path, name: str) -> str:
    try:
        return (supply / name).read_text("ascii", "replace").strip()
    except OSError:
        return ""
