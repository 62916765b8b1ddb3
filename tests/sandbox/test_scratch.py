"""What a killed process left in the temporary directory is removed by the next one."""

import os
import subprocess
import sys
from pathlib import Path

from algosmith.sandbox import scratch


def test_folders_of_processes_that_are_gone_are_removed(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f"algosmith-cpp-{dead.pid}-abc"
    used = tmp_path / f"algosmith-cpp-{os.getpid()}-abc"
    other = tmp_path / "algosmith-cpp-notes"
    for folder in (left, used, other):
        folder.mkdir()
        (folder / "driver.hpp.gch").write_bytes(b"x")
    scratch.sweep(tmp_path, "algosmith-cpp-")
    assert {path.name for path in tmp_path.iterdir()} == {used.name, other.name}
