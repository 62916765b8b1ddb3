"""A cage for the tests of this folder that run candidates."""

from collections.abc import AsyncIterator

import pytest

from algosmith.errors import SandboxError
from algosmith.sandbox import open_sandbox
from algosmith.sandbox.types import Sandbox


@pytest.fixture
async def cage() -> AsyncIterator[Sandbox]:
    """A cage that passed its self-test."""
    try:
        sandbox = await open_sandbox()
    except SandboxError as error:
        pytest.skip(str(error))
    yield sandbox
    await sandbox.close()
