"""Compiled headers are large: what a killed process left is removed by the next one."""

import os
import subprocess
import sys
from pathlib import Path

from algosmith.languages.cpp import compiler


def test_headers_that_a_killed_process_left_are_removed(tmp_path: Path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left = tmp_path / f"algosmith-cpp-{dead.pid}-abc"
    used = tmp_path / f"algosmith-cpp-{os.getpid()}-abc"
    other = tmp_path / "algosmith-cpp-notes"
    for folder in (left, used, other):
        folder.mkdir()
        (folder / "driver.hpp.gch").write_bytes(b"x")
    compiler._sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {used.name, other.name}
