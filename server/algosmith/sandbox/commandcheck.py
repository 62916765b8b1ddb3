"""Opens the command cage in the strongest tier this machine gives, once it refused what it must."""

from __future__ import annotations

import os
import sys
import tempfile
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.sandbox.caged.commands import PROBE
from algosmith.sandbox.commands import Command, CommandCage
from algosmith.sandbox.opening import SWITCH, TIERS
from algosmith.sandbox.selftest import PROPERTIES, exists, open_to_all
from algosmith.sandbox.types import CageReport, Limits

if TYPE_CHECKING:
    from algosmith.sandbox.linux import LinuxTier

_SKIPPED: dict[str, tuple[LinuxTier, ...]] = {"landlock": ("namespaces",)}
_LIMITS = Limits(wall_seconds=20.0, cpu_seconds=5.0, output_bytes=1 << 16)
_SCRATCH = "changing its files"


async def open_command_cage() -> CommandCage:
    """A command cage that passed its self-test; raises SandboxError when this machine gives none.

    Call it from a thread that lives as long as the cage: the kernel ends it with the thread.
    """
    wanted = os.environ.get(SWITCH, "")
    if wanted in ("none", "wasi"):
        raise SandboxError(f"no cage for compiled programs: switched off by {SWITCH}={wanted}")
    if sys.platform != "linux":
        raise SandboxError("no cage for compiled programs: they run caged on Linux only")
    problems: list[str] = []
    for tier in TIERS:
        if tier in _SKIPPED.get(wanted, ()):
            problems.append(f"{tier}: switched off by {SWITCH}")
            continue
        try:
            return await _open(tier, "; ".join(problems))
        except SandboxError as error:
            problems.append(f"{tier}: {error}")
    raise SandboxError(f"no cage for compiled programs on this machine ({'; '.join(problems)})")


async def _open(tier: LinuxTier, reason: str) -> CommandCage:
    cage = CommandCage(tier)
    try:
        cage.report = CageReport(tier, await _check(cage), reason)
    except BaseException:
        await cage.close()
        raise
    return cage


async def _check(cage: CommandCage) -> tuple[str, ...]:
    """What was seen refused to a program: all of it, else raises SandboxError (fail closed)."""
    with tempfile.TemporaryDirectory(prefix="algosmith-") as folder:
        given = (open_to_all(folder), folder, str(os.getpid()), str(_LIMITS.memory_bytes))
        finished = await cage.run(Command((PROBE, *given)), _LIMITS)
        written = exists(folder, "written")
    wanted = (*PROPERTIES, _SCRATCH)
    answers = finished.stdout.decode("ascii", "replace").split()
    for name, answer in zip(wanted, answers, strict=False):
        if answer != "refused":
            raise SandboxError(f"the cage does not stop {name}")
    if written or len(answers) != len(wanted) or finished.status:
        raise SandboxError("the cage's self-test did not finish")
    return wanted
