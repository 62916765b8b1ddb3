"""Cages for the tests: every tier that this machine gives."""

import asyncio
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import AsyncIterator, Sequence
from functools import cache
from pathlib import Path

import pytest
import pytest_asyncio

from algosmith.errors import SandboxError
from algosmith.sandbox import open_sandbox
from algosmith.sandbox.opening import SWITCH
from algosmith.sandbox.types import CageReport, Job, Limits, Program, Run, Sandbox
from tests.sandbox.attack_driver import SLOWDOWN

TIERS = ("namespaces", "landlock")

PATIENT = Limits(wall_seconds=30, cpu_seconds=30)
"""For tests that do not ask about time: a slow machine is no failure."""


class PatientSandbox:
    """A sandbox whose runs are not hurried unless the test names limits."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    @property
    def report(self) -> CageReport:
        """That of the cage."""
        return self._sandbox.report

    async def run(
        self, program: Program, calls: Sequence[Job], limits: Limits | None = None
    ) -> Run:
        """Runs with ``PATIENT`` where the test names no limits."""
        return await self._sandbox.run(program, calls, limits or PATIENT)

    async def close(self) -> None:
        """Closes the cage."""
        await self._sandbox.close()


async def open_tier(tier: str, python: Path | None = None) -> Sandbox:
    """The cage ``tier``; raises SandboxError where this machine gives another or none."""
    before = os.environ.get(SWITCH)
    os.environ[SWITCH] = tier
    try:
        sandbox = await open_sandbox(python)
    finally:
        os.environ.pop(SWITCH)
        if before is not None:
            os.environ[SWITCH] = before
    if sandbox.report.tier != tier:
        await sandbox.close()
        raise SandboxError(f"no {tier} here: {sandbox.report.reason}")
    return sandbox


@cache
def gives(tier: str) -> bool:
    """Whether this machine can make the cage ``tier``."""

    async def ask() -> bool:
        try:
            await (await open_tier(tier)).close()
        except SandboxError:
            return False
        return True

    return asyncio.run(ask())


@pytest.fixture(scope="session")
def tiers() -> dict[str, bool]:
    """Which cages this machine gives."""
    return {tier: gives(tier) for tier in TIERS}


@pytest.fixture(scope="module", params=TIERS)
def tier(request: pytest.FixtureRequest, tiers: dict[str, bool]) -> str:
    """Each cage in turn."""
    if not tiers[request.param]:
        pytest.skip(f"this machine gives no {request.param}")
    return request.param


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def cage(tier: str) -> AsyncIterator[Sandbox]:
    """An open sandbox of each tier, one for a whole file."""
    sandbox = PatientSandbox(await open_tier(tier))
    yield sandbox
    await sandbox.close()


def python_for_everyone() -> str | None:
    """An interpreter of our version that a user without rights can start, as root's may not be."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (sys.executable, shutil.which(name, path="/usr/bin:/usr/local/bin")):
        if candidate and _starts_for_everyone(candidate):
            return candidate
    return None


def _starts_for_everyone(python: str) -> bool:
    try:
        done = subprocess.run(
            [python, "-c", "1"], user=65534, group=65534, extra_groups=[], cwd="/", env={},
            capture_output=True, check=False,
        )  # fmt: skip
    except PermissionError:
        return False
    return done.returncode == 0


def start_as_user(python: str, script: Path, environment: dict[str, str], uid: int) -> str:
    """What a script prints that runs as ``uid`` with our packages."""
    server = Path(__file__).parents[2] / "server"
    packages = sysconfig.get_path("purelib")
    environment = {"ALGOSMITH_TEST_SLOWDOWN": str(SLOWDOWN), **environment}
    done = subprocess.run(
        [python, str(script)], cwd="/", capture_output=True, text=True, check=False,
        timeout=600 * SLOWDOWN,
        env={"PYTHONPATH": f"{server}:{packages}", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        **({"user": uid, "group": uid, "extra_groups": []} if uid else {}),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout
