"""Fixtures of the language server's tests: a home of its own and a scripted engine."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes import FakeEngine


@pytest.fixture
async def engine() -> AsyncIterator[FakeEngine]:
    """A scripted engine on a Unix socket."""
    async with FakeEngine() as fake:
        yield fake


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty ``ALGOSMITH_HOME``."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder
