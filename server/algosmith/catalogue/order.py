"""What a fetch is to bring, the same for every source, and how it is told to people."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class WantedFile:
    """One file of a model, and what proves that it arrived whole."""

    name: str
    bytes: int
    sha256: str = ""
    git_blob: str = ""
    """Git's own hash, all that a hub states of small files."""

    def is_whole(self, path: Path) -> bool:
        """Whether the file there has this one's size and hash."""
        if not path.is_file() or path.stat().st_size != self.bytes:
            return False
        digest = hashlib.sha256() if self.sha256 else hashlib.sha1(usedforsecurity=False)
        if not self.sha256:
            digest.update(f"blob {self.bytes}\0".encode())
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest() == (self.sha256 or self.git_blob)


@dataclass(frozen=True, slots=True)
class Order:
    """A model to fetch: its files, and what the user is told before the download."""

    name: str
    title: str
    origin: str
    """As in ``Python packages x-part1 … x-part22, version 0.2.0``."""
    revision: str
    licence: str
    files: tuple[WantedFile, ...]
    spare_bytes: int = 0
    """Room on the disk that the fetch needs for a while, beyond the files."""
    notes: tuple[str, ...] = ()

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True, slots=True)
class Report:
    """Where a fetch tells what it does."""

    say: Callable[[str], None]
    """Takes a line that stays on the screen."""
    progress: Callable[[str, float], None]
    """Takes a line that is replaced by the next one, and the share done (0..1)."""
