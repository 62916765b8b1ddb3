"""Opening and reading files of a model folder without trusting it.

A file is opened only inside its folder, never through a symbolic link that leaves it, and only
when it is a regular file (a pipe would block for ever). JSON is read with a size limit, refusing
repeated keys and NaN.
"""

import json
import os
import stat
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, cast

from algosmith.engine.weights.report import ACCEPTED
from algosmith.errors import ModelError


@dataclass(frozen=True, slots=True)
class OpenFile:
    """An open regular file."""

    fd: int
    size: int
    path: Path

    def read(self, offset: int, count: int) -> bytes:
        """Up to ``count`` bytes from ``offset``; fewer at the end of the file."""
        parts: list[bytes] = []
        while count:
            part = os.pread(self.fd, count, offset)
            if not part:
                break
            parts.append(part)
            offset += len(part)
            count -= len(part)
        return b"".join(parts)


def refuse(path: Path | str, reason: str) -> NoReturn:
    """Raises the refusal of a file or folder."""
    raise ModelError(f"{path}: {reason}; {ACCEPTED}")


@contextmanager
def open_inside(folder: Path, name: str) -> Generator[OpenFile]:
    """Opens ``folder/name`` for reading; ``folder`` must be resolved already."""
    path = folder / name
    if Path(name).name != name or name in {"", ".", ".."} or "\0" in name:
        refuse(folder, f"{name!r} is not the name of a file in the folder")
    try:
        real = path.resolve(strict=True)
        if real.parent != folder and folder not in real.parents:
            refuse(path, f"is a link out of the folder, to {real}; put a copy in its place")
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        fd = os.open(real, flags | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        refuse(path, "is missing")
    except (OSError, RuntimeError) as error:
        refuse(path, f"can't be read ({error})")
    try:
        facts = os.fstat(fd)
        if not stat.S_ISREG(facts.st_mode):
            refuse(path, "is not a regular file")
        yield OpenFile(fd, facts.st_size, path)
    finally:
        os.close(fd)


def read_json(folder: Path, name: str, limit: int) -> dict[str, Any]:
    """The JSON object in ``folder/name``, refused when larger than ``limit`` bytes."""
    with open_inside(folder, name) as file:
        if file.size > limit:
            refuse(file.path, f"has {file.size:,} bytes, more than the {limit:,} such a file needs")
        return parse_object(file.path, file.read(0, file.size))


def parse_object(path: Path, data: bytes) -> dict[str, Any]:
    """A JSON object from bytes; keys must be unique at every level."""
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        refuse(path, f"is not usable JSON ({str(error)[:120]})")
    if not isinstance(value, dict):
        refuse(path, "holds no JSON object")
    return cast("dict[str, Any]", value)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        repeated = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise ValueError(f"the key {repeated[:60]!r} is there twice")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def foreign_content(head: bytes) -> str | None:
    """What a file is by its first bytes, when it is something that could run code or hide it."""
    if head[:1] == b"\x80" and len(head) > 1 and 2 <= head[1] <= 5:
        return "a Python pickle, which can run code"
    if head[:4] == b"PK\x03\x04":
        return "a zip archive (as torch.save writes), which can hold a pickle that runs code"
    if head[:8] == b"\x89HDF\r\n\x1a\n":
        return "an HDF5 file"
    if head[:9] == b"(dp0\nS'ar" or head[:4] in {b"(dp0", b"(lp0", b"ccop"}:
        return "a Python pickle, which can run code"
    if head.startswith(b"version https://git-lfs"):
        return "a git-lfs pointer, not the file itself (run `git lfs pull` in its folder)"
    return None
