"""Which files of a Git repository were changed; Git is asked so that no program of it is run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from algosmith.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECONDS = 60.0
_QUIET = {
    "core.fsmonitor": "false",
    "core.hooksPath": "/dev/null",
    "core.quotePath": "off",
}
"""A repository's own settings may name programs; these would start them."""
_FILTER = {"clean": "", "process": "", "required": "false"}
"""What a filter does when files are compared (``smudge`` runs only when they are written)."""


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
        tracked = _git(
            top, "diff", "--name-only", "--no-ext-diff", "--no-textconv",
            "--ignore-submodules=all", "-z", since, "--", settings=_without_filters(top),
        )  # fmt: skip
    new = _git(top, "ls-files", "--others", "--exclude-standard", "-z")
    # Not ``Path.resolve``, which raises for a link to itself.
    names = (name for name in (tracked + new).split("\0") if name)
    return frozenset(Path(os.path.realpath(top / name)) for name in names)


def _without_filters(top: Path) -> dict[str, str]:
    """Settings that switch off every filter the repository's settings define."""
    keys = _git(top, "config", "--list", "--name-only", "-z").split("\0")
    names = {key.rpartition(".")[0] for key in keys if key.startswith("filter.")}
    return {f"{name}.{field}": value for name in names for field, value in _FILTER.items()}


def _git(folder: Path, *args: str, settings: Mapping[str, str] = MappingProxyType({})) -> str:
    try:
        done = subprocess.run(
            ["git", *args],  # noqa: S607  the user's own Git
            cwd=folder, capture_output=True, check=False, timeout=_SECONDS,
            env=_environment({**_QUIET, **settings}),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"--changed: Git can't be asked ({error}); name the files") from error
    if done.returncode:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise ConfigError(f"--changed: Git says: {words[0] if words else 'nothing'}")
    return done.stdout.decode("utf-8", "surrogateescape")


def _environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings for one call of Git, which locks and fetches nothing either.

    Without what Git tells its hooks: seen from another folder it is wrong.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    told = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_ALLOW_PROTOCOL": "none"}
    told["GIT_CONFIG_COUNT"] = str(len(settings))
    for at, (key, value) in enumerate(settings.items()):
        told |= {f"GIT_CONFIG_KEY_{at}": key, f"GIT_CONFIG_VALUE_{at}": value}
    return {**kept, **told}
