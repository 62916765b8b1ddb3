"""Cages for commands, in the tier that a test names."""

import pytest

from algosmith.errors import SandboxError
from algosmith.sandbox.commandcheck import open_command_cage
from algosmith.sandbox.commands import CommandCage
from algosmith.sandbox.opening import SWITCH


async def open_tier(tier: str) -> CommandCage:
    """Skips the test where this machine gives another tier or none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SWITCH, tier)
        try:
            cage = await open_command_cage()
        except SandboxError as error:
            pytest.skip(str(error))
    if cage.report is None or cage.report.tier != tier:
        await cage.close()
        pytest.skip(f"no {tier} here")
    return cage
