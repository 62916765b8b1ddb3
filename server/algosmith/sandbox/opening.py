"""Picks the strongest cage this machine gives, once."""

from __future__ import annotations

import asyncio
import functools
import os
import sys
import threading
from typing import TYPE_CHECKING

from algosmith.errors import SandboxError
from algosmith.sandbox import selftest
from algosmith.sandbox.process import InterpreterError
from algosmith.sandbox.types import CageReport

if TYPE_CHECKING:
    from pathlib import Path

    from algosmith.sandbox.linux import LinuxSandbox, LinuxTier
    from algosmith.sandbox.types import Sandbox
    from algosmith.sandbox.wasi.sandbox import WasiSandbox

SWITCH = "ALGOSMITH_CAGE"
"""Environment variable for tests: ``none`` acts as if there were no cage, ``landlock`` as if there
were no user namespaces, ``wasi`` as if this were no Linux. No value lets a candidate out."""

TIERS: tuple[LinuxTier, ...] = ("namespaces", "landlock")
_SKIPPED: dict[str, tuple[LinuxTier, ...]] = {"landlock": ("namespaces",), "wasi": TIERS}
_ADVICE = "candidates are offered as not run; `algosmith doctor` says more"


async def open_sandbox(python: Path | None = None, library: Path | None = None) -> Sandbox:
    """A cage that passed its self-test, running ``python`` (by default our own interpreter).

    What runs in it may also import from the folder ``library``, which it can only read: for checks
    of ours that need installed packages, never for candidates.

    Call it from a thread that lives as long as the sandbox: the kernel ends it with the thread.
    Raises SandboxError when this machine gives none.
    """
    wanted = os.environ.get(SWITCH, "")
    if wanted == "none":
        raise SandboxError(f"no cage: switched off by {SWITCH}=none; {_ADVICE}")
    problems: list[str] = []
    for tier in TIERS:
        if tier in _SKIPPED.get(wanted, ()):
            problems.append(f"{tier}: switched off by {SWITCH}")
            continue
        if sys.platform != "linux":
            problems.append(f"{tier}: only on Linux")
            continue
        try:
            return await _open(python, tier, library, "; ".join(problems))
        except InterpreterError:
            raise
        except SandboxError as error:
            problems.append(f"{tier}: {error}")
    if library is not None:
        raise SandboxError(f"no cage that holds installed packages ({'; '.join(problems)})")
    try:
        return await _open_wasi(python, "; ".join(problems))
    except SandboxError as error:
        problems.append(f"wasi: {error}")
    raise SandboxError(f"no cage on this machine ({'; '.join(problems)}); {_ADVICE}")


async def _open(
    python: Path | None, tier: LinuxTier, library: Path | None, reason: str
) -> LinuxSandbox:
    from algosmith.sandbox.linux import LinuxSandbox

    sandbox = LinuxSandbox(python, tier, library=library)
    try:
        await sandbox.start()
        sandbox.report = CageReport(tier, await selftest.check(sandbox), reason)
    except BaseException:
        await sandbox.close()
        raise
    return sandbox


async def _open_wasi(python: Path | None, reason: str) -> WasiSandbox:
    """It has its own interpreter, so ``python`` is only spoken of."""
    from algosmith.sandbox.wasi.module import PYTHON
    from algosmith.sandbox.wasi.sandbox import WasiSandbox

    sandbox = await WasiSandbox.make()
    try:
        own = f"runs Python {PYTHON}" + (f", not {python}" if python else "")
        forbids = await selftest.check(sandbox)
        sandbox.report = CageReport("wasi", forbids, f"{own}; {reason}")
    except BaseException:
        await sandbox.close()
        raise
    return sandbox


def describe() -> CageReport:
    """Which cage this machine gives; runs the self-test once, later calls answer from memory."""
    return _describe(os.environ.get(SWITCH, ""))


@functools.cache
def _describe(switch: str) -> CageReport:
    """``switch`` is the key under which the answer is remembered."""
    reports: list[CageReport] = []

    def ask() -> None:
        reports.append(asyncio.run(_report()))

    # A thread of its own, since the caller may be inside a running event loop.
    thread = threading.Thread(target=ask, name="algosmith-cage")
    thread.start()
    thread.join()
    return reports[0]


async def _report() -> CageReport:
    try:
        sandbox = await open_sandbox()
    except SandboxError as error:
        return CageReport("none", (), str(error))
    await sandbox.close()
    return sandbox.report
