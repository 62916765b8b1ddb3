"""Folders in the temporary directory that outlive no process for long, be it killed or not."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path


def session_folder(name: str) -> tempfile.TemporaryDirectory[str]:
    """A folder of this process that users of the cage can read.

    What processes that were killed left under the same name is removed first: some of it is large.
    """
    prefix = f"algosmith-{name}-"
    sweep(Path(tempfile.gettempdir()), prefix)
    made = tempfile.TemporaryDirectory(prefix=f"{prefix}{os.getpid()}-")
    Path(made.name).chmod(0o755)
    return made


def sweep(folder: Path, prefix: str) -> None:
    """Removes the folders whose name begins so and goes on with a process that is gone."""
    for left in folder.glob(f"{prefix}*"):
        pid = left.name.removeprefix(prefix).partition("-")[0]
        try:
            ours = left.stat().st_uid == os.geteuid() and not left.is_symlink()
        except OSError:
            continue
        if ours and pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(left, ignore_errors=True)
