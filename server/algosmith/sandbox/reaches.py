"""Which parts of the system a command needs to be found at, links on the way included."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LIBRARIES = (Path("/lib"), Path("/lib64"), Path("/usr/lib"), Path("/usr/lib64"))
"""Where programs find the loader and C libraries."""
_MAX_LINKS = 40


def mirrored(reads: Iterable[Path]) -> tuple[list[str], list[list[str]]]:
    """(real paths, the symbolic links by which ``reads`` lead to them); absent ones are left out.

    A path inside another one is not listed, nor a link inside one.
    """
    links: dict[str, str] = {}
    found: set[str] = set()
    for path in reads:
        real = _walk(os.path.abspath(path), links)  # noqa: PTH100  Path.resolve follows links
        if real is not None:
            found.add(real)
    paths = [path for path in sorted(found) if not _is_below(path, found - {path})]
    kept = [[link, to] for link, to in sorted(links.items()) if not _is_below(link, found)]
    return paths, kept


def _walk(path: str, links: dict[str, str]) -> str | None:
    """The real path, noting the links on the way; None where there is nothing."""
    rest = path.strip("/").split("/")
    done = ""
    followed = 0
    while rest:
        name = rest.pop(0)
        if name in ("", "."):
            continue
        if name == "..":
            done = done.rpartition("/")[0]
            continue
        here = f"{done}/{name}"
        if not os.path.islink(here):  # noqa: PTH114
            done = here
            continue
        followed += 1
        if followed > _MAX_LINKS:
            return None
        target = links[here] = os.readlink(here)  # noqa: PTH115
        rest = target.strip("/").split("/") + rest
        done = "" if target.startswith("/") else done
    return done if done and os.path.exists(done) else None  # noqa: PTH110


def _is_below(path: str, folders: set[str]) -> bool:
    return any(path.startswith(folder.rstrip("/") + "/") for folder in folders)
