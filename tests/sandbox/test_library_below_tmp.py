"""Libraries that lie below /tmp are seen in the cage, whose own /tmp would hide them."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from algosmith.sandbox import open_sandbox
from algosmith.sandbox.types import Call, Limits, Program

pytestmark = pytest.mark.sandbox

SOURCE = """
import below_tmp

def value():
    with open("notes.txt", "w") as file:
        file.write(str(below_tmp.VALUE))
    return int(open("notes.txt").read())
"""


@pytest.fixture
def library() -> Iterator[Path]:
    """Not pytest's own folder: nobody but its user can enter that."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        packages = Path(folder) / "site-packages"
        packages.mkdir()
        (packages / "below_tmp.py").write_text("VALUE = 7\n")
        yield packages


async def test_a_library_below_tmp_can_be_imported_and_files_written(library: Path) -> None:
    cage = await open_sandbox(library=library)
    try:
        limits = Limits(wall_seconds=60.0, cpu_seconds=30.0)
        run = await cage.run(Program(SOURCE, "value"), [Call(())], limits)
    finally:
        await cage.close()
    assert (run.failure or "", [answer.value for answer in run.answers]) == ("", [7])
    assert sorted(os.listdir(library)) == ["below_tmp.py"]  # noqa: PTH208
