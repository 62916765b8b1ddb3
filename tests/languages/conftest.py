"""Cages that run JavaScript, in every tier that this machine gives."""

import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from algosmith.errors import SandboxError
from algosmith.languages.javascript import node
from algosmith.sandbox.opening import SWITCH
from algosmith.sandbox.types import Sandbox

TIERS = ("namespaces", "landlock")


async def open_tier(tier: str) -> Sandbox:
    """The sandbox in one tier; the test is left out where this machine gives none."""
    before = os.environ.get(SWITCH)
    os.environ[SWITCH] = tier
    try:
        sandbox = await node.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    finally:
        os.environ.pop(SWITCH)
        if before is not None:
            os.environ[SWITCH] = before
    if sandbox.report.tier != tier:
        await sandbox.close()
        pytest.skip(f"no {tier} here: {sandbox.report.reason}")
    return sandbox


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def javascript() -> AsyncIterator[Sandbox]:
    """An open sandbox for JavaScript, one for a whole file."""
    try:
        sandbox = await node.opened()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=TIERS)
async def tiered(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    """The same in each tier in turn."""
    sandbox = await open_tier(request.param)
    yield sandbox
    await sandbox.close()
