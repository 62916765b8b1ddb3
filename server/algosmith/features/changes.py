"""Which files of a Git repository were changed; Git is asked so that no program of it is run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from algosmith.errors import ConfigError

_SECONDS = 60.0
_QUIET = (
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.quotePath=off",
)
"""A repository's own settings may name programs; these would start them."""


def changed_files(folder: Path, since: str = "HEAD") -> frozenset[Path]:
    """Files that differ from ``since``, and new ones that are not ignored; resolved.

    Raises ConfigError where there is no Git, no repository, or nothing of that name.
    """
    if since.startswith("-"):
        raise ConfigError(f"--changed {since}: name a branch, a tag or a commit")
    top = Path(_git(folder, "rev-parse", "--show-toplevel").strip("\n"))
    if since == "HEAD" and not _git(top, "rev-list", "--all", "--max-count=1"):
        tracked = _git(top, "ls-files", "-z")  # before the first commit all is new
    else:
        plain = ("--name-only", "--no-ext-diff", "--no-textconv", "-z")
        tracked = _git(top, "diff", *plain, since, "--")
    new = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset((top / name).resolve() for name in (tracked + new).split("\0") if name)


def _git(folder: Path, *args: str) -> str:
    try:
        done = subprocess.run(
            ["git", *_QUIET, *args],  # noqa: S607  the user's own Git
            cwd=folder, capture_output=True, check=False, timeout=_SECONDS,
            env=_environment(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"--changed: Git can't be asked ({error}); name the files") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ConfigError(f"--changed: Git says: {words[0] if words else 'nothing'}")
    return done.stdout.decode("utf-8", "surrogateescape")


def _environment() -> dict[str, str]:
    """Without what Git tells its hooks: seen from another folder it is wrong."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return {**kept, "GIT_OPTIONAL_LOCKS": "0"}
