"""The folders an agent may name files in: those that its client opened, or those named at start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from algosmith.errors import ConfigError, TaskError
from algosmith.features.files import parse_place

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Roots:
    """Nothing outside them is read, links followed to their end."""

    folders: tuple[Path, ...]

    def path(self, text: str) -> Path:
        """A path that lies inside; relative ones are seen from the first folder.

        Raises TaskError for any other.
        """
        try:
            path = (self.folders[0] / text).resolve()
        except (OSError, ValueError, RuntimeError) as error:  # too long, a NUL, a link to itself
            raise TaskError(f"{text[:80]!r}: is no path that can be looked at.") from error
        if not any(path.is_relative_to(folder) for folder in self.folders):
            shown = ", ".join(map(str, self.folders))
            raise TaskError(f"{text}: lies outside the folders that may be looked at ({shown}).")
        return path

    def place(self, text: str) -> str:
        """``FILE:LINE`` with a file that lies inside."""
        file, line = parse_place(str(self.folders[0] / text))
        shown = self.path(str(file))
        return f"{shown}:{line}" if line is not None else str(shown)


def of_uris(uris: Sequence[str]) -> tuple[Path, ...]:
    """The folders of ``file:`` URIs."""
    parts = [urlsplit(uri) for uri in uris]
    paths = [Path(unquote(part.path)) for part in parts if part.scheme == "file" and part.path]
    return tuple(path.resolve() for path in paths if path.is_dir())


def named(folders: Sequence[Path]) -> tuple[Path, ...]:
    """Folders named at start, or the one it was started in.

    Raises ConfigError for one that is not there; a whole home or disk has to be named.
    """
    if not folders:
        here = Path.cwd().resolve()
        return () if here in (Path("/"), Path.home().resolve()) else (here,)
    missing = next((folder for folder in folders if not folder.is_dir()), None)
    if missing is not None:
        raise ConfigError(f"--root {missing}: no such folder")
    return tuple(folder.resolve() for folder in folders)
